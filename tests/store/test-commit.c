/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/store-fixture.h"

static GPtrArray *
writes_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);
}

static void
add (GPtrArray *writes, const char *topic, const char *data)
{
  g_ptr_array_add (writes, write_of (topic, data, STATE_SYNC_WRITE_REPLACE, TRUE));
}

/* Blocks the storage with the first commit, so that what follows is one batch. */
static void
hold_with_a_commit (Fixture *self)
{
  test_memory_storage_hold (self->storage);
  fixture_write (self, "first", "first", "0");
  fixture_wait_for_hold (self);
}

static void
test_reply_before_changed (Fixture *self, gconstpointer data)
{
  fixture_write (self, "w", "t", "1");
  fixture_settle (self);
  fixture_assert (self, "w: 1", "changed t 1");
  fixture_assert_stored (self, "t", "1 1");
}

static void
test_unchanged_is_no_change (Fixture *self, gconstpointer data)
{
  test_memory_storage_put (self->storage, "t", 7, "[1]");
  fixture_write (self, "same", "t", "[1]");
  fixture_settle (self);
  fixture_write (self, "other spelling", "t", "[1 ]");
  fixture_settle (self);
  fixture_assert (self, "same: 7", "other spelling: 8", "changed t 8");
  g_assert_cmpuint (test_memory_storage_get_n_commits (self->storage), ==, 1);
}

static void
test_null_deletes_and_counts_on (Fixture *self, gconstpointer data)
{
  fixture_write (self, "absent", "t", "null");
  fixture_write (self, "set", "t", "1");
  fixture_write (self, "delete", "t", "null");
  fixture_write (self, "again", "t", "1");
  fixture_settle (self);
  fixture_assert (self, "absent: 0", "set: 1", "delete: 2", "again: 3", "changed t 3");
}

static void
test_compare_and_swap (Fixture *self, gconstpointer data)
{
  fixture_write_if (self, "never written", "t", "1", 0);
  fixture_settle (self);
  fixture_write_if (self, "no longer", "t", "2", 0);
  fixture_write_if (self, "right", "t", "3", 1);
  fixture_settle (self);
  fixture_assert (self, "never written: 1", "changed t 1", "no longer: Conflict", "right: 2",
                  "changed t 2");
}

static void
test_batch_is_one_commit (Fixture *self, gconstpointer data)
{
  fixture_read_topics (self, "load", "t", "u");
  fixture_settle (self);
  hold_with_a_commit (self);
  fixture_write (self, "a", "t", "1");
  fixture_write (self, "b", "t", "2");
  fixture_write (self, "c", "u", "3");
  test_memory_storage_let_go (self->storage);
  fixture_settle (self);
  fixture_assert (self, "load: 0 null, 0 null", "first: 1", "changed first 1", "a: 1", "b: 2",
                  "c: 1", "changed t 2", "changed u 1");
  g_assert_cmpuint (test_memory_storage_get_n_commits (self->storage), ==, 2);
}

static void
test_readers_see_nothing_under_way (Fixture *self, gconstpointer data)
{
  fixture_read_topics (self, "load", "first");
  fixture_settle (self);
  hold_with_a_commit (self);
  fixture_read_topics (self, "under way", "first");
  fixture_assert (self, "load: 0 null", "under way: 0 null");
  test_memory_storage_let_go (self->storage);
  fixture_settle (self);
  fixture_read_topics (self, "settled", "first");
  fixture_assert (self, "first: 1", "changed first 1", "settled: 1 0");
}

static void
test_failed_commit_refuses_its_batch_alone (Fixture *self, gconstpointer data)
{
  test_memory_storage_put (self->storage, "t", 4, "0");
  hold_with_a_commit (self);
  test_memory_storage_let_go (self->storage);
  fixture_settle (self);

  fixture_read_topics (self, "load", "t", "u");
  fixture_settle (self);
  test_memory_storage_fail_commits (self->storage, 1);
  fixture_write (self, "a", "t", "1");
  fixture_write_if (self, "rests on a", "t", "9", 4);
  fixture_write (self, "same as a", "t", "1");
  fixture_write_if (self, "rests on nothing", "u", "1", 5);
  fixture_write (self, "no change", "first", "0");
  fixture_settle (self);
  fixture_write_if (self, "after", "t", "2", 4);
  fixture_settle (self);

  fixture_assert (self, "first: 1", "changed first 1", "load: 4 0, 0 null", "a: Storage",
                  "rests on a: Storage", "same as a: Storage", "rests on nothing: Conflict",
                  "no change: 1", "after: 5", "changed t 5");
  fixture_assert_stored (self, "t", "5 2");
}

static void
test_what_waits_survives_a_failed_commit (Fixture *self, gconstpointer data)
{
  hold_with_a_commit (self);
  test_memory_storage_fail_commits (self->storage, 1);
  fixture_write_if (self, "next", "first", "1", 0);
  test_memory_storage_let_go (self->storage);
  fixture_settle (self);
  fixture_assert (self, "first: Storage", "next: 1", "changed first 1");
  fixture_assert_stored (self, "first", "1 1");
}

