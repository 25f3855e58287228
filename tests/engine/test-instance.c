/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/engine-fixture.h"

static void
serve (Fixture *self, const char *instance, guint64 revision)
{
  test_memory_transport_set (self->transport, revision);
  test_memory_transport_set_instance (self->transport, instance);
  fixture_run (self);
}

static guint64
local_revision (Fixture *self)
{
  return state_sync_engine_get_revision (self->engine);
}

/* --- gone and back --- */

static void
test_data_stays_while_nobody_serves (Fixture *self, gconstpointer data)
{
  g_assert_true (state_sync_engine_get_available (self->engine));
  fixture_follow (self);
  serve (self, NULL, 1);
  fixture_assert (self, "unavailable");
  g_assert_false (state_sync_engine_get_available (self->engine));
  g_assert_cmpuint (local_revision (self), ==, 1);
  fixture_assert_pulls (self, 1);
}

static void
test_new_instance_is_pulled_at_once (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  serve (self, NULL, 1);
  serve (self, ":1.2", 4);
  fixture_assert (self, "unavailable", "available", "apply 4");
  fixture_assert_pulls (self, 2);
}

static void
test_replacement_without_a_gap (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  serve (self, ":1.2", 4);
  fixture_assert (self, "apply 4");
  fixture_assert_pulls (self, 2);
}

static void
test_revision_goes_back_with_a_new_instance (Fixture *self, gconstpointer data)
{
  test_memory_transport_set (self->transport, 100);
  fixture_follow (self);
  serve (self, ":1.2", 3);
  fixture_assert (self, "apply 3");
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 4");
  g_assert_cmpuint (local_revision (self), ==, 4);
}

static void
test_equal_revision_of_a_new_instance_is_applied (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  serve (self, ":1.2", 1);
  fixture_assert (self, "apply 1");
}

/* What changed while it was away was not told. */
static void
test_same_instance_comes_back (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  serve (self, NULL, 1);
  serve (self, ":1.1", 5);
  fixture_assert (self, "unavailable", "available", "apply 5");
}

static void
test_same_instance_comes_back_during_a_pull (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_hold_pulls (self->transport);
  fixture_change (self);
  serve (self, NULL, 2);
  serve (self, ":1.1", 5);
  test_memory_transport_answer_with (self->transport, 2, ":1.1");
  test_memory_transport_let_go (self->transport);
  fixture_run (self);
  fixture_assert (self, "unavailable", "available", "apply 2", "apply 5");
  fixture_assert_pulls (self, 3);
}

static void
test_throttle_does_not_hold_up_a_new_instance (Fixture *self, gconstpointer data)
{
  fixture_remake (self, "t", "debounce", 1000, "throttle", 1000, NULL);
  fixture_follow (self);
  serve (self, ":1.2", 4);
  fixture_assert (self, "apply 4");
}

static void
test_filter_does_not_hold_up_a_new_instance (Fixture *self, gconstpointer data)
{
  fixture_remake (self, "t", "throttle", 10, "throttle-edges", STATE_SYNC_EDGES_NONE, NULL);
  fixture_start (self, "start");
  fixture_assert (self, "error throttle", "apply 1", "start: ok");
  serve (self, ":1.2", 4);
  fixture_assert (self, "apply 4");
}

static void
test_start_while_nobody_serves (Fixture *self, gconstpointer data)
{
  serve (self, NULL, 1);
  test_memory_transport_name_instance (self->transport, FALSE);
  fixture_start (self, "start");
  fixture_assert (self, "unavailable", "apply 1", "start: ok");
  serve (self, ":1.1", 1);
  fixture_assert (self, "available", "apply 1");
}

