/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What each snapshot says of a write whose reply was lost: the table of attempt.c. The topic is
 * {'a':0} at revision 5 and the write {'a':1} guarded by it, if not said otherwise. */

#include "replica/replica-fixture.h"

static void
lose_a_write (Fixture *self)
{
  fixture_confirm (self, "A", 5, "{'a':0}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @5");
  fixture_merge (self, "y", "{'b':1}");
  state_sync_replica_write_lost (self->replica);
}

/* One row: after the loss this snapshot comes; then the events, what is seen, the next write. */
typedef struct
{
  const char *name;
  const char *instance;
  guint64 revision;
  const char *text;
  const char *events;
  const char *data;
  const char *write;
} Row;

static const Row rows[] = {
  { "same-revision", "B", 5, "{'a':0}", /* not there */
    "", "{'a':1,'b':1}", "B: merge {'a':1,'b':1} @5" },
  { "same-revision-other-data", "B", 5, "{'z':9}", /* a soft change given out again */
    "", "{'z':9,'a':1,'b':1}", "B: merge {'a':1,'b':1} @5" },
  { "went-back", "B", 2, "{'a':7}", /* a new database, or soft changes lost */
    "", "{'a':1,'b':1}", "B: merge {'a':1,'b':1} @2" },
  { "next-and-ours", "B", 6, "{'a':1}", /* there */
    "x: 6", "{'a':1,'b':1}", "B: merge {'b':1} @6" },
  { "next-and-somebody-else-s", "B", 6, "{'a':7}", /* not there */
    "", "{'a':1,'b':1}", "B: merge {'a':1,'b':1} @6" },
  { "next-and-somebody-else-s-with-our-value", "B", 6, "{'a':1,'z':9}", /* not there */
    "", "{'a':1,'z':9,'b':1}", "B: merge {'a':1,'b':1} @6" },
  { "later-and-so-anyway", "B", 8, "{'a':1,'z':9}", /* in effect, whoever did it */
    "x: 8", "{'a':1,'z':9,'b':1}", "B: merge {'b':1} @8" },
  { "later-and-different", "B", 8, "{'a':7}", /* nobody can tell */
    "x: OutcomeUnknown", "{'a':7,'b':1}", "B: merge {'b':1} @8" },
  { "alive-next-and-ours", "A", 6, "{'a':1}", /* there */
    "x: 6", "{'a':1,'b':1}", "A: merge {'b':1} @6" },
  { "alive-next-and-somebody-else-s", "A", 6, "{'a':7}", /* not there, and can't come any more */
    "", "{'a':1,'b':1}", "A: merge {'a':1,'b':1} @6" },
  { "alive-later-and-different", "A", 7, "{'a':7}", /* nobody can tell */
    "x: OutcomeUnknown", "{'a':7,'b':1}", "A: merge {'b':1} @7" },
};

static void
test_row (Fixture *self, gconstpointer data)
{
  const Row *row = data;

  lose_a_write (self);
  fixture_assert_events (self, "");
  fixture_confirm (self, row->instance, row->revision, row->text);
  fixture_assert_events (self, row->events);
  fixture_assert_data (self, row->data);
  fixture_assert_write (self, row->write);
}

/* As long as the service lives the write may still arrive: it is sent again exactly as it was. */
static void
test_sent_again_with_the_same_guard (Fixture *self, gconstpointer data)
{
  lose_a_write (self);
  fixture_assert_write (self, "A: merge {'a':1} @5");
  state_sync_replica_write_postponed (self->replica);
  fixture_assert_write (self, "A: merge {'a':1} @5");
  fixture_accept (self, "A", 6);
  fixture_assert_events (self, "x: 6");
  fixture_assert_write (self, "A: merge {'b':1} @6");
}

static void
test_sent_again_meets_a_conflict (Fixture *self, gconstpointer data)
{
  lose_a_write (self);
  fixture_assert_write (self, "A: merge {'a':1} @5");
  fixture_refuse (self, STATE_SYNC_ERROR_CONFLICT);
  fixture_assert_events (self, "pull");
  fixture_assert_write (self, NULL);
  fixture_confirm (self, "A", 6, "{'a':1}");
  fixture_assert_events (self, "x: 6");
}

static void
test_sent_again_and_refused (Fixture *self, gconstpointer data)
{
  lose_a_write (self);
  fixture_assert_write (self, "A: merge {'a':1} @5");
  fixture_refuse (self, STATE_SYNC_ERROR_REJECTED);
  fixture_assert_events (self, "x: OutcomeUnknown");
  fixture_assert_data (self, "{'a':0,'b':1}");
}

/* The snapshot came while the outcome was still awaited. */
static void
test_snapshot_before_the_loss (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 5, "{'a':0}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @5");
  fixture_confirm (self, "B", 6, "{'a':1}");
  fixture_assert_events (self, "");
  state_sync_replica_write_lost (self->replica);
  fixture_assert_events (self, "x: 6");
}

/* A write that changes nothing leaves no trace: what came after it can't tell. */
static void
test_no_change_and_lost (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 5, "{'a':1}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_assert_write (self, "A: merge {'a':1} @5");
  state_sync_replica_write_lost (self->replica);
  fixture_confirm (self, "A", 6, "{'a':7}");
  fixture_assert_events (self, "x: OutcomeUnknown");
}

