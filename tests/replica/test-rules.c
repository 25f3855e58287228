/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "replica/replica-fixture.h"

#include <string.h>

static void
refuse_with (Fixture *self, GQuark domain, gint code)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, "As told");

  state_sync_replica_write_refused (self->replica, error);
}

/* --- what is seen --- */

static void
test_before_the_first_snapshot (Fixture *self, gconstpointer data)
{
  g_assert_null (state_sync_replica_get_confirmed (self->replica));
  fixture_assert_data (self, "null");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_data (self, "{'a':1}");
  fixture_assert_write (self, NULL);

  fixture_confirm (self, "A", 0, "null");
  fixture_assert_data (self, "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @0");
  fixture_accept (self, "A", 1);
  fixture_assert_events (self, "x: 1");
}

static void
test_nothing_pending_is_the_same_bytes (Fixture *self, gconstpointer data)
{
  StateSyncSnapshot *confirmed;

  fixture_confirm (self, "A", 3, "{'a': 1.10}");
  confirmed = state_sync_replica_get_confirmed (self->replica);
  g_assert_true (state_sync_replica_get_data (self->replica) ==
                 state_sync_snapshot_get_data (confirmed));
}

static void
test_gate (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "3");
  fixture_confirm (self, "A", 3, "33");
  fixture_confirm (self, "A", 2, "2");
  fixture_assert_data (self, "3");
  fixture_confirm (self, "A", G_MAXUINT64, "4");
  fixture_assert_data (self, "4");
  fixture_confirm (self, "B", 1, "1");
  fixture_assert_data (self, "1");
  fixture_assert_revision (self, 1);
}

