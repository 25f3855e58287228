/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Optimistic changes: shown first, then brought to the service one write at a time. What a change
 * is, what goes together and what an answer means is the replica's to decide (replica.c); here
 * its writes are carried to the writer, its wish for a pull to the engine, and its events to the
 * app. Everything that happens ends in go_on():
 *
 *   what happened → replica → accept by prediction → show → tell outcomes → next write
 *
 * The app is told what is so before it is told how it came about: when `write-rejected` is
 * emitted, `data` is already without the change.
 *
 * A change of a topic that is not followed makes it pull once: without a state there is nothing
 * that the change could be made upon.
 *
 * A write that nobody took and a pull that failed are tried again after a delay that grows, for
 * as long as the topic is not stopped: a pending change is a promise to the user. A topic with
 * pending changes keeps itself alive; its last window may be closed meanwhile.
 */

#include "client/topic-private.h"

#include "engine/log.h"
#include "engine/policy.h"
#include "engine/retry.h"
#include "protocol/error.h"
#include "transports/json-text.h"
#include "transports/transaction-private.h"

static void take_up (StateSyncTopic *self);

/* --- trying again --- */

static void
on_retry (gpointer user_data)
{
  StateSyncTopic *self = user_data;

  self->retry_id = 0;
  take_up (self);
}

/* The first delay and its growth are the policy's; there is no last attempt. */
static guint
next_delay (StateSyncTopic *self)
{
  g_autoptr (StateSyncPolicy) defaults = NULL;
  StateSyncPolicy *policy = state_sync_client_get_policy (self->client);
  StateSyncRetryPlan plan;
  guint delay = 0;

  if (policy == NULL)
    policy = defaults = state_sync_policy_new ();
  plan = state_sync_policy_get_plan (policy)->retry;
  plan.max_attempts = G_MAXUINT;
  state_sync_retry_next (&plan, ++self->n_failures, &delay);
  return delay;
}

static void
try_again (StateSyncTopic *self, const GError *error)
{
  guint delay = next_delay (self);

  state_sync_topic_report_write (self, error, self->n_failures, TRUE, delay);
  if (self->retry_id == 0 && !state_sync_topic_is_stopped (self))
    self->retry_id = state_sync_clock_add (state_sync_client_get_clock (self->client),
                                           (gint64)delay * 1000, on_retry, self);
}

/* --- pulls that the replica needs --- */

static void
on_refreshed (GObject *engine, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncTopic) self = user_data;
  g_autoptr (GError) error = NULL;

  self->is_pulling = FALSE;
  if (state_sync_topic_is_stopped (self))
    return;

  if (!state_sync_engine_refresh_finish (STATE_SYNC_ENGINE (engine), result, &error))
    {
      try_again (self, error);
      return;
    }
  if (!self->owes_pull)
    state_sync_replica_pulled (self->replica);
  state_sync_topic_go_on (self);
}

static void
pull (StateSyncTopic *self)
{
  self->owes_pull = FALSE;
  self->is_pulling = TRUE;
  state_sync_engine_refresh_async (self->engine, NULL, on_refreshed, g_object_ref (self));
}

/* --- the write under way --- */

static void
debug (StateSyncTopic *self, const char *instance, const char *what)
{
  state_sync_log_debug (state_sync_topic_get_name (self), state_sync_topic_get_revision (self),
                        instance, what);
}

static void
count_outcome (StateSyncTopic *self, const GError *error)
{
  self->n_writes++;
  if (g_error_matches (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_CONFLICT))
    self->n_conflicts++;
}

static void
on_committed (GObject *writer, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncTopic) self = user_data;
  g_autofree guint64 *revisions = NULL;
  g_autofree char *instance = NULL;
  g_autoptr (GError) error = NULL;
  gsize n_revisions;

  revisions = state_sync_writer_commit_finish (STATE_SYNC_WRITER (writer), result, &n_revisions,
                                               &instance, &error);
  if (state_sync_topic_is_stopped (self))
    return;

  g_clear_object (&self->writing);
  count_outcome (self, error);
  if (revisions != NULL)
    {
      self->n_failures = 0;
      debug (self, instance, "the write is accepted");
      state_sync_replica_write_accepted (self->replica, instance, revisions[n_revisions - 1]);
    }
  else if (error->domain == STATE_SYNC_ERROR)
    {
      debug (self, instance, error->message);
      state_sync_replica_write_refused (self->replica, error);
      if (error->code == STATE_SYNC_ERROR_UNAVAILABLE)
        try_again (self, error);
    }
  else
    {
      state_sync_replica_write_lost (self->replica);
      try_again (self, error);
    }
  state_sync_topic_go_on (self);
}

static void
send (StateSyncTopic *self)
{
  const char *instance;
  g_autoptr (StateSyncTransaction) transaction = NULL;
  g_autoptr (GPtrArray) writes = state_sync_replica_take_write (self->replica, &instance);

  if (writes == NULL)
    return;

  debug (self, instance, "writing what is pending");
  transaction = state_sync_transaction_new_for_writes (writes);
  self->writing = g_cancellable_new ();
  state_sync_writer_commit_async (state_sync_client_get_writer (self->client), transaction,
                                  instance, self->writing, on_committed, g_object_ref (self));
}

