/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/store-fixture.h"
#include "store/topic-table.h"

static void
test_absent_reads_as_null (Fixture *self, gconstpointer data)
{
  fixture_read_topics (self, "read", "t");
  fixture_settle (self);
  fixture_assert (self, "read: 0 null");
}

static void
test_in_the_order_asked (Fixture *self, gconstpointer data)
{
  test_memory_storage_put (self->storage, "a", 1, "1");
  test_memory_storage_put (self->storage, "b", 2, "2");
  fixture_read_topics (self, "read", "b", "a", "c", "b");
  fixture_settle (self);
  fixture_assert (self, "read: 2 2, 1 1, 0 null, 2 2");
}

static void
test_loaded_once (Fixture *self, gconstpointer data)
{
  fixture_read_topics (self, "r1", "t");
  fixture_read_topics (self, "r2", "t", "t");
  fixture_write (self, "w", "t", "1");
  fixture_settle (self);
  fixture_read_topics (self, "r3", "t");
  fixture_assert (self, "r1: 0 null", "r2: 0 null, 0 null", "w: 1", "changed t 1", "r3: 1 1");
  g_assert_cmpuint (test_memory_storage_get_n_loads (self->storage), ==, 1);
}

static void
test_failed_load_is_told_and_forgotten (Fixture *self, gconstpointer data)
{
  test_memory_storage_fail_loads (self->storage, TRUE);
  fixture_read_topics (self, "read", "t");
  fixture_write (self, "write", "t", "1");
  fixture_settle (self);
  fixture_list (self, "list", "");
  fixture_settle (self);
  test_memory_storage_fail_loads (self->storage, FALSE);
  fixture_read_topics (self, "again", "t");
  fixture_settle (self);
  fixture_assert (self, "read: Storage", "write: Storage", "list: Storage", "again: 0 null");
}

static void
test_one_commit_point (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) writes =
      g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);

  g_ptr_array_add (writes, write_of ("a", "1", STATE_SYNC_WRITE_REPLACE, TRUE));
  g_ptr_array_add (writes, write_of ("b", "1", STATE_SYNC_WRITE_REPLACE, TRUE));
  fixture_read_topics (self, "load", "a", "b");
  fixture_settle (self);

  test_memory_storage_hold (self->storage);
  fixture_write_array (self, "w", writes);
  fixture_wait_for_hold (self);
  fixture_read_topics (self, "before", "a", "b");
  test_memory_storage_let_go (self->storage);
  fixture_settle (self);
  fixture_read_topics (self, "after", "a", "b");
  fixture_assert (self, "load: 0 null, 0 null", "before: 0 null, 0 null", "w: 1 1", "changed a 1",
                  "changed b 1", "after: 1 1, 1 1");
}

static void
test_list (Fixture *self, gconstpointer data)
{
  test_memory_storage_put (self->storage, "org.b", 2, "2");
  test_memory_storage_put (self->storage, "org.a", 1, "1");
  test_memory_storage_put (self->storage, "organ", 3, "3");
  test_memory_storage_put (self->storage, "org", 4, "4");
  test_memory_storage_put (self->storage, "org.deleted", 5, "null");
  fixture_list (self, "all", "");
  fixture_list (self, "org", "org");
  fixture_list (self, "none", "or");
  fixture_settle (self);
  fixture_assert (self, "all: org 4, org.a 1, org.b 2, org.deleted 5 deleted, organ 3",
                  "org: org 4, org.a 1, org.b 2, org.deleted 5 deleted", "none: ");
}

/* The list that storage makes knows nothing of what is not stored yet. */
static void
test_list_has_what_is_not_stored (Fixture *self, gconstpointer data)
{
  test_memory_storage_put (self->storage, "a", 1, "1");
  test_memory_storage_put (self->storage, "c", 1, "1");
  fixture_read_topics (self, "load", "a", "b", "c", "other");
  fixture_settle (self);
  test_memory_storage_hold (self->storage);
  fixture_write_soft (self, "change", "a", "2");
  fixture_write_soft (self, "add", "b", "2");
  fixture_write_soft (self, "delete", "c", "null");
  fixture_write_soft (self, "elsewhere", "other", "1");
  fixture_list (self, "list", "");
  fixture_list (self, "b", "b");
  test_memory_storage_let_go (self->storage);
  fixture_settle (self);
  g_ptr_array_remove_range (self->events, 0, self->events->len - 2);
  fixture_assert (self, "list: a 2, b 1, c 2 deleted, other 1", "b: b 1");
}

