/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What needs a process to die, two of them, or a file system of its own. Run with `--write`,
 * `--hold` or `--open` and a path, this program is the other process. */

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "storage/storage-fixture.h"

#define N_ROUNDS 50
#define NOBODY 65534

static const char *const topics[] = { "a", "b", "c" };

/* --- the other process --- */

static StateSyncStorage *
open_or_exit (const char *path, guint lock_timeout_ms)
{
  StateSyncStorage *storage = g_object_new (STATE_SYNC_TYPE_SQLITE_STORAGE, "path", path,
                                            "lock-timeout", lock_timeout_ms, NULL);
  g_autoptr (GError) error = NULL;

  if (state_sync_storage_open (storage, &error))
    return storage;

  g_print ("%s\n", error->message);
  g_object_unref (storage);
  exit (EXIT_FAILURE);
}

static char *
data_of (guint64 revision)
{
  g_autofree char *padding = g_strnfill (revision % 7 == 0 ? 60000 : 100, 'x');

  return g_strdup_printf ("{\"revision\":%" G_GUINT64_FORMAT ",\"padding\":\"%s\"}", revision,
                          padding);
}

static void
commit_all (StateSyncStorage *storage, guint64 revision)
{
  g_autofree char *text = data_of (revision);
  g_autoptr (GBytes) data = g_bytes_new_static (text, strlen (text));
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (revision, data);
  const StateSyncChange changes[] = { { "a", snapshot }, { "b", snapshot }, { "c", snapshot } };

  if (!state_sync_storage_commit (storage, changes, G_N_ELEMENTS (changes), NULL))
    exit (EXIT_FAILURE);
}

/* Goes on from what is stored, and prints each revision once it is acknowledged. */
static int
run_writer (const char *path)
{
  StateSyncStorage *storage = open_or_exit (path, 0);
  StateSyncSnapshot *snapshot = state_sync_storage_load (storage, "a", NULL);
  guint64 revision = snapshot != NULL ? state_sync_snapshot_get_revision (snapshot) : 0;

  for (;;)
    {
      char line[32];
      int length;

      revision++;
      commit_all (storage, revision);
      length = g_snprintf (line, sizeof line, "%" G_GUINT64_FORMAT "\n", revision);
      if (write (STDOUT_FILENO, line, (size_t)length) != length)
        return EXIT_FAILURE;
      if (revision % 10 == 0)
        state_sync_storage_tidy (storage);
    }
}

/* Holds the file until standard input ends. */
static int
run_holder (const char *path)
{
  StateSyncStorage *storage = open_or_exit (path, 0);
  char byte;

  if (write (STDOUT_FILENO, "ready\n", 6) != 6)
    return EXIT_FAILURE;
  while (read (STDIN_FILENO, &byte, 1) > 0)
    ;
  state_sync_storage_close (storage);
  g_object_unref (storage);
  return EXIT_SUCCESS;
}

/* As one who may do nothing that root may. */
static int
run_opener (const char *path)
{
  g_autoptr (StateSyncStorage) storage = NULL;

  if (getuid () == 0 && setresuid (NOBODY, NOBODY, NOBODY) != 0)
    return EXIT_FAILURE;
  storage = open_or_exit (path, 0);
  state_sync_storage_close (storage);
  return EXIT_SUCCESS;
}

static GSubprocess *
spawn (const char *mode, const char *path)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                            G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                        &error, "/proc/self/exe", mode, path, NULL);

  g_assert_no_error (error);
  return process;
}

/* (transfer full) (nullable): NULL at the end. */
static char *
read_line (GDataInputStream *stream)
{
  return g_data_input_stream_read_line (stream, NULL, NULL, NULL);
}

static GDataInputStream *
output_of (GSubprocess *process)
{
  return g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
}

/* --- a kill --- */

