/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/engine-fixture.h"

#define CANCELLED "g-io-error-quark 19"
#define FAILED "g-io-error-quark 0"
#define CLOSED "g-io-error-quark 18"
#define REFUSED "g-io-error-quark 14"
#define NOT_APPLIED "g-io-error-quark 13"
#define INVALID_TOPIC "state-sync-error-quark 0"

/* Written out above as the events have them. */
G_STATIC_ASSERT (G_IO_ERROR_CANCELLED == 19 && G_IO_ERROR_CLOSED == 18 &&
                 G_IO_ERROR_PERMISSION_DENIED == 14 && G_IO_ERROR_INVALID_ARGUMENT == 13);

static void
assert_state (Fixture *self, StateSyncLifecycle state)
{
  g_assert_cmpint (state_sync_engine_get_state (self->engine), ==, state);
}

static void
assert_rolled_back (Fixture *self)
{
  assert_state (self, STATE_SYNC_LIFECYCLE_IDLE);
  g_assert_cmpuint (test_memory_transport_get_n_listening (self->transport), ==, 0);
  fixture_assert_idle (self);
}

/* --- start --- */

static void
test_start_pulls (Fixture *self, gconstpointer data)
{
  assert_state (self, STATE_SYNC_LIFECYCLE_IDLE);
  fixture_start (self, "start");
  fixture_assert (self, "apply 1", "start: ok");
  assert_state (self, STATE_SYNC_LIFECYCLE_RUNNING);
  g_assert_cmpuint (state_sync_engine_get_revision (self->engine), ==, 1);
  fixture_assert_pulls (self, 1);
  fixture_assert_idle (self);
}

static void
test_start_applies_revision_0 (Fixture *self, gconstpointer data)
{
  test_memory_transport_set (self->transport, 0);
  fixture_start (self, "start");
  fixture_assert (self, "apply 0", "start: ok");
}