/* The first pull makes the bus start the service: its answer is that of the new instance. */
static void
test_cold_start_costs_one_pull (Fixture *self, gconstpointer data)
{
  for (guint named = 0; named < 2; named++)
    {
      state_sync_engine_stop (self->engine);
      serve (self, NULL, 1);
      fixture_remake (self, "t", NULL, NULL);
      test_memory_transport_name_instance (self->transport, named == 1);
      test_memory_transport_hold_pulls (self->transport);
      fixture_start (self, "start");
      serve (self, named == 1 ? ":1.3" : ":1.2", 7);
      test_memory_transport_let_go (self->transport);
      fixture_run (self);
      fixture_assert (self, "available", "apply 7", "start: ok");
      g_assert_cmpuint (fixture_get_counters (self).pulls, ==, 1);

      /* And it was that one's: less than it is not applied. */
      test_memory_transport_hold_pulls (self->transport);
      fixture_refresh (self, "refresh");
      test_memory_transport_answer_with (self->transport, 6, NULL);
      fixture_run (self);
      fixture_assert (self, "error protocol, snapshot 6, attempt 1, again in 500");
      test_memory_transport_let_go (self->transport);
      fixture_advance (self, 500);
      fixture_assert (self, "refresh: ok");
    }
}

static void
test_instance_changes_while_subscribing (Fixture *self, gconstpointer data)
{
  test_memory_transport_hold_subscribes (self->transport);
  fixture_start (self, "start");
  serve (self, ":1.2", 3);
  test_memory_transport_ready (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 3", "start: ok");
  fixture_assert_pulls (self, 1);
}

static void
test_instance_changes_before_start (Fixture *self, gconstpointer data)
{
  fixture_refresh (self, "refresh");
  fixture_assert (self, "apply 1", "refresh: ok");
  test_memory_transport_set (self->transport, 0);
  test_memory_transport_set_instance (self->transport, ":1.2");
  fixture_refresh (self, "refresh");
  fixture_assert (self, "apply 0", "refresh: ok");
}

/* --- late answers --- */

/* It is not waited for: it may never come. */
static void
test_pull_to_a_dead_instance_is_forgotten (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_hold_pulls (self->transport);
  fixture_change (self);
  fixture_begin_refresh (self, "refresh");
  serve (self, ":1.2", 1);
  g_assert_cmpuint (test_memory_transport_get_n_waiting (self->transport), ==, 2);
  g_assert_cmpuint (test_memory_transport_get_n_wanted (self->transport), ==, 1);

  test_memory_transport_answer_with (self->transport, 99, ":1.1");
  fixture_run (self);
  fixture_assert_nothing (self);
  test_memory_transport_let_go (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 1", "refresh: ok");
  fixture_assert_pulls (self, 3);
}

static void
test_snapshot_of_another_instance_is_refused (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  serve (self, ":1.2", 1);
  fixture_assert (self, "apply 1");
  test_memory_transport_hold_pulls (self->transport);
  fixture_change (self);
  test_memory_transport_answer_with (self->transport, 99, ":1.1");
  fixture_run (self);
  fixture_assert (self, "error protocol, event 2, snapshot 99, attempt 1, again in 500");
  test_memory_transport_let_go (self->transport);
  fixture_advance (self, 500);
  fixture_assert (self, "apply 2");
}

static void
test_late_accepted_is_skipped (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  serve (self, ":1.2", 1);
  fixture_assert (self, "apply 1");
  fixture_accept (self, 99, ":1.1");
  fixture_assert_nothing (self);
  g_assert_cmpuint (fixture_get_counters (self).errors, ==, 0);

  /* One who serves and was not announced would be; until then nobody knows it. */
  fixture_accept (self, 99, ":1.3");
  fixture_assert_nothing (self);
  fixture_accept (self, 2, ":1.2");
  fixture_assert (self, "apply 2");
}

/* The one that answered is dead, and so is the one that came after it. */
static void
test_late_answer_while_nobody_serves (Fixture *self, gconstpointer data)
{
  serve (self, NULL, 1);
  test_memory_transport_hold_pulls (self->transport);
  fixture_begin_refresh (self, "refresh");
  test_memory_transport_set_instance (self->transport, ":1.2");
  test_memory_transport_answer_with (self->transport, 99, ":1.2");
  test_memory_transport_set_instance (self->transport, ":1.3");
  fixture_accept (self, 4, ":1.3");
  test_memory_transport_set_instance (self->transport, NULL);
  fixture_run (self);
  fixture_assert (self, "unavailable", "available", "apply 4", "unavailable",
                  "error protocol, snapshot 99, attempt 1, again in 500");
  test_memory_transport_set (self->transport, 5);
  test_memory_transport_let_go (self->transport);
  fixture_advance (self, 500);
  fixture_assert (self, "apply 5", "refresh: ok");
}

static void
test_late_accepted_while_nobody_serves (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  serve (self, ":1.2", 1);
  serve (self, NULL, 1);
  fixture_assert (self, "apply 1", "unavailable");
  fixture_accept (self, 99, ":1.1");
  fixture_assert_nothing (self);
  fixture_accept (self, 2, ":1.2");
  fixture_assert (self, "apply 2");
}

/* Instance and reply come to different places; whoever looks first looks at both. */
static void
test_answer_overtakes_the_announcement (Fixture *self, gconstpointer data)
{
  test_memory_transport_hold_pulls (self->transport);
  fixture_refresh (self, "refresh");
  test_memory_transport_set_instance (self->transport, ":1.2");
  test_memory_transport_answer_with (self->transport, 7, ":1.2");
  fixture_run (self);
  fixture_assert_nothing (self);
  g_assert_cmpuint (test_memory_transport_get_n_wanted (self->transport), ==, 1);
  test_memory_transport_let_go (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 1", "refresh: ok");
}

/* --- others' signals --- */

/* Nobody can tell whether it is dead or not announced yet: one pull finds out. */
static void
test_told_by_another_instance (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_tell (self->transport, 77, ":1.9");
  fixture_run (self);
  fixture_assert_nothing (self);
  fixture_assert_pulls (self, 2);
  test_memory_transport_tell (self->transport, 1, ":1.9");
  fixture_run (self);
  fixture_assert_pulls (self, 3);
}

static void
test_told_by_several_instances_during_a_pull (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_hold_pulls (self->transport);
  fixture_change (self);
  for (guint i = 0; i < 100; i++)
    {
      test_memory_transport_tell (self->transport, i, ":1.9");
      test_memory_transport_tell (self->transport, i, ":1.8");
    }
  test_memory_transport_let_go (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 2");
  fixture_assert_pulls (self, 3);
}

/* --- while something else goes on --- */

static void
serve_another (Fixture *self)
{
  test_memory_transport_set (self->transport, 1);
  test_memory_transport_set_instance (self->transport, ":1.2");
}

static void
test_instance_changes_from_within_apply (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->in_apply = serve_another;
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2", "apply 1");
  fixture_assert_pulls (self, 3);
  fixture_assert_idle (self);
}

static void
test_instance_changes_from_within_failing_apply (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->in_apply = serve_another;
  self->n_failing_applies = 1;
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2 fails", "error apply, snapshot 2", "apply 1");
}

static void
test_instance_changes_from_within_error_handler (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  self->in_error = serve_another;
  test_memory_transport_fail (self->transport, 1);
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "error get-snapshot, event 2, attempt 1, again in 500", "apply 1");
  fixture_assert_idle (self);
}

static void
test_instance_changes_from_within_last_error_handler (Fixture *self, gconstpointer data)
{
  fixture_remake (self, "t", "max-attempts", 1, NULL);
  fixture_follow (self);
  self->in_error = serve_another;
  test_memory_transport_fail (self->transport, 1);
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "error get-snapshot, event 2, attempt 1", "apply 1");
}

static void
test_new_instance_ends_the_wait_for_a_retry (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_fail (self->transport, 1);
  fixture_change (self);
  fixture_run (self);
  serve (self, ":1.2", 3);
  fixture_assert (self, "error get-snapshot, event 2, attempt 1, again in 500", "apply 3");
  fixture_assert_idle (self);
  g_assert_cmpuint (fixture_get_counters (self).retries, ==, 0);
}

static void
test_new_instance_after_retries_are_exhausted (Fixture *self, gconstpointer data)
{
  fixture_follow (self);
  test_memory_transport_fail (self->transport, 3);
  fixture_change (self);
  fixture_advance (self, 10000);
  g_assert_cmpuint (fixture_get_counters (self).errors, ==, 3);
  g_ptr_array_set_size (self->events, 0);
  serve (self, ":1.2", 3);
  fixture_assert (self, "apply 3");
}

/* --- sources that can't tell --- */

/* The provider's word counts then. */
static void
test_unknown_instance (Fixture *self, gconstpointer data)
{
  serve (self, "", 5);
  fixture_remake (self, "t", NULL, NULL);
  test_memory_transport_name_instance (self->transport, FALSE);
  fixture_follow (self);
  g_assert_true (state_sync_engine_get_available (self->engine));
  test_memory_transport_tell (self->transport, 5, NULL);
  fixture_run (self);
  g_assert_cmpuint (fixture_get_counters (self).pulls, ==, 1);

  test_memory_transport_hold_pulls (self->transport);
  fixture_refresh (self, "refresh");
  test_memory_transport_answer_with (self->transport, 2, "second life");
  fixture_run (self);
  fixture_assert (self, "error protocol, snapshot 2, attempt 1, again in 500");
  fixture_advance (self, 500);
  test_memory_transport_answer_with (self->transport, 6, "second life");
  fixture_run (self);
  fixture_assert (self, "apply 6", "refresh: ok");
  fixture_refresh (self, "refresh");
  test_memory_transport_answer_with (self->transport, 2, "third life");
  fixture_run (self);
  fixture_assert (self, "apply 2", "refresh: ok");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/engine/instance/data-stays-while-nobody-serves", test_data_stays_while_nobody_serves);
  test_add ("/engine/instance/new-instance-is-pulled-at-once", test_new_instance_is_pulled_at_once);
  test_add ("/engine/instance/replacement-without-a-gap", test_replacement_without_a_gap);
  test_add ("/engine/instance/revision-goes-back-with-a-new-instance",
            test_revision_goes_back_with_a_new_instance);
  test_add ("/engine/instance/equal-revision-of-a-new-instance-is-applied",
            test_equal_revision_of_a_new_instance_is_applied);
  test_add ("/engine/instance/same-instance-comes-back", test_same_instance_comes_back);
  test_add ("/engine/instance/same-instance-comes-back-during-a-pull",
            test_same_instance_comes_back_during_a_pull);
  test_add ("/engine/instance/throttle-does-not-hold-up-a-new-instance",
            test_throttle_does_not_hold_up_a_new_instance);
  test_add ("/engine/instance/filter-does-not-hold-up-a-new-instance",
            test_filter_does_not_hold_up_a_new_instance);
  test_add ("/engine/instance/start-while-nobody-serves", test_start_while_nobody_serves);
  test_add ("/engine/instance/cold-start-costs-one-pull", test_cold_start_costs_one_pull);
  test_add ("/engine/instance/instance-changes-while-subscribing",
            test_instance_changes_while_subscribing);
  test_add ("/engine/instance/instance-changes-before-start", test_instance_changes_before_start);
  test_add ("/engine/instance/pull-to-a-dead-instance-is-forgotten",
            test_pull_to_a_dead_instance_is_forgotten);
  test_add ("/engine/instance/snapshot-of-another-instance-is-refused",
            test_snapshot_of_another_instance_is_refused);
  test_add ("/engine/instance/late-accepted-is-skipped", test_late_accepted_is_skipped);
  test_add ("/engine/instance/late-answer-while-nobody-serves",
            test_late_answer_while_nobody_serves);
  test_add ("/engine/instance/late-accepted-while-nobody-serves",
            test_late_accepted_while_nobody_serves);
  test_add ("/engine/instance/answer-overtakes-the-announcement",
            test_answer_overtakes_the_announcement);
  test_add ("/engine/instance/told-by-another-instance", test_told_by_another_instance);
  test_add ("/engine/instance/told-by-several-instances-during-a-pull",
            test_told_by_several_instances_during_a_pull);
  test_add ("/engine/instance/instance-changes-from-within-apply",
            test_instance_changes_from_within_apply);
  test_add ("/engine/instance/instance-changes-from-within-failing-apply",
            test_instance_changes_from_within_failing_apply);
  test_add ("/engine/instance/instance-changes-from-within-error-handler",
            test_instance_changes_from_within_error_handler);
  test_add ("/engine/instance/instance-changes-from-within-last-error-handler",
            test_instance_changes_from_within_last_error_handler);
  test_add ("/engine/instance/new-instance-ends-the-wait-for-a-retry",
            test_new_instance_ends_the_wait_for_a_retry);
  test_add ("/engine/instance/new-instance-after-retries-are-exhausted",
            test_new_instance_after_retries_are_exhausted);
  test_add ("/engine/instance/unknown-instance", test_unknown_instance);

  return g_test_run ();
}
