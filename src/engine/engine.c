/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The object that an application sees: it starts and stops, keeps those who wait, and decides
 * which invalidations count. How the topic is kept up to date is told in follower.c.
 *
 *            start            ready, and the first pull is good
 *   IDLE ───────────► STARTING ────────────────────────────────► RUNNING
 *     ▲                  │                                          │
 *     └──────────────────┘ refused, failed, cancelled               │ stop
 *                        └──────────────────────────────────────────┴────► STOPPED
 *
 * The first pull is the first one that is sent after the source is ready: one that was under way
 * before, for a refresh, may have missed a change that was not told.
 *
 * Refreshes wait in `next` until a pull is sent after them, then in `joined` until it is over.
 */

#include "engine/engine.h"

#include "protocol/name.h"

#include "engine/callback.h"
#include "engine/fault.h"
#include "engine/follower.h"
#include "engine/listener.h"
#include "engine/log.h"
#include "engine/policy.h"
#include "engine/waiters.h"

#include "statesync/enum-types.h"

struct _StateSyncEngine
{
  GObject parent_instance;

  StateSyncFollower follower;
  StateSyncListener listener;
  StateSyncPolicy *policy;                 /* (nullable) */
  StateSyncCallback *apply;                /* (nullable) a StateSyncApplyFunc */
  const StateSyncEngineObserver *observer; /* (nullable) */
  gpointer observer_data;
  StateSyncLifecycle state;
  gboolean is_first_pull; /* the pull under way decides whether the start succeeds */

  StateSyncWaiters starters;
  StateSyncWaiters joined; /* refreshes that the pull under way answers */
  StateSyncWaiters next;   /* refreshes that come too late for it */
};

G_DEFINE_FINAL_TYPE (StateSyncEngine, state_sync_engine, G_TYPE_OBJECT)

