/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/engine-fixture.h"

static guint64
local_revision (Fixture *self)
{
  return state_sync_engine_get_revision (self->engine);
}

/* --- invalidations --- */

static void
test_change_is_followed (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2");
  fixture_assert_pulls (self, 2);
  fixture_assert_idle (self);
}

static void
test_burst_during_a_pull_costs_one_more (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_hold_pulls (self->transport);
  for (guint i = 0; i < 10000; i++)
    fixture_change (self);
  g_assert_cmpuint (test_memory_transport_get_n_waiting (self->transport), ==, 1);

  /* Answered as it was when it was sent. */
  test_memory_transport_answer_with (self->transport, 2, ":1.1");
  fixture_run (self);
  fixture_assert (self, "apply 2");
  g_assert_cmpuint (test_memory_transport_get_n_waiting (self->transport), ==, 1);
  test_memory_transport_let_go (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 10001");
  fixture_assert_pulls (self, 3);
  g_assert_cmpuint (fixture_get_counters (self).invalidations, ==, 10000);
}

/* None is needed if the pull under way brought all that was told. */
static void
test_burst_that_the_pull_answers_costs_none_more (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_hold_pulls (self->transport);
  for (guint i = 0; i < 100; i++)
    fixture_change (self);
  test_memory_transport_answer (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 101");
  fixture_assert_pulls (self, 2);
  fixture_assert_idle (self);
}

static void
test_burst_without_pull_under_way_ends_up_to_date (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  for (guint i = 0; i < 10000; i++)
    fixture_change (self);
  fixture_run (self);
  g_assert_cmpuint (local_revision (self), ==, 10001);
  g_assert_cmpuint (test_memory_transport_get_n_pulls (self->transport), <=, 3);
}

static void
test_slow_provider (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_hold_pulls (self->transport);
  for (guint burst = 0; burst < 10; burst++)
    {
      for (guint i = 0; i < 10; i++)
        fixture_change (self);
      fixture_advance (self, 60 * 1000);
      g_assert_cmpuint (test_memory_transport_get_n_waiting (self->transport), ==, 1);
      test_memory_transport_answer_with (self->transport, 1 + burst * 10 + 5, ":1.1");
      fixture_run (self);
    }
  test_memory_transport_let_go (self->transport);
  fixture_run (self);
  g_assert_cmpuint (local_revision (self), ==, 101);
  fixture_assert_pulls (self, 12);
}

static void
test_out_of_order (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_set (self->transport, 4);
  fixture_tell (self, 4);
  fixture_run (self);
  fixture_tell (self, 3);
  fixture_tell (self, 2);
  fixture_run (self);
  fixture_assert (self, "apply 4");
  fixture_assert_pulls (self, 2);
  g_assert_cmpuint (fixture_get_counters (self).skipped, ==, 2);
}

static void
test_doubled (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  for (guint i = 0; i < 3; i++)
    {
      test_memory_transport_set (self->transport, 2);
      fixture_tell (self, 2);
      fixture_run (self);
    }
  fixture_assert (self, "apply 2");
  fixture_assert_pulls (self, 2);
}

static void
test_lost (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  for (guint i = 0; i < 5; i++)
    test_memory_transport_write (self->transport);
  fixture_run (self);
  fixture_assert_nothing (self);
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 7");
  fixture_assert_pulls (self, 2);
}

static void
test_last_revision (Fixture *self, gconstpointer data)
{
  test_memory_transport_set (self->transport, G_MAXUINT64 - 1);
  fixture_follow (self);
  g_assert_cmpuint (local_revision (self), ==, G_MAXUINT64 - 1);
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 18446744073709551615");
  fixture_tell (self, G_MAXUINT64);
  fixture_tell (self, 1);
  fixture_run (self);
  fixture_assert_nothing (self);
  fixture_assert_pulls (self, 2);
}

/* The pull may bring more than was told, or what is there already. */
static void
test_equal_revision_is_not_applied (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  fixture_refresh (self, "refresh");
  fixture_assert (self, "refresh: ok");
  fixture_assert_pulls (self, 2);
  g_assert_cmpuint (fixture_get_counters (self).skipped, ==, 1);
}

static void
test_trouble_is_reported_and_pulls (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_write (self->transport);
  test_memory_transport_tell_trouble (self->transport);
  fixture_run (self);
  fixture_assert (self, "error invalidation", "apply 2");
}

/* --- several --- */

/* Three writers tell each in its own order; whose signal comes last does not matter. */
static void
test_three_sources_in_a_burst (Fixture *self, gconstpointer data)
{
  static const guint64 told[] = { 3, 2, 6, 4, 5, 9, 7, 8, 12, 10, 11, 16, 14, 13, 15 };

  fixture_follow (self);
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    {
      test_memory_transport_set (
          self->transport, MAX (told[i], test_memory_transport_get_revision (self->transport)));
      fixture_tell (self, told[i]);
      if (i % 4 == 0)
        fixture_run (self);
    }
  fixture_run (self);
  g_assert_cmpuint (local_revision (self), ==, 16);
  g_assert_cmpuint (test_memory_transport_get_n_pulls (self->transport), <=, 1 + 10);
}

static StateSyncEngine *
join (Fixture *self)
{
  StateSyncEngine *engine = state_sync_engine_new_with_clock (
      STATE_SYNC_INVALIDATION_SOURCE (self->transport),
      STATE_SYNC_SNAPSHOT_PROVIDER (self->transport), "org.example.topic", NULL, NULL, NULL, NULL,
      STATE_SYNC_CLOCK (self->clock));

  state_sync_engine_start_async (engine, NULL, NULL, NULL);
  return engine;
}

static void
test_join_during_a_burst (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncEngine) other = NULL;

  fixture_follow (self);
  for (guint i = 0; i < 100; i++)
    {
      fixture_change (self);
      if (i == 50)
        other = join (self);
      if (i % 7 == 0)
        fixture_run (self);
    }
  fixture_run (self);
  g_assert_cmpuint (local_revision (self), ==, 101);
  g_assert_cmpuint (state_sync_engine_get_revision (other), ==, 101);
}

/* Each on one topic has a subscription of its own. */
static void
test_one_stops_the_other_follows (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncEngine) other = join (self);

  fixture_follow (self);
  g_assert_cmpuint (test_memory_transport_get_n_listening (self->transport), ==, 2);
  state_sync_engine_stop (other);
  g_assert_cmpuint (test_memory_transport_get_n_listening (self->transport), ==, 1);
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2");
  g_assert_cmpuint (state_sync_engine_get_revision (other), ==, 1);
}

