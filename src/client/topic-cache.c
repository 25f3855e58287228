/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an earlier run of the app has left is shown before the topic is followed, and what is
 * confirmed is kept for the next one. The start waits for the load, so what was cached is never
 * shown after what is pulled; the replica sees to it that it is no ground for writes, and that the
 * first snapshot takes its place.
 */

#include "client/topic-private.h"

#include "cache/cache-private.h"
#include "engine/fault.h"

/* --- loading --- */

static void
on_loaded (GObject *cache, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncTopic) self = user_data;
  g_autoptr (StateSyncSnapshot) snapshot =
      state_sync_cache_load_finish (STATE_SYNC_CACHE (cache), result);

  self->is_loading = FALSE;
  self->is_loaded = TRUE;
  if (snapshot != NULL && !state_sync_topic_is_stopped (self))
    {
      state_sync_replica_set_cached (self->replica, snapshot);
      state_sync_topic_go_on (self);
    }
  state_sync_waiters_end (&self->loaders, NULL);
}

/* Whether a load could show anything. */
gboolean
state_sync_topic_can_load (StateSyncTopic *self)
{
  return self->cache != NULL && !self->is_loaded && !state_sync_topic_is_stopped (self) &&
         state_sync_replica_get_confirmed (self->replica) == NULL;
}

/**
 * state_sync_topic_load_cached_async:
 * @self: a topic
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async) (nullable): called when it is shown, or there is nothing to show
 * @user_data: (closure): for `callback`
 *
 * Shows what an earlier run of the app has left in the client's [property@Client:cache]: when the
 * call ends, [property@Topic:data] is there if anything is cached. An app that wants data in the
 * first frame of its window presents it then. Without a cache, or once the topic's state is known,
 * it ends without doing anything.
 *
 * It asks nobody who serves. [method@Topic.start_async] does this too, and can be called before;
 * what is cached is loaded once.
 */
void
state_sync_topic_load_cached_async (StateSyncTopic *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (state_sync_topic_is_made (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_topic_load_cached_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!state_sync_topic_can_load (self))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  state_sync_waiters_add (&self->loaders, task, NULL);
  if (self->is_loading)
    return;
  self->is_loading = TRUE;
  state_sync_cache_load_async (self->cache, state_sync_topic_get_name (self), on_loaded,
                               g_object_ref (self));
}

/**
 * state_sync_topic_load_cached_finish:
 * @self: a topic
 * @result: what the callback got
 * @error: where to put the error: `G_IO_ERROR_CANCELLED`
 *
 * Ends [method@Topic.load_cached_async].
 *
 * Returns: `TRUE` unless it was cancelled, or the topic was stopped meanwhile;
 *   [property@Topic:cached] tells whether something cached is shown
 */
gboolean
state_sync_topic_load_cached_finish (StateSyncTopic *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- keeping --- */

/* What is confirmed may be another. */
void
state_sync_topic_keep (StateSyncTopic *self)
{
  StateSyncSnapshot *confirmed = state_sync_replica_get_confirmed (self->replica);

  if (self->cache != NULL && confirmed != NULL)
    state_sync_cache_keep (self->cache, state_sync_topic_get_name (self), confirmed);
}

/* The topic is stopped: what is unsaved is saved, and who waits for a load is told. */
void
state_sync_topic_leave_cache (StateSyncTopic *self)
{
  g_autoptr (GError) error = NULL;

  if (self->cache == NULL)
    return;

  state_sync_cache_leave (self->cache, state_sync_topic_get_name (self));
  error = state_sync_fault_stopped (state_sync_topic_get_name (self));
  state_sync_waiters_end (&self->loaders, error);
}
