/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "statesync/snapshot-provider.h"

#include "engine/pull.h"

G_DEFINE_INTERFACE (StateSyncSnapshotProvider, state_sync_snapshot_provider, G_TYPE_OBJECT)

static void
state_sync_snapshot_provider_default_init (StateSyncSnapshotProviderInterface *iface)
{
}

/**
 * state_sync_snapshot_provider_get_snapshot_async:
 * @self: a provider
 * @topic: the topic
 * @cancellable: (nullable): cancelled when the answer is not wanted any more
 * @callback: (scope async): called in the thread's default main context when it is answered
 * @user_data: (closure): for `callback`
 *
 * Gets the newest state of a topic.
 */
void
state_sync_snapshot_provider_get_snapshot_async (StateSyncSnapshotProvider *self,
                                                 const char *topic,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (StateSyncPull) pull = NULL;

  g_return_if_fail (STATE_SYNC_IS_SNAPSHOT_PROVIDER (self));
  g_return_if_fail (topic != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_snapshot_provider_get_snapshot_async);
  pull = state_sync_pull_new (topic, task);
  STATE_SYNC_SNAPSHOT_PROVIDER_GET_IFACE (self)->get_snapshot (self, pull);
}

/**
 * state_sync_snapshot_provider_get_snapshot_finish:
 * @self: a provider
 * @result: what the callback got
 * @error: where to put the error
 *
 * Ends [method@SnapshotProvider.get_snapshot_async].
 *
 * What the transport may not give, such as no snapshot at all, is `G_IO_ERROR_INVALID_DATA`; other
 * errors are the provider's own.
 *
 * Returns: (transfer full): the newest state
 */
StateSyncSnapshot *
state_sync_snapshot_provider_get_snapshot_finish (StateSyncSnapshotProvider *self,
                                                  GAsyncResult *result,
                                                  GError **error)
{
  g_return_val_if_fail (STATE_SYNC_IS_SNAPSHOT_PROVIDER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