/* What is owed is done now, unless it waits for its time. */
static void
take_up (StateSyncTopic *self)
{
  if (self->retry_id != 0)
    return;
  if (self->owes_pull && !self->is_pulling)
    pull (self);
  if (self->writing == NULL && !state_sync_topic_is_held (self))
    send (self);
}

/* --- what came of it --- */

static void
tell (StateSyncTopic *self, StateSyncReplicaEvent *event)
{
  g_autoptr (GTask) task = event->tag;

  if (event->error == NULL)
    {
      state_sync_topic_return_revision (task, event->revision);
      return;
    }
  state_sync_topic_reject (self, g_task_get_task_data (task), event->error);
  g_task_return_error (task, g_error_copy (event->error));
}

static void
tell_events (StateSyncTopic *self)
{
  g_autoptr (GArray) outcomes = g_array_new (FALSE, FALSE, sizeof (StateSyncReplicaEvent));
  StateSyncReplicaEvent event;

  g_array_set_clear_func (outcomes, (GDestroyNotify)state_sync_replica_event_clear);
  while (state_sync_replica_next_event (self->replica, &event))
    {
      if (event.kind == STATE_SYNC_REPLICA_PULL_NEEDED)
        self->owes_pull = TRUE;
      else
        g_array_append_val (outcomes, event);
    }

  state_sync_topic_show (self);
  for (guint i = 0; i < outcomes->len; i++)
    tell (self, &g_array_index (outcomes, StateSyncReplicaEvent, i));
}

/* Something happened to the replica. */
void
state_sync_topic_go_on (StateSyncTopic *self)
{
  g_autoptr (StateSyncTopic) alive G_GNUC_UNUSED = g_object_ref (self);
  StateSyncSnapshot *confirmed = state_sync_replica_get_confirmed (self->replica);

  if (confirmed != NULL)
    state_sync_topic_accept (self, confirmed);
  tell_events (self);
  if (state_sync_topic_is_stopped (self))
    return;

  take_up (self);
  if (state_sync_replica_get_n_pending (self->replica) == 0)
    state_sync_waiters_end (&self->settlers, NULL);
}

/* The topic is stopped: nothing is sent any more, and everyone who waits is told. */
void
state_sync_topic_abandon (StateSyncTopic *self)
{
  g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_CLOSED,
                                          "Following topic “%s” was stopped before the change was "
                                          "sent",
                                          state_sync_topic_get_name (self));
  StateSyncReplicaEvent event;

  if (self->retry_id != 0)
    state_sync_clock_cancel (state_sync_client_get_clock (self->client), &self->retry_id);
  if (self->writing != NULL)
    g_cancellable_cancel (self->writing);
  g_clear_object (&self->writing);
  g_clear_pointer (&self->hold, state_sync_hold_free);

  state_sync_replica_abandon (self->replica, error);
  while (state_sync_replica_next_event (self->replica, &event))
    {
      g_autoptr (GTask) task = event.tag;

      if (task != NULL && event.error == NULL)
        state_sync_topic_return_revision (task, event.revision);
      else if (task != NULL)
        g_task_return_error (task, g_error_copy (event.error));
      state_sync_replica_event_clear (&event);
    }
  state_sync_waiters_end (&self->settlers, NULL);
}

/* --- who waits for a change --- */

/* A change goes on when nobody waits for it any more. So where that may be, the task that the
 * change ends is another than the one that is waited for. */
typedef struct
{
  GTask *task; /* (nullable): NULL once it was cancelled */
  GSource *cancelled;
} Wait;

static gboolean
on_wait_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Wait *wait = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&wait->task);

  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
on_change_ended (GObject *topic, GAsyncResult *result, gpointer user_data)
{
  g_autofree Wait *wait = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&wait->task);
  g_autoptr (GError) error = NULL;
  guint64 revision;

  g_source_destroy (wait->cancelled);
  g_source_unref (wait->cancelled);
  if (!state_sync_topic_take_revision (G_TASK (result), &revision, &error))
    {
      if (task != NULL)
        g_task_return_error (task, g_steal_pointer (&error));
    }
  else if (task != NULL)
    {
      state_sync_topic_return_revision (task, revision);
    }
}

/* (transfer full): what the change is to end, so that @task ends with it or before. */
static GTask *
make_change_task (GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  GTask *change;
  Wait *wait;

  if (cancellable == NULL)
    return g_object_ref (task);

  wait = g_new (Wait, 1);
  *wait = (Wait){ g_object_ref (task), g_cancellable_source_new (cancellable) };
  g_source_set_callback (wait->cancelled, G_SOURCE_FUNC (on_wait_cancelled), wait, NULL);
  g_source_attach (wait->cancelled, g_task_get_context (task));

  change = g_task_new (g_task_get_source_object (task), NULL, on_change_ended, wait);
  g_task_set_source_tag (change, make_change_task);
  return change;
}

