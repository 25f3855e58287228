/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An application's data on its way from version to version in a file. Run with `--migrate` and a
 * path, this program is an application that migrates without end, until it is killed. */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storage/storage-fixture.h"
#include "store/store.h"
#include "store/versioned-storage.h"
#include "support/await.h"

#define N_ROUNDS 40
#define MAX_DATA_SIZE 100000

static const char *const topics[] = { "a", "b", "c", "d" };

/* What each topic is at a version: it began with version 0 and revision 1. */
static char *
data_of (guint32 version)
{
  g_autofree char *padding = g_strnfill (version % 7 == 0 ? 60000 : 100, 'x');

  return g_strdup_printf ("{\"version\":%u,\"padding\":\"%s\"}", version, padding);
}

static StateSyncStore *
new_store (const char *path, guint32 version, StateSyncMigrateFunc migrate)
{
  g_autoptr (StateSyncStorage) sqlite = STATE_SYNC_STORAGE (state_sync_sqlite_storage_new (path));
  g_autoptr (StateSyncStorage) versioned =
      state_sync_versioned_storage_new (sqlite, version, MAX_DATA_SIZE, migrate, NULL, NULL);

  return state_sync_store_new (versioned, MAX_DATA_SIZE);
}

static gboolean
open_store (StateSyncStore *store, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  state_sync_store_open_async (store, test_await_callback, &result);
  test_await (&result);
  return state_sync_store_open_finish (store, result, error);
}

static void
close_store (StateSyncStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;

  state_sync_store_close_async (store, test_await_callback, &result);
  test_await (&result);
  g_object_unref (store);
}

/* --- the other process --- */

/* Tells that all topics are at @version before it takes the first of them further. */
static GBytes *
tell_and_migrate (
    guint32 version, const char *topic, GBytes *data, gpointer user_data, GError **error)
{
  g_autofree char *text = data_of (version + 1);

  if (g_str_equal (topic, topics[0]))
    {
      g_autofree char *line = g_strdup_printf ("%u\n", version);

      if (write (STDOUT_FILENO, line, strlen (line)) < 0)
        exit (EXIT_FAILURE);
    }
  return g_bytes_new (text, strlen (text));
}

static int
run_migration (const char *path)
{
  StateSyncStore *store = new_store (path, G_MAXUINT32, tell_and_migrate);
  g_autoptr (GError) error = NULL;

  open_store (store, &error);
  return EXIT_FAILURE;
}

/* --- a kill --- */

static void
fill (Fixture *self)
{
  g_autofree char *text = data_of (0);

  fixture_open (self);
  for (gsize i = 0; i < G_N_ELEMENTS (topics); i++)
    fixture_commit (self, topics[i], 1, text);
  fixture_close (self);
}

static guint32
kill_at_random (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/proc/self/exe", "--migrate", self->path, NULL);
  g_autoptr (GDataInputStream) output = NULL;
  int n_before_kill = g_test_rand_int_range (0, 30);
  guint32 last = 0;
  char *line;

  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  for (int n = 0; (line = g_data_input_stream_read_line (output, NULL, NULL, NULL)) != NULL; n++)
    {
      last = (guint32)g_ascii_strtoull (line, NULL, 10);
      g_free (line);
      if (n == n_before_kill)
        {
          g_usleep ((gulong)g_test_rand_int_range (0, 3000));
          g_subprocess_send_signal (process, SIGKILL);
        }
    }
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_signaled (process));
  return last;
}

static guint32
assert_whole (Fixture *self)
{
  g_autofree char *text = NULL;
  g_autofree char *expected = NULL;
  guint32 version = 0;

  fixture_open (self);
  g_assert_true (state_sync_storage_get_version (self->storage, &version, NULL));
  text = data_of (version);
  expected = g_strdup_printf ("%" G_GUINT64_FORMAT " %s", (guint64)version + 1, text);
  for (gsize i = 0; i < G_N_ELEMENTS (topics); i++)
    fixture_assert_state (self, topics[i], expected);
  fixture_close (self);
  return version;
}

static void
test_killed_at_any_instant (Fixture *self, gconstpointer data)
{
  guint32 before = 0;

  fill (self);
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      guint32 told = kill_at_random (self);
      guint32 stored = assert_whole (self);

      g_assert_cmpuint (told, >=, before);
      g_assert_cmpuint (stored, >=, told);
      g_assert_cmpuint (stored, <=, told + 1);
      before = stored;
    }
}

/* --- refused --- */

static GBytes *
never (guint32 version, const char *topic, GBytes *data, gpointer user_data, GError **error)
{
  g_assert_not_reached ();
}

static void
test_newer_is_left_untouched (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  StateSyncStore *store;

  fill (self);
  fixture_open (self);
  g_assert_true (state_sync_storage_commit_version (self->storage, 4, NULL, 0, NULL));
  fixture_close (self);
  before = read_file (self->path);

  store = new_store (self->path, 3, never);
  g_assert_false (open_store (store, &error));
  assert_storage_error (error);
  close_store (store);
  after = read_file (self->path);
  g_assert_true (g_bytes_equal (before, after));
  fixture_assert_names (self, "statesync.db");
}

static GBytes *
fail_at_2 (guint32 version, const char *topic, GBytes *data, gpointer user_data, GError **error)
{
  g_autofree char *text = data_of (version + 1);

  if (version < 2 || !g_str_equal (topic, "c"))
    return g_bytes_new (text, strlen (text));

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "too old");
  return NULL;
}

static void
test_failed_step_leaves_the_last_one (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  StateSyncStore *store;

  fill (self);
  store = new_store (self->path, 3, fail_at_2);
  g_assert_false (open_store (store, &error));
  assert_storage_error (error);
  close_store (store);
  g_assert_cmpuint (assert_whole (self), ==, 2);
}

static void
test_new_is_at_once_what_is_wanted (Fixture *self, gconstpointer data)
{
  StateSyncStore *store = new_store (self->path, 3, never);
  guint32 version = 0;

  g_assert_true (open_store (store, NULL));
  close_store (store);
  fixture_open (self);
  g_assert_true (state_sync_storage_get_version (self->storage, &version, NULL));
  g_assert_cmpuint (version, ==, 3);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--migrate"))
    return run_migration (argv[2]);

  g_test_init (&argc, &argv, NULL);

  test_add ("/storage/migrate/killed-at-any-instant", test_killed_at_any_instant);
  test_add ("/storage/migrate/newer-is-left-untouched", test_newer_is_left_untouched);
  test_add ("/storage/migrate/failed-step-leaves-the-last-one",
            test_failed_step_leaves_the_last_one);
  test_add ("/storage/migrate/new-is-at-once-what-is-wanted", test_new_is_at_once_what_is_wanted);

  return g_test_run ();
}
