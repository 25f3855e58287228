/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A cache in files: damaged, cut off, on a full disk, and saved by two processes at once. Run with
 * `--save` and a folder, this program is the other process. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <utime.h>
#include <unistd.h>

#include "cache/cache-fixture.h"
#include "protocol/name.h"
#include "support/await.h"

#define N_SAVES 200
#define N_KILLS 20

typedef struct
{
  Fixture base;
  char *folder;
  char *path; /* of the topic's file */
} Files;

static void
set_up (Files *self, gconstpointer data)
{
  g_autofree char *name = state_sync_name_to_file_name (TOPIC);
  g_autofree char *file = g_strconcat (name, ".cache", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *top = g_dir_make_tmp ("cache-XXXXXX", &error);

  g_assert_no_error (error);
  self->folder = g_build_filename (top, "made when needed", NULL);
  self->path = g_build_filename (self->folder, file, NULL);
  fixture_set_up (&self->base, data);
  fixture_use (&self->base, state_sync_cache_file_storage_new (self->folder));
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  g_rmdir (path);
}

static void
tear_down (Files *self, gconstpointer data)
{
  g_autofree char *top = g_path_get_dirname (self->folder);

  fixture_tear_down (&self->base, data);
  remove_folder (self->folder);
  remove_folder (top);
  g_free (self->path);
  g_free (self->folder);
}

static guint
count_files (Files *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
write_file (const char *path, const void *data, gsize length)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, length), ==, (gssize)length);
  close (fd);
}

static char **
list (Files *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char **keys;

  state_sync_cache_storage_list_async (self->base.storage, NULL, test_await_callback, &result);
  test_await (&result);
  keys = state_sync_cache_storage_list_finish (self->base.storage, result, &error);
  g_assert_no_error (error);
  return keys;
}

/* --- one process --- */

static void
test_round_trip (Files *self, gconstpointer data)
{
  g_auto (GStrv) before = list (self);
  g_auto (GStrv) after = NULL;

  g_assert_cmpuint (g_strv_length (before), ==, 0);
  fixture_assert_loads (&self->base, "nothing");
  fixture_save (&self->base, 7, "{\"a\":1}");
  fixture_assert_loads (&self->base, "7 {\"a\":1}");
  fixture_save (&self->base, 8, "{\"a\":2}");
  fixture_assert_loads (&self->base, "8 {\"a\":2}");
  g_assert_cmpuint (count_files (self), ==, 1);

  after = list (self);
  g_assert_cmpstrv (after, ((const char *[]){ TOPIC, NULL }));
}

