/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transports/commit.h"

struct _StateSyncCommit
{
  GObject parent_instance;

  StateSyncTransaction *transaction;
  char *instance;   /* (nullable) */
  GTask *task;      /* of state_sync_writer_commit_async(); its result is a StateSyncReceipt */
  gint is_answered; /* atomic: the answer may come from any thread */
};

G_DEFINE_FINAL_TYPE (StateSyncCommit, state_sync_commit, G_TYPE_OBJECT)

StateSyncCommit *
state_sync_commit_new (StateSyncTransaction *transaction, const char *instance, GTask *task)
{
  StateSyncCommit *self = g_object_new (STATE_SYNC_TYPE_COMMIT, NULL);

  self->transaction = g_object_ref (transaction);
  self->instance = g_strdup (instance);
  self->task = g_object_ref (task);
  return self;
}

void
state_sync_receipt_free (StateSyncReceipt *self)
{
  g_free (self->revisions);
  g_free (self->instance);
  g_free (self);
}

/* Whether this is the first answer; a second one is a mistake of the writer. */
static gboolean
begin_answer (StateSyncCommit *self)
{
  gboolean is_first = g_atomic_int_compare_and_exchange (&self->is_answered, FALSE, TRUE);

  if (!is_first)
    g_critical ("A commit to topic “%s” was answered twice: answer each commit once",
                state_sync_transaction_get_topic (self->transaction, 0));
  return is_first;
}

/**
 * state_sync_commit_get_transaction:
 * @self: a commit
 *
 * Gives the changes.
 *
 * Returns: (transfer none): the changes to make
 */
StateSyncTransaction *
state_sync_commit_get_transaction (StateSyncCommit *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_COMMIT (self), NULL);

  return self->transaction;
}

/**
 * state_sync_commit_get_cancellable:
 * @self: a commit
 *
 * Gives what tells that nobody waits for the outcome any more. The commit has to be answered even
 * then.
 *
 * Returns: (transfer none) (nullable): the cancellable
 */
GCancellable *
state_sync_commit_get_cancellable (StateSyncCommit *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_COMMIT (self), NULL);

  return g_task_get_cancellable (self->task);
}

/**
 * state_sync_commit_get_instance:
 * @self: a commit
 *
 * Tells who is to make the changes. They were made with regard to revisions of that instance, which
 * mean nothing to another one.
 *
 * Returns: (transfer none) (nullable): the instance that is to make the changes; when another one
 *   serves, the commit is answered with `STATE_SYNC_ERROR_UNAVAILABLE`. `NULL`: whichever serves
 */
const char *
state_sync_commit_get_instance (StateSyncCommit *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_COMMIT (self), NULL);

  return self->instance;
}

/**
 * state_sync_commit_return_revisions:
 * @self: a commit
 * @revisions: (array length=n_revisions): the revision of each change's topic after it, in the
 *   order of the changes
 * @n_revisions: how many they are: as many as changes
 * @instance: (nullable): who made the changes, as the transport's source names instances
 *
 * Says that all of the changes were made, from any thread.
 */
void
state_sync_commit_return_revisions (StateSyncCommit *self,
                                    const guint64 *revisions,
                                    gsize n_revisions,
                                    const char *instance)
{
  StateSyncReceipt *receipt;

  g_return_if_fail (STATE_SYNC_IS_COMMIT (self));
  g_return_if_fail (n_revisions == state_sync_transaction_get_length (self->transaction));

  if (!begin_answer (self))
    return;

  receipt = g_new (StateSyncReceipt, 1);
  *receipt = (StateSyncReceipt){ g_memdup2 (revisions, n_revisions * sizeof *revisions),
                                 n_revisions, g_strdup (instance) };
  g_task_return_pointer (self->task, receipt, (GDestroyNotify)state_sync_receipt_free);
}

/**
 * state_sync_commit_return_error:
 * @self: a commit
 * @error: of the domain `STATE_SYNC_ERROR` if nothing was changed; any other says that it is not
 *   known whether the changes took effect
 *
 * Says that the changes were not made, or may not have been, from any thread.
 */
void
state_sync_commit_return_error (StateSyncCommit *self, const GError *error)
{
  g_return_if_fail (STATE_SYNC_IS_COMMIT (self));
  g_return_if_fail (error != NULL);

  if (begin_answer (self))
    g_task_return_error (self->task, g_error_copy (error));
}

/**
 * state_sync_commit_return_error_literal:
 * @self: a commit
 * @domain: the error's domain
 * @code: the error's code
 * @message: the error's message
 *
 * As [method@Commit.return_error], for languages that can't make a `GError`.
 */
void
state_sync_commit_return_error_literal (StateSyncCommit *self,
                                        GQuark domain,
                                        int code,
                                        const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, message);

  state_sync_commit_return_error (self, error);
}

static void
state_sync_commit_dispose (GObject *object)
{
  StateSyncCommit *self = STATE_SYNC_COMMIT (object);

  if (self->task != NULL && g_atomic_int_compare_and_exchange (&self->is_answered, FALSE, TRUE))
    g_task_return_new_error (self->task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             "The writer dropped the changes without an answer");

  G_OBJECT_CLASS (state_sync_commit_parent_class)->dispose (object);
}

static void
state_sync_commit_finalize (GObject *object)
{
  StateSyncCommit *self = STATE_SYNC_COMMIT (object);

  g_clear_object (&self->transaction);
  g_free (self->instance);
  g_clear_object (&self->task);

  G_OBJECT_CLASS (state_sync_commit_parent_class)->finalize (object);
}

static void
state_sync_commit_class_init (StateSyncCommitClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = state_sync_commit_dispose;
  object_class->finalize = state_sync_commit_finalize;
}

static void
state_sync_commit_init (StateSyncCommit *self)
{
}