static void
on_open (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(gboolean *)user_data = TRUE;
  g_assert_false (state_sync_store_open_finish (STATE_SYNC_STORE (source), result, &error));
}

/* What was asked while the storage opened, in vain. */
static void
test_storage_does_not_open (Fixture *self, gconstpointer data)
{
  gboolean opened = FALSE;

  fixture_close (self);
  test_memory_storage_fail_open (self->storage, TRUE);
  self->store = state_sync_store_new (STATE_SYNC_STORAGE (self->storage), 64);
  state_sync_store_open_async (self->store, on_open, &opened);
  fixture_read_topics (self, "read", "t");
  fixture_settle (self);
  g_assert_true (opened);
  fixture_assert (self, "read: Storage");
}

/* Five bytes of data: whether they are in memory or have to be loaded makes no difference. */
static void
test_more_than_the_limit_is_refused (Fixture *self, gconstpointer data)
{
  test_memory_storage_put (self->storage, "a", 1, "1");
  test_memory_storage_put (self->storage, "b", 1, "22");
  fixture_read_topics (self, "load", "b");
  fixture_settle (self);

  self->max_bytes = 4;
  fixture_read_topics (self, "too many", "b", "a", "b", "a");
  fixture_read_topics (self, "too many in memory", "b", "b", "b");
  fixture_settle (self);
  self->max_bytes = 5;
  fixture_read_topics (self, "just", "b", "a", "b");
  fixture_settle (self);
  fixture_assert (self, "load: 1 22", "too many in memory: TooLarge", "too many: TooLarge",
                  "just: 1 22, 1 1, 1 22");
}

/* Reading many topics does not keep them in memory: what nobody uses gives way. */
static void
test_table_is_bounded (void)
{
  g_autoptr (StateSyncCommittedView) view = state_sync_committed_view_new ();
  g_autoptr (StateSyncTopicTable) table = state_sync_topic_table_new (16 * 1024, view);
  g_autoptr (GBytes) data = g_bytes_new_static ("null", 4);
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (0, data);
  StateSyncTopicEntry *held = state_sync_topic_table_hold (table, "held");

  state_sync_topic_entry_set_committed (held, snapshot);
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *name = g_strdup_printf ("t%u", i);
      StateSyncTopicEntry *entry = state_sync_topic_table_hold (table, name);

      state_sync_topic_entry_set_committed (entry, snapshot);
      state_sync_topic_table_release (table, entry);
    }

  g_assert_true (state_sync_topic_table_peek (table, "held") == held);
  g_assert_nonnull (state_sync_topic_table_peek (table, "t9999"));
  g_assert_null (state_sync_topic_table_peek (table, "t0"));
  g_assert_null (state_sync_topic_table_peek (table, "t9000"));
  state_sync_topic_table_release (table, held);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/store/read/absent-reads-as-null", test_absent_reads_as_null);
  test_add ("/store/read/in-the-order-asked", test_in_the_order_asked);
  test_add ("/store/read/loaded-once", test_loaded_once);
  test_add ("/store/read/failed-load-is-told-and-forgotten",
            test_failed_load_is_told_and_forgotten);
  test_add ("/store/read/one-commit-point", test_one_commit_point);
  test_add ("/store/read/more-than-the-limit-is-refused", test_more_than_the_limit_is_refused);
  test_add ("/store/read/list", test_list);
  test_add ("/store/read/list-has-what-is-not-stored", test_list_has_what_is_not_stored);
  test_add ("/store/read/storage-does-not-open", test_storage_does_not_open);
  g_test_add_func ("/store/read/table-is-bounded", test_table_is_bounded);

  return g_test_run ();
}