static void
test_start_subscribes_first (Fixture *self, gconstpointer data)
{
  test_memory_transport_hold_subscribes (self->transport);
  fixture_start (self, "start");
  fixture_assert_nothing (self);
  fixture_assert_pulls (self, 0);
  assert_state (self, STATE_SYNC_LIFECYCLE_STARTING);

  /* What changes before it is ready is not told, or told in vain; the first pull brings it. */
  fixture_change (self);
  fixture_assert_pulls (self, 0);
  test_memory_transport_ready (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 2", "start: ok");
  fixture_assert_pulls (self, 1);
}

static void
test_start_while_starting_joins (Fixture *self, gconstpointer data)
{
  test_memory_transport_hold_subscribes (self->transport);
  fixture_start (self, "one");
  fixture_start (self, "two");
  test_memory_transport_hold_pulls (self->transport);
  test_memory_transport_ready (self->transport);
  fixture_start (self, "three");
  fixture_assert_nothing (self);
  test_memory_transport_let_go (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 1", "one: ok", "two: ok", "three: ok");
  g_assert_cmpuint (test_memory_transport_get_n_subscribes (self->transport), ==, 1);
  fixture_assert_pulls (self, 1);
}

static void
test_start_while_running_succeeds (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  fixture_start (self, "again");
  fixture_assert (self, "again: ok");
  g_assert_cmpuint (test_memory_transport_get_n_subscribes (self->transport), ==, 1);
  fixture_assert_pulls (self, 1);
}

static void
test_start_refused_rolls_back (Fixture *self, gconstpointer data)
{
  test_memory_transport_refuse (self->transport, 1);
  fixture_start (self, "at once");
  fixture_assert (self, "error subscribe", "at once: " REFUSED);
  assert_rolled_back (self);
  fixture_assert_pulls (self, 0);

  test_memory_transport_hold_subscribes (self->transport);
  fixture_start (self, "later");
  test_memory_transport_refuse (self->transport, 1);
  fixture_run (self);
  fixture_assert (self, "error subscribe", "later: " REFUSED);
  assert_rolled_back (self);

  fixture_start (self, "again");
  test_memory_transport_ready (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 1", "again: ok");
}

static void
test_start_without_snapshot_rolls_back (Fixture *self, gconstpointer data)
{
  test_memory_transport_fail (self->transport, 3);
  fixture_start (self, "start");
  fixture_assert (self, "error get-snapshot, attempt 1, again in 500");
  assert_state (self, STATE_SYNC_LIFECYCLE_STARTING);
  fixture_advance (self, 500);
  fixture_advance (self, 1000);
  fixture_assert (self, "error get-snapshot, attempt 2, again in 1000",
                  "error get-snapshot, attempt 3", "start: " FAILED);
  assert_rolled_back (self);

  fixture_change (self);
  fixture_assert_nothing (self);
  fixture_start (self, "again");
  fixture_assert (self, "apply 2", "again: ok");
}

static void
test_start_not_applied_rolls_back (Fixture *self, gconstpointer data)
{
  self->n_failing_applies = 1;
  fixture_start (self, "start");
  fixture_assert (self, "apply 1 fails", "error apply, snapshot 1, attempt 1",
                  "start: " NOT_APPLIED);
  assert_rolled_back (self);
  g_assert_cmpuint (state_sync_engine_get_revision (self->engine), ==, 0);
}

static void
test_start_of_invalid_topic (Fixture *self, gconstpointer data)
{
  fixture_remake (self, " spaces ", NULL, NULL);
  fixture_start (self, "start");
  fixture_assert (self, "error start", "start: " INVALID_TOPIC);
  assert_rolled_back (self);
  fixture_refresh (self, "refresh");
  fixture_assert (self, "error refresh", "refresh: " INVALID_TOPIC);
  fixture_assert_pulls (self, 0);
}

static void
test_start_recovers_within (Fixture *self, gconstpointer data)
{
  test_memory_transport_fail (self->transport, 2);
  fixture_start (self, "start");
  fixture_advance (self, 1500);
  fixture_assert (self, "error get-snapshot, attempt 1, again in 500",
                  "error get-snapshot, attempt 2, again in 1000", "apply 1", "start: ok");
}

/* --- cancellation --- */

static void
test_cancelled_start_rolls_back (Fixture *self, gconstpointer data)
{
  test_memory_transport_hold_pulls (self->transport);
  fixture_begin_start (self, "start");
  fixture_run (self);
  g_assert_cmpuint (test_memory_transport_get_n_wanted (self->transport), ==, 1);
  g_cancellable_cancel (self->cancellable);
  fixture_run (self);
  fixture_assert (self, "start: " CANCELLED);
  assert_rolled_back (self);

  /* Too late, and nobody wants it. */
  test_memory_transport_answer (self->transport);
  fixture_run (self);
  fixture_assert_nothing (self);
}

static void
test_cancelled_start_while_subscribing (Fixture *self, gconstpointer data)
{
  test_memory_transport_hold_subscribes (self->transport);
  fixture_begin_start (self, "start");
  g_cancellable_cancel (self->cancellable);
  fixture_run (self);
  fixture_assert (self, "start: " CANCELLED);
  assert_rolled_back (self);
}

static void
test_start_goes_on_for_the_other (Fixture *self, gconstpointer data)
{
  test_memory_transport_hold_pulls (self->transport);
  fixture_begin_start (self, "one");
  fixture_start (self, "two");
  g_cancellable_cancel (self->cancellable);
  fixture_run (self);
  fixture_assert (self, "one: " CANCELLED);
  assert_state (self, STATE_SYNC_LIFECYCLE_STARTING);
  test_memory_transport_let_go (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 1", "two: ok");
}

static void
test_start_with_cancelled_does_nothing (Fixture *self, gconstpointer data)
{
  g_cancellable_cancel (self->cancellable);
  fixture_begin_start (self, "start");
  fixture_begin_refresh (self, "refresh");
  fixture_run (self);
  fixture_assert (self, "start: " CANCELLED, "refresh: " CANCELLED);
  g_assert_cmpuint (test_memory_transport_get_n_subscribes (self->transport), ==, 0);
  fixture_assert_pulls (self, 0);
}

static void
test_cancelled_refresh_lets_the_pull_go_on (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_hold_pulls (self->transport);
  test_memory_transport_write (self->transport);
  fixture_begin_refresh (self, "one");
  fixture_begin_refresh (self, "two");
  g_cancellable_cancel (self->cancellable);
  fixture_run (self);
  fixture_assert (self, "one: " CANCELLED, "two: " CANCELLED);
  test_memory_transport_let_go (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 2");
}

/* --- stop --- */

static void
test_stop_is_idempotent_and_final (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  state_sync_engine_stop (self->engine);
  state_sync_engine_stop (self->engine);
  assert_state (self, STATE_SYNC_LIFECYCLE_STOPPED);
  g_assert_cmpuint (test_memory_transport_get_n_listening (self->transport), ==, 0);

  fixture_change (self);
  test_memory_transport_set_instance (self->transport, NULL);
  test_memory_transport_set_instance (self->transport, ":1.2");
  fixture_accept (self, 9, ":1.2");
  fixture_refresh (self, "refresh");
  fixture_assert (self, "refresh: ok");
  fixture_assert_pulls (self, 1);
  g_assert_cmpuint (state_sync_engine_get_revision (self->engine), ==, 1);

  fixture_start (self, "start");
  fixture_assert (self, "start: " CLOSED);
  assert_state (self, STATE_SYNC_LIFECYCLE_STOPPED);
}

static void
test_stop_before_start (Fixture *self, gconstpointer data)
{
  state_sync_engine_stop (self->engine);
  fixture_start (self, "start");
  fixture_assert (self, "start: " CLOSED);
  g_assert_cmpuint (test_memory_transport_get_n_subscribes (self->transport), ==, 0);
}

static void
test_stop_with_pull_in_flight (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_hold_pulls (self->transport);
  fixture_change (self);
  fixture_begin_refresh (self, "refresh");
  g_assert_cmpuint (test_memory_transport_get_n_wanted (self->transport), ==, 1);
  state_sync_engine_stop (self->engine);
  g_assert_cmpuint (test_memory_transport_get_n_wanted (self->transport), ==, 0);
  fixture_run (self);
  fixture_assert (self, "refresh: " CANCELLED);

  test_memory_transport_answer (self->transport);
  fixture_run (self);
  fixture_assert_nothing (self);
  fixture_assert_pulls (self, 2);
}

static void
test_stop_while_starting (Fixture *self, gconstpointer data)
{
  test_memory_transport_hold_subscribes (self->transport);
  fixture_start (self, "start");
  state_sync_engine_stop (self->engine);
  fixture_run (self);
  fixture_assert (self, "start: " CANCELLED);
  g_assert_cmpuint (test_memory_transport_get_n_listening (self->transport), ==, 0);
}

static void
test_stop_while_waiting_to_retry (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_fail (self->transport, 1);
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "error get-snapshot, event 2, attempt 1, again in 500");
  state_sync_engine_stop (self->engine);
  fixture_assert_idle (self);
  fixture_advance (self, 10000);
  fixture_assert_nothing (self);
}

static void
test_stop_while_throttled (Fixture *self, gconstpointer data)
{
  fixture_remake (self, "t", "debounce", 100, NULL);
  fixture_follow (self);
  fixture_change (self);
  g_assert_cmpuint (test_virtual_clock_get_n_timers (self->clock), ==, 1);
  state_sync_engine_stop (self->engine);
  fixture_assert_idle (self);
  fixture_advance (self, 10000);
  fixture_assert_nothing (self);
}

static void
stop (Fixture *self)
{
  state_sync_engine_stop (self->engine);
}

static void
test_stop_from_apply (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->in_apply = stop;
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2");
  g_assert_cmpuint (state_sync_engine_get_revision (self->engine), ==, 1);
  fixture_assert_idle (self);
}

static void
test_stop_from_failing_apply (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->in_apply = stop;
  self->n_failing_applies = 1;
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2 fails");
}

static void
test_stop_from_apply_while_starting (Fixture *self, gconstpointer data)
{
  self->in_apply = stop;
  fixture_start (self, "start");
  fixture_assert (self, "apply 1", "start: " CANCELLED);
}

static void
test_stop_from_error_handler (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->in_error = stop;
  test_memory_transport_fail (self->transport, 1);
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "error get-snapshot, event 2, attempt 1, again in 500");
  fixture_assert_idle (self);
  fixture_advance (self, 10000);
  fixture_assert_nothing (self);
}

static void
test_stop_from_error_handler_while_subscribing (Fixture *self, gconstpointer data)
{
  self->in_error = stop;
  test_memory_transport_refuse (self->transport, 1);
  fixture_start (self, "start");
  fixture_assert (self, "error subscribe", "start: " CANCELLED);
  assert_state (self, STATE_SYNC_LIFECYCLE_STOPPED);
}

static void
on_state (StateSyncEngine *engine, GParamSpec *pspec, gpointer user_data)
{
  if (state_sync_engine_get_state (engine) == GPOINTER_TO_UINT (user_data))
    state_sync_engine_stop (engine);
}

static void
test_stop_from_state_handler (Fixture *self, gconstpointer data)
{
  for (guint state = STATE_SYNC_LIFECYCLE_STARTING; state <= STATE_SYNC_LIFECYCLE_RUNNING; state++)
    {
      fixture_remake (self, "t", NULL, NULL);
      g_signal_connect (self->engine, "notify::state", G_CALLBACK (on_state),
                        GUINT_TO_POINTER (state));
      fixture_start (self, "start");
      assert_state (self, STATE_SYNC_LIFECYCLE_STOPPED);
      g_assert_cmpuint (test_memory_transport_get_n_listening (self->transport), ==, 0);
      fixture_assert_idle (self);
      if (state == STATE_SYNC_LIFECYCLE_STARTING)
        fixture_assert (self, "start: " CANCELLED);
      else
        fixture_assert (self, "apply 1", "start: ok");
    }
}

/* --- refresh --- */

static void
test_refresh_before_start (Fixture *self, gconstpointer data)
{
  fixture_refresh (self, "refresh");
  fixture_assert (self, "apply 1", "refresh: ok");
  assert_state (self, STATE_SYNC_LIFECYCLE_IDLE);
  g_assert_cmpuint (test_memory_transport_get_n_subscribes (self->transport), ==, 0);
}

static void
test_refresh_fails (Fixture *self, gconstpointer data)
{
  test_memory_transport_fail (self->transport, 3);
  fixture_refresh (self, "refresh");
  fixture_advance (self, 1500);
  fixture_assert (self, "error get-snapshot, attempt 1, again in 500",
                  "error get-snapshot, attempt 2, again in 1000", "error get-snapshot, attempt 3",
                  "refresh: " FAILED);
  fixture_assert_idle (self);
}

static void
test_refresh_joins_and_one_more_follows (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_hold_pulls (self->transport);
  fixture_refresh (self, "first");
  for (guint i = 0; i < 3; i++)
    fixture_refresh (self, "later");
  g_assert_cmpuint (test_memory_transport_get_n_waiting (self->transport), ==, 1);
  test_memory_transport_answer (self->transport);
  fixture_run (self);
  fixture_assert (self, "first: ok");
  g_assert_cmpuint (test_memory_transport_get_n_waiting (self->transport), ==, 1);
  test_memory_transport_let_go (self->transport);
  fixture_run (self);
  fixture_assert (self, "later: ok", "later: ok", "later: ok");
  fixture_assert_pulls (self, 3);
}

/* A pull that was sent before the source listened may have missed what was not told. */
static void
test_refresh_under_way_is_no_first_pull (Fixture *self, gconstpointer data)
{
  test_memory_transport_hold_pulls (self->transport);
  fixture_refresh (self, "refresh");
  fixture_start (self, "start");
  test_memory_transport_answer_with (self->transport, 1, ":1.1");
  fixture_run (self);
  fixture_assert (self, "apply 1", "refresh: ok");
  assert_state (self, STATE_SYNC_LIFECYCLE_STARTING);
  test_memory_transport_write (self->transport);
  test_memory_transport_let_go (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 2", "start: ok");
  fixture_assert_pulls (self, 2);
}

static void
test_refresh_while_subscribing_is_no_first_pull (Fixture *self, gconstpointer data)
{
  test_memory_transport_hold_subscribes (self->transport);
  fixture_start (self, "start");
  fixture_refresh (self, "refresh");
  fixture_assert (self, "apply 1", "refresh: ok");
  assert_state (self, STATE_SYNC_LIFECYCLE_STARTING);
  test_memory_transport_write (self->transport);
  test_memory_transport_ready (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 2", "start: ok");
}

static void
test_refresh_survives_a_failed_start (Fixture *self, gconstpointer data)
{
  test_memory_transport_hold_subscribes (self->transport);
  test_memory_transport_hold_pulls (self->transport);
  fixture_start (self, "start");
  fixture_refresh (self, "refresh");
  test_memory_transport_refuse (self->transport, 1);
  fixture_run (self);
  fixture_assert (self, "error subscribe", "start: " REFUSED);
  test_memory_transport_let_go (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 1", "refresh: ok");
}

/* --- the last reference --- */

static void
drop (Fixture *self)
{
  g_clear_object (&self->engine);
}

static void
test_dropped_with_pull_in_flight (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_hold_pulls (self->transport);
  fixture_change (self);
  g_assert_finalize_object (g_steal_pointer (&self->engine));
  g_assert_cmpuint (test_memory_transport_get_n_wanted (self->transport), ==, 0);
  test_memory_transport_answer (self->transport);
  fixture_run (self);
  fixture_assert_nothing (self);
}

static void
test_dropped_from_apply (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->in_apply = drop;
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2");
  fixture_assert_idle (self);
}

static void
test_dropped_from_error_handler (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->in_error = drop;
  test_memory_transport_fail (self->transport, 1);
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "error get-snapshot, event 2, attempt 1, again in 500");
  fixture_assert_idle (self);
}

static void
test_dropped_from_error_handler_of_subscribe (Fixture *self, gconstpointer data)
{
  self->in_error = drop;
  test_memory_transport_refuse (self->transport, 1);
  fixture_start (self, "start");
  fixture_assert (self, "error subscribe", "start: " REFUSED);
}

static void
test_dropped_while_waiting_to_retry (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_fail (self->transport, 1);
  fixture_change (self);
  fixture_run (self);
  g_assert_finalize_object (g_steal_pointer (&self->engine));
  fixture_assert_idle (self);
}

/* --- what was given --- */

static gboolean
stop_while_held (StateSyncEngine *engine,
                 StateSyncSnapshot *snapshot,
                 gpointer user_data,
                 GError **error)
{
  const gboolean *is_released = user_data;

  state_sync_engine_stop (engine);
  g_assert_false (*is_released);
  return TRUE;
}

static gboolean
allow (const char *topic, guint64 revision, gpointer user_data)
{
  return TRUE;
}

static void
set_released (gpointer data)
{
  gboolean *is_released = data;

  g_assert_false (*is_released);
  *is_released = TRUE;
}

/* Once it stops, it lets go of what may hold it; but not while that is running. */
static void
test_stop_releases_functions (Fixture *self, gconstpointer data)
{
  gboolean apply_released = FALSE;
  gboolean filter_released = FALSE;
  g_autoptr (StateSyncEngine) engine =
      state_sync_engine_new (STATE_SYNC_INVALIDATION_SOURCE (self->transport),
                             STATE_SYNC_SNAPSHOT_PROVIDER (self->transport), "t", NULL,
                             stop_while_held, &apply_released, set_released);

  state_sync_engine_set_filter (engine, allow, &filter_released, set_released);
  state_sync_engine_start_async (engine, NULL, NULL, NULL);
  fixture_run (self);
  g_assert_cmpint (state_sync_engine_get_state (engine), ==, STATE_SYNC_LIFECYCLE_STOPPED);
  g_assert_true (apply_released);
  g_assert_true (filter_released);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/engine/lifecycle/start-pulls", test_start_pulls);
  test_add ("/engine/lifecycle/start-applies-revision-0", test_start_applies_revision_0);
  test_add ("/engine/lifecycle/start-subscribes-first", test_start_subscribes_first);
  test_add ("/engine/lifecycle/start-while-starting-joins", test_start_while_starting_joins);
  test_add ("/engine/lifecycle/start-while-running-succeeds", test_start_while_running_succeeds);
  test_add ("/engine/lifecycle/start-refused-rolls-back", test_start_refused_rolls_back);
  test_add ("/engine/lifecycle/start-without-snapshot-rolls-back",
            test_start_without_snapshot_rolls_back);
  test_add ("/engine/lifecycle/start-not-applied-rolls-back", test_start_not_applied_rolls_back);
  test_add ("/engine/lifecycle/start-of-invalid-topic", test_start_of_invalid_topic);
  test_add ("/engine/lifecycle/start-recovers-within", test_start_recovers_within);
  test_add ("/engine/lifecycle/cancelled-start-rolls-back", test_cancelled_start_rolls_back);
  test_add ("/engine/lifecycle/cancelled-start-while-subscribing",
            test_cancelled_start_while_subscribing);
  test_add ("/engine/lifecycle/start-goes-on-for-the-other", test_start_goes_on_for_the_other);
  test_add ("/engine/lifecycle/start-with-cancelled-does-nothing",
            test_start_with_cancelled_does_nothing);
  test_add ("/engine/lifecycle/cancelled-refresh-lets-the-pull-go-on",
            test_cancelled_refresh_lets_the_pull_go_on);
  test_add ("/engine/lifecycle/stop-is-idempotent-and-final", test_stop_is_idempotent_and_final);
  test_add ("/engine/lifecycle/stop-before-start", test_stop_before_start);
  test_add ("/engine/lifecycle/stop-with-pull-in-flight", test_stop_with_pull_in_flight);
  test_add ("/engine/lifecycle/stop-while-starting", test_stop_while_starting);
  test_add ("/engine/lifecycle/stop-while-waiting-to-retry", test_stop_while_waiting_to_retry);
  test_add ("/engine/lifecycle/stop-while-throttled", test_stop_while_throttled);
  test_add ("/engine/lifecycle/stop-from-apply", test_stop_from_apply);
  test_add ("/engine/lifecycle/stop-from-failing-apply", test_stop_from_failing_apply);
  test_add ("/engine/lifecycle/stop-from-apply-while-starting",
            test_stop_from_apply_while_starting);
  test_add ("/engine/lifecycle/stop-from-error-handler", test_stop_from_error_handler);
  test_add ("/engine/lifecycle/stop-from-error-handler-while-subscribing",
            test_stop_from_error_handler_while_subscribing);
  test_add ("/engine/lifecycle/stop-from-state-handler", test_stop_from_state_handler);
  test_add ("/engine/lifecycle/refresh-before-start", test_refresh_before_start);
  test_add ("/engine/lifecycle/refresh-fails", test_refresh_fails);
  test_add ("/engine/lifecycle/refresh-joins-and-one-more-follows",
            test_refresh_joins_and_one_more_follows);
  test_add ("/engine/lifecycle/refresh-under-way-is-no-first-pull",
            test_refresh_under_way_is_no_first_pull);
  test_add ("/engine/lifecycle/refresh-while-subscribing-is-no-first-pull",
            test_refresh_while_subscribing_is_no_first_pull);
  test_add ("/engine/lifecycle/refresh-survives-a-failed-start",
            test_refresh_survives_a_failed_start);
  test_add ("/engine/lifecycle/dropped-with-pull-in-flight", test_dropped_with_pull_in_flight);
  test_add ("/engine/lifecycle/dropped-from-apply", test_dropped_from_apply);
  test_add ("/engine/lifecycle/dropped-from-error-handler", test_dropped_from_error_handler);
  test_add ("/engine/lifecycle/dropped-from-error-handler-of-subscribe",
            test_dropped_from_error_handler_of_subscribe);
  test_add ("/engine/lifecycle/dropped-while-waiting-to-retry",
            test_dropped_while_waiting_to_retry);
  test_add ("/engine/lifecycle/stop-releases-functions", test_stop_releases_functions);

  return g_test_run ();
}