static void
test_what_is_not_json_is_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) bad = g_bytes_new_static ("{", 1);
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new_from (9, bad, "A");
  g_autoptr (GError) error = NULL;

  fixture_confirm (self, "A", 3, "3");
  g_assert_false (state_sync_replica_confirm (self->replica, snapshot, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_false (
      state_sync_replica_update (self->replica, state_sync_write_new ("t", bad), NULL, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_DATA);
  fixture_assert_data (self, "3");
  g_assert_cmpuint (state_sync_replica_get_n_pending (self->replica), ==, 0);
}

static void
test_newer_snapshot_goes_under_pending (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{'a':0,'b':0}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_data (self, "{'a':1,'b':0}");
  fixture_confirm (self, "A", 4, "{'a':7,'b':7}");
  fixture_assert_data (self, "{'a':1,'b':7}");
  fixture_assert_write (self, "A: merge {'a':1} @4");
}

/* --- accepted --- */

static void
test_next_revision_needs_no_pull (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{'a': 0}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @3");
  fixture_assert_write (self, NULL);
  fixture_accept (self, "A", 4);
  fixture_assert_events (self, "x: 4");
  fixture_assert_revision (self, 4);
  fixture_assert_data (self, "{'a': 1}");
  fixture_assert_write (self, NULL);
}

static void
test_no_change_is_confirmed_at_once (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{'a':1}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @3");
  fixture_accept (self, "A", 3);
  fixture_assert_events (self, "x: 3");
}

static void
test_meanwhile_goes_together_next (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @3");
  fixture_merge (self, "y", "{'b':1}");
  fixture_merge (self, "z", "{'b':2,'c':1}");
  fixture_assert_write (self, NULL);
  fixture_accept (self, "A", 4);
  fixture_assert_data (self, "{'a':1,'b':2,'c':1}");
  fixture_assert_write (self, "A: merge {'b':2,'c':1} @4");
  fixture_accept (self, "A", 5);
  fixture_assert_events (self, "x: 4, y: 5, z: 5");
}

static void
test_what_does_not_compose_goes_in_order (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{'a':{'p':1}}");
  fixture_merge (self, "x", "{'a':0}");
  fixture_merge (self, "y", "{'a':{'q':1}}");
  fixture_assert_data (self, "{'a':{'q':1}}");
  fixture_assert_write (self, "A: merge {'a':0} @3, merge {'a':{'q':1}}");
  fixture_accept (self, "A", 5);
  fixture_assert_events (self, "x: 5, y: 5");
  fixture_assert_data (self, "{'a':{'q':1}}");
}

static void
test_accepted_stays_until_confirmed_has_it (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{'a':0,'b':0}");
  fixture_merge_if (self, "x", "{'a':1}", 5);
  fixture_assert_write (self, "A: merge {'a':1} @5");
  fixture_accept (self, "A", 6);
  fixture_assert_events (self, "pull");
  fixture_merge (self, "y", "{'c':1}");
  fixture_assert_write (self, NULL);

  fixture_confirm (self, "A", 5, "{'a':0,'b':5}");
  fixture_assert_data (self, "{'a':1,'b':5,'c':1}");
  fixture_assert_events (self, "");
  fixture_confirm (self, "A", 7, "{'a':7,'b':5}");
  fixture_assert_events (self, "x: 6");
  fixture_assert_data (self, "{'a':7,'b':5,'c':1}");
  fixture_assert_write (self, "A: merge {'c':1} @7");
}

static void
test_snapshot_before_the_reply (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{'a':0}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @3");
  fixture_confirm (self, "A", 5, "{'a':1,'b':5}");
  fixture_accept (self, "A", 4);
  fixture_assert_events (self, "x: 4");
  fixture_assert_data (self, "{'a':1,'b':5}");
}

static void
test_durable_if_one_is (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{}");
  fixture_merge_soft (self, "x", "{'a':1}");
  fixture_merge_soft (self, "y", "{'b':1}");
  fixture_assert_write (self, "A: merge {'a':1,'b':1} @3 soft");
  fixture_accept (self, "A", 4);
  fixture_merge_soft (self, "z", "{'a':2}");
  fixture_merge (self, "w", "{'b':2}");
  fixture_assert_write (self, "A: merge {'a':2,'b':2} @4");
  fixture_accept (self, "A", 5);
  fixture_assert_events (self, "x: 4, y: 4, z: 5, w: 5");
}

/* --- refused --- */

static void
test_rollback_undoes_nobody_else (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{'a':0,'b':0}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @3");
  fixture_merge (self, "y", "{'c':1}");
  fixture_confirm (self, "A", 4, "{'a':7,'b':7}");
  fixture_refuse (self, STATE_SYNC_ERROR_REJECTED);
  fixture_assert_events (self, "x: Rejected");
  fixture_assert_data (self, "{'a':7,'b':7,'c':1}");
  fixture_assert_write (self, "A: merge {'c':1} @4");
}

static void
test_only_the_guilty_is_taken_back (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_merge (self, "y", "{'b':1}");
  fixture_merge (self, "z", "{'c':1}");
  fixture_merge (self, "w", "{'d':1}");
  fixture_assert_write (self, "A: merge {'a':1,'b':1,'c':1,'d':1} @3");
  fixture_refuse (self, STATE_SYNC_ERROR_REJECTED);
  fixture_assert_events (self, "");
  fixture_assert_write (self, "A: merge {'a':1,'b':1} @3");
  fixture_refuse (self, STATE_SYNC_ERROR_REJECTED);
  fixture_assert_write (self, "A: merge {'a':1} @3");
  fixture_accept (self, "A", 4);
  fixture_assert_write (self, "A: merge {'b':1,'c':1} @4");
  fixture_refuse (self, STATE_SYNC_ERROR_REJECTED);
  fixture_assert_write (self, "A: merge {'b':1} @4");
  fixture_refuse (self, STATE_SYNC_ERROR_REJECTED);
  fixture_assert_events (self, "x: 4, y: Rejected");
  fixture_assert_data (self, "{'a':1,'c':1,'d':1}");
  fixture_assert_write (self, "A: merge {'c':1} @4");
  fixture_accept (self, "A", 5);
  fixture_assert_write (self, "A: merge {'d':1} @5");
  fixture_accept (self, "A", 6);
  fixture_assert_events (self, "z: 5, w: 6");
}

static void
test_what_meets_all_takes_all_back (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_merge (self, "y", "{'b':1}");
  fixture_assert_write (self, "A: merge {'a':1,'b':1} @3");
  fixture_merge (self, "z", "{'c':1}");
  fixture_refuse (self, STATE_SYNC_ERROR_STORAGE);
  fixture_assert_events (self, "x: Storage, y: Storage");
  fixture_assert_data (self, "{'c':1}");
}

static void
test_unavailable_is_tried_again (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @3");
  fixture_refuse (self, STATE_SYNC_ERROR_UNAVAILABLE);
  fixture_merge (self, "y", "{'b':1}");
  fixture_confirm (self, "B", 3, "{}");
  fixture_assert_write (self, "B: merge {'a':1,'b':1} @3");
  state_sync_replica_write_postponed (self->replica);
  fixture_assert_write (self, "B: merge {'a':1,'b':1} @3");
  fixture_assert_events (self, "");
}

/* --- conflicts --- */

static void
test_conflict_is_rebased (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @3");
  fixture_merge (self, "y", "{'b':1}");
  fixture_refuse (self, STATE_SYNC_ERROR_CONFLICT);
  fixture_assert_events (self, "pull");
  fixture_assert_write (self, NULL);
  fixture_assert_data (self, "{'a':1,'b':1}");
  fixture_confirm (self, "A", 4, "{'a':7,'z':7}");
  fixture_assert_data (self, "{'a':1,'z':7,'b':1}");
  fixture_assert_write (self, "A: merge {'a':1,'b':1} @4");
  fixture_accept (self, "A", 5);
  fixture_assert_events (self, "x: 5, y: 5");
}

static void
test_conflict_already_overtaken (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @3");
  fixture_confirm (self, "A", 4, "{'z':7}");
  fixture_refuse (self, STATE_SYNC_ERROR_CONFLICT);
  fixture_assert_events (self, "");
  fixture_assert_write (self, "A: merge {'a':1} @4");
}

static void
test_conflict_of_the_app_is_a_refusal (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_merge_if (self, "y", "{'b':1}", 3);
  fixture_merge (self, "z", "{'c':1}");
  fixture_merge (self, "w", "{'d':1}");
  fixture_assert_write (self, "A: merge {'a':1} @3");
  fixture_accept (self, "A", 4);
  fixture_assert_write (self, "A: merge {'b':1} @3");
  fixture_refuse (self, STATE_SYNC_ERROR_CONFLICT);
  fixture_assert_events (self, "x: 4, y: Conflict");
  fixture_assert_write (self, "A: merge {'c':1,'d':1} @4");
}

static void
test_expected_by_the_app_and_known_here (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{}");
  fixture_merge_if (self, "x", "{'a':1}", 3);
  fixture_assert_write (self, "A: merge {'a':1} @3");
  fixture_accept (self, "A", 4);
  fixture_assert_events (self, "x: 4");
  fixture_assert_data (self, "{'a':1}");
}

static void
meet_conflicts (Fixture *self, guint64 *revision)
{
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *write = g_strdup_printf ("A: merge {'a':1} @%" G_GUINT64_FORMAT, *revision);

      fixture_assert_write (self, write);
      fixture_refuse (self, STATE_SYNC_ERROR_CONFLICT);
      fixture_assert_events (self, "pull");
      fixture_confirm (self, "A", ++*revision, "{'z':0}");
    }
}

static void
test_starving_goes_without_a_guard (Fixture *self, gconstpointer data)
{
  guint64 revision = 3;

  fixture_confirm (self, "A", 3, "{}");
  fixture_merge (self, "x", "{'a':1}");
  meet_conflicts (self, &revision);

  fixture_assert_write (self, "A: merge {'a':1}");
  fixture_accept (self, "A", 10);
  fixture_assert_events (self, "pull");
  fixture_confirm (self, "A", 10, "{'z':9,'a':1}");
  fixture_assert_events (self, "x: 10");

  fixture_merge (self, "y", "{'a':2}");
  fixture_assert_write (self, "A: merge {'a':2} @10");
}

static void
test_without_a_guard_and_nobody_in_between (Fixture *self, gconstpointer data)
{
  guint64 revision = 3;

  fixture_confirm (self, "A", 3, "{}");
  fixture_merge (self, "x", "{'a':1}");
  meet_conflicts (self, &revision);
  fixture_assert_write (self, "A: merge {'a':1}");
  fixture_accept (self, "A", 9);
  fixture_assert_events (self, "x: 9");
  fixture_assert_data (self, "{'z':0,'a':1}");
}

/* --- another instance --- */

static void
test_accepted_then_taken_back_by_a_crash (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{}");
  fixture_merge_if (self, "x", "{'a':1}", 5);
  fixture_assert_write (self, "A: merge {'a':1} @5");
  fixture_accept (self, "A", 6);
  fixture_assert_events (self, "pull");
  fixture_confirm (self, "B", 5, "{'b':5}");
  fixture_assert_data (self, "{'b':5,'a':1}");
  fixture_assert_write (self, "B: merge {'a':1} @5");
}

static void
test_accepted_then_found_in_the_next (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @3");
  fixture_confirm (self, "B", 8, "{'a':8}");
  fixture_accept (self, "A", 4);
  fixture_assert_events (self, "x: 4");
  fixture_assert_data (self, "{'a':8}");
}

static void
test_answered_by_an_instance_not_seen_yet (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @3");
  fixture_accept (self, "B", 4);
  fixture_assert_events (self, "pull");
  fixture_assert_data (self, "{'a':1}");
  fixture_confirm (self, "B", 4, "{'a':1,'others':1}");
  fixture_assert_events (self, "x: 4");
  fixture_assert_data (self, "{'a':1,'others':1}");
}

/* --- the end --- */

static void
test_abandon (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopped");
  g_auto (StateSyncReplicaEvent) event = { 0 };

  fixture_confirm (self, "A", 3, "{}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @3");
  fixture_merge (self, "y", "{'b':1}");
  state_sync_replica_abandon (self->replica, error);

  g_assert_true (state_sync_replica_next_event (self->replica, &event));
  g_assert_error (event.error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_OUTCOME_UNKNOWN);
  state_sync_replica_event_clear (&event);
  g_assert_true (state_sync_replica_next_event (self->replica, &event));
  g_assert_cmpstr (event.tag, ==, "y");
  g_assert_error (event.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_assert_data (self, "{}");
}

static void
test_abandon_what_was_accepted (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopped");

  fixture_confirm (self, "A", 3, "{}");
  fixture_merge_if (self, "x", "{'a':1}", 5);
  fixture_assert_write (self, "A: merge {'a':1} @5");
  fixture_accept (self, "A", 6);
  state_sync_replica_abandon (self->replica, error);
  fixture_assert_events (self, "pull, x: 6");
}

static void
test_refusal_from_outside_the_service (Fixture *self, gconstpointer data)
{
  g_auto (StateSyncReplicaEvent) event = { 0 };

  fixture_confirm (self, "A", 3, "{}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @3");
  refuse_with (self, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_true (state_sync_replica_next_event (self->replica, &event));
  g_assert_cmpint (event.kind, ==, STATE_SYNC_REPLICA_REJECTED);
  g_assert_error (event.error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
}

/* What continues the last change becomes part of it, until it is under way. */
static void
test_amended_is_one_change (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{'a':0,'b':0}");
  g_assert_false (fixture_amend (self, "x", "{'a':1}"));
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_data (self, "{'a':1,'b':0}");
  g_assert_true (fixture_amend (self, "x", "{'a':2}"));
  fixture_assert_data (self, "{'a':2,'b':0}");
  g_assert_true (fixture_amend (self, "x", "{'a':3}"));
  fixture_assert_write (self, "A: merge {'a':3} @3");

  g_assert_false (fixture_amend (self, "x", "{'a':4}"));
  fixture_refuse (self, STATE_SYNC_ERROR_REJECTED);
  fixture_assert_events (self, "x: Rejected");
  fixture_assert_data (self, "{'a':0,'b':0}");
}

static void
test_only_the_last_is_amended (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 3, "{}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_merge (self, "y", "{'a':2}");
  g_assert_false (fixture_amend (self, "x", "{'a':3}"));
  fixture_assert_data (self, "{'a':2}");
  fixture_merge_if (self, "z", "{'b':1}", 4);
  g_assert_false (fixture_amend (self, "z", "{'a':3}"));

  fixture_assert_write (self, "A: merge {'a':2} @3");
  fixture_accept (self, "A", 4);
  fixture_assert_write (self, "A: merge {'b':1} @4");
  fixture_accept (self, "A", 5);
  fixture_assert_events (self, "x: 4, y: 4, z: 5");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/replica/before-the-first-snapshot", test_before_the_first_snapshot);
  test_add ("/replica/nothing-pending-is-the-same-bytes", test_nothing_pending_is_the_same_bytes);
  test_add ("/replica/gate", test_gate);
  test_add ("/replica/what-is-not-json-is-refused", test_what_is_not_json_is_refused);
  test_add ("/replica/newer-snapshot-goes-under-pending", test_newer_snapshot_goes_under_pending);
  test_add ("/replica/next-revision-needs-no-pull", test_next_revision_needs_no_pull);
  test_add ("/replica/no-change-is-confirmed-at-once", test_no_change_is_confirmed_at_once);
  test_add ("/replica/meanwhile-goes-together-next", test_meanwhile_goes_together_next);
  test_add ("/replica/what-does-not-compose-goes-in-order",
            test_what_does_not_compose_goes_in_order);
  test_add ("/replica/accepted-stays-until-confirmed-has-it",
            test_accepted_stays_until_confirmed_has_it);
  test_add ("/replica/snapshot-before-the-reply", test_snapshot_before_the_reply);
  test_add ("/replica/durable-if-one-is", test_durable_if_one_is);
  test_add ("/replica/rollback-undoes-nobody-else", test_rollback_undoes_nobody_else);
  test_add ("/replica/only-the-guilty-is-taken-back", test_only_the_guilty_is_taken_back);
  test_add ("/replica/what-meets-all-takes-all-back", test_what_meets_all_takes_all_back);
  test_add ("/replica/unavailable-is-tried-again", test_unavailable_is_tried_again);
  test_add ("/replica/conflict-is-rebased", test_conflict_is_rebased);
  test_add ("/replica/conflict-already-overtaken", test_conflict_already_overtaken);
  test_add ("/replica/conflict-of-the-app-is-a-refusal", test_conflict_of_the_app_is_a_refusal);
  test_add ("/replica/expected-by-the-app-and-known-here", test_expected_by_the_app_and_known_here);
  test_add ("/replica/starving-goes-without-a-guard", test_starving_goes_without_a_guard);
  test_add ("/replica/without-a-guard-and-nobody-in-between",
            test_without_a_guard_and_nobody_in_between);
  test_add ("/replica/accepted-then-taken-back-by-a-crash",
            test_accepted_then_taken_back_by_a_crash);
  test_add ("/replica/accepted-then-found-in-the-next", test_accepted_then_found_in_the_next);
  test_add ("/replica/answered-by-an-instance-not-seen-yet",
            test_answered_by_an_instance_not_seen_yet);
  test_add ("/replica/amended-is-one-change", test_amended_is_one_change);
  test_add ("/replica/only-the-last-is-amended", test_only_the_last_is_amended);
  test_add ("/replica/abandon", test_abandon);
  test_add ("/replica/abandon-what-was-accepted", test_abandon_what_was_accepted);
  test_add ("/replica/refusal-from-outside-the-service", test_refusal_from_outside_the_service);

  return g_test_run ();
}
