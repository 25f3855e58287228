/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What other threads see of the store. */

#include "store/store-fixture.h"

static void
add_revision (StateSyncSnapshot *snapshot, gpointer user_data)
{
  *(guint64 *)user_data = state_sync_snapshot_get_revision (snapshot);
}

static gboolean
look (StateSyncCommittedView *view, const char *topic, guint64 *revision)
{
  return state_sync_committed_view_look (view, topic, add_revision, revision);
}

static StateSyncCommittedView *
view_of (Fixture *self)
{
  return state_sync_store_get_committed_view (self->store);
}

static void
assert_seen (Fixture *self, const char *topic, guint64 expected)
{
  guint64 revision = G_MAXUINT64;

  g_assert_true (look (view_of (self), topic, &revision));
  g_assert_cmpuint (revision, ==, expected);
}

static void
assert_not_seen (Fixture *self, const char *topic)
{
  guint64 revision;

  g_assert_false (look (view_of (self), topic, &revision));
}

static void
test_a_commit_is_seen_once_it_is_stored (Fixture *self, gconstpointer data)
{
  assert_not_seen (self, "t");
  fixture_write (self, "first", "t", "1");
  fixture_settle (self);
  assert_seen (self, "t", 1);

  test_memory_storage_hold (self->storage);
  fixture_write (self, "second", "t", "2");
  fixture_wait_for_hold (self);
  assert_seen (self, "t", 1);

  test_memory_storage_let_go (self->storage);
  fixture_settle (self);
  assert_seen (self, "t", 2);
}

static void
test_a_commit_that_fails_is_not_seen (Fixture *self, gconstpointer data)
{
  fixture_write (self, "first", "t", "1");
  fixture_settle (self);
  test_memory_storage_fail_commits (self->storage, 1);
  fixture_write (self, "second", "t", "2");
  fixture_settle (self);
  assert_seen (self, "t", 1);
}

static void
test_a_topic_that_was_read_is_seen (Fixture *self, gconstpointer data)
{
  test_memory_storage_put (self->storage, "t", 7, "1");
  assert_not_seen (self, "t");
  fixture_read_topics (self, "read", "t", "never written");
  fixture_settle (self);
  assert_seen (self, "t", 7);
  assert_seen (self, "never written", 0);
}

/* A writer that has its answer may tell anyone, who then looks. */
static void
on_written (const guint64 *revisions, guint n_revisions, const GError *error, gpointer user_data)
{
  Fixture *self = user_data;

  assert_seen (self, "a", revisions[0]);
  assert_seen (self, "b", revisions[1]);
  self->n_waiting--;
}

static GPtrArray *
new_pair (guint n, gboolean durable)
{
  g_autofree char *text = g_strdup_printf ("%u", n);
  GPtrArray *writes = g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);

  g_ptr_array_add (writes, write_of ("a", text, STATE_SYNC_WRITE_REPLACE, durable));
  g_ptr_array_add (writes, write_of ("b", text, STATE_SYNC_WRITE_REPLACE, durable));
  return writes;
}

static void
test_a_writer_is_told_after_others_can_see (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GPtrArray) writes = new_pair (i, i == 0);

      self->n_waiting++;
      state_sync_store_write (self->store, writes, NULL, on_written, self);
      fixture_settle (self);
    }
}

typedef struct
{
  StateSyncCommittedView *view;
  gint stop; /* atomic */
  guint n_changes_seen;
} Reader;

/* Reads "a" before "b", so "b" is never older. */
static gpointer
read_pairs (gpointer user_data)
{
  Reader *reader = user_data;
  guint64 last = 0;

  while (!g_atomic_int_get (&reader->stop))
    {
      guint64 a = 0, b = 0;

      look (reader->view, "a", &a);
      look (reader->view, "b", &b);
      g_assert_cmpuint (a, >=, last);
      g_assert_cmpuint (b, >=, a);
      reader->n_changes_seen += a > last;
      last = a;
    }
  return NULL;
}

static void
ignore (const guint64 *revisions, guint n_revisions, const GError *error, gpointer user_data)
{
}

static void
test_a_commit_is_seen_whole (Fixture *self, gconstpointer data)
{
  Reader reader = { .view = view_of (self) };
  GThread *thread;

  fixture_read_topics (self, "read", "a", "b");
  fixture_settle (self);

  thread = g_thread_new ("reader", read_pairs, &reader);
  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GPtrArray) writes = new_pair (i, FALSE);

      state_sync_store_write (self->store, writes, NULL, ignore, NULL);
    }
  g_atomic_int_set (&reader.stop, TRUE);
  g_thread_join (thread);
  g_test_message ("%u changes seen", reader.n_changes_seen);
}

static void
count_freed (gpointer data)
{
  (*(guint *)data)++;
}

static void
publish_one (StateSyncTopicTable *table, const char *name, guint *n_freed)
{
  g_autoptr (GBytes) data = g_bytes_new_with_free_func ("null", 4, count_freed, n_freed);
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (3, data);
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  StateSyncTopicEntry *entry = state_sync_topic_table_hold (table, name);

  g_ptr_array_add (entries, entry);
  state_sync_topic_entry_set_committed (entry, snapshot);
  state_sync_topic_table_publish (table, entries);
  state_sync_topic_table_release (table, entry);
}

static void
test_what_leaves_memory_is_not_seen (void)
{
  guint n_freed = 0, n_seen = 0; /* the table's end counts too */
  g_autoptr (StateSyncCommittedView) view = state_sync_committed_view_new ();
  g_autoptr (StateSyncTopicTable) table = state_sync_topic_table_new (1024, view);

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("t%u", i);

      publish_one (table, name, &n_freed);
    }

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("t%u", i);
      guint64 revision;
      gboolean is_seen = look (view, name, &revision);

      g_assert_cmpint (is_seen, ==, state_sync_topic_table_peek (table, name) != NULL);
      n_seen += is_seen;
    }
  g_assert_cmpuint (n_seen, >, 0);
  g_assert_cmpuint (n_freed, ==, 100 - n_seen);
}

static void
on_written_while_closing (const guint64 *revisions,
                          guint n_revisions,
                          const GError *error,
                          gpointer user_data)
{
  Fixture *self = user_data;

  g_assert_no_error (error);
  assert_not_seen (self, "a");
  self->n_waiting--;
}

static void
test_nothing_is_seen_of_a_store_that_closes (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) writes = new_pair (2, TRUE);

  fixture_write_soft (self, "first", "a", "1");
  fixture_settle (self);
  assert_seen (self, "a", 1);

  self->n_waiting++;
  state_sync_store_write (self->store, writes, NULL, on_written_while_closing, self);
  fixture_close (self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/store/view/a-commit-is-seen-once-it-is-stored",
            test_a_commit_is_seen_once_it_is_stored);
  test_add ("/store/view/a-commit-that-fails-is-not-seen", test_a_commit_that_fails_is_not_seen);
  test_add ("/store/view/a-topic-that-was-read-is-seen", test_a_topic_that_was_read_is_seen);
  test_add ("/store/view/a-writer-is-told-after-others-can-see",
            test_a_writer_is_told_after_others_can_see);
  test_add ("/store/view/a-commit-is-seen-whole", test_a_commit_is_seen_whole);
  g_test_add_func ("/store/view/what-leaves-memory-is-not-seen",
                   test_what_leaves_memory_is_not_seen);
  test_add ("/store/view/nothing-is-seen-of-a-store-that-closes",
            test_nothing_is_seen_of_a_store_that_closes);
  return g_test_run ();
}
