/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The store over SQLite, each on its own thread: whatever comes in whatever order, at the end
 * the next store finds what this one said. */

#include <string.h>

#include "storage/storage-fixture.h"
#include "store/store.h"
#include "support/await.h"

#define N_STEPS 3000
#define N_TOPICS 40

typedef struct
{
  StateSyncStore *store;
  GHashTable *said; /* topic → snapshot that the store announced last */
  guint n_waiting;
} Session;

static void
on_changed (StateSyncStore *store, const char *topic, gpointer snapshot, gpointer user_data)
{
  Session *self = user_data;
  StateSyncSnapshot *before = g_hash_table_lookup (self->said, topic);

  if (before != NULL)
    g_assert_cmpuint (state_sync_snapshot_get_revision (snapshot), >,
                      state_sync_snapshot_get_revision (before));
  g_hash_table_replace (self->said, g_strdup (topic), state_sync_snapshot_ref (snapshot));
}

static void
session_start (Session *self, const char *path)
{
  g_autoptr (StateSyncStorage) storage = STATE_SYNC_STORAGE (state_sync_sqlite_storage_new (path));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  self->store = state_sync_store_new (storage, 100000);
  g_signal_connect (self->store, "changed", G_CALLBACK (on_changed), self);
  state_sync_store_open_async (self->store, test_await_callback, &result);
  test_await (&result);
  state_sync_store_open_finish (self->store, result, &error);
  g_assert_no_error (error);
}

static void
session_end (Session *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  state_sync_store_close_async (self->store, test_await_callback, &result);
  test_await (&result);
  g_assert_cmpuint (self->n_waiting, ==, 0);
  g_clear_object (&self->store);
}

static void
on_written (const guint64 *revisions, guint n_revisions, const GError *error, gpointer user_data)
{
  g_assert_no_error (error);
  ((Session *)user_data)->n_waiting--;
}

static void
on_read (GPtrArray *snapshots, const GError *error, gpointer user_data)
{
  g_assert_no_error (error);
  ((Session *)user_data)->n_waiting--;
}

static void
on_listed (GArray *items, const GError *error, gpointer user_data)
{
  g_assert_no_error (error);
  ((Session *)user_data)->n_waiting--;
}

static void
on_total (const StateSyncStorageTotals *totals, const GError *error, gpointer user_data)
{
  g_assert_no_error (error);
  ((Session *)user_data)->n_waiting--;
}

static char *
random_topic (void)
{
  return g_strdup_printf ("topic.%d", g_test_rand_int_range (0, N_TOPICS));
}

static void
write_something (Session *self)
{
  g_autoptr (GPtrArray) writes =
      g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);
  int n_writes = g_test_rand_int_range (1, 4);

  for (int i = 0; i < n_writes; i++)
    {
      g_autofree char *topic = random_topic ();
      g_autofree char *text =
          g_strdup_printf ("{\"%d\":%d}", g_test_rand_int_range (0, 5), g_test_rand_int ());
      g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));
      StateSyncWrite *write = state_sync_write_new (topic, data);

      write->durable = g_test_rand_bit ();
      write->mode = g_test_rand_bit () ? STATE_SYNC_WRITE_MERGE : STATE_SYNC_WRITE_REPLACE;
      g_ptr_array_add (writes, write);
    }
  state_sync_store_write (self->store, writes, NULL, on_written, self);
}

static void
read_something (Session *self)
{
  g_autofree char *first = random_topic ();
  g_autofree char *second = random_topic ();

  state_sync_store_read (self->store, (const char *const[]){ first, second, NULL }, G_MAXUINT64,
                         on_read, self);
}

static void
do_something (Session *self)
{
  self->n_waiting++;
  switch (g_test_rand_int_range (0, 20))
    {
    case 0:
      state_sync_store_list (self->store, "topic", on_listed, self);
      break;
    case 1:
      state_sync_store_total (self->store, on_total, self);
      break;
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
      read_something (self);
      break;
    default:
      write_something (self);
      break;
    }
}

static void
assert_stored (Fixture *fixture, Session *session)
{
  GHashTableIter iter;
  gpointer topic, said;

  fixture_open (fixture);
  g_hash_table_iter_init (&iter, session->said);
  while (g_hash_table_iter_next (&iter, &topic, &said))
    {
      g_autoptr (StateSyncSnapshot) found = state_sync_storage_load (fixture->storage, topic, NULL);

      g_assert_nonnull (found);
      g_assert_cmpuint (state_sync_snapshot_get_revision (found), ==,
                        state_sync_snapshot_get_revision (said));
      g_assert_true (g_bytes_equal (state_sync_snapshot_get_data (found),
                                    state_sync_snapshot_get_data (said)));
    }
  fixture_close (fixture);
}

static void
test_keeps_what_it_said (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                       (GDestroyNotify)state_sync_snapshot_unref);
  Session session = { .said = said };

  for (guint round = 0; round < 3; round++)
    {
      session_start (&session, fixture->path);
      for (guint i = 0; i < N_STEPS; i++)
        {
          do_something (&session);
          if (g_test_rand_int_range (0, 10) == 0)
            g_main_context_iteration (NULL, FALSE);
        }
      session_end (&session);
      assert_stored (fixture, &session);
    }
  g_assert_cmpuint (g_hash_table_size (said), ==, N_TOPICS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/storage/store/keeps-what-it-said", test_keeps_what_it_said);

  return g_test_run ();
}