/* --- updates --- */

/* Makes the change in the replica; @task gets the revision, or why it was taken back.
 * @write: (transfer full) */
gboolean
state_sync_topic_append (StateSyncTopic *self, StateSyncWrite *write, GTask *task, GError **error)
{
  if (state_sync_topic_is_stopped (self))
    {
      state_sync_write_free (write);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                   "Following topic “%s” was stopped: get the topic anew",
                   state_sync_topic_get_name (self));
      return FALSE;
    }

  g_task_set_task_data (task, g_bytes_ref (write->data), (GDestroyNotify)g_bytes_unref);
  if (!state_sync_replica_update (self->replica, write, task, error))
    return FALSE;

  g_object_ref (task);
  if (state_sync_engine_get_state (self->engine) == STATE_SYNC_LIFECYCLE_IDLE &&
      state_sync_replica_get_confirmed (self->replica) == NULL)
    self->owes_pull = TRUE;
  return TRUE;
}

/* The change is visible when this returns, and goes as soon as it can. */
void
state_sync_topic_show_first (StateSyncTopic *self, StateSyncWrite *write, GTask *task)
{
  g_autoptr (GTask) change = make_change_task (task);
  g_autoptr (GError) error = NULL;

  if (!state_sync_topic_append (self, write, change, &error))
    {
      g_task_return_error (change, g_steal_pointer (&error));
      return;
    }
  state_sync_topic_end_hold (self);
  state_sync_topic_go_on (self);
}

/**
 * state_sync_topic_update_async:
 * @self: a topic
 * @patch: a JSON Merge Patch (RFC 7396)
 * @flags: how to make the change
 * @expected_revision: the revision for `STATE_SYNC_WRITE_FLAGS_IF_REVISION`, else ignored
 * @cancellable: (nullable): to stop waiting for the outcome; the change is made all the same
 * @callback: (scope async) (nullable): called when the change is in effect or was taken back
 * @user_data: (closure): for `callback`
 *
 * Changes the topic so that this process sees it at once, before the call returns:
 * [property@Topic:data] has the change, and [signal@Topic::changed] was emitted. It is then
 * brought to the service. Changes that are made while another is under way go together next.
 *
 * If the service refuses the change, it is taken back: what is then seen is what everybody else
 * sees. [signal@Topic::write-rejected] is emitted and the call ends with the reason.
 *
 * A change that was made upon older data than the service has is made again upon the newer, unless
 * it names the revision that it expects. While nobody serves it waits, and is tried again for as
 * long as the topic is not stopped. The topic need not be started.
 */
void
state_sync_topic_update_async (StateSyncTopic *self,
                               JsonNode *patch,
                               StateSyncWriteFlags flags,
                               guint64 expected_revision,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GBytes) text = NULL;
  StateSyncWrite *write;

  g_return_if_fail (state_sync_topic_is_made (self));
  g_return_if_fail (patch != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_topic_update_async);

  text = state_sync_json_node_to_bytes (patch);
  write = state_sync_write_new (state_sync_engine_get_topic (self->engine), text);
  write->mode = STATE_SYNC_WRITE_MERGE;
  state_sync_write_set_flags (write, flags, expected_revision);
  state_sync_topic_show_first (self, write, task);
}

/**
 * state_sync_topic_update_finish:
 * @self: a topic
 * @result: what the callback got
 * @revision: (out) (optional): the revision at which the change is in effect
 * @error: where to put the error: of the domain `STATE_SYNC_ERROR` why the change was taken back,
 *   its message fit to be shown; `STATE_SYNC_ERROR_OUTCOME_UNKNOWN` if nobody can tell whether it
 *   was made; `G_IO_ERROR_CLOSED` if the topic was stopped before it was sent
 *
 * Ends [method@Topic.update_async].
 *
 * Returns: `TRUE` if the change is in effect; `FALSE` if it was taken back
 */
gboolean
state_sync_topic_update_finish (StateSyncTopic *self,
                                GAsyncResult *result,
                                guint64 *revision,
                                GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return state_sync_topic_take_revision (G_TASK (result), revision, error);
}

/**
 * state_sync_topic_settle_async:
 * @self: a topic
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when no change is pending
 * @user_data: (closure): for `callback`
 *
 * Waits until every change made by [method@Topic.update_async] is in effect or was taken
 * back: what an app does before it ends. A topic that is stopped meanwhile has settled.
 */
void
state_sync_topic_settle_async (StateSyncTopic *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (state_sync_topic_is_made (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_topic_settle_async);
  if (state_sync_replica_get_n_pending (self->replica) == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  state_sync_waiters_add (&self->settlers, task, NULL);
  state_sync_topic_release (self);
}

/**
 * state_sync_topic_settle_finish:
 * @self: a topic
 * @result: what the callback got
 * @error: where to put the error
 *
 * Ends [method@Topic.settle_async].
 *
 * Returns: `TRUE` unless it was cancelled
 */
gboolean
state_sync_topic_settle_finish (StateSyncTopic *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