/* (transfer none): how many acknowledgements come before the kill, and how long after the last. */
static guint64
kill_writer_at_random (Fixture *self, guint64 last)
{
  g_autoptr (GSubprocess) writer = spawn ("--write", self->path);
  g_autoptr (GDataInputStream) output = output_of (writer);
  int n_before_kill = g_test_rand_int_range (0, 60);
  char *line;

  for (int n = 0; (line = read_line (output)) != NULL; n++)
    {
      guint64 revision = g_ascii_strtoull (line, NULL, 10);

      g_assert_cmpuint (revision, >, last);
      last = revision;
      g_free (line);
      if (n == n_before_kill)
        {
          g_usleep ((gulong)g_test_rand_int_range (0, 3000));
          g_subprocess_send_signal (writer, SIGKILL);
        }
    }
  g_assert_true (g_subprocess_wait (writer, NULL, NULL));
  g_assert_true (g_subprocess_get_if_signaled (writer));
  return last;
}

static guint64
assert_whole (Fixture *self)
{
  guint64 revision = 0;

  fixture_open (self);
  for (gsize i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      g_autofree char *state = fixture_dup_state (self, topics[i]);
      g_autofree char *data = NULL;
      g_autofree char *expected = NULL;

      if (i == 0)
        revision = g_ascii_strtoull (state, NULL, 10);
      data = data_of (revision);
      expected = g_strdup_printf ("%" G_GUINT64_FORMAT " %s", revision, data);
      g_assert_cmpstr (state, ==, expected);
    }
  fixture_close (self);
  return revision;
}

static void
test_killed_at_any_instant (Fixture *self, gconstpointer data)
{
  guint64 last = 0;

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      guint64 stored;

      last = kill_writer_at_random (self, last);
      if (round % 2 == 0)
        continue;

      stored = assert_whole (self);
      g_assert_cmpuint (stored, >=, last);
      g_assert_cmpuint (stored, <=, last + 1);
    }
  fixture_assert_silent (self);
}

/* --- the lock --- */

static GSubprocess *
spawn_holder (Fixture *self)
{
  GSubprocess *holder = spawn ("--hold", self->path);
  g_autoptr (GDataInputStream) output = output_of (holder);
  g_autofree char *line = read_line (output);

  g_assert_cmpstr (line, ==, "ready");
  return holder;
}

static void
test_locked_until_killed (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) holder = spawn_holder (self);
  g_autofree char *message = fixture_open_error (self);

  g_assert_nonnull (strstr (message, self->path));
  g_assert_nonnull (strstr (message, "another service uses it: stop that one"));
  g_subprocess_send_signal (holder, SIGKILL);
  g_assert_true (g_subprocess_wait (holder, NULL, NULL));
  fixture_open (self);
}

/* POSIX forgets a process's locks on a file when it closes any of its descriptors of it. */
static void
test_locked_after_a_second_look (Fixture *self, gconstpointer data)
{
  Fixture second = { .folder = self->folder, .path = self->path };
  g_autofree char *message = NULL;
  g_autofree char *line = NULL;

  fixture_open (self);
  fixture_commit (self, "a", 1, "[1]");
  message = fixture_open_error (&second);
  {
    g_autoptr (GSubprocess) holder = spawn ("--hold", self->path);
    g_autoptr (GDataInputStream) output = output_of (holder);

    line = read_line (output);
    g_assert_nonnull (strstr (line, "another service uses it"));
    g_assert_true (g_subprocess_wait (holder, NULL, NULL));
  }
}

static void
test_damaged_but_locked (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) holder = spawn_holder (self);
  g_autofree char *message = NULL;
  int fd = open (self->path, O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (pwrite (fd, "garbage", 7, 0), ==, 7);
  close (fd);
  message = fixture_open_error (self);
  g_assert_nonnull (strstr (message, "another service uses it"));
  fixture_assert_names (self, "statesync.db statesync.db-wal");
  g_subprocess_force_exit (holder);
  g_assert_true (g_subprocess_wait (holder, NULL, NULL));
}

/* Of two services that start at the same moment exactly one gets the file. */
static void
start_two (Fixture *self)
{
  g_autoptr (GSubprocess) first = spawn ("--hold", self->path);
  g_autoptr (GSubprocess) second = spawn ("--hold", self->path);
  g_autoptr (GDataInputStream) first_output = output_of (first);
  g_autoptr (GDataInputStream) second_output = output_of (second);
  g_autofree char *first_line = read_line (first_output);
  g_autofree char *second_line = read_line (second_output);

  g_assert_true (g_str_equal (first_line, "ready") != g_str_equal (second_line, "ready"));
  g_subprocess_force_exit (first);
  g_subprocess_force_exit (second);
  g_assert_true (g_subprocess_wait (first, NULL, NULL));
  g_assert_true (g_subprocess_wait (second, NULL, NULL));
}

