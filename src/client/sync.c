/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* For scripts: the same calls, but they return when they are done. What they wait for happens in
 * the main context of the client, so they run that meanwhile: handlers, timers and whatever else
 * is attached to it are called from within. A program with windows wants the asynchronous calls.
 */

#include "client/topic-private.h"
#include "engine/await.h"

/**
 * state_sync_topic_start_sync:
 * @self: a topic
 * @cancellable: (nullable): to stop waiting
 * @error: where to put the error
 *
 * As [method@Topic.start_async], but waits for the end, and runs the main context meanwhile.
 *
 * Returns: `TRUE` if the topic is followed and its state is there
 */
gboolean
state_sync_topic_start_sync (StateSyncTopic *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_return_val_if_fail (state_sync_topic_is_made (self), FALSE);

  state_sync_topic_start_async (self, cancellable, state_sync_await_callback, &result);
  state_sync_await (&result);
  return state_sync_topic_start_finish (self, result, error);
}

/**
 * state_sync_topic_load_cached_sync:
 * @self: a topic
 * @cancellable: (nullable): to stop waiting
 * @error: where to put the error
 *
 * As [method@Topic.load_cached_async], but waits for the end, and runs the main context meanwhile.
 *
 * Returns: `TRUE` unless it was cancelled
 */
gboolean
state_sync_topic_load_cached_sync (StateSyncTopic *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_return_val_if_fail (state_sync_topic_is_made (self), FALSE);

  state_sync_topic_load_cached_async (self, cancellable, state_sync_await_callback, &result);
  state_sync_await (&result);
  return state_sync_topic_load_cached_finish (self, result, error);
}

/**
 * state_sync_topic_refresh_sync:
 * @self: a topic
 * @cancellable: (nullable): to stop waiting
 * @error: where to put the error
 *
 * As [method@Topic.refresh_async], but waits for the end, and runs the main context meanwhile.
 *
 * Returns: `TRUE` if the newest state is there
 */
gboolean
state_sync_topic_refresh_sync (StateSyncTopic *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_return_val_if_fail (state_sync_topic_is_made (self), FALSE);

  state_sync_topic_refresh_async (self, cancellable, state_sync_await_callback, &result);
  state_sync_await (&result);
  return state_sync_topic_refresh_finish (self, result, error);
}

/**
 * state_sync_topic_settle_sync:
 * @self: a topic
 * @cancellable: (nullable): to stop waiting
 * @error: where to put the error
 *
 * As [method@Topic.settle_async], but waits for the end, and runs the main context meanwhile.
 *
 * Returns: `TRUE` if no change is pending any more
 */
gboolean
state_sync_topic_settle_sync (StateSyncTopic *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_return_val_if_fail (state_sync_topic_is_made (self), FALSE);

  state_sync_topic_settle_async (self, cancellable, state_sync_await_callback, &result);
  state_sync_await (&result);
  return state_sync_topic_settle_finish (self, result, error);
}

/**
 * state_sync_topic_write_sync:
 * @self: a topic
 * @data: what the topic is to hold; a node of type `JSON_NODE_NULL` deletes it
 * @flags: how to make the change
 * @expected_revision: the revision for `STATE_SYNC_WRITE_FLAGS_IF_REVISION`, else ignored
 * @cancellable: (nullable): to stop waiting; the change may be made all the same
 * @revision: (out) (optional): the topic's revision after the change
 * @error: where to put the error, as of [method@Topic.write_finish]
 *
 * As [method@Topic.write_async], but waits for the end, and runs the main context meanwhile.
 *
 * Returns: `TRUE` if the topic holds the data now
 */
gboolean
state_sync_topic_write_sync (StateSyncTopic *self,
                             JsonNode *data,
                             StateSyncWriteFlags flags,
                             guint64 expected_revision,
                             GCancellable *cancellable,
                             guint64 *revision,
                             GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_return_val_if_fail (state_sync_topic_is_made (self), FALSE);
  g_return_val_if_fail (data != NULL, FALSE);

  state_sync_topic_write_async (self, data, flags, expected_revision, cancellable,
                                state_sync_await_callback, &result);
  state_sync_await (&result);
  return state_sync_topic_write_finish (self, result, revision, error);
}