/* Of its contents, whether it can be read by others is not the least. */
static void
test_private (Files *self, gconstpointer data)
{
  GStatBuf info;

  fixture_save (&self->base, 1, "1");
  g_assert_cmpint (g_stat (self->path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (self->folder, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0700);
}

/* Every byte of the file changed, and the file cut off everywhere. */
static void
test_every_byte (Files *self, gconstpointer data)
{
  g_autofree char *whole = NULL;
  gsize length;

  fixture_save (&self->base, 42, "{\"a\":[1,2,3]}");
  g_assert_true (g_file_get_contents (self->path, &whole, &length, NULL));
  for (gsize i = 0; i < length; i++)
    {
      whole[i] ^= 1;
      write_file (self->path, whole, length);
      fixture_assert_loads (&self->base, "nothing");
      whole[i] ^= 1;
      write_file (self->path, whole, i);
      fixture_assert_loads (&self->base, "nothing");
    }
  write_file (self->path, whole, length);
  fixture_assert_loads (&self->base, "42 {\"a\":[1,2,3]}");

  fixture_save (&self->base, 43, "1");
  write_file (self->path, "", 0);
  fixture_save (&self->base, 44, "1");
  fixture_assert_loads (&self->base, "44 1");
}

/* The file of another topic, by this one's name. */
static void
test_of_another_topic (Files *self, gconstpointer data)
{
  static const char text[] = "org.example.Editor.settingz\nstatesync cache 1\n";
  g_auto (GStrv) keys = NULL;

  fixture_save (&self->base, 1, "1");
  write_file (self->path, text, strlen (text));
  fixture_assert_loads (&self->base, "nothing");
  fixture_assert_told (&self->base, "load-failed 0: Cache …", NULL);
  keys = list (self);
  g_assert_cmpuint (g_strv_length (keys), ==, 0);
}

/* What a killed process left is swept away in time; what is not of the cache is left alone. */
static void
test_left_behind (Files *self, gconstpointer data)
{
  g_autofree char *old = g_strconcat (self->path, ".ABC123", NULL);
  g_autofree char *recent = g_strconcat (self->path, ".DEF456", NULL);
  g_autofree char *other = g_build_filename (self->folder, "notes.txt", NULL);
  g_autofree char *cached = g_build_filename (self->folder, "another topic.cache", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  struct utimbuf long_ago = { 0, 0 };

  g_assert_cmpint (g_mkdir_with_parents (self->folder, 0700), ==, 0);
  write_file (old, "x", 1);
  write_file (recent, "x", 1);
  write_file (other, "x", 1);
  write_file (cached, "x", 1);
  g_assert_cmpint (g_utime (old, &long_ago), ==, 0);
  g_assert_cmpint (g_utime (other, &long_ago), ==, 0);
  g_assert_cmpint (g_utime (cached, &long_ago), ==, 0);
  fixture_save (&self->base, 1, "1");
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (recent, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (cached, G_FILE_TEST_EXISTS));

  state_sync_cache_clear_async (self->base.cache, NULL, test_await_callback, &result);
  test_await (&result);
  g_assert_true (state_sync_cache_clear_finish (self->base.cache, result, NULL));
  g_assert_false (g_file_test (recent, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));
  fixture_assert_loads (&self->base, "nothing");
}

/* --- a file system that says no --- */

/* Mounts of this process alone: before it has threads, which would each have their own. */
static gboolean can_mount;

static void
separate_mounts (void)
{
  can_mount = unshare (CLONE_NEWNS) == 0 && mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static gboolean
skip_without_mounts (void)
{
  if (!can_mount)
    g_test_skip ("mounting is not allowed here");
  return !can_mount;
}

static void
fill_disk (const char *path)
{
  char zeros[4096] = "";
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  while (write (fd, zeros, sizeof zeros) > 0)
    ;
  g_assert_cmpint (errno, ==, ENOSPC);
  close (fd);
}

/* What was there stays, nothing is left of what did not fit, and the next save goes well. */
static void
test_full_disk (Files *self, gconstpointer data)
{
  g_autofree char *ballast = g_build_filename (self->folder, "ballast", NULL);
  g_autofree char *filler = g_strnfill (3000, '2');
  g_autofree char *large = g_strconcat ("[\"", filler, "\"]", NULL);
  g_autofree char *expected = g_strconcat ("2 ", large, NULL);

  if (skip_without_mounts ())
    return;

  g_assert_cmpint (g_mkdir_with_parents (self->folder, 0700), ==, 0);
  g_assert_cmpint (mount ("none", self->folder, "tmpfs", 0, "size=256k"), ==, 0);
  fixture_save (&self->base, 1, "1");
  fill_disk (ballast);
  fixture_keep (&self->base, 2, large);
  g_assert_false (fixture_flush (&self->base, NULL));
  fixture_assert_told (&self->base, "save-started 2", "save-failed 2, again in 500: …", NULL);
  fixture_assert_loads (&self->base, "1 1");
  g_assert_cmpuint (count_files (self), ==, 2);

  g_unlink (ballast);
  g_assert_true (fixture_flush (&self->base, NULL));
  fixture_assert_loads (&self->base, expected);
  umount (self->folder);
}

static void
test_read_only (Files *self, gconstpointer data)
{
  if (skip_without_mounts ())
    return;

  fixture_save (&self->base, 1, "1");
  g_assert_cmpint (mount (self->folder, self->folder, NULL, MS_BIND, NULL), ==, 0);
  g_assert_cmpint (mount (NULL, self->folder, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL), ==, 0);
  fixture_keep (&self->base, 2, "2");
  g_assert_false (fixture_flush (&self->base, NULL));
  g_ptr_array_set_size (self->base.log, 0);
  fixture_assert_loads (&self->base, "1 1");
  umount (self->folder);
}

/* A folder in the place of the file, a file in the place of the folder. */
static void
test_in_the_way (Files *self, gconstpointer data)
{
  g_autofree char *top = g_path_get_dirname (self->folder);

  g_assert_cmpint (g_mkdir_with_parents (self->path, 0700), ==, 0);
  fixture_assert_loads (&self->base, "nothing");
  fixture_assert_told (&self->base, "load-failed 0: …", NULL);
  fixture_keep (&self->base, 1, "1");
  g_assert_false (fixture_flush (&self->base, NULL));
  g_ptr_array_set_size (self->base.log, 0);
  g_rmdir (self->path);
  remove_folder (self->folder);

  write_file (self->folder, "", 0);
  g_assert_false (fixture_flush (&self->base, NULL));
  g_unlink (self->folder);
  g_assert_true (fixture_flush (&self->base, NULL));
  fixture_assert_loads (&self->base, "1 1");
}

/* What is no file in its place: nobody ever writes into the one, the other has no end. */
static void
test_no_plain_file (Files *self, gconstpointer data)
{
  g_auto (GStrv) keys = NULL;

  g_assert_cmpint (g_mkdir_with_parents (self->folder, 0700), ==, 0);
  g_assert_cmpint (mkfifo (self->path, 0600), ==, 0);
  fixture_assert_loads (&self->base, "nothing");
  fixture_assert_told (&self->base, "load-failed 0: Cache …", NULL);
  keys = list (self);
  g_assert_cmpuint (g_strv_length (keys), ==, 0);
  fixture_save (&self->base, 1, "1");
  fixture_assert_loads (&self->base, "1 1");

  g_unlink (self->path);
  g_assert_cmpint (symlink ("/dev/zero", self->path), ==, 0);
  g_ptr_array_set_size (self->base.log, 0);
  fixture_assert_loads (&self->base, "nothing");
  fixture_assert_told (&self->base, "load-failed 0: Cache …", NULL);
  fixture_save (&self->base, 2, "2");
  fixture_assert_loads (&self->base, "2 2");
}

/* What can't be removed keeps nothing else: a user who logs out leaves as little as can be. */
static void
test_clear_past_a_folder (Files *self, gconstpointer data)
{
  const guint n_others = 20;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (self->path, 0700), ==, 0);
  for (guint i = 0; i < n_others; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.cache", i);
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      write_file (path, "x", 1);
    }
  state_sync_cache_clear_async (self->base.cache, NULL, test_await_callback, &result);
  test_await (&result);
  g_assert_false (state_sync_cache_clear_finish (self->base.cache, result, &error));
  g_assert_cmpint (error->domain, ==, G_IO_ERROR);
  g_assert_nonnull (strstr (error->message, self->path));
  g_assert_cmpuint (count_files (self), ==, 1);
  g_rmdir (self->path);
}

/* --- two processes --- */

/* The text of a process's nth save: of another length each time. */
static char *
text_of (guint64 revision)
{
  g_autofree char *filler = g_strnfill ((gsize)(revision * 37 % 5000), 'x');

  return g_strdup_printf ("[%" G_GUINT64_FORMAT ",\"%s\"]", revision, filler);
}

/* Saves revisions @first, @first + 2 and so on. */
static int
save_many (const char *folder, guint64 first, guint n_saves)
{
  g_autoptr (StateSyncCacheStorage) storage = state_sync_cache_file_storage_new (folder);
  g_autoptr (StateSyncCache) cache =
      g_object_new (STATE_SYNC_TYPE_CACHE, "app-id", APP_ID, "storage", storage, NULL);

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  for (guint i = 0; i < n_saves; i++)
    {
      g_autofree char *text = text_of (first + 2 * i);
      g_autoptr (GBytes) data = g_bytes_new_static (text, strlen (text));
      g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (first + 2 * i, data);

      state_sync_cache_keep (cache, TOPIC, snapshot);
      if (!state_sync_cache_flush_sync (cache, NULL, NULL))
        return EXIT_FAILURE;
      if (i == 0)
        g_print ("begun\n");
    }
  return EXIT_SUCCESS;
}

static GSubprocess *
spawn_saver (Files *self, const char *first, const char *n_saves)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/proc/self/exe",
                                           "--save", self->folder, first, n_saves, NULL);

  g_assert_no_error (error);
  return process;
}

/* Until it has saved once. */
static void
wait_for_saver (GSubprocess *process)
{
  char line[6];

  g_assert_cmpint (
      g_input_stream_read (g_subprocess_get_stdout_pipe (process), line, sizeof line, NULL, NULL),
      >, 0);
}

/* What is there is a save, whole; its revision. */
static guint64
assert_whole (Files *self)
{
  g_autofree char *loaded = fixture_load (&self->base);
  guint64 revision = g_ascii_strtoull (loaded, NULL, 10);
  g_autofree char *text = text_of (revision);
  g_autofree char *expected = g_strdup_printf ("%" G_GUINT64_FORMAT " %s", revision, text);

  g_assert_cmpstr (loaded, ==, expected);
  return revision;
}

static void
on_ended (GObject *process, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check_finish (G_SUBPROCESS (process), result, &error);
  g_assert_no_error (error);
  --*(guint *)user_data;
}

/* A third one that looks finds one of the saves each time, and in the end the last of one. */
static void
test_two_processes (Files *self, gconstpointer data)
{
  g_autofree char *n_saves = g_strdup_printf ("%u", N_SAVES);
  g_autoptr (GSubprocess) odd = spawn_saver (self, "1", n_saves);
  g_autoptr (GSubprocess) even = spawn_saver (self, "2", n_saves);
  guint64 last;
  guint n_running = 2;
  guint n_looks = 0;

  wait_for_saver (odd);
  wait_for_saver (even);
  g_subprocess_wait_check_async (odd, NULL, on_ended, &n_running);
  g_subprocess_wait_check_async (even, NULL, on_ended, &n_running);
  while (n_running > 0)
    {
      assert_whole (self);
      n_looks++;
    }
  last = assert_whole (self);
  g_test_message ("looked %u times", n_looks);
  g_assert_true (last == 2 * N_SAVES - 1 || last == 2 * N_SAVES);
  g_assert_cmpuint (count_files (self), ==, 1);
}

static void
test_killed (Files *self, gconstpointer data)
{
  for (guint i = 0; i < N_KILLS; i++)
    {
      g_autoptr (GSubprocess) process = spawn_saver (self, "1", "100000");

      wait_for_saver (process);
      for (guint look = 0; look < i; look++)
        assert_whole (self);
      g_subprocess_force_exit (process);
      g_subprocess_wait (process, NULL, NULL);
      assert_whole (self);
    }
}

static void
add (const char *path, void (*func) (Files *self, gconstpointer data))
{
  g_test_add (path, Files, NULL, set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  if (argc == 5 && g_str_equal (argv[1], "--save"))
    return save_many (argv[2], g_ascii_strtoull (argv[3], NULL, 10), (guint)atoi (argv[4]));

  separate_mounts ();
  g_test_init (&argc, &argv, NULL);

  add ("/cache/files/round-trip", test_round_trip);
  add ("/cache/files/private", test_private);
  add ("/cache/files/every-byte", test_every_byte);
  add ("/cache/files/of-another-topic", test_of_another_topic);
  add ("/cache/files/left-behind", test_left_behind);
  add ("/cache/files/full-disk", test_full_disk);
  add ("/cache/files/read-only", test_read_only);
  add ("/cache/files/in-the-way", test_in_the_way);
  add ("/cache/files/no-plain-file", test_no_plain_file);
  add ("/cache/files/clear-past-a-folder", test_clear_past_a_folder);
  add ("/cache/files/two-processes", test_two_processes);
  add ("/cache/files/killed", test_killed);

  return g_test_run ();
}
