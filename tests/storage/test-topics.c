/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is stored, and found again. */

#include <string.h>

#include "storage/storage-fixture.h"

static void
test_kept (Fixture *self, gconstpointer data)
{
  fixture_open (self);
  fixture_assert_state (self, "t", "absent");
  fixture_commit (self, "t", 1, "{\"a\": 1.10}");
  fixture_assert_state (self, "t", "1 {\"a\": 1.10}");
  fixture_commit (self, "t", 2, " [1e2] \n");
  fixture_reopen (self);
  fixture_assert_state (self, "t", "2  [1e2] \n");
  fixture_assert_state (self, "T", "absent");
}

static void
test_every_revision (Fixture *self, gconstpointer data)
{
  const guint64 revisions[] = { 1, G_MAXINT64, (guint64)G_MAXINT64 + 1, G_MAXUINT64 - 1,
                                G_MAXUINT64 };

  fixture_open (self);
  for (gsize i = 0; i < G_N_ELEMENTS (revisions); i++)
    {
      g_autofree char *state = g_strdup_printf ("%" G_GUINT64_FORMAT " 0", revisions[i]);
      g_autofree char *item = g_strdup_printf ("t %" G_GUINT64_FORMAT, revisions[i]);

      fixture_commit (self, "t", revisions[i], "0");
      fixture_reopen (self);
      fixture_assert_state (self, "t", state);
      fixture_assert_list (self, "", item);
    }
}

/* Later revisions sort later in the file, over the whole range. */
static void
test_revisions_keep_their_order (Fixture *self, gconstpointer data)
{
  g_autofree char *order = NULL;

  fixture_open (self);
  fixture_commit (self, "c", G_MAXUINT64, "0");
  fixture_commit (self, "a", 1, "0");
  fixture_commit (self, "b", (guint64)G_MAXINT64 + 1, "0");
  fixture_close (self);
  order = fixture_sql (self, "SELECT group_concat (name, '') FROM "
                             "(SELECT name FROM topic ORDER BY revision)");
  g_assert_cmpstr (order, ==, "abc");
}

static void
test_null_keeps_its_revision (Fixture *self, gconstpointer data)
{
  fixture_open (self);
  fixture_commit (self, "t", 1, "1");
  fixture_commit (self, "t", 2, " null\n");
  fixture_commit (self, "u", 1, "\"null\"");
  fixture_reopen (self);
  fixture_assert_state (self, "t", "2  null\n");
  fixture_assert_list (self, "", "t 2 deleted, u 1");
  fixture_assert_totals (self, 1, 6);
}

static void
test_list_in_the_order_of_bytes (Fixture *self, gconstpointer data)
{
  const char *const names[] = { "é", "b", "a.b", "a", "B", "a-b", "a/b", "a.b.c", "ab", "a b" };

  fixture_open (self);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    fixture_commit (self, names[i], i + 1, "0");
  fixture_assert_list (self, "", "B 5, a 4, a b 10, a-b 6, a.b 3, a.b.c 8, a/b 7, ab 9, b 2, é 1");
  fixture_assert_list (self, "a", "a 4, a.b 3, a.b.c 8");
  fixture_assert_list (self, "a.b", "a.b 3, a.b.c 8");
  fixture_assert_list (self, "é", "é 1");
  fixture_assert_list (self, "c", "");
}

static void
test_totals_follow (Fixture *self, gconstpointer data)
{
  fixture_open (self);
  fixture_assert_totals (self, 0, 0);
  fixture_commit (self, "t", 1, "123");
  fixture_commit (self, "u", 1, "null");
  fixture_assert_totals (self, 1, 3);
  fixture_commit (self, "t", 2, "1");
  fixture_commit (self, "u", 2, "12345");
  fixture_assert_totals (self, 2, 6);
  fixture_commit (self, "t", 3, "null");
  fixture_assert_totals (self, 1, 5);
  fixture_reopen (self);
  fixture_commit (self, "v", 1, "12");
  fixture_assert_totals (self, 2, 7);
}

static void
test_many_at_once (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("[]", 2);
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (9, text);
  StateSyncChange changes[1000];

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    changes[i] = (StateSyncChange){ g_strdup_printf ("topic %" G_GSIZE_FORMAT, i), snapshot };

  fixture_open (self);
  g_assert_true (state_sync_storage_commit (self->storage, changes, G_N_ELEMENTS (changes), NULL));
  fixture_reopen (self);
  fixture_assert_totals (self, 1000, 2000);
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      fixture_assert_state (self, changes[i].topic, "9 []");
      g_free ((char *)changes[i].topic);
    }
}

static void
assert_version (Fixture *self, guint32 expected)
{
  guint32 version = G_MAXUINT32;

  g_assert_true (state_sync_storage_get_version (self->storage, &version, NULL));
  g_assert_cmpuint (version, ==, expected);
}

