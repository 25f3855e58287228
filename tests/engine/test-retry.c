/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/engine-fixture.h"
#include "engine/retry.h"
#include "protocol/error.h"

#define FAILED "g-io-error-quark 0"

/* --- how long to wait --- */

static const struct
{
  StateSyncRetryPlan plan;
  guint attempt;
  int delay; /* -1 = no other attempt */
} delays[] = {
  { { 3, 500, 2, 10000 }, 1, 500 },
  { { 3, 500, 2, 10000 }, 2, 1000 },
  { { 3, 500, 2, 10000 }, 3, -1 },
  { { 1, 500, 2, 10000 }, 1, -1 },
  { { 9, 500, 2, 10000 }, 5, 8000 },
  { { 9, 500, 2, 10000 }, 6, 10000 },
  { { 9, 500, 2, 10000 }, 8, 10000 },
  { { 9, 500, 1, 10000 }, 8, 500 },
  { { 9, 500, 1.5, 10000 }, 3, 1125 },
  { { 9, 500, 2, 400 }, 1, 400 },
  { { 9, 0, 2, 10000 }, 8, 0 },
  { { 9, 500, 2, 0 }, 1, 0 },
  { { G_MAXUINT, 1, 2, 10000 }, G_MAXUINT - 1, 10000 },
  { { G_MAXUINT, 1, 1, 10000 }, G_MAXUINT - 1, 1 },
  { { G_MAXUINT, 0, G_MAXDOUBLE, 10000 }, 1000, 0 },
  { { G_MAXUINT, G_MAXUINT, G_MAXDOUBLE, G_MAXINT }, 1000, G_MAXINT },
};

static void
test_delays (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      guint delay = 12345;
      gboolean again = state_sync_retry_next (&delays[i].plan, delays[i].attempt, &delay);

      g_test_message ("row %u", i);
      g_assert_cmpint (again ? (int)delay : -1, ==, delays[i].delay);
    }
}

/* --- failing and recovering --- */

static void
test_recovers (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_fail (self->transport, 2);
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "error get-snapshot, event 2, attempt 1, again in 500");
  fixture_advance (self, 499);
  fixture_assert_nothing (self);
  fixture_advance (self, 1);
  fixture_assert (self, "error get-snapshot, event 2, attempt 2, again in 1000");
  fixture_advance (self, 999);
  fixture_assert_nothing (self);
  fixture_advance (self, 1);
  fixture_assert (self, "apply 2");
  fixture_assert_idle (self);

  /* The next one counts from the start. */
  test_memory_transport_fail (self->transport, 1);
  fixture_change (self);
  fixture_advance (self, 500);
  fixture_assert (self, "error get-snapshot, event 3, attempt 1, again in 500", "apply 3");
}

static void
test_exhausted (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_fail (self->transport, 3);
  fixture_change (self);
  fixture_advance (self, 1500);
  fixture_assert (self, "error get-snapshot, event 2, attempt 1, again in 500",
                  "error get-snapshot, event 2, attempt 2, again in 1000",
                  "error get-snapshot, event 2, attempt 3");
  fixture_assert_idle (self);
  fixture_advance (self, 1000 * 1000);
  fixture_assert_nothing (self);
  g_assert_cmpint (state_sync_engine_get_state (self->engine), ==, STATE_SYNC_LIFECYCLE_RUNNING);

  /* Even one that was told before is news. */
  fixture_tell (self, 2);
  fixture_run (self);
  fixture_assert (self, "apply 2");
}

/* Asking again would not help. */
static void
test_refused_for_good (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_refuse_pulls (self->transport, GPOINTER_TO_INT (data));
  fixture_change (self);
  fixture_advance (self, 1000 * 1000);
  fixture_assert (self, "error get-snapshot, event 2, attempt 1");
  fixture_assert_idle (self);
}