/**
 * state_sync_topic_merge_sync:
 * @self: a topic
 * @patch: a JSON Merge Patch (RFC 7396)
 * @flags: how to make the change
 * @expected_revision: the revision for `STATE_SYNC_WRITE_FLAGS_IF_REVISION`, else ignored
 * @cancellable: (nullable): to stop waiting; the change may be made all the same
 * @revision: (out) (optional): the topic's revision after the change
 * @error: where to put the error, as of [method@Topic.merge_finish]
 *
 * As [method@Topic.merge_async], but waits for the end, and runs the main context meanwhile.
 *
 * Returns: `TRUE` if the change is in effect
 */
gboolean
state_sync_topic_merge_sync (StateSyncTopic *self,
                             JsonNode *patch,
                             StateSyncWriteFlags flags,
                             guint64 expected_revision,
                             GCancellable *cancellable,
                             guint64 *revision,
                             GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_return_val_if_fail (state_sync_topic_is_made (self), FALSE);
  g_return_val_if_fail (patch != NULL, FALSE);

  state_sync_topic_merge_async (self, patch, flags, expected_revision, cancellable,
                                state_sync_await_callback, &result);
  state_sync_await (&result);
  return state_sync_topic_merge_finish (self, result, revision, error);
}

/**
 * state_sync_topic_update_sync:
 * @self: a topic
 * @patch: a JSON Merge Patch (RFC 7396)
 * @flags: how to make the change
 * @expected_revision: the revision for `STATE_SYNC_WRITE_FLAGS_IF_REVISION`, else ignored
 * @cancellable: (nullable): to stop waiting; the change may be made all the same
 * @revision: (out) (optional): the topic's revision after the change
 * @error: where to put the error, as of [method@Topic.update_finish]
 *
 * As [method@Topic.update_async], but waits for the end, and runs the main context meanwhile.
 *
 * Returns: `TRUE` if the change is in effect
 */
gboolean
state_sync_topic_update_sync (StateSyncTopic *self,
                              JsonNode *patch,
                              StateSyncWriteFlags flags,
                              guint64 expected_revision,
                              GCancellable *cancellable,
                              guint64 *revision,
                              GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_return_val_if_fail (state_sync_topic_is_made (self), FALSE);
  g_return_val_if_fail (patch != NULL, FALSE);

  state_sync_topic_update_async (self, patch, flags, expected_revision, cancellable,
                                 state_sync_await_callback, &result);
  state_sync_await (&result);
  return state_sync_topic_update_finish (self, result, revision, error);
}

/**
 * state_sync_client_write_many_sync:
 * @self: a client
 * @transaction: the changes
 * @cancellable: (nullable): to stop waiting; the change may be made all the same
 * @n_revisions: (out): how many revisions there are
 * @error: where to put the error, as of [method@Client.write_many_finish]
 *
 * As [method@Client.write_many_async], but waits for the end, and runs the main context meanwhile.
 *
 * Returns: (array length=n_revisions) (transfer full): the revision of each change's topic
 *   after it, in the order of the changes
 */
guint64 *
state_sync_client_write_many_sync (StateSyncClient *self,
                                   StateSyncTransaction *transaction,
                                   GCancellable *cancellable,
                                   gsize *n_revisions,
                                   GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_return_val_if_fail (state_sync_client_is_made (self), NULL);
  g_return_val_if_fail (STATE_SYNC_IS_TRANSACTION (transaction), NULL);

  state_sync_client_write_many_async (self, transaction, cancellable, state_sync_await_callback,
                                      &result);
  state_sync_await (&result);
  return state_sync_client_write_many_finish (self, result, n_revisions, error);
}