static void
test_two_make_it (Fixture *self, gconstpointer data)
{
  for (guint round = 0; round < 20; round++)
    {
      start_two (self);
      fixture_assert_names (self, "statesync.db statesync.db-wal");
      empty_folder (self->folder);
    }
}

/* One sets the file aside and has the new one; the other does not set that aside as well. */
static void
test_two_find_damage (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) garbage = g_bytes_new_static ("garbage", 7);

  for (guint round = 0; round < 20; round++)
    {
      write_file (self->path, garbage);
      start_two (self);
      fixture_assert_names (self, "statesync.db statesync.db-wal statesync.db.corrupt-*Z");
      empty_folder (self->folder);
    }
}

static gpointer
end_input (gpointer data)
{
  g_usleep (100 * 1000);
  g_assert_true (g_output_stream_close (g_subprocess_get_stdin_pipe (data), NULL, NULL));
  return NULL;
}

static void
test_waits_for_the_lock (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) holder = spawn_holder (self);
  GThread *thread = g_thread_new ("end-input", end_input, holder);
  g_autoptr (GError) error = NULL;

  self->storage = g_object_new (STATE_SYNC_TYPE_SQLITE_STORAGE, "path", self->path, "lock-timeout",
                                60000, NULL);
  state_sync_storage_open (self->storage, &error);
  g_assert_no_error (error);
  g_thread_join (thread);
  g_assert_true (g_subprocess_wait_check (holder, NULL, NULL));
  fixture_assert_logged (self, "Another service uses the database “*/statesync.db”: waiting for it "
                               "to stop, 60 s at most");
}

/* --- a file system that says no --- */