static void
test_policy_of_ones_own (Fixture *self, gconstpointer data)
{
  fixture_remake (self, "t", "max-attempts", 4, "retry-delay", 10, "retry-multiplier", 3.0,
                  "retry-max-delay", 50, NULL);
  fixture_follow (self);
  test_memory_transport_fail (self->transport, 4);
  fixture_change (self);
  fixture_advance (self, 1000);
  fixture_assert (self, "error get-snapshot, event 2, attempt 1, again in 10",
                  "error get-snapshot, event 2, attempt 2, again in 30",
                  "error get-snapshot, event 2, attempt 3, again in 50",
                  "error get-snapshot, event 2, attempt 4");
}

static void
test_single_attempt (Fixture *self, gconstpointer data)
{
  fixture_remake (self, "t", "max-attempts", 1, NULL);
  fixture_follow (self);
  test_memory_transport_fail (self->transport, 1);
  fixture_change (self);
  fixture_advance (self, 1000);
  fixture_assert (self, "error get-snapshot, event 2, attempt 1");
}

/* --- what comes up while it waits --- */

/* It waits all the same, and the attempt answers it as well. */
static void
test_burst_while_waiting (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_fail (self->transport, 1);
  fixture_change (self);
  fixture_run (self);
  for (guint i = 0; i < 1000; i++)
    fixture_change (self);
  fixture_run (self);
  fixture_assert_pulls (self, 2);
  fixture_advance (self, 500);
  fixture_assert (self, "error get-snapshot, event 2, attempt 1, again in 500", "apply 1002");
  fixture_assert_pulls (self, 3);
}

static void
test_refresh_ends_the_wait (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_fail (self->transport, 2);
  fixture_change (self);
  fixture_run (self);
  fixture_refresh (self, "refresh");
  fixture_assert (self, "error get-snapshot, event 2, attempt 1, again in 500",
                  "error get-snapshot, event 2, attempt 1, again in 500");
  fixture_advance (self, 500);
  fixture_assert (self, "apply 2", "refresh: ok");
  fixture_assert_idle (self);
}

static void
refresh (Fixture *self)
{
  fixture_begin_refresh (self, "refresh");
}

static void
test_refresh_from_error_handler (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->in_error = refresh;
  test_memory_transport_fail (self->transport, 1);
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "error get-snapshot, event 2, attempt 1, again in 500", "apply 2",
                  "refresh: ok");
  fixture_assert_idle (self);
}

/* It is not answered with the failure that it is a reaction to. */
static void
test_refresh_from_last_error_handler (Fixture *self, gconstpointer data)
{
  fixture_remake (self, "t", "max-attempts", 1, NULL);
  fixture_follow (self);
  self->in_error = refresh;
  test_memory_transport_fail (self->transport, 1);
  test_memory_transport_write (self->transport);
  fixture_refresh (self, "before");
  fixture_assert (self, "error get-snapshot, attempt 1", "before: " FAILED, "apply 2",
                  "refresh: ok");
}

static void
accept (Fixture *self)
{
  fixture_accept (self, 9, ":1.1");
}

static void
test_accept_from_error_handler (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->in_error = accept;
  test_memory_transport_fail (self->transport, 1);
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "error get-snapshot, event 2, attempt 1, again in 500", "apply 9");
}

/* --- garbage --- */

static void
test_no_snapshot (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_hold_pulls (self->transport);
  fixture_change (self);
  test_memory_transport_answer_nothing (self->transport);
  fixture_run (self);
  fixture_assert (self, "error protocol, event 2, attempt 1, again in 500");
  fixture_advance (self, 500);
  test_memory_transport_drop (self->transport);
  fixture_run (self);
  fixture_assert (self, "error get-snapshot, event 2, attempt 2, again in 1000");
  test_memory_transport_let_go (self->transport);
  fixture_advance (self, 1000);
  fixture_assert (self, "apply 2");
}

