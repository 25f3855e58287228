/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One topic's replica in this process: the engine follows, the replica knows what is confirmed and
 * what is pending, and here the app is told what differs from what it was told before.
 *
 * Windows share it. Each holds a reference for as long as it shows the topic; with the last one
 * following ends. state_sync_topic_stop() ends it for all of them.
 */

#include "client/topic-private.h"

#include "engine/engine.h"
#include "engine/failure.h"
#include "engine/log.h"
#include "protocol/json-diff.h"
#include "statesync/enum-types.h"
#include "transports/json-text.h"

G_DEFINE_FINAL_TYPE (StateSyncTopic, state_sync_topic, G_TYPE_OBJECT)

enum
{
  PROP_CLIENT = 1,
  PROP_NAME,
  PROP_REVISION,
  PROP_DATA,
  PROP_AVAILABLE,
  PROP_HAS_PENDING,
  PROP_CACHED,
  PROP_STATE,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

enum
{
  CHANGED,
  SYNC_ERROR,
  WRITE_REJECTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
notify (StateSyncTopic *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

gboolean
state_sync_topic_is_made (StateSyncTopic *self)
{
  return STATE_SYNC_IS_TOPIC (self) && self->client != NULL;
}

gboolean
state_sync_topic_is_stopped (StateSyncTopic *self)
{
  return state_sync_engine_get_state (self->engine) == STATE_SYNC_LIFECYCLE_STOPPED;
}

/* --- what the app is told --- */

/* Of an earlier run, as long as there is no newer one. */
static guint64
confirmed_revision (StateSyncTopic *self)
{
  StateSyncSnapshot *confirmed = state_sync_replica_get_confirmed (self->replica);

  if (confirmed == NULL)
    confirmed = state_sync_replica_get_cached (self->replica);
  return confirmed != NULL ? state_sync_snapshot_get_revision (confirmed) : 0;
}

/* A handler may stop the topic; nothing is told after that. */
static void
notify_if_running (StateSyncTopic *self, guint property)
{
  if (!state_sync_topic_is_stopped (self))
    notify (self, property);
}

static void
tell_data (StateSyncTopic *self, GBytes *before, GBytes *now)
{
  g_auto (GStrv) members = state_sync_json_diff (before, now);

  notify_if_running (self, PROP_DATA);
  if (!state_sync_topic_is_stopped (self))
    g_signal_emit (self, signals[CHANGED], 0, members);
}

/* Tells what differs from what was told before. The properties are all new before the first
 * handler runs, and a handler may change the topic again. */
void
state_sync_topic_show (StateSyncTopic *self)
{
  guint64 revision = confirmed_revision (self);
  gboolean pending = state_sync_replica_get_n_pending (self->replica) > 0;
  gboolean revision_differs = revision != self->shown_revision;
  gboolean pending_differs = pending != self->shown_pending;
  gboolean cached = state_sync_replica_get_cached (self->replica) != NULL;
  gboolean cached_differs = cached != self->shown_cached;
  gboolean data_differs;
  g_autoptr (GBytes) now = NULL;
  g_autoptr (GBytes) before = NULL;

  if (state_sync_topic_is_stopped (self))
    return;

  now = g_bytes_ref (state_sync_replica_get_data (self->replica));
  before = g_steal_pointer (&self->shown);
  self->shown = g_bytes_ref (now);
  self->shown_revision = revision;
  self->shown_pending = pending;
  self->shown_cached = cached;
  data_differs = before != now && !g_bytes_equal (before, now);
  if (data_differs)
    g_clear_pointer (&self->data, json_node_unref);

  if (revision_differs)
    notify_if_running (self, PROP_REVISION);
  if (pending_differs)
    notify_if_running (self, PROP_HAS_PENDING);
  if (cached_differs)
    notify_if_running (self, PROP_CACHED);
  if (data_differs)
    tell_data (self, before, now);
}

/* @is_heard: somebody is told besides, who asked for it */
static void
tell_failure (StateSyncTopic *self, StateSyncFailure *failure, gboolean is_heard)
{
  g_autofree char *instance =
      state_sync_invalidation_source_dup_instance (state_sync_client_get_source (self->client));

  state_sync_log_failure (failure, instance,
                          is_heard ||
                              g_signal_has_handler_pending (self, signals[SYNC_ERROR], 0, FALSE));
  g_signal_emit (self, signals[SYNC_ERROR], 0, failure);
}

static void
report (StateSyncTopic *self,
        const GError *error,
        const StateSyncFailureContext *context,
        gboolean is_heard)
{
  g_autoptr (StateSyncFailure) failure = NULL;

  if (state_sync_topic_is_stopped (self))
    return;

  failure = state_sync_failure_new (state_sync_engine_get_topic (self->engine), error, context);
  tell_failure (self, failure, is_heard);
}

void
state_sync_topic_report_write (
    StateSyncTopic *self, const GError *error, guint attempt, gboolean will_retry, guint delay)
{
  const StateSyncFailureContext context = {
    .phase = STATE_SYNC_PHASE_WRITE,
    .local_revision = confirmed_revision (self),
    .attempt = attempt,
    .will_retry = will_retry,
    .next_delay = delay,
  };

  report (self, error, &context, !will_retry);
}

/* What stands above the topic could not do with its data what it was made for. */
void
state_sync_topic_report (StateSyncTopic *self, StateSyncPhase phase, const GError *error)
{
  const StateSyncFailureContext context = {
    .phase = phase,
    .local_revision = confirmed_revision (self),
    .attempt = 1,
  };

  report (self, error, &context, FALSE);
}

void
state_sync_topic_reject (StateSyncTopic *self, GBytes *patch, const GError *error)
{
  g_autoptr (JsonNode) node = NULL;

  if (state_sync_topic_is_stopped (self))
    return;

  node = state_sync_json_node_from_bytes (patch);
  g_signal_emit (self, signals[WRITE_REJECTED], 0, node, error);
}

/* --- following --- */

static gboolean
on_apply (StateSyncEngine *engine, StateSyncSnapshot *snapshot, gpointer user_data, GError **error)
{
  StateSyncTopic *self = user_data;

  return state_sync_replica_confirm (self->replica, snapshot, error);
}

static void
on_applied (gpointer user_data)
{
  g_autoptr (StateSyncTopic) self = g_object_ref (user_data);

  state_sync_topic_keep (self);
  state_sync_topic_go_on (self);
}

/* What is known without a pull. */
void
state_sync_topic_accept (StateSyncTopic *self, StateSyncSnapshot *snapshot)
{
  state_sync_engine_accept (self->engine, snapshot);
}

static void
on_failed (StateSyncFailure *failure, gpointer user_data)
{
  tell_failure (user_data, failure, FALSE);
}

static void
on_available_changed (gpointer user_data)
{
  notify (user_data, PROP_AVAILABLE);
}

static void
on_state_changed (gpointer user_data)
{
  notify (user_data, PROP_STATE);
}

static const StateSyncEngineObserver observer = {
  .applied = on_applied,
  .failed = on_failed,
  .available_changed = on_available_changed,
  .state_changed = on_state_changed,
};

/**
 * state_sync_topic_stop:
 * @self: a topic
 *
 * Ends following for everyone who holds the topic, and for good: from now on nothing is applied
 * or emitted. Changes that were not sent yet end with `G_IO_ERROR_CLOSED`; to see them through,
 * call [method@Topic.settle_async] first.
 *
 * A window that closes does not call this: it drops its reference.
 */
void
state_sync_topic_stop (StateSyncTopic *self)
{
  g_return_if_fail (state_sync_topic_is_made (self));

  if (state_sync_topic_is_stopped (self))
    return;

  g_object_ref (self);
  state_sync_client_forget_topic (self->client, self);
  state_sync_engine_stop (self->engine);
  state_sync_topic_stop_waiting (self);
  state_sync_topic_leave_cache (self);
  state_sync_topic_abandon (self);
  g_object_unref (self);
}

static void
on_refreshed (GObject *engine, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (state_sync_engine_refresh_finish (STATE_SYNC_ENGINE (engine), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * state_sync_topic_refresh_async:
 * @self: a topic
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async) (nullable): called when the newest state is there
 * @user_data: (closure): for `callback`
 *
 * Pulls the newest state, whether or not anything was told to have changed. Works before the
 * topic is started; does nothing once it is stopped.
 */
void
state_sync_topic_refresh_async (StateSyncTopic *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task;

  g_return_if_fail (state_sync_topic_is_made (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_topic_refresh_async);
  state_sync_engine_refresh_async (self->engine, cancellable, on_refreshed, task);
}

/**
 * state_sync_topic_refresh_finish:
 * @self: a topic
 * @result: what the callback got
 * @error: where to put the error: that of the last attempt
 *
 * Ends [method@Topic.refresh_async].
 *
 * Returns: `TRUE` if the newest state is there
 */
gboolean
state_sync_topic_refresh_finish (StateSyncTopic *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- what is known --- */

/**
 * state_sync_topic_get_name:
 * @self: a topic
 *
 * Gives the name with the namespace of the client, as it is on the bus.
 *
 * Returns: (transfer none): the topic's full name
 */
const char *
state_sync_topic_get_name (StateSyncTopic *self)
{
  g_return_val_if_fail (state_sync_topic_is_made (self), NULL);

  return state_sync_engine_get_topic (self->engine);
}

/**
 * state_sync_topic_get_revision:
 * @self: a topic
 *
 * Tells how new what is known is. The revision counts the changes of the topic by anyone; a change
 * that is shown and not confirmed does not count.
 *
 * Returns: the revision of the newest state that the service confirmed; 0 if there is none, or
 *   the topic was never written
 */
guint64
state_sync_topic_get_revision (StateSyncTopic *self)
{
  g_return_val_if_fail (state_sync_topic_is_made (self), 0);

  return confirmed_revision (self);
}

/**
 * state_sync_topic_get_data:
 * @self: a topic
 *
 * Gives what the topic holds as this process sees it: what the service confirmed, with pending
 * changes on top. A node of type `JSON_NODE_NULL` if it holds nothing, or nothing is known yet.
 *
 * The node is immutable: a topic is changed by the calls that write it, and by nothing else. It
 * has what json-glib can hold: a string ends at U+0000, and numbers lose the form in which they
 * were written. Where that matters, read [method@Topic.get_text] and write with
 * [method@Transaction.write_text].
 *
 * Returns: (transfer none): the data; reference it to keep it beyond the next change
 */
JsonNode *
state_sync_topic_get_data (StateSyncTopic *self)
{
  g_return_val_if_fail (state_sync_topic_is_made (self), NULL);

  if (self->data == NULL)
    self->data = state_sync_json_node_from_bytes (self->shown);
  return self->data;
}

/**
 * state_sync_topic_get_text:
 * @self: a topic
 *
 * Gives what [method@Topic.get_data] gives as JSON text, in which numbers have the form in
 * which they were written.
 *
 * Returns: (transfer none): the text, without a terminating NUL
 */
GBytes *
state_sync_topic_get_text (StateSyncTopic *self)
{
  g_return_val_if_fail (state_sync_topic_is_made (self), NULL);

  return self->shown;
}

/**
 * state_sync_topic_get_available:
 * @self: a topic
 *
 * Tells whether changes arrive and can be made now.
 *
 * Returns: whether somebody serves the topic now; the data can be read in any case
 */
gboolean
state_sync_topic_get_available (StateSyncTopic *self)
{
  g_return_val_if_fail (state_sync_topic_is_made (self), FALSE);

  return state_sync_engine_get_available (self->engine);
}

/**
 * state_sync_topic_get_has_pending:
 * @self: a topic
 *
 * Tells whether something is shown that the service has not confirmed: what a window marks as not
 * saved yet.
 *
 * Returns: whether there are changes that are shown here and not in effect yet
 */
gboolean
state_sync_topic_get_has_pending (StateSyncTopic *self)
{
  g_return_val_if_fail (state_sync_topic_is_made (self), FALSE);

  return state_sync_replica_get_n_pending (self->replica) > 0;
}

/**
 * state_sync_topic_get_cached:
 * @self: a topic
 *
 * Tells whether what is shown is left from an earlier run of the app: what a window may mark as not
 * up to date. It ends with the first state that the service gives.
 *
 * Returns: whether [property@Topic:data] is from the client's cache
 */
gboolean
state_sync_topic_get_cached (StateSyncTopic *self)
{
  g_return_val_if_fail (state_sync_topic_is_made (self), FALSE);

  return state_sync_replica_get_cached (self->replica) != NULL;
}

/**
 * state_sync_topic_is_current:
 * @self: a topic
 *
 * Asks whether what is confirmed here is what is committed at this moment, without a message: a
 * look at the service's memory.
 *
 * Returns: `FALSE` if there is something newer, and also if that can't be told without a message
 */
gboolean
state_sync_topic_is_current (StateSyncTopic *self)
{
  guint64 newest;

  g_return_val_if_fail (state_sync_topic_is_made (self), FALSE);

  return state_sync_client_look_revision (self->client, state_sync_topic_get_name (self),
                                          &newest) &&
         newest == confirmed_revision (self) && !state_sync_topic_get_cached (self);
}

/**
 * state_sync_topic_get_state:
 * @self: a topic
 *
 * Tells how far following the topic is.
 *
 * Returns: how far following is
 */
StateSyncLifecycle
state_sync_topic_get_state (StateSyncTopic *self)
{
  g_return_val_if_fail (state_sync_topic_is_made (self), STATE_SYNC_LIFECYCLE_STOPPED);

  return state_sync_engine_get_state (self->engine);
}

/**
 * state_sync_topic_get_counters:
 * @self: a topic
 * @counters: (out caller-allocates): where to put the figures
 *
 * Tells what the topic has done since it was made: by all windows of this process together.
 */
void
state_sync_topic_get_counters (StateSyncTopic *self, StateSyncCounters *counters)
{
  g_return_if_fail (state_sync_topic_is_made (self));

  state_sync_engine_get_counters (self->engine, counters);
  counters->writes = self->n_writes;
  counters->conflicts = self->n_conflicts;
}

/**
 * state_sync_topic_set_filter:
 * @self: a topic
 * @filter: (nullable) (scope notified): decides whether an invalidation leads to a refresh
 * @user_data: (closure): for `filter`
 * @destroy: (destroy user_data): for `user_data`
 *
 * Sets a function that may skip refreshes: for invalidations that are newer than what is known.
 * What it skips is not made up for before something else makes the topic pull. One filter holds
 * for all windows of this process; it is let go when the topic is stopped.
 */
void
state_sync_topic_set_filter (StateSyncTopic *self,
                             StateSyncFilterFunc filter,
                             gpointer user_data,
                             GDestroyNotify destroy)
{
  g_return_if_fail (state_sync_topic_is_made (self));

  state_sync_engine_set_filter (self->engine, filter, user_data, destroy);
}

/* --- the object --- */

StateSyncTopic *
state_sync_topic_new (StateSyncClient *client, const char *name)
{
  StateSyncTopic *self = g_object_new (STATE_SYNC_TYPE_TOPIC, NULL);

  self->client = g_object_ref (client);
  g_set_object (&self->cache, state_sync_client_get_cache (client));
  self->replica = state_sync_replica_new (name);
  self->engine = state_sync_engine_new (
      state_sync_client_get_source (client), state_sync_client_get_provider (client), name,
      state_sync_client_get_policy (client), on_apply, self, NULL);
  self->shown = g_bytes_ref (state_sync_replica_get_data (self->replica));
  state_sync_engine_set_observer (self->engine, &observer, self);
  return self;
}

static void
state_sync_topic_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  StateSyncTopic *self = STATE_SYNC_TOPIC (object);

  switch (property_id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;
    case PROP_NAME:
      g_value_set_string (value, state_sync_topic_get_name (self));
      break;
    case PROP_REVISION:
      g_value_set_uint64 (value, state_sync_topic_get_revision (self));
      break;
    case PROP_DATA:
      g_value_set_boxed (value, state_sync_topic_get_data (self));
      break;
    case PROP_AVAILABLE:
      g_value_set_boolean (value, state_sync_topic_get_available (self));
      break;
    case PROP_HAS_PENDING:
      g_value_set_boolean (value, state_sync_topic_get_has_pending (self));
      break;
    case PROP_CACHED:
      g_value_set_boolean (value, state_sync_topic_get_cached (self));
      break;
    case PROP_STATE:
      g_value_set_enum (value, state_sync_topic_get_state (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
state_sync_topic_dispose (GObject *object)
{
  if (STATE_SYNC_TOPIC (object)->engine != NULL)
    state_sync_topic_stop (STATE_SYNC_TOPIC (object));

  G_OBJECT_CLASS (state_sync_topic_parent_class)->dispose (object);
}

static void
state_sync_topic_finalize (GObject *object)
{
  StateSyncTopic *self = STATE_SYNC_TOPIC (object);

  if (self->engine != NULL)
    state_sync_engine_set_observer (self->engine, NULL, NULL);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->replica, state_sync_replica_free);
  g_clear_pointer (&self->shown, g_bytes_unref);
  g_clear_pointer (&self->data, json_node_unref);
  g_clear_pointer (&self->hold, state_sync_hold_free);
  g_clear_object (&self->cache);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (state_sync_topic_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * StateSyncTopic:client:
   *
   * The client that the topic belongs to.
   */
  properties[PROP_CLIENT] =
      g_param_spec_object ("client", NULL, NULL, STATE_SYNC_TYPE_CLIENT, flags);

  /**
   * StateSyncTopic:name:
   *
   * The topic's full name.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * StateSyncTopic:revision:
   *
   * The revision of the newest state that the service confirmed; 0 if there is none, or the topic
   * was never written. It goes back only when another instance serves that has less.
   */
  properties[PROP_REVISION] =
      g_param_spec_uint64 ("revision", NULL, NULL, 0, G_MAXUINT64, 0, flags);

  /**
   * StateSyncTopic:data:
   *
   * What the topic holds as this process sees it, pending changes included. Immutable.
   */
  properties[PROP_DATA] = g_param_spec_boxed ("data", NULL, NULL, JSON_TYPE_NODE, flags);

  /**
   * StateSyncTopic:available:
   *
   * Whether somebody serves the topic now. The data can be read in any case.
   */
  properties[PROP_AVAILABLE] = g_param_spec_boolean ("available", NULL, NULL, FALSE, flags);

  /**
   * StateSyncTopic:has-pending:
   *
   * Whether there are changes that are shown here and not in effect yet.
   */
  properties[PROP_HAS_PENDING] = g_param_spec_boolean ("has-pending", NULL, NULL, FALSE, flags);

  /**
   * StateSyncTopic:cached:
   *
   * Whether what is shown is left from an earlier run of the app, and nobody has confirmed it
   * since. Whatever [property@Topic:state] and [property@Topic:available] say, it can be read, and
   * updated.
   */
  properties[PROP_CACHED] = g_param_spec_boolean ("cached", NULL, NULL, FALSE, flags);

  /**
   * StateSyncTopic:state:
   *
   * How far following is: from idle to starting and running, back to idle when a start fails, and
   * to stopped for good.
   */
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, STATE_SYNC_TYPE_LIFECYCLE,
                                              STATE_SYNC_LIFECYCLE_IDLE, flags);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
install_signals (void)
{
  /**
   * StateSyncTopic::changed:
   * @self: the topic
   * @members: (nullable) (array zero-terminated=1): the names of the top-level members that differ
   *   from before; `NULL`, in Python an empty list, if what the topic holds is no object, or was
   * none before: any of them may differ
   *
   * [property@Topic:data] is another, by whomever it was changed. All properties are new before
   * the first handler runs. A handler may change the topic.
   */
  signals[CHANGED] = g_signal_new ("changed", STATE_SYNC_TYPE_TOPIC, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRV);

  /**
   * StateSyncTopic::sync-error:
   * @self: the topic
   * @failure: what went wrong, and what is done about it
   *
   * Something went wrong with following the topic or with writing it. Nothing is lost by it:
   * following goes on, whatever the handlers do; only a start that failed has to be made again.
   */
  signals[SYNC_ERROR] = g_signal_new ("sync-error", STATE_SYNC_TYPE_TOPIC, G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 1, STATE_SYNC_TYPE_FAILURE);

  /**
   * StateSyncTopic::write-rejected:
   * @self: the topic
   * @patch: the change as it was given: a JSON Merge Patch (RFC 7396), or the new data where a
   *   broadcast client's [method@Topic.write_async] was refused
   * @error: why; its message is fit to be shown
   *
   * A change made by [method@Topic.update_async] was taken back. [property@Topic:data] is
   * already without it.
   */
  signals[WRITE_REJECTED] =
      g_signal_new ("write-rejected", STATE_SYNC_TYPE_TOPIC, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, JSON_TYPE_NODE, G_TYPE_ERROR);
}

static void
state_sync_topic_class_init (StateSyncTopicClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = state_sync_topic_get_property;
  object_class->dispose = state_sync_topic_dispose;
  object_class->finalize = state_sync_topic_finalize;

  install_properties (object_class);
  install_signals ();
}

static void
state_sync_topic_init (StateSyncTopic *self)
{
}