/* Mounts of this process alone. FALSE: the test is skipped. */
static gboolean
can_mount (void)
{
  if (unshare (CLONE_NEWNS) == 0 && mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
    return TRUE;

  g_test_skip ("mounting is not allowed here");
  return FALSE;
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

static void
assert_message (const char *message, const char *pattern)
{
  if (!g_pattern_match_simple (pattern, message))
    g_error ("not “%s”: %s", pattern, message);
}

static void
test_full_disk (Fixture *self, gconstpointer data)
{
  g_autofree char *ballast = g_build_filename (self->folder, "ballast", NULL);
  g_autofree char *large = g_strnfill (200 * 1024, '2');
  g_autoptr (GError) error = NULL;

  if (!can_mount ())
    return;

  g_assert_cmpint (mount ("none", self->folder, "tmpfs", 0, "size=1m"), ==, 0);
  fixture_open (self);
  fixture_commit (self, "a", 1, "[1]");
  fill_disk (ballast);
  g_assert_false (commit_text (self->storage, "a", 2, large, &error));
  assert_storage_error (error);
  g_assert_nonnull (strstr (error->message, "the disk is full: free some space"));
  fixture_assert_logged (self, "*the disk is full*");
  fixture_assert_state (self, "a", "1 [1]");

  fixture_reopen (self);
  fixture_assert_state (self, "a", "1 [1]");
  g_assert_false (commit_text (self->storage, "a", 2, large, NULL));
  fixture_assert_logged (self, "*the disk is full*");

  g_unlink (ballast);
  fixture_commit (self, "a", 2, large);
  fixture_assert_logged (self, "*takes changes again");
  fixture_close (self);
  umount (self->folder);
}

static void
test_no_room_for_a_new_one (Fixture *self, gconstpointer data)
{
  g_autofree char *ballast = g_build_filename (self->folder, "ballast", NULL);
  g_autofree char *message = NULL;

  if (!can_mount ())
    return;

  g_assert_cmpint (mount ("none", self->folder, "tmpfs", 0, "size=1m"), ==, 0);
  fill_disk (ballast);
  message = fixture_open_error (self);
  g_assert_nonnull (strstr (message, "the disk is full: free some space"));
  g_unlink (ballast);
  fixture_open (self);
  fixture_commit (self, "a", 1, "[1]");
  fixture_close (self);
  umount (self->folder);
}

#define NO_FILES "No files can be made in the database's folder *%s*: %s: check that path*"

/* Also where there is no database yet. */
static void
test_read_only (Fixture *self, gconstpointer data)
{
  g_autofree char *expected = g_strdup_printf (NO_FILES, self->folder, "Read-only file system");
  g_autofree char *not_there = g_build_filename (self->folder, "new.db", NULL);
  g_autofree char *message = NULL;
  g_autofree char *new_message = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;

  if (!can_mount ())
    return;

  fixture_open (self);
  fixture_commit (self, "a", 1, "[1]");
  fixture_close (self);
  before = read_file (self->path);
  g_assert_cmpint (mount (self->folder, self->folder, NULL, MS_BIND, NULL), ==, 0);
  g_assert_cmpint (mount (NULL, self->folder, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), ==, 0);
  message = fixture_open_error (self);
  assert_message (message, expected);
  after = read_file (self->path);
  g_assert_true (g_bytes_equal (before, after));

  g_free (self->path);
  self->path = g_steal_pointer (&not_there);
  new_message = fixture_open_error (self);
  assert_message (new_message, expected);
  fixture_assert_names (self, "statesync.db");
  umount (self->folder);
}

static void
assert_not_permitted (Fixture *self, guint folder_mode, guint file_mode, const char *pattern)
{
  g_autoptr (GSubprocess) opener = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;

  g_assert_no_errno (g_chmod (self->folder, (int)folder_mode));
  if (g_file_test (self->path, G_FILE_TEST_EXISTS))
    g_assert_no_errno (g_chmod (self->path, (int)file_mode));
  opener = spawn ("--open", self->path);
  output = output_of (opener);
  line = read_line (output);
  g_assert_true (g_subprocess_wait (opener, NULL, NULL));
  g_assert_cmpint (g_subprocess_get_exit_status (opener), ==, EXIT_FAILURE);
  assert_message (line, pattern);
  g_assert_no_errno (g_chmod (self->folder, 0700));
}

static void
test_no_permission (Fixture *self, gconstpointer data)
{
  g_autofree char *no_files = g_strdup_printf (NO_FILES, self->folder, "Permission denied");
  g_autofree char *no_file =
      g_strdup_printf ("*%s*(Permission denied): check that path and the permissions*", self->path);
  g_autofree char *no_writing =
      g_strdup_printf ("*%s*it may not be written*: check its permissions*", self->path);

  assert_not_permitted (self, 0555, 0, no_files);
  fixture_open (self);
  fixture_close (self);
  assert_not_permitted (self, 0555, 0666, no_files);
  assert_not_permitted (self, 0777, 0, no_file);
  assert_not_permitted (self, 0777, 0444, no_writing);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *option;
    int (*run) (const char *path);
  } modes[] = { { "--write", run_writer }, { "--hold", run_holder }, { "--open", run_opener } };

  for (gsize i = 0; argc == 3 && i < G_N_ELEMENTS (modes); i++)
    {
      if (!g_str_equal (argv[1], modes[i].option))
        continue;
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      return modes[i].run (argv[2]);
    }

  g_test_init (&argc, &argv, NULL);

  test_add ("/storage/processes/killed-at-any-instant", test_killed_at_any_instant);
  test_add ("/storage/processes/locked-until-killed", test_locked_until_killed);
  test_add ("/storage/processes/locked-after-a-second-look", test_locked_after_a_second_look);
  test_add ("/storage/processes/damaged-but-locked", test_damaged_but_locked);
  test_add ("/storage/processes/two-make-it", test_two_make_it);
  test_add ("/storage/processes/two-find-damage", test_two_find_damage);
  test_add ("/storage/processes/waits-for-the-lock", test_waits_for_the_lock);
  test_add ("/storage/processes/full-disk", test_full_disk);
  test_add ("/storage/processes/no-room-for-a-new-one", test_no_room_for_a_new_one);
  test_add ("/storage/processes/read-only", test_read_only);
  test_add ("/storage/processes/no-permission", test_no_permission);

  return g_test_run ();
}
