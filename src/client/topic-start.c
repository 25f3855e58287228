/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a topic begins to be followed. What was cached is shown before that.
 *
 * A start that fails takes everything back, as there is nobody who could be followed, and the app
 * is told. But it wants to follow: so it does by itself once somebody serves. An app need not look
 * for that, and what it shows of the cache does not stay as it is for ever.
 */

#include "client/topic-private.h"

/* --- what failed is made good --- */

static void wait_for_service (StateSyncTopic *self, const GError *error);

static void
on_came_back (GObject *engine, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncTopic) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!state_sync_engine_start_finish (STATE_SYNC_ENGINE (engine), result, &error))
    wait_for_service (self, error);
}

void
state_sync_topic_stop_waiting (StateSyncTopic *self)
{
  g_clear_signal_handler (&self->comeback, state_sync_client_get_source (self->client));
}

static void
on_instance_changed (StateSyncInvalidationSource *source, StateSyncTopic *self)
{
  g_autofree char *instance = state_sync_invalidation_source_dup_instance (source);

  if (instance == NULL)
    return;
  state_sync_topic_stop_waiting (self);
  state_sync_engine_start_async (self->engine, NULL, on_came_back, g_object_ref (self));
}

/* The start failed with @error. */
static void
wait_for_service (StateSyncTopic *self, const GError *error)
{
  if (self->comeback == 0 && !state_sync_topic_is_stopped (self) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->comeback = g_signal_connect (state_sync_client_get_source (self->client),
                                       "instance-changed", G_CALLBACK (on_instance_changed), self);
}

/* --- starting --- */

static void
on_started (GObject *engine, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StateSyncTopic *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (state_sync_engine_start_finish (STATE_SYNC_ENGINE (engine), result, &error))
    {
      state_sync_topic_stop_waiting (self);
      g_task_return_boolean (task, TRUE);
      return;
    }
  wait_for_service (self, error);
  g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_cache_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StateSyncTopic *self = STATE_SYNC_TOPIC (source);
  g_autoptr (GError) error = NULL;

  if (!state_sync_topic_load_cached_finish (self, result, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    state_sync_engine_start_async (self->engine, g_task_get_cancellable (task), on_started,
                                   g_object_ref (task));
}

/**
 * state_sync_topic_start_async:
 * @self: a topic
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async) (nullable): called when the topic is followed
 * @user_data: (closure): for `callback`
 *
 * Begins to follow the topic: subscribes, then pulls. When it succeeds, [property@Topic:data] is
 * there. If it fails, everything is as before: it may be tried again, and unless it was cancelled
 * or the topic is stopped, following begins by itself as soon as somebody serves.
 *
 * A topic that is followed already, for another window, is followed no second time: the call
 * succeeds at once, or together with the first.
 *
 * With a [property@Client:cache], what an earlier run has left is shown before the topic is pulled.
 */
void
state_sync_topic_start_async (StateSyncTopic *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task;

  g_return_if_fail (state_sync_topic_is_made (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_topic_start_async);
  if (state_sync_topic_can_load (self))
    state_sync_topic_load_cached_async (self, cancellable, on_cache_asked, task);
  else
    state_sync_engine_start_async (self->engine, cancellable, on_started, task);
}

/**
 * state_sync_topic_start_finish:
 * @self: a topic
 * @result: what the callback got
 * @error: where to put the error: that of the last attempt; of the domain `STATE_SYNC_ERROR` what
 *   the service said; `G_IO_ERROR_CLOSED` if the topic was stopped before, `G_IO_ERROR_CANCELLED`
 *   if it was stopped meanwhile
 *
 * Ends [method@Topic.start_async].
 *
 * Returns: `TRUE` if the topic is followed
 */
gboolean
state_sync_topic_start_finish (StateSyncTopic *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