/* --- from within apply --- */

static void
test_change_from_within_apply (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->in_apply = fixture_change;
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2", "apply 3");
  fixture_assert_pulls (self, 3);
}

/* The signal of what is just being applied needs no pull. */
static void
tell_again (Fixture *self)
{
  fixture_tell (self, 2);
}

static void
test_echo_from_within_apply (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->in_apply = tell_again;
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2");
  fixture_assert_pulls (self, 2);
}

static void
refresh (Fixture *self)
{
  fixture_begin_refresh (self, "refresh");
}

static void
test_refresh_from_within_apply (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->in_apply = refresh;
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2", "refresh: ok");
  fixture_assert_pulls (self, 3);
}

static void
test_refresh_from_within_failing_apply (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->in_apply = refresh;
  self->n_failing_applies = 1;
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2 fails", "error apply, event 2, snapshot 2, attempt 1", "apply 2",
                  "refresh: ok");
}

/* --- what can't be applied --- */

/* It is not tried again by itself, but what is told next is, whatever its revision. */
static void
test_failing_apply (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->n_failing_applies = 2;
  fixture_change (self);
  fixture_advance (self, 60 * 1000);
  fixture_assert (self, "apply 2 fails", "error apply, event 2, snapshot 2, attempt 1");
  g_assert_cmpuint (local_revision (self), ==, 1);
  fixture_assert_idle (self);

  self->fail_without_reason = TRUE;
  fixture_tell (self, 2);
  fixture_run (self);
  fixture_assert (self, "apply 2 fails", "error apply, event 2, snapshot 2, attempt 1");
  fixture_tell (self, 2);
  fixture_run (self);
  fixture_assert (self, "apply 2");
  g_assert_cmpuint (local_revision (self), ==, 2);
}

