/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The validator's end of a question. The other end, the verdict, does not keep this one alive: so
 * a validator that forgets it has answered. */

#include "store/validation-private.h"

#include "protocol/error.h"

struct _StateSyncValidation
{
  GObject parent_instance;

  char *topic;
  StateSyncSnapshot *before;
  GBytes *data;
  GCancellable *cancellable;
  StateSyncVerdict *verdict;
  gint is_answered; /* atomic: the answer may come from any thread */
};

G_DEFINE_FINAL_TYPE (StateSyncValidation, state_sync_validation, G_TYPE_OBJECT)

StateSyncValidation *
state_sync_validation_new (const char *topic,
                           StateSyncSnapshot *before,
                           GBytes *data,
                           GCancellable *cancellable,
                           StateSyncVerdict *verdict)
{
  StateSyncValidation *self = g_object_new (STATE_SYNC_TYPE_VALIDATION, NULL);

  self->topic = g_strdup (topic);
  self->before = state_sync_snapshot_ref (before);
  self->data = g_bytes_ref (data);
  self->cancellable = g_object_ref (cancellable);
  self->verdict = state_sync_verdict_ref (verdict);
  return self;
}

/* What a language makes without the service asks nothing. */
static gboolean
is_made (StateSyncValidation *self)
{
  return STATE_SYNC_IS_VALIDATION (self) && self->verdict != NULL;
}

static gboolean
is_first_answer (StateSyncValidation *self)
{
  return g_atomic_int_compare_and_exchange (&self->is_answered, FALSE, TRUE);
}

/* @refusal: (transfer full) */
static void
answer (StateSyncValidation *self, GBytes *replacement, GError *refusal)
{
  g_autoptr (GError) spare = refusal;

  if (is_first_answer (self))
    state_sync_verdict_give (self->verdict, replacement, g_steal_pointer (&spare));
  else
    g_warning ("A validation of topic “%s” was answered twice: answer each one once", self->topic);
}

/**
 * state_sync_validation_get_topic:
 * @self: a validation
 *
 * Tells which topic would change.
 *
 * Returns: (transfer none): the topic
 */
const char *
state_sync_validation_get_topic (StateSyncValidation *self)
{
  g_return_val_if_fail (is_made (self), NULL);

  return self->topic;
}

/**
 * state_sync_validation_get_before:
 * @self: a validation
 *
 * Gives the topic's state without the write. It may be one that is still being committed.
 *
 * Returns: (transfer none): the state before
 */
StateSyncSnapshot *
state_sync_validation_get_before (StateSyncValidation *self)
{
  g_return_val_if_fail (is_made (self), NULL);

  return self->before;
}

/**
 * state_sync_validation_get_data:
 * @self: a validation
 *
 * Gives what the topic's data would be: all of it, also if the write is a patch. `null` if the
 * write deletes the topic.
 *
 * Returns: (transfer none): one JSON text, without a terminating NUL
 */
GBytes *
state_sync_validation_get_data (StateSyncValidation *self)
{
  g_return_val_if_fail (is_made (self), NULL);

  return self->data;
}

/**
 * state_sync_validation_get_cancellable:
 * @self: a validation
 *
 * Gives what is cancelled when nobody wants the answer any more, because the service closes. The
 * write has been refused then.
 *
 * Returns: (transfer none): the cancellable
 */
GCancellable *
state_sync_validation_get_cancellable (StateSyncValidation *self)
{
  g_return_val_if_fail (is_made (self), NULL);

  return self->cancellable;
}

/**
 * state_sync_validation_accept:
 * @self: a validation
 *
 * Lets the write happen as it is.
 */
void
state_sync_validation_accept (StateSyncValidation *self)
{
  g_return_if_fail (is_made (self));

  answer (self, NULL, NULL);
}

/**
 * state_sync_validation_reject:
 * @self: a validation
 * @message: a sentence for the one who wrote, and perhaps for a person
 *
 * Refuses the write, and all that was to happen together with it. The writer gets
 * %STATE_SYNC_ERROR_REJECTED with the message as it is.
 */
void
state_sync_validation_reject (StateSyncValidation *self, const char *message)
{
  g_return_if_fail (is_made (self));
  g_return_if_fail (message != NULL);

  answer (self, NULL, state_sync_error_rejected (message));
}

/**
 * state_sync_validation_replace:
 * @self: a validation
 * @data: one JSON text
 *
 * Lets the write happen, followed by a change of the validator's own, to @data, of which it is
 * never seen apart. The revision that the writer is told is that of the second change, so a client
 * that shows its own write already sees that this is not what came of it.
 *
 * Data that is what was written changes nothing more; data that is what was there before makes
 * the write change nothing at all.
 */
void
state_sync_validation_replace (StateSyncValidation *self, GBytes *data)
{
  g_return_if_fail (is_made (self));
  g_return_if_fail (data != NULL);

  answer (self, data, NULL);
}

static void
state_sync_validation_dispose (GObject *object)
{
  StateSyncValidation *self = STATE_SYNC_VALIDATION (object);

  if (self->verdict != NULL && is_first_answer (self))
    state_sync_verdict_give (self->verdict, NULL, state_sync_error_not_validated (self->topic));

  G_OBJECT_CLASS (state_sync_validation_parent_class)->dispose (object);
}

static void
state_sync_validation_finalize (GObject *object)
{
  StateSyncValidation *self = STATE_SYNC_VALIDATION (object);

  g_free (self->topic);
  g_clear_pointer (&self->before, state_sync_snapshot_unref);
  g_clear_pointer (&self->data, g_bytes_unref);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->verdict, state_sync_verdict_unref);

  G_OBJECT_CLASS (state_sync_validation_parent_class)->finalize (object);
}

static void
state_sync_validation_class_init (StateSyncValidationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = state_sync_validation_dispose;
  object_class->finalize = state_sync_validation_finalize;
}

static void
state_sync_validation_init (StateSyncValidation *self)
{
}