static void
test_version_of_the_data (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("[]", 2);
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (2, text);
  const StateSyncChange change = { "t", snapshot };

  fixture_open (self);
  fixture_commit (self, "t", 1, "1");
  assert_version (self, 0);
  g_assert_true (state_sync_storage_commit_version (self->storage, 3, &change, 1, NULL));
  assert_version (self, 3);
  fixture_commit (self, "u", 1, "1");
  fixture_reopen (self);
  assert_version (self, 3);
  fixture_assert_state (self, "t", "2 []");
  fixture_assert_totals (self, 2, 3);
  g_assert_true (state_sync_storage_commit_version (self->storage, G_MAXUINT32, NULL, 0, NULL));
  fixture_reopen (self);
  assert_version (self, G_MAXUINT32);
  fixture_assert_list (self, "", "t 2, u 1");
}

/* Larger than SQLite's cache, so that pages reach the log before the commit does. */
static void
test_large_data (Fixture *self, gconstpointer data)
{
  gsize size = 64 * 1024 * 1024;
  g_autofree char *text = g_strnfill (size, '7');
  g_autoptr (StateSyncSnapshot) snapshot = NULL;

  fixture_open (self);
  fixture_commit (self, "t", 1, text);
  fixture_commit (self, "t", 2, text);
  fixture_reopen (self);
  snapshot = state_sync_storage_load (self->storage, "t", NULL);
  g_assert_nonnull (snapshot);
  g_assert_cmpuint (g_bytes_get_size (state_sync_snapshot_get_data (snapshot)), ==, size);
  g_assert_cmpint (
      memcmp (g_bytes_get_data (state_sync_snapshot_get_data (snapshot), NULL), text, size), ==, 0);
}

static goffset
log_size (Fixture *self)
{
  g_autofree char *path = g_strconcat (self->path, "-wal", NULL);
  g_autoptr (GBytes) log = read_file (path);

  return log != NULL ? (goffset)g_bytes_get_size (log) : 0;
}

/* Commits of 100 KiB each, in a storage that is never tidied, and then in one that is. */
static void
test_log_stays_small (Fixture *self, gconstpointer data)
{
  g_autofree char *text = g_strnfill (100 * 1024, '7');
  goffset after_one;

  fixture_open (self);
  fixture_commit (self, "t", 1, text);
  after_one = log_size (self);
  for (guint64 i = 2; i < 500; i++)
    fixture_commit (self, "t", i, text);
  g_assert_cmpint (log_size (self), <, 10 * 1024 * 1024);

  fixture_reopen (self);
  for (guint64 i = 500; i < 600; i++)
    {
      fixture_commit (self, "t", i, text);
      state_sync_storage_tidy (self->storage);
    }
  g_assert_cmpint (log_size (self), <, 20 * after_one);
}

static void
test_clean_close_leaves_one_file (Fixture *self, gconstpointer data)
{
  fixture_open (self);
  fixture_commit (self, "t", 1, "1");
  fixture_assert_names (self, "statesync.db statesync.db-wal");
  fixture_close (self);
  fixture_assert_names (self, "statesync.db");
}

static void
test_asked_though_not_open (Fixture *self, gconstpointer data)
{
  guint32 version;
  g_autoptr (GError) error = NULL;

  g_free (self->path);
  self->path = g_strdup (self->folder);
  self->storage = STATE_SYNC_STORAGE (state_sync_sqlite_storage_new (self->path));
  g_assert_false (state_sync_storage_open (self->storage, NULL));
  g_assert_null (state_sync_storage_load (self->storage, "t", &error));
  assert_storage_error (error);
  g_clear_error (&error);
  g_assert_false (commit_text (self->storage, "t", 1, "1", &error));
  assert_storage_error (error);
  g_clear_error (&error);
  g_assert_false (state_sync_storage_get_version (self->storage, &version, &error));
  assert_storage_error (error);
  g_clear_error (&error);
  g_assert_false (state_sync_storage_commit_version (self->storage, 1, NULL, 0, &error));
  assert_storage_error (error);
  state_sync_storage_tidy (self->storage);
}

/* What every storage promises. */
#define test_add_both(name, func)                                                                  \
  test_add ("/storage/topics/" name, func);                                                        \
  test_add_in_memory ("/storage/memory/" name, func)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add_both ("kept", test_kept);
  test_add_both ("every-revision", test_every_revision);
  test_add_both ("null-keeps-its-revision", test_null_keeps_its_revision);
  test_add_both ("list-in-the-order-of-bytes", test_list_in_the_order_of_bytes);
  test_add_both ("totals-follow", test_totals_follow);
  test_add_both ("many-at-once", test_many_at_once);
  test_add_both ("large-data", test_large_data);
  test_add_both ("version-of-the-data", test_version_of_the_data);
  test_add ("/storage/topics/revisions-keep-their-order", test_revisions_keep_their_order);
  test_add ("/storage/topics/log-stays-small", test_log_stays_small);
  test_add ("/storage/topics/clean-close-leaves-one-file", test_clean_close_leaves_one_file);
  test_add ("/storage/topics/asked-though-not-open", test_asked_though_not_open);

  return g_test_run ();
}
