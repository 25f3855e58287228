/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writes that are shown when they are committed. They pass the replica by: what they made of the
 * topic comes back as a snapshot like everybody's. Where that can be told from the answer, the
 * snapshot is made here, so that the signal that follows finds nothing to pull.
 */

#include "client/topic-private.h"

#include "protocol/json-merge.h"
#include "transports/json-text.h"
#include "transports/transaction-private.h"

void
state_sync_topic_return_revision (GTask *task, guint64 revision)
{
  g_task_return_pointer (task, g_memdup2 (&revision, sizeof revision), g_free);
}

gboolean
state_sync_topic_take_revision (GTask *task, guint64 *revision, GError **error)
{
  g_autofree guint64 *result = g_task_propagate_pointer (task, error);

  if (result == NULL)
    return FALSE;
  if (revision != NULL)
    *revision = *result;
  return TRUE;
}

/* (transfer full) (nullable): what the topic is after @write if that can be told: a replacement
 * says it all; a patch does if what it was laid on is known here. */
static StateSyncSnapshot *
predict (StateSyncTopic *self,
         StateSyncTransaction *transaction,
         guint64 revision,
         const char *instance)
{
  StateSyncSnapshot *base = state_sync_replica_get_confirmed (self->replica);
  GBytes *data = state_sync_transaction_get_data (transaction, 0);
  g_autoptr (GBytes) merged = NULL;

  if (!state_sync_transaction_get_is_merge (transaction, 0))
    return state_sync_snapshot_new_from (revision, data, instance);

  if (base == NULL || state_sync_snapshot_get_revision (base) + 1 != revision ||
      g_strcmp0 (state_sync_snapshot_get_instance (base), instance) != 0)
    return NULL;

  merged = state_sync_json_merge (state_sync_snapshot_get_data (base), data);
  return state_sync_snapshot_new_from (revision, merged, instance);
}

static void
on_written (GObject *writer, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StateSyncTopic *self = g_task_get_source_object (task);
  g_autoptr (StateSyncSnapshot) snapshot = NULL;
  g_autofree guint64 *revisions = NULL;
  g_autofree char *instance = NULL;
  g_autoptr (GError) error = NULL;
  gsize n_revisions;

  revisions = state_sync_writer_commit_finish (STATE_SYNC_WRITER (writer), result, &n_revisions,
                                               &instance, &error);
  if (revisions == NULL)
    {
      state_sync_topic_report_write (self, error, 1, FALSE, 0);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  snapshot = predict (self, g_task_get_task_data (task), revisions[0], instance);
  if (snapshot != NULL)
    state_sync_topic_accept (self, snapshot);
  state_sync_topic_return_revision (task, revisions[0]);
}

/* Without a service there is nobody to wait for: the change is shown first, in every way of
 * writing. */
static void
write_data (StateSyncTopic *self,
            JsonNode *data,
            StateSyncWriteMode mode,
            StateSyncWriteFlags flags,
            guint64 expected_revision,
            GTask *task)
{
  g_autoptr (GBytes) text = state_sync_json_node_to_bytes (data);
  StateSyncWrite *write = state_sync_write_new (state_sync_engine_get_topic (self->engine), text);
  g_autoptr (GPtrArray) writes = NULL;
  g_autoptr (StateSyncTransaction) transaction = NULL;

  write->mode = mode;
  state_sync_write_set_flags (write, flags, expected_revision);
  if (state_sync_client_shows_first (self->client))
    {
      state_sync_topic_show_first (self, write, task);
      return;
    }

  writes = g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);
  g_ptr_array_add (writes, write);
  transaction = state_sync_transaction_new_for_writes (writes);
  g_task_set_task_data (task, g_object_ref (transaction), g_object_unref);
  state_sync_writer_commit_async (state_sync_client_get_writer (self->client), transaction, NULL,
                                  g_task_get_cancellable (task), on_written, g_object_ref (task));
}

/**
 * state_sync_topic_write_async:
 * @self: a topic
 * @data: what the topic is to hold; a node of type `JSON_NODE_NULL` deletes it
 * @flags: how to make the change
 * @expected_revision: the revision for `STATE_SYNC_WRITE_FLAGS_IF_REVISION`, else ignored
 * @cancellable: (nullable): to stop waiting; the change may be made all the same
 * @callback: (scope async) (nullable): called when the change is committed or refused
 * @user_data: (closure): for `callback`
 *
 * Replaces what the topic holds. Everyone, this process too, sees the change once it is
 * committed. The topic need not be started.
 */
void
state_sync_topic_write_async (StateSyncTopic *self,
                              JsonNode *data,
                              StateSyncWriteFlags flags,
                              guint64 expected_revision,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (state_sync_topic_is_made (self));
  g_return_if_fail (data != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_topic_write_async);
  write_data (self, data, STATE_SYNC_WRITE_REPLACE, flags, expected_revision, task);
}

/**
 * state_sync_topic_write_finish:
 * @self: a topic
 * @result: what the callback got
 * @revision: (out) (optional): the topic's revision after the write
 * @error: where to put the error: of the domain `STATE_SYNC_ERROR` if nothing was changed; any
 *   other says that it is not known whether the write took effect
 *
 * Ends [method@Topic.write_async].
 *
 * Returns: `TRUE` if the topic holds the data now
 */
gboolean
state_sync_topic_write_finish (StateSyncTopic *self,
                               GAsyncResult *result,
                               guint64 *revision,
                               GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return state_sync_topic_take_revision (G_TASK (result), revision, error);
}

/**
 * state_sync_topic_merge_async:
 * @self: a topic
 * @patch: a JSON Merge Patch (RFC 7396)
 * @flags: how to make the change
 * @expected_revision: the revision for `STATE_SYNC_WRITE_FLAGS_IF_REVISION`, else ignored
 * @cancellable: (nullable): to stop waiting; the change may be made all the same
 * @callback: (scope async) (nullable): called when the change is committed or refused
 * @user_data: (closure): for `callback`
 *
 * Changes some members of the topic. Everyone, this process too, sees the change once it is
 * committed. The topic need not be started.
 */
void
state_sync_topic_merge_async (StateSyncTopic *self,
                              JsonNode *patch,
                              StateSyncWriteFlags flags,
                              guint64 expected_revision,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (state_sync_topic_is_made (self));
  g_return_if_fail (patch != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_topic_merge_async);
  write_data (self, patch, STATE_SYNC_WRITE_MERGE, flags, expected_revision, task);
}

/**
 * state_sync_topic_merge_finish:
 * @self: a topic
 * @result: what the callback got
 * @revision: (out) (optional): the topic's revision after the change
 * @error: where to put the error, as of [method@Topic.write_finish]
 *
 * Ends [method@Topic.merge_async].
 *
 * Returns: `TRUE` if the change is in effect
 */
gboolean
state_sync_topic_merge_finish (StateSyncTopic *self,
                               GAsyncResult *result,
                               guint64 *revision,
                               GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return state_sync_topic_take_revision (G_TASK (result), revision, error);
}