/* Two writes that go together take two revisions, and others can't be in between. */
static void
test_two_writes_and_lost (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 5, "{'a':0}");
  fixture_merge (self, "x", "{'a':1}");
  fixture_merge (self, "y", "{'a':{'p':1}}");
  fixture_assert_write (self, "A: merge {'a':1} @5, merge {'a':{'p':1}}");
  state_sync_replica_write_lost (self->replica);
  fixture_confirm (self, "A", 6, "{'a':7}");
  fixture_assert_events (self, "");
  fixture_assert_write (self, "A: merge {'a':1} @6, merge {'a':{'p':1}}");
  state_sync_replica_write_lost (self->replica);
  fixture_confirm (self, "A", 8, "{'a':{'p':1}}");
  fixture_assert_events (self, "x: 8, y: 8");
}

static void
test_expected_by_the_app_and_lost (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 5, "{'a':0}");
  fixture_merge_if (self, "x", "{'a':1}", 7);
  fixture_assert_write (self, "A: merge {'a':1} @7");
  state_sync_replica_write_lost (self->replica);
  fixture_confirm (self, "A", 6, "{'a':6}");
  fixture_assert_write (self, "A: merge {'a':1} @7");
  fixture_refuse (self, STATE_SYNC_ERROR_CONFLICT);
  fixture_assert_events (self, "pull");
  fixture_confirm (self, "A", 8, "{'a':1}");
  fixture_assert_events (self, "x: 8");
}

static void
test_expected_by_the_app_and_found_absent (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 5, "{'a':0}");
  fixture_merge_if (self, "x", "{'a':1}", 5);
  fixture_assert_write (self, "A: merge {'a':1} @5");
  state_sync_replica_write_lost (self->replica);
  fixture_confirm (self, "A", 6, "{'a':7}");
  fixture_assert_write (self, "A: merge {'a':1} @5");
  fixture_refuse (self, STATE_SYNC_ERROR_CONFLICT);
  fixture_assert_events (self, "x: Conflict");
}

static void
test_expected_by_the_app_and_not_reached (Fixture *self, gconstpointer data)
{
  fixture_confirm (self, "A", 5, "{'a':0}");
  fixture_merge_if (self, "x", "{'a':1}", 7);
  fixture_assert_write (self, "A: merge {'a':1} @7");
  state_sync_replica_write_lost (self->replica);
  fixture_assert_write (self, "A: merge {'a':1} @7");
  fixture_refuse (self, STATE_SYNC_ERROR_CONFLICT);
  state_sync_replica_pulled (self->replica);
  fixture_assert_events (self, "pull, x: OutcomeUnknown");
}

static void
lose_an_unguarded_write (Fixture *self)
{
  fixture_confirm (self, "A", 1, "{'a':0}");
  fixture_merge (self, "x", "{'a':1}");
  for (guint64 revision = 1; revision < 6; revision++)
    {
      const char *instance;
      g_autoptr (GPtrArray) writes = state_sync_replica_take_write (self->replica, &instance);

      g_assert_nonnull (writes);
      fixture_refuse (self, STATE_SYNC_ERROR_CONFLICT);
      fixture_confirm (self, "A", revision + 1, "{'a':0}");
    }
  fixture_assert_events (self, "pull, pull, pull, pull, pull");
  fixture_assert_write (self, "A: merge {'a':1}");
  state_sync_replica_write_lost (self->replica);
}

static void
test_unguarded_is_never_sent_again_to_the_living (Fixture *self, gconstpointer data)
{
  lose_an_unguarded_write (self);
  fixture_assert_events (self, "pull");
  fixture_assert_write (self, NULL);
  state_sync_replica_pulled (self->replica);
  fixture_assert_events (self, "x: OutcomeUnknown");
}

static void
test_unguarded_and_there (Fixture *self, gconstpointer data)
{
  lose_an_unguarded_write (self);
  fixture_confirm (self, "A", 9, "{'a':1}");
  fixture_assert_events (self, "pull, x: 9");
}

static void
test_unguarded_and_absent (Fixture *self, gconstpointer data)
{
  lose_an_unguarded_write (self);
  fixture_confirm (self, "B", 6, "{'a':0}");
  fixture_assert_events (self, "pull");
  fixture_assert_write (self, "B: merge {'a':1}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/replica/lost-reply/", rows[i].name, NULL);

      g_test_add (path, Fixture, &rows[i], fixture_set_up, test_row, fixture_tear_down);
    }
  test_add ("/replica/lost-reply/sent-again-with-the-same-guard",
            test_sent_again_with_the_same_guard);
  test_add ("/replica/lost-reply/sent-again-meets-a-conflict", test_sent_again_meets_a_conflict);
  test_add ("/replica/lost-reply/sent-again-and-refused", test_sent_again_and_refused);
  test_add ("/replica/lost-reply/snapshot-before-the-loss", test_snapshot_before_the_loss);
  test_add ("/replica/lost-reply/no-change", test_no_change_and_lost);
  test_add ("/replica/lost-reply/two-writes", test_two_writes_and_lost);
  test_add ("/replica/lost-reply/expected-by-the-app", test_expected_by_the_app_and_lost);
  test_add ("/replica/lost-reply/expected-by-the-app-and-absent",
            test_expected_by_the_app_and_found_absent);
  test_add ("/replica/lost-reply/expected-by-the-app-and-not-reached",
            test_expected_by_the_app_and_not_reached);
  test_add ("/replica/lost-reply/unguarded-is-never-sent-again-to-the-living",
            test_unguarded_is_never_sent_again_to_the_living);
  test_add ("/replica/lost-reply/unguarded-and-there", test_unguarded_and_there);
  test_add ("/replica/lost-reply/unguarded-and-absent", test_unguarded_and_absent);

  return g_test_run ();
}