/* What came while it was applied is not lost when that fails. */
static void
test_change_while_apply_fails (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->n_failing_applies = 1;
  self->in_apply = fixture_change;
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2 fails", "error apply, event 2, snapshot 2, attempt 1", "apply 3");
}

/* --- what is known without a pull --- */

/* The reply of one's own write comes before the signal for it. */
static void
test_accepted_needs_no_pull (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_write (self->transport);
  fixture_accept (self, 2, ":1.1");
  fixture_assert (self, "apply 2");
  fixture_tell (self, 2);
  fixture_run (self);
  fixture_assert_nothing (self);
  fixture_assert_pulls (self, 1);
  g_assert_cmpuint (local_revision (self), ==, 2);
}

static void
test_accepted_has_to_be_newer (Fixture *self, gconstpointer data)
{
  test_memory_transport_set (self->transport, 5);
  fixture_follow (self);
  fixture_accept (self, 4, ":1.1");
  fixture_accept (self, 5, ":1.1");
  fixture_accept (self, 5, NULL);
  fixture_assert_nothing (self);
  g_assert_cmpuint (fixture_get_counters (self).skipped, ==, 3);
}

static void
test_accepted_before_start (Fixture *self, gconstpointer data)
{
  fixture_accept (self, 1, ":1.1");
  fixture_assert (self, "apply 1");
  fixture_start (self, "start");
  fixture_assert (self, "start: ok");
}

/* The pull was sent before the write: that it is older is nobody's fault. */
static void
test_accepted_overtakes_a_pull (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_hold_pulls (self->transport);
  fixture_change (self);
  fixture_accept (self, 3, ":1.1");
  test_memory_transport_answer_with (self->transport, 2, ":1.1");
  fixture_run (self);
  fixture_assert (self, "apply 3");
  fixture_assert_pulls (self, 2);
  fixture_assert_idle (self);
}

/* A pull that is held back is dropped once it has nothing to bring. */
static void
test_accepted_makes_a_held_pull_needless (Fixture *self, gconstpointer data)
{
  fixture_remake (self, "t", "debounce", 100, NULL);
  fixture_follow (self);
  fixture_change (self);
  fixture_accept (self, 2, ":1.1");
  fixture_advance (self, 1000);
  fixture_assert (self, "apply 2");
  fixture_assert_pulls (self, 1);
}

static void
accept_three (Fixture *self)
{
  fixture_accept (self, 3, ":1.1");
  fixture_accept (self, 5, ":1.1");
  fixture_accept (self, 4, ":1.1");
  fixture_assert (self, "apply 2");
}

static void
test_accepted_from_within_apply (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->in_apply = accept_three;
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 3", "apply 5");
  fixture_assert_pulls (self, 2);
}

static void
test_accepted_can_not_be_applied (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->n_failing_applies = 1;
  fixture_accept (self, 2, ":1.1");
  fixture_assert (self, "apply 2 fails", "error apply, snapshot 2");
  g_assert_cmpuint (local_revision (self), ==, 1);
}

/* --- the filter --- */

static gboolean
is_even (const char *topic, guint64 revision, gpointer user_data)
{
  g_assert_cmpstr (topic, ==, "org.example.topic");
  return revision % 2 == 0;
}

static void
test_filter (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  state_sync_engine_set_filter (self->engine, is_even, NULL, NULL);
  for (guint i = 0; i < 4; i++)
    {
      fixture_change (self);
      fixture_run (self);
    }
  fixture_assert (self, "apply 2", "apply 4");
  g_assert_cmpuint (fixture_get_counters (self).skipped, ==, 2);

  state_sync_engine_set_filter (self->engine, NULL, NULL, NULL);
  fixture_tell (self, 5);
  fixture_run (self);
  fixture_assert (self, "apply 5");
}

static gboolean
stop (const char *topic, guint64 revision, gpointer user_data)
{
  Fixture *self = user_data;

  state_sync_engine_stop (self->engine);
  return TRUE;
}

static gboolean
replace (const char *topic, guint64 revision, gpointer user_data)
{
  Fixture *self = user_data;

  state_sync_engine_set_filter (self->engine, stop, self, NULL);
  return FALSE;
}

