/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/pull.h"

#include "engine/fault.h"

struct _StateSyncPull
{
  GObject parent_instance;

  char *topic;
  GTask *task;      /* of state_sync_snapshot_provider_get_snapshot_async() */
  gint is_answered; /* atomic: the answer may come from any thread */
};

G_DEFINE_FINAL_TYPE (StateSyncPull, state_sync_pull, G_TYPE_OBJECT)

enum
{
  PROP_TOPIC = 1,
  PROP_CANCELLABLE,
  N_PROPERTIES,
};

StateSyncPull *
state_sync_pull_new (const char *topic, GTask *task)
{
  StateSyncPull *self = g_object_new (STATE_SYNC_TYPE_PULL, NULL);

  self->topic = g_strdup (topic);
  self->task = g_object_ref (task);
  return self;
}

/* Whether this is the first answer; a second one is a mistake of the provider. */
static gboolean
begin_answer (StateSyncPull *self)
{
  gboolean is_first = g_atomic_int_compare_and_exchange (&self->is_answered, FALSE, TRUE);

  if (!is_first)
    g_critical ("A pull of topic “%s” was answered twice: answer each pull once", self->topic);
  return is_first;
}

/**
 * state_sync_pull_get_topic:
 * @self: a pull
 *
 * Tells what to get.
 *
 * Returns: (transfer none): the topic
 */
const char *
state_sync_pull_get_topic (StateSyncPull *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_PULL (self), NULL);

  return self->topic;
}

/**
 * state_sync_pull_get_cancellable:
 * @self: a pull
 *
 * Gives what is cancelled when nobody wants the answer any more. It has to be answered even
 * then, with whatever there is.
 *
 * Returns: (transfer none) (nullable): the cancellable
 */
GCancellable *
state_sync_pull_get_cancellable (StateSyncPull *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_PULL (self), NULL);

  return g_task_get_cancellable (self->task);
}

/**
 * state_sync_pull_return_snapshot:
 * @self: a pull
 * @snapshot: the newest state of the topic
 *
 * Answers the pull, from any thread.
 */
void
state_sync_pull_return_snapshot (StateSyncPull *self, StateSyncSnapshot *snapshot)
{
  g_return_if_fail (STATE_SYNC_IS_PULL (self));

  if (!begin_answer (self))
    return;

  if (snapshot != NULL)
    g_task_return_pointer (self->task, state_sync_snapshot_ref (snapshot),
                           (GDestroyNotify)state_sync_snapshot_unref);
  else
    g_task_return_error (self->task, state_sync_fault_no_snapshot (self->topic));
}

/**
 * state_sync_pull_return_error:
 * @self: a pull
 * @error: why there is no answer
 *
 * Says that the pull failed, from any thread. It is tried again as the policy says.
 */
void
state_sync_pull_return_error (StateSyncPull *self, const GError *error)
{
  g_return_if_fail (STATE_SYNC_IS_PULL (self));
  g_return_if_fail (error != NULL);

  if (begin_answer (self))
    g_task_return_error (self->task, g_error_copy (error));
}

/**
 * state_sync_pull_return_error_literal:
 * @self: a pull
 * @domain: the error's domain
 * @code: the error's code
 * @message: the error's message
 *
 * Says that the pull failed, from any thread. It is tried again as the policy says.
 */
void
state_sync_pull_return_error_literal (StateSyncPull *self,
                                      GQuark domain,
                                      int code,
                                      const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, message);

  state_sync_pull_return_error (self, error);
}

static void
state_sync_pull_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  StateSyncPull *self = STATE_SYNC_PULL (object);

  switch (property_id)
    {
    case PROP_TOPIC:
      g_value_set_string (value, self->topic);
      break;
    case PROP_CANCELLABLE:
      g_value_set_object (value, g_task_get_cancellable (self->task));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
state_sync_pull_dispose (GObject *object)
{
  StateSyncPull *self = STATE_SYNC_PULL (object);

  if (self->task != NULL && g_atomic_int_compare_and_exchange (&self->is_answered, FALSE, TRUE))
    g_task_return_error (self->task, state_sync_fault_unanswered (self->topic));

  G_OBJECT_CLASS (state_sync_pull_parent_class)->dispose (object);
}

static void
state_sync_pull_finalize (GObject *object)
{
  StateSyncPull *self = STATE_SYNC_PULL (object);

  g_free (self->topic);
  g_clear_object (&self->task);

  G_OBJECT_CLASS (state_sync_pull_parent_class)->finalize (object);
}

static void
state_sync_pull_class_init (StateSyncPullClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec *properties[N_PROPERTIES] = { NULL };

  object_class->get_property = state_sync_pull_get_property;
  object_class->dispose = state_sync_pull_dispose;
  object_class->finalize = state_sync_pull_finalize;

  /**
   * StateSyncPull:topic:
   *
   * What to get.
   */
  properties[PROP_TOPIC] =
      g_param_spec_string ("topic", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * StateSyncPull:cancellable:
   *
   * What is cancelled when nobody wants the answer any more.
   */
  properties[PROP_CANCELLABLE] = g_param_spec_object ("cancellable", NULL, NULL, G_TYPE_CANCELLABLE,
                                                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
state_sync_pull_init (StateSyncPull *self)
{
}
