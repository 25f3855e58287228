/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "statesync/writer.h"

#include "transports/commit.h"

G_DEFINE_INTERFACE (StateSyncWriter, state_sync_writer, G_TYPE_OBJECT)

static void
state_sync_writer_default_init (StateSyncWriterInterface *iface)
{
}

/**
 * state_sync_writer_commit_async:
 * @self: a writer
 * @transaction: the changes, at least one
 * @instance: (nullable): who is to make them, or `NULL` for whoever serves
 * @cancellable: (nullable): cancelled when nobody waits for the outcome any more; the changes may
 *   be made all the same
 * @callback: (scope async): called in the thread's default main context when it is answered
 * @user_data: (closure): for `callback`
 *
 * Makes all of the changes, in order, or none.
 */
void
state_sync_writer_commit_async (StateSyncWriter *self,
                                StateSyncTransaction *transaction,
                                const char *instance,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (StateSyncCommit) commit = NULL;

  g_return_if_fail (STATE_SYNC_IS_WRITER (self));
  g_return_if_fail (state_sync_transaction_get_length (transaction) > 0);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_writer_commit_async);
  commit = state_sync_commit_new (transaction, instance, task);
  STATE_SYNC_WRITER_GET_IFACE (self)->commit (self, commit);
}

/**
 * state_sync_writer_commit_finish:
 * @self: a writer
 * @result: what the callback got
 * @n_revisions: (out): how many revisions there are
 * @instance: (out) (optional) (nullable) (transfer full): who made the changes
 * @error: where to put the error: of the domain `STATE_SYNC_ERROR` if nothing was changed; any
 *   other says that it is not known whether the changes took effect
 *
 * Ends [method@Writer.commit_async].
 *
 * Returns: (array length=n_revisions) (transfer full): the revision of each change's topic after
 *   it, in the order of the changes
 */
guint64 *
state_sync_writer_commit_finish (StateSyncWriter *self,
                                 GAsyncResult *result,
                                 gsize *n_revisions,
                                 char **instance,
                                 GError **error)
{
  g_autoptr (StateSyncReceipt) receipt = NULL;

  g_return_val_if_fail (STATE_SYNC_IS_WRITER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  receipt = g_task_propagate_pointer (G_TASK (result), error);
  if (receipt == NULL)
    return NULL;

  *n_revisions = receipt->n_revisions;
  if (instance != NULL)
    *instance = g_steal_pointer (&receipt->instance);
  return g_steal_pointer (&receipt->revisions);
}