static void
test_filter_replaces_itself_and_stops (Fixture *self, gconstpointer data)
{
  fixture_remake (self, "t", "debounce", 100, NULL);
  fixture_follow (self);
  state_sync_engine_set_filter (self->engine, replace, self, NULL);
  fixture_change (self);
  fixture_change (self);
  fixture_assert_idle (self);
  fixture_assert_nothing (self);
  fixture_assert_pulls (self, 1);
}

/* --- counting --- */

static void
test_counters (Fixture *self, gconstpointer data)
{
  StateSyncCounters counters;

  fixture_follow (self);
  fixture_change (self);
  fixture_run (self);
  fixture_tell (self, 2);
  test_memory_transport_fail (self->transport, 1);
  fixture_change (self);
  fixture_advance (self, 500);
  fixture_refresh (self, "refresh");

  counters = fixture_get_counters (self);
  g_assert_cmpuint (counters.invalidations, ==, 3);
  g_assert_cmpuint (counters.pulls, ==, 5);
  g_assert_cmpuint (counters.applied, ==, 3);
  g_assert_cmpuint (counters.skipped, ==, 2);
  g_assert_cmpuint (counters.retries, ==, 1);
  g_assert_cmpuint (counters.errors, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/engine/follow/change-is-followed", test_change_is_followed);
  test_add ("/engine/follow/burst-during-a-pull-costs-one-more",
            test_burst_during_a_pull_costs_one_more);
  test_add ("/engine/follow/burst-that-the-pull-answers-costs-none-more",
            test_burst_that_the_pull_answers_costs_none_more);
  test_add ("/engine/follow/burst-without-pull-under-way-ends-up-to-date",
            test_burst_without_pull_under_way_ends_up_to_date);
  test_add ("/engine/follow/slow-provider", test_slow_provider);
  test_add ("/engine/follow/out-of-order", test_out_of_order);
  test_add ("/engine/follow/doubled", test_doubled);
  test_add ("/engine/follow/lost", test_lost);
  test_add ("/engine/follow/last-revision", test_last_revision);
  test_add ("/engine/follow/equal-revision-is-not-applied", test_equal_revision_is_not_applied);
  test_add ("/engine/follow/trouble-is-reported-and-pulls", test_trouble_is_reported_and_pulls);
  test_add ("/engine/follow/three-sources-in-a-burst", test_three_sources_in_a_burst);
  test_add ("/engine/follow/join-during-a-burst", test_join_during_a_burst);
  test_add ("/engine/follow/one-stops-the-other-follows", test_one_stops_the_other_follows);
  test_add ("/engine/follow/change-from-within-apply", test_change_from_within_apply);
  test_add ("/engine/follow/echo-from-within-apply", test_echo_from_within_apply);
  test_add ("/engine/follow/refresh-from-within-apply", test_refresh_from_within_apply);
  test_add ("/engine/follow/refresh-from-within-failing-apply",
            test_refresh_from_within_failing_apply);
  test_add ("/engine/follow/failing-apply", test_failing_apply);
  test_add ("/engine/follow/change-while-apply-fails", test_change_while_apply_fails);
  test_add ("/engine/follow/accepted-needs-no-pull", test_accepted_needs_no_pull);
  test_add ("/engine/follow/accepted-has-to-be-newer", test_accepted_has_to_be_newer);
  test_add ("/engine/follow/accepted-before-start", test_accepted_before_start);
  test_add ("/engine/follow/accepted-overtakes-a-pull", test_accepted_overtakes_a_pull);
  test_add ("/engine/follow/accepted-makes-a-held-pull-needless",
            test_accepted_makes_a_held_pull_needless);
  test_add ("/engine/follow/accepted-from-within-apply", test_accepted_from_within_apply);
  test_add ("/engine/follow/accepted-can-not-be-applied", test_accepted_can_not_be_applied);
  test_add ("/engine/follow/filter", test_filter);
  test_add ("/engine/follow/filter-replaces-itself-and-stops",
            test_filter_replaces_itself_and_stops);
  test_add ("/engine/follow/counters", test_counters);

  return g_test_run ();
}