static void
test_many_all_or_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) good = writes_new ();
  g_autoptr (GPtrArray) bad = writes_new ();
  StateSyncWrite *guarded = write_of ("u", "1", STATE_SYNC_WRITE_REPLACE, TRUE);

  fixture_read_topics (self, "load", "t", "u", "v");
  fixture_settle (self);

  add (good, "t", "1");
  add (good, "t", "2");
  add (good, "u", "3");
  add (good, "u", "3");
  fixture_write_array (self, "good", good);

  add (bad, "t", "8");
  add (bad, "v", "8");
  guarded->has_expected_revision = TRUE;
  guarded->expected_revision = 9;
  g_ptr_array_add (bad, guarded);
  fixture_write_array (self, "bad", bad);
  fixture_write (self, "after", "t", "3");
  fixture_settle (self);

  fixture_assert (self, "load: 0 null, 0 null, 0 null", "good: 1 2 1 1", "bad: Conflict",
                  "after: 3", "changed t 3", "changed u 1");
  g_assert_cmpstr (self->refusal, ==,
                   "Write 3 of 3: Topic “u” is at revision 1, not at the expected 9: read it again "
                   "and retry");
  fixture_assert_stored (self, "v", NULL);
}

static void
test_refused_before_anything (Fixture *self, gconstpointer data)
{
  g_autofree char *large = g_strnfill (65, '1');

  fixture_write (self, "name", " t", "1");
  fixture_write (self, "size", "t", large);
  fixture_write (self, "json", "t", "{");
  fixture_assert (self, "name: InvalidTopic", "size: TooLarge", "json: InvalidData");
  g_assert_cmpuint (test_memory_storage_get_n_loads (self->storage), ==, 0);
}

static void
test_merge (Fixture *self, gconstpointer data)
{
  g_autofree char *padding = g_strnfill (40, 'x');
  g_autofree char *large = g_strdup_printf ("{\"b\":\"%s\"}", padding);

  fixture_read_topics (self, "load", "t", "u");
  fixture_settle (self);
  fixture_write (self, "set", "t", "{\"a\": 1.10}");
  fixture_merge (self, "patch", "t", "{\"b\":2}");
  fixture_merge (self, "nothing new", "t", "{\"b\":2}");
  fixture_settle (self);
  fixture_merge (self, "grow", "t", large);
  fixture_write (self, "fill", "u", "{\"a\":\"0123456789012345678901234567890123456789\"}");
  fixture_merge (self, "too large", "u", large);
  fixture_settle (self);
  fixture_assert (self, "load: 0 null, 0 null", "set: 1", "patch: 2", "nothing new: 2",
                  "changed t 2", "grow: 3", "fill: 1", "too large: TooLarge", "changed t 3",
                  "changed u 1");
}

static void
test_last_revision (Fixture *self, gconstpointer data)
{
  test_memory_storage_put (self->storage, "t", G_MAXUINT64, "1");
  fixture_write (self, "change", "t", "2");
  fixture_write (self, "no change", "t", "1");
  fixture_settle (self);
  fixture_read_topics (self, "read", "t");
  fixture_assert (self, "change: RevisionExhausted", "no change: 18446744073709551615",
                  "read: 18446744073709551615 1");
}

static void
test_many_writers_few_commits (Fixture *self, gconstpointer data)
{
  hold_with_a_commit (self);
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      fixture_write (self, "w", "t", text);
    }
  test_memory_storage_let_go (self->storage);
  fixture_settle (self);
  g_assert_cmpuint (test_memory_storage_get_n_commits (self->storage), ==, 2);
  fixture_assert_stored (self, "t", "1000 999");
}

static void
test_close_stores_what_is_queued (Fixture *self, gconstpointer data)
{
  fixture_write (self, "w", "t", "1");
  fixture_close (self);
  fixture_assert (self, "w: 1", "changed t 1");
  fixture_assert_stored (self, "t", "1 1");
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
}

static void
test_closing_refuses (Fixture *self, gconstpointer data)
{
  gboolean closed = FALSE;

  fixture_write (self, "before", "t", "1");
  state_sync_store_close_async (self->store, on_closed, &closed);
  fixture_write (self, "after", "t", "2");
  fixture_read_topics (self, "read", "t");
  fixture_list (self, "list", "");
  while (!closed)
    g_main_context_iteration (NULL, TRUE);
  fixture_assert (self, "after: Unavailable", "read: Unavailable", "list: Unavailable", "before: 1",
                  "changed t 1");
  g_clear_object (&self->store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/store/commit/reply-before-changed", test_reply_before_changed);
  test_add ("/store/commit/unchanged-is-no-change", test_unchanged_is_no_change);
  test_add ("/store/commit/null-deletes-and-counts-on", test_null_deletes_and_counts_on);
  test_add ("/store/commit/compare-and-swap", test_compare_and_swap);
  test_add ("/store/commit/batch-is-one-commit", test_batch_is_one_commit);
  test_add ("/store/commit/readers-see-nothing-under-way", test_readers_see_nothing_under_way);
  test_add ("/store/commit/failed-commit-refuses-its-batch-alone",
            test_failed_commit_refuses_its_batch_alone);
  test_add ("/store/commit/what-waits-survives-a-failed-commit",
            test_what_waits_survives_a_failed_commit);
  test_add ("/store/commit/many-all-or-nothing", test_many_all_or_nothing);
  test_add ("/store/commit/refused-before-anything", test_refused_before_anything);
  test_add ("/store/commit/merge", test_merge);
  test_add ("/store/commit/last-revision", test_last_revision);
  test_add ("/store/commit/many-writers-few-commits", test_many_writers_few_commits);
  test_add ("/store/commit/close-stores-what-is-queued", test_close_stores_what_is_queued);
  test_add ("/store/commit/closing-refuses", test_closing_refuses);

  return g_test_run ();
}