static void
test_revision_goes_back (Fixture *self, gconstpointer data)
{
  test_memory_transport_set (self->transport, 10);
  fixture_follow (self);
  test_memory_transport_set (self->transport, 4);
  fixture_tell (self, 11);
  fixture_run (self);
  fixture_assert (self, "error protocol, event 11, snapshot 4, attempt 1, again in 500");
  g_assert_cmpuint (state_sync_engine_get_revision (self->engine), ==, 10);
  test_memory_transport_set (self->transport, 11);
  fixture_advance (self, 500);
  fixture_assert (self, "apply 11");
}

/* What it gives is taken, if it is newer; but it should have been what was told. */
static void
test_provider_is_behind (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_set (self->transport, 3);
  fixture_tell (self, 4);
  fixture_run (self);
  fixture_assert (self, "apply 3", "error protocol, event 4, snapshot 3, attempt 1, again in 500");
  test_memory_transport_set (self->transport, 5);
  fixture_advance (self, 500);
  fixture_assert (self, "apply 5");
}

/* A source that tells nonsense costs some pulls, and nothing else. */
static void
test_source_tells_nonsense (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  fixture_tell (self, G_MAXUINT64);
  fixture_advance (self, 1000 * 1000);
  fixture_assert (
      self, "error protocol, event 18446744073709551615, snapshot 1, attempt 1, again in 500",
      "error protocol, event 18446744073709551615, snapshot 1, attempt 2, again in 1000",
      "error protocol, event 18446744073709551615, snapshot 1, attempt 3");
  fixture_assert_idle (self);
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2");
}

/* --- providers that break the rules --- */

static void
test_late_and_doubled_ready (Fixture *self, gconstpointer data)
{
  test_memory_transport_hold_subscribes (self->transport);
  fixture_start (self, "start");
  test_memory_transport_ready (self->transport);
  test_memory_transport_ready (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 1", "start: ok");
  test_memory_transport_ready (self->transport);
  fixture_run (self);
  fixture_assert_pulls (self, 1);
}

static gpointer
answer_in_thread (gpointer transport)
{
  test_memory_transport_answer (transport);
  return NULL;
}

/* The engine is told in its own context all the same. */
static void
test_answer_from_another_thread (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_hold_pulls (self->transport);
  fixture_change (self);
  g_thread_join (g_thread_new ("answer", answer_in_thread, self->transport));
  fixture_assert_nothing (self);
  fixture_run (self);
  fixture_assert (self, "apply 2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/retry/delays", test_delays);
  test_add ("/engine/retry/recovers", test_recovers);
  test_add ("/engine/retry/exhausted", test_exhausted);
  g_test_add ("/engine/retry/access-denied", Fixture,
              GINT_TO_POINTER (STATE_SYNC_ERROR_ACCESS_DENIED), fixture_set_up,
              test_refused_for_good, fixture_tear_down);
  g_test_add ("/engine/retry/invalid-topic", Fixture,
              GINT_TO_POINTER (STATE_SYNC_ERROR_INVALID_TOPIC), fixture_set_up,
              test_refused_for_good, fixture_tear_down);
  test_add ("/engine/retry/policy-of-ones-own", test_policy_of_ones_own);
  test_add ("/engine/retry/single-attempt", test_single_attempt);
  test_add ("/engine/retry/burst-while-waiting", test_burst_while_waiting);
  test_add ("/engine/retry/refresh-ends-the-wait", test_refresh_ends_the_wait);
  test_add ("/engine/retry/refresh-from-error-handler", test_refresh_from_error_handler);
  test_add ("/engine/retry/refresh-from-last-error-handler", test_refresh_from_last_error_handler);
  test_add ("/engine/retry/accept-from-error-handler", test_accept_from_error_handler);
  test_add ("/engine/retry/no-snapshot", test_no_snapshot);
  test_add ("/engine/retry/revision-goes-back", test_revision_goes_back);
  test_add ("/engine/retry/provider-is-behind", test_provider_is_behind);
  test_add ("/engine/retry/source-tells-nonsense", test_source_tells_nonsense);
  test_add ("/engine/retry/late-and-doubled-ready", test_late_and_doubled_ready);
  test_add ("/engine/retry/answer-from-another-thread", test_answer_from_another_thread);

  return g_test_run ();
}