enum
{
  PROP_TOPIC = 1,
  PROP_STATE,
  PROP_AVAILABLE,
  PROP_REVISION,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

enum
{
  SYNC_ERROR,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Languages can make the bare object, which has nothing to work on. */
static gboolean
is_made (StateSyncEngine *self)
{
  return STATE_SYNC_IS_ENGINE (self) && self->follower.source != NULL;
}

/* --- what is told --- */

static void
set_state (StateSyncEngine *self, StateSyncLifecycle state)
{
  static const char *const names[] = { "idle", "starting", "running", "stopped" };

  self->state = state;
  self->follower.is_following = state == STATE_SYNC_LIFECYCLE_RUNNING;
  state_sync_log_debug (self->follower.topic, self->follower.gate.revision, self->follower.serving,
                        names[state]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  if (self->observer != NULL)
    self->observer->state_changed (self->observer_data);
}

/* Whoever listens knows whether it is heard. */
static void
on_failed (const GError *error, StateSyncFailureContext *context, gpointer owner)
{
  StateSyncEngine *self = owner;
  g_autoptr (StateSyncFailure) failure = NULL;

  context->local_revision = self->follower.gate.revision;
  failure = state_sync_failure_new (self->follower.topic, error, context);
  self->follower.counters.errors++;
  if (self->observer == NULL && !g_signal_has_handler_pending (self, signals[SYNC_ERROR], 0, FALSE))
    state_sync_log_failure (failure, self->follower.serving, FALSE);
  g_signal_emit (self, signals[SYNC_ERROR], 0, failure);
  if (self->observer != NULL)
    self->observer->failed (failure, self->observer_data);
}

static void
report (StateSyncEngine *self, StateSyncPhase phase, const GError *error)
{
  if (self->state != STATE_SYNC_LIFECYCLE_STOPPED)
    on_failed (error, &(StateSyncFailureContext){ .phase = phase }, self);
}

/* What fails without a reason gets one. */
static gboolean
on_apply (StateSyncSnapshot *snapshot, GError **error, gpointer owner)
{
  StateSyncEngine *self = owner;
  g_autoptr (StateSyncCallback) apply = state_sync_callback_hold (self->apply);
  g_autoptr (GError) cause = NULL;

  if (apply->func == NULL ||
      ((StateSyncApplyFunc)apply->func) (self, snapshot, apply->user_data, &cause))
    return TRUE;

  if (cause == NULL)
    cause = state_sync_fault_not_applied (self->follower.topic,
                                          state_sync_snapshot_get_revision (snapshot));
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

static void
on_applied (gpointer owner)
{
  StateSyncEngine *self = owner;

  if (self->observer != NULL)
    self->observer->applied (self->observer_data);
}

static void
on_revision_changed (gpointer owner)
{
  g_object_notify_by_pspec (owner, properties[PROP_REVISION]);
}

static void
on_available_changed (gpointer owner)
{
  StateSyncEngine *self = owner;

  g_object_notify_by_pspec (owner, properties[PROP_AVAILABLE]);
  if (self->observer != NULL)
    self->observer->available_changed (self->observer_data);
}

/* --- from start to stop --- */

/* As if it had never been started; but refreshes that somebody waits for go on. */
static void
roll_back (StateSyncEngine *self)
{
  self->is_first_pull = FALSE;
  state_sync_listener_end (&self->listener);
  if (state_sync_waiters_is_empty (&self->joined) && state_sync_waiters_is_empty (&self->next))
    state_sync_follower_cancel (&self->follower);
  set_state (self, STATE_SYNC_LIFECYCLE_IDLE);
}

static void
end_start (StateSyncEngine *self, const GError *error)
{
  StateSyncWaiters starters = { NULL };

  state_sync_waiters_move (&self->starters, &starters);
  if (error != NULL)
    roll_back (self);
  else
    set_state (self, STATE_SYNC_LIFECYCLE_RUNNING);
  state_sync_waiters_end (&starters, error);
}

static void
on_pull_began (gpointer owner)
{
  StateSyncEngine *self = owner;

  state_sync_waiters_move (&self->next, &self->joined);
  if (self->listener.is_ready && self->state == STATE_SYNC_LIFECYCLE_STARTING)
    self->is_first_pull = TRUE;
}

static void
on_pull_ended (const GError *error, gpointer owner)
{
  StateSyncEngine *self = owner;
  StateSyncWaiters joined = { NULL };

  state_sync_waiters_move (&self->joined, &joined);
  if (self->is_first_pull)
    {
      self->is_first_pull = FALSE;
      end_start (self, error);
    }
  state_sync_waiters_end (&joined, error);
}

static const StateSyncFollowerFuncs follower_funcs = {
  .apply = on_apply,
  .applied = on_applied,
  .revision_changed = on_revision_changed,
  .available_changed = on_available_changed,
  .failed = on_failed,
  .pull_began = on_pull_began,
  .pull_ended = on_pull_ended,
};

static void
on_ready (gpointer owner)
{
  StateSyncEngine *self = owner;

  state_sync_follower_pull (&self->follower);
}

static void
on_refused (const GError *error, gpointer owner)
{
  StateSyncEngine *self = owner;

  report (self, STATE_SYNC_PHASE_SUBSCRIBE, error);
  if (self->state == STATE_SYNC_LIFECYCLE_STARTING)
    end_start (self, error);
}

static void
on_trouble (const GError *error, gpointer owner)
{
  report (owner, STATE_SYNC_PHASE_INVALIDATION, error);
}

static const StateSyncListenerFuncs listener_funcs = { on_ready, on_refused, on_trouble };

static void
begin_start (StateSyncEngine *self)
{
  set_state (self, STATE_SYNC_LIFECYCLE_STARTING);
  if (state_sync_throttle_plan_is_closed (self->listener.plan))
    {
      g_autoptr (GError) error = state_sync_fault_closed_plan (self->follower.topic);

      report (self, STATE_SYNC_PHASE_THROTTLE, error);
    }

  /* Who was told may have stopped it. */
  if (self->state == STATE_SYNC_LIFECYCLE_STARTING)
    state_sync_listener_begin (&self->listener);
}

/* --- the way in --- */

/* (nullable): a task that is not over yet. */
static GTask *
begin_task (StateSyncEngine *self,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data,
            gpointer source_tag)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  return g_task_return_error_if_cancelled (task) ? NULL : g_steal_pointer (&task);
}

static gboolean
finish_task (StateSyncEngine *self, GAsyncResult *result, gpointer source_tag, GError **error)
{
  g_return_val_if_fail (is_made (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, source_tag), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* A name that breaks the rule would not get through any transport. */
static gboolean
check_topic (StateSyncEngine *self, StateSyncPhase phase, GTask *task)
{
  g_autoptr (GError) error = NULL;

  if (state_sync_name_check (self->follower.topic, &error))
    return TRUE;

  report (self, phase, error);
  g_task_return_error (task, g_steal_pointer (&error));
  return FALSE;
}

static void
on_starter_left (gpointer source_object)
{
  StateSyncEngine *self = STATE_SYNC_ENGINE (source_object);

  if (self->state == STATE_SYNC_LIFECYCLE_STARTING && state_sync_waiters_is_empty (&self->starters))
    roll_back (self);
}

/**
 * state_sync_engine_start_async:
 * @self: an engine
 * @cancellable: (nullable): cancels the start, unless somebody else waits for it too
 * @callback: (scope async) (nullable): called when it follows, or could not
 * @user_data: (closure): for `callback`
 *
 * Begins to follow: subscribes, then pulls. When the pull has failed for good, or could not be
 * applied, everything is taken back, and it may be started again.
 *
 * A start while it is starting joins in, one while it is running succeeds at once. One after
 * [method@Engine.stop] fails with `G_IO_ERROR_CLOSED`.
 */
void
state_sync_engine_start_async (StateSyncEngine *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (is_made (self));

  task = begin_task (self, cancellable, callback, user_data, state_sync_engine_start_async);
  if (task == NULL)
    return;
  if (self->state == STATE_SYNC_LIFECYCLE_STOPPED)
    {
      g_task_return_error (task, state_sync_fault_start_stopped (self->follower.topic));
      return;
    }
  if (self->state == STATE_SYNC_LIFECYCLE_RUNNING)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (!check_topic (self, STATE_SYNC_PHASE_START, task))
    return;

  state_sync_waiters_add (&self->starters, task, on_starter_left);
  if (self->state == STATE_SYNC_LIFECYCLE_IDLE)
    begin_start (self);
}

/**
 * state_sync_engine_start_finish:
 * @self: an engine
 * @result: what the callback got
 * @error: where to put the error
 *
 * Ends [method@Engine.start_async].
 *
 * Returns: `TRUE` if it follows
 */
gboolean
state_sync_engine_start_finish (StateSyncEngine *self, GAsyncResult *result, GError **error)
{
  return finish_task (self, result, state_sync_engine_start_async, error);
}

static void
shut_down (StateSyncEngine *self)
{
  self->state = STATE_SYNC_LIFECYCLE_STOPPED;
  self->is_first_pull = FALSE;
  state_sync_follower_stop (&self->follower);
  state_sync_listener_end (&self->listener);
  g_clear_pointer (&self->apply, state_sync_callback_release);
  g_clear_pointer (&self->listener.filter, state_sync_callback_release);
}

/**
 * state_sync_engine_stop:
 * @self: an engine
 *
 * Stops for good. From now on nothing is applied and nothing emitted; pulls, timers and retries
 * are cancelled; starts and refreshes that somebody waits for end with `G_IO_ERROR_CANCELLED`. The
 * functions that were given are let go, once none of them is running any more.
 *
 * Stopping again does nothing.
 */
void
state_sync_engine_stop (StateSyncEngine *self)
{
  g_autoptr (StateSyncEngine) hold G_GNUC_UNUSED = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (is_made (self));

  if (self->state == STATE_SYNC_LIFECYCLE_STOPPED)
    return;

  hold = g_object_ref (self);
  error = state_sync_fault_stopped (self->follower.topic);
  shut_down (self);
  set_state (self, STATE_SYNC_LIFECYCLE_STOPPED);
  state_sync_waiters_end (&self->starters, error);
  state_sync_waiters_end (&self->joined, error);
  state_sync_waiters_end (&self->next, error);
}

/**
 * state_sync_engine_refresh_async:
 * @self: an engine
 * @cancellable: (nullable): ends the waiting; the pull itself goes on
 * @callback: (scope async) (nullable): called when what is newest now is applied, or could not be
 * @user_data: (closure): for `callback`
 *
 * Pulls, whatever the throttle says. As a pull that is under way may be too early, another one
 * follows it then, one for all who ask meanwhile.
 *
 * It needs no start. After [method@Engine.stop] it succeeds and does nothing.
 */
void
state_sync_engine_refresh_async (StateSyncEngine *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (is_made (self));

  task = begin_task (self, cancellable, callback, user_data, state_sync_engine_refresh_async);
  if (task == NULL)
    return;
  if (self->state == STATE_SYNC_LIFECYCLE_STOPPED)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (!check_topic (self, STATE_SYNC_PHASE_REFRESH, task))
    return;

  state_sync_waiters_add (&self->next, task, NULL);
  state_sync_follower_pull (&self->follower);
}

/**
 * state_sync_engine_refresh_finish:
 * @self: an engine
 * @result: what the callback got
 * @error: where to put the error
 *
 * Ends [method@Engine.refresh_async].
 *
 * Returns: `TRUE` if what is there is as new as it was asked for
 */
gboolean
state_sync_engine_refresh_finish (StateSyncEngine *self, GAsyncResult *result, GError **error)
{
  return finish_task (self, result, state_sync_engine_refresh_async, error);
}

/**
 * state_sync_engine_accept:
 * @self: an engine
 * @snapshot: a state of the topic that is known without a pull
 *
 * Puts a snapshot through the gate, as if it had been pulled: the reply to one's own write, for
 * one, so that the invalidation that follows it finds nothing new and costs no pull.
 *
 * It is applied before this returns if it is newer; from within the [callback@ApplyFunc], after
 * that is done. A failure to apply it is reported. After [method@Engine.stop] it does nothing.
 */
void
state_sync_engine_accept (StateSyncEngine *self, StateSyncSnapshot *snapshot)
{
  g_return_if_fail (is_made (self));
  g_return_if_fail (snapshot != NULL);

  if (self->state != STATE_SYNC_LIFECYCLE_STOPPED)
    state_sync_follower_accept (&self->follower, snapshot);
}

/**
 * state_sync_engine_set_filter:
 * @self: an engine
 * @filter: (nullable) (scope notified) (closure user_data) (destroy destroy): decides which
 *   invalidations lead to a refresh; `NULL` = all
 * @user_data: for `filter`
 * @destroy: (nullable): called with `user_data` when `filter` is not used any more
 *
 * Sets what may skip refreshes.
 */
void
state_sync_engine_set_filter (StateSyncEngine *self,
                              StateSyncFilterFunc filter,
                              gpointer user_data,
                              GDestroyNotify destroy)
{
  g_return_if_fail (is_made (self));

  g_clear_pointer (&self->listener.filter, state_sync_callback_release);
  self->listener.filter = state_sync_callback_new (G_CALLBACK (filter), user_data, destroy);
}

/* --- the object --- */

/**
 * state_sync_engine_get_topic:
 * @self: an engine
 *
 * Tells what is followed.
 *
 * Returns: (transfer none): the topic
 */
const char *
state_sync_engine_get_topic (StateSyncEngine *self)
{
  g_return_val_if_fail (is_made (self), NULL);

  return self->follower.topic;
}

/**
 * state_sync_engine_get_state:
 * @self: an engine
 *
 * Tells how far it is.
 *
 * Returns: the state
 */
StateSyncLifecycle
state_sync_engine_get_state (StateSyncEngine *self)
{
  g_return_val_if_fail (is_made (self), STATE_SYNC_LIFECYCLE_STOPPED);

  return self->state;
}

/**
 * state_sync_engine_get_available:
 * @self: an engine
 *
 * Tells whether somebody serves the topic, as far as is known; followed from the start on.
 *
 * Returns: `TRUE` if somebody serves
 */
gboolean
state_sync_engine_get_available (StateSyncEngine *self)
{
  g_return_val_if_fail (is_made (self), FALSE);

  return self->follower.serving != NULL;
}

/**
 * state_sync_engine_get_revision:
 * @self: an engine
 *
 * Tells which revision was applied last.
 *
 * Returns: the revision; 0 if none was applied yet
 */
guint64
state_sync_engine_get_revision (StateSyncEngine *self)
{
  g_return_val_if_fail (is_made (self), 0);

  return self->follower.gate.revision;
}

/**
 * state_sync_engine_get_counters:
 * @self: an engine
 * @counters: (out caller-allocates): where to put them
 *
 * Tells what it has done.
 */
void
state_sync_engine_get_counters (StateSyncEngine *self, StateSyncCounters *counters)
{
  g_return_if_fail (is_made (self));
  g_return_if_fail (counters != NULL);

  *counters = self->follower.counters;
}

/**
 * state_sync_engine_new:
 * @source: tells that the topic may have changed
 * @provider: gives the topic's state; may be the same object as `source`
 * @topic: the topic
 * @policy: (nullable): how to retry, debounce and throttle; `NULL` for the default
 * @apply: (nullable) (scope notified) (closure user_data) (destroy destroy): makes a snapshot the
 *   application's state; `NULL` to follow the revision only
 * @user_data: for `apply`
 * @destroy: (nullable): called with `user_data` when `apply` is not used any more
 *
 * Makes what follows a topic. It does nothing until [method@Engine.start_async] or
 * [method@Engine.refresh_async].
 *
 * Returns: (transfer full): a new engine
 */
StateSyncEngine *
state_sync_engine_new (StateSyncInvalidationSource *source,
                       StateSyncSnapshotProvider *provider,
                       const char *topic,
                       StateSyncPolicy *policy,
                       StateSyncApplyFunc apply,
                       gpointer user_data,
                       GDestroyNotify destroy)
{
  g_autoptr (StateSyncClock) clock = state_sync_clock_new_real ();

  return state_sync_engine_new_with_clock (source, provider, topic, policy, apply, user_data,
                                           destroy, clock);
}

/* The same, in a time of one's own. */
StateSyncEngine *
state_sync_engine_new_with_clock (StateSyncInvalidationSource *source,
                                  StateSyncSnapshotProvider *provider,
                                  const char *topic,
                                  StateSyncPolicy *policy,
                                  StateSyncApplyFunc apply,
                                  gpointer user_data,
                                  GDestroyNotify destroy,
                                  StateSyncClock *clock)
{
  const StateSyncPlan *plan = state_sync_policy_get_plan (policy);
  StateSyncEngine *self;

  g_return_val_if_fail (STATE_SYNC_IS_INVALIDATION_SOURCE (source), NULL);
  g_return_val_if_fail (STATE_SYNC_IS_SNAPSHOT_PROVIDER (provider), NULL);
  g_return_val_if_fail (topic != NULL, NULL);

  self = g_object_new (STATE_SYNC_TYPE_ENGINE, NULL);
  self->policy = policy != NULL ? g_object_ref (policy) : NULL;
  self->apply = state_sync_callback_new (G_CALLBACK (apply), user_data, destroy);
  state_sync_follower_init (&self->follower, source, provider, topic, &plan->retry, clock,
                            &follower_funcs, self);
  self->listener = (StateSyncListener){
    .follower = &self->follower,
    .plan = &plan->throttle,
    .funcs = &listener_funcs,
    .owner = self,
  };
  return self;
}

/* @observer: (nullable): for nobody any more */
void
state_sync_engine_set_observer (StateSyncEngine *self,
                                const StateSyncEngineObserver *observer,
                                gpointer user_data)
{
  self->observer = observer;
  self->observer_data = user_data;
}

static void
state_sync_engine_get_property (GObject *object,
                                guint property_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  StateSyncEngine *self = STATE_SYNC_ENGINE (object);

  switch (property_id)
    {
    case PROP_TOPIC:
      g_value_set_string (value, self->follower.topic);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_AVAILABLE:
      g_value_set_boolean (value, self->follower.serving != NULL);
      break;
    case PROP_REVISION:
      g_value_set_uint64 (value, self->follower.gate.revision);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
state_sync_engine_dispose (GObject *object)
{
  StateSyncEngine *self = STATE_SYNC_ENGINE (object);

  shut_down (self);

  G_OBJECT_CLASS (state_sync_engine_parent_class)->dispose (object);
}

static void
state_sync_engine_finalize (GObject *object)
{
  StateSyncEngine *self = STATE_SYNC_ENGINE (object);

  state_sync_follower_clear (&self->follower);
  g_clear_object (&self->policy);

  G_OBJECT_CLASS (state_sync_engine_parent_class)->finalize (object);
}

#define FLAGS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY)

static void
state_sync_engine_class_init (StateSyncEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = state_sync_engine_get_property;
  object_class->dispose = state_sync_engine_dispose;
  object_class->finalize = state_sync_engine_finalize;

  /**
   * StateSyncEngine:topic:
   *
   * What is followed.
   */
  properties[PROP_TOPIC] = g_param_spec_string ("topic", NULL, NULL, NULL, FLAGS);

  /**
   * StateSyncEngine:state:
   *
   * How far it is.
   */
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, STATE_SYNC_TYPE_LIFECYCLE,
                                              STATE_SYNC_LIFECYCLE_IDLE, FLAGS);

  /**
   * StateSyncEngine:available:
   *
   * Whether somebody serves the topic, as far as is known. While nobody does, what was applied
   * last stays; once somebody does, a pull follows.
   */
  properties[PROP_AVAILABLE] = g_param_spec_boolean ("available", NULL, NULL, FALSE, FLAGS);

  /**
   * StateSyncEngine:revision:
   *
   * Which revision was applied last; 0 if none was yet. It goes back only when another instance
   * serves that has less.
   */
  properties[PROP_REVISION] =
      g_param_spec_uint64 ("revision", NULL, NULL, 0, G_MAXUINT64, 0, FLAGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * StateSyncEngine::sync-error:
   * @self: the engine
   * @failure: what went wrong
   *
   * Something went wrong. The engine goes on, whatever the handlers do; only a start that failed
   * has to be made again. A failure that nobody listens to is logged.
   */
  signals[SYNC_ERROR] =
      g_signal_new ("sync-error", STATE_SYNC_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    g_cclosure_marshal_VOID__BOXED, G_TYPE_NONE, 1, STATE_SYNC_TYPE_FAILURE);
}

static void
state_sync_engine_init (StateSyncEngine *self)
{
}
