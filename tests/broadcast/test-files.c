/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "broadcast/edit.h"
#include "broadcast/instance-file.h"
#include "broadcast/state-commit.h"
#include "broadcast/state-path.h"
#include "protocol/error.h"
#include "support/session.h"

/* Not a test: for who runs this program in a sandbox. */
#define PRINT_PATH "--print-path"

typedef struct
{
  TestSession *session;
  char *root;
} Fixture;

/* --- what is logged --- */

static guint n_warnings;

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if ((level & G_LOG_LEVEL_MASK) != G_LOG_LEVEL_WARNING)
    return g_log_writer_default (level, fields, n_fields, user_data);
  n_warnings++;
  return G_LOG_WRITER_HANDLED;
}

static void
assert_warned (void)
{
  g_assert_cmpuint (n_warnings, ==, 1);
  n_warnings = 0;
}

/* --- the fixture --- */

static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->root = g_build_filename (test_session_get_folder (self->session), "broadcast", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_cmpuint (n_warnings, ==, 0);
  g_free (self->root);
  test_session_free (self->session);
}

/* --- what is done --- */

static GPtrArray *
writes_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);
}

static StateSyncWrite *
add (GPtrArray *writes, const char *topic, StateSyncWriteMode mode, const char *text)
{
  g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));
  StateSyncWrite *write = state_sync_write_new (topic, data);

  write->mode = mode;
  g_ptr_array_add (writes, write);
  return write;
}

/* As in "1 2", or the error's name. */
static void
assert_commit (Fixture *self, GPtrArray *writes, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint64 *revisions = state_sync_state_commit (self->root, "A", writes, &error);
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; revisions != NULL && i < writes->len; i++)
    g_string_append_printf (line, i == 0 ? "%" G_GUINT64_FORMAT : " %" G_GUINT64_FORMAT,
                            revisions[i]);
  if (error != NULL)
    g_string_append (line, error->domain == STATE_SYNC_ERROR
                               ? state_sync_error_name ((StateSyncError)error->code)
                               : error->message);
  g_assert_cmpstr (line->str, ==, expected);
}

static void
assert_write (Fixture *self, const char *topic, const char *text, const char *expected)
{
  g_autoptr (GPtrArray) writes = writes_new ();

  add (writes, topic, STATE_SYNC_WRITE_REPLACE, text);
  assert_commit (self, writes, expected);
}

static void
assert_merge (Fixture *self, const char *topic, const char *text, const char *expected)
{
  g_autoptr (GPtrArray) writes = writes_new ();

  add (writes, topic, STATE_SYNC_WRITE_MERGE, text);
  assert_commit (self, writes, expected);
}

static void
assert_state (Fixture *self, const char *topic, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_state_read (self->root, topic, "A", &error);
  g_autofree char *line = NULL;
  GBytes *data;

  g_assert_no_error (error);
  data = state_sync_snapshot_get_data (snapshot);
  line =
      g_strdup_printf ("%" G_GUINT64_FORMAT " %.*s", state_sync_snapshot_get_revision (snapshot),
                       (int)g_bytes_get_size (data), (const char *)g_bytes_get_data (data, NULL));
  g_assert_cmpstr (line, ==, expected);
}

static char *
path_of (Fixture *self, const char *topic, const char *name)
{
  g_autofree char *folder = state_sync_state_path_for_topic (self->root, topic);

  return g_build_filename (folder, name, NULL);
}

static void
put (Fixture *self, const char *topic, const char *name, const char *text)
{
  g_autofree char *path = path_of (self, topic, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
drop (Fixture *self, const char *topic, const char *name)
{
  g_autofree char *path = path_of (self, topic, name);

  g_assert_no_errno (g_unlink (path));
}

/* The names in a topic's folder that begin with @prefix. */
static guint
count (Fixture *self, const char *topic, const char *prefix)
{
  g_autofree char *folder = state_sync_state_path_for_topic (self->root, topic);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_prefix (name, prefix);
  return n;
}

/* --- the rules of a write --- */

static void
test_rules (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) guarded = writes_new ();

  assert_state (self, "t", "0 null");
  assert_write (self, "t", "null", "0");
  assert_write (self, "t", "{\"a\": 1.10}", "1");
  assert_merge (self, "t", "{\"b\":2}", "2");
  assert_merge (self, "t", "{\"b\":2}", "2");
  assert_state (self, "t", "2 {\"a\": 1.10,\"b\":2}");
  assert_write (self, "t", "{", "InvalidData");
  assert_write (self, " t", "1", "InvalidTopic");
  assert_write (self, "t", "null", "3");
  assert_state (self, "t", "3 null");

  add (guarded, "t", STATE_SYNC_WRITE_REPLACE, "1")->has_expected_revision = TRUE;
  assert_commit (self, guarded, "Conflict");
  ((StateSyncWrite *)g_ptr_array_index (guarded, 0))->expected_revision = 3;
  assert_commit (self, guarded, "4");
}

static void
test_not_durable_is_the_same (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) writes = writes_new ();

  add (writes, "t", STATE_SYNC_WRITE_REPLACE, "1")->durable = FALSE;
  assert_commit (self, writes, "1");
  assert_state (self, "t", "1 1");
}

static void
test_too_large (Fixture *self, gconstpointer data)
{
  g_autofree char *half = g_strnfill (9 * 1024 * 1024, '1');
  g_autofree char *patch = g_strdup_printf ("{\"a\":\"%s\"}", half);
  g_autofree char *other = g_strdup_printf ("{\"b\":\"%s\"}", half);

  assert_merge (self, "t", patch, "1");
  assert_merge (self, "t", other, "TooLarge");
}

static void
test_last_revision (Fixture *self, gconstpointer data)
{
  assert_write (self, "t", "1", "1");
  put (self, "t", "state", "statesync 1\nt\n18446744073709551615\n1\n1");
  assert_write (self, "t", "2", "RevisionExhausted");
  assert_write (self, "t", "1", "18446744073709551615");
}

static void
test_many_all_or_none (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) good = writes_new ();
  g_autoptr (GPtrArray) bad = writes_new ();

  add (good, "t", STATE_SYNC_WRITE_REPLACE, "1");
  add (good, "u", STATE_SYNC_WRITE_REPLACE, "5");
  add (good, "t", STATE_SYNC_WRITE_REPLACE, "2");
  assert_commit (self, good, "1 1 2");

  add (bad, "t", STATE_SYNC_WRITE_REPLACE, "8");
  add (bad, "u", STATE_SYNC_WRITE_REPLACE, "8")->has_expected_revision = TRUE;
  assert_commit (self, bad, "Conflict");
  assert_state (self, "t", "2 2");
  assert_state (self, "u", "1 5");
  g_assert_cmpuint (count (self, "t", "next."), ==, 0);
}

/* Any name works, and no two share a folder. */
static void
test_names (Fixture *self, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (255, 'x');
  g_autofree char *almost = g_strnfill (255, 'x');
  const char *const names[] = { "t",    "T",       ".",   "..",           "a/b",
                                "a_b",  "../../x", "Ü",   "cache:user:1", "state",
                                "lock", longest,   almost };

  almost[254] = 'y';
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      assert_write (self, names[i], text, "1");
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *state = g_strdup_printf ("1 %u", i);

      assert_state (self, names[i], state);
    }
}

/* --- what was left in the middle --- */

static void
test_killed_before_the_rename (Fixture *self, gconstpointer data)
{
  assert_write (self, "t", "1", "1");
  put (self, "t", "lock", "2");
  put (self, "t", "next.2", "statesync 1\nt\n2\n");
  assert_state (self, "t", "1 1");
  assert_write (self, "t", "1", "1");
  g_assert_cmpuint (count (self, "t", "next."), ==, 0);
  assert_write (self, "t", "2", "2");
}

static void
test_killed_before_the_first_rename (Fixture *self, gconstpointer data)
{
  assert_state (self, "t", "0 null");
  assert_write (self, "t", "null", "0");
  put (self, "t", "lock", "1");
  put (self, "t", "next.1", "statesync 1\n");
  assert_state (self, "t", "2 null");
  assert_warned ();
  assert_write (self, "t", "5", "3");
}

static void
test_broken_is_set_aside (Fixture *self, gconstpointer data)
{
  assert_write (self, "t", "1", "1");
  assert_write (self, "t", "2", "2");
  put (self, "t", "state", "statesync 1\nt\n2\n1\n");
  assert_state (self, "t", "3 null");
  assert_warned ();
  g_assert_cmpuint (count (self, "t", "state.broken."), ==, 1);
  assert_state (self, "t", "3 null");
  assert_write (self, "t", "4", "4");
}

static void
test_broken_and_written (Fixture *self, gconstpointer data)
{
  assert_write (self, "t", "1", "1");
  put (self, "t", "state", "");
  assert_merge (self, "t", "{\"a\":1}", "3");
  assert_warned ();
  assert_state (self, "t", "3 {\"a\":1}");
}

static void
test_removed_by_hand (Fixture *self, gconstpointer data)
{
  assert_write (self, "t", "1", "1");
  drop (self, "t", "state");
  assert_state (self, "t", "2 null");
  assert_warned ();
}

static void
test_lock_file_removed_by_hand (Fixture *self, gconstpointer data)
{
  assert_write (self, "t", "1", "1");
  drop (self, "t", "lock");
  assert_state (self, "t", "1 1");
  assert_write (self, "t", "2", "2");
}

typedef struct
{
  Fixture *fixture;
  gint is_done;
} Waiter;

static gpointer
write_in_thread (gpointer user_data)
{
  Waiter *waiter = user_data;

  assert_write (waiter->fixture, "t", "3", "3");
  g_atomic_int_set (&waiter->is_done, TRUE);
  return NULL;
}

/* Whether somebody waits for the lock on the file: the kernel lists it. */
static gboolean
is_waited_for (const char *path)
{
  g_autofree char *locks = NULL;
  g_autofree char *inode = NULL;
  g_auto (GStrv) lines = NULL;
  GStatBuf status;

  g_assert_no_errno (g_stat (path, &status));
  inode = g_strdup_printf (":%" G_GUINT64_FORMAT " ", (guint64)status.st_ino);
  g_file_get_contents ("/proc/locks", &locks, NULL, NULL);
  lines = g_strsplit (locks, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (strstr (lines[i], "-> FLOCK") != NULL && strstr (lines[i], inode) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
wait_for_waiter (Waiter *waiter, const char *path)
{
  while (!is_waited_for (path) && !g_atomic_int_get (&waiter->is_done))
    g_usleep (1000);
}

/* Who waits for a lock on a file that loses its name has to take the new one. */
static void
test_lock_on_a_lost_file (Fixture *self, gconstpointer data)
{
  g_autofree char *path = path_of (self, "t", "lock");
  g_autofree char *aside = path_of (self, "t", "aside");
  g_autoptr (GPtrArray) writes = writes_new ();
  g_autoptr (StateSyncEdit) edit = NULL;
  Waiter waiter = { self, FALSE };
  GThread *thread;
  int fd;

  assert_write (self, "t", "1", "1");
  fd = open (path, O_RDWR | O_CLOEXEC);
  g_assert_no_errno (flock (fd, LOCK_EX));
  thread = g_thread_new ("writer", write_in_thread, &waiter);
  wait_for_waiter (&waiter, path);

  g_assert_no_errno (g_rename (path, aside));
  edit = state_sync_edit_begin (self->root, "t", "A", NULL);
  g_assert_nonnull (edit);
  g_assert_no_errno (close (fd));
  wait_for_waiter (&waiter, path);

  g_assert_true (
      state_sync_edit_apply (edit, add (writes, "t", STATE_SYNC_WRITE_REPLACE, "2"), NULL));
  g_assert_true (state_sync_edit_stage (edit, NULL));
  g_assert_true (state_sync_edit_publish (edit, NULL));
  g_clear_pointer (&edit, state_sync_edit_end);
  g_thread_join (thread);
  assert_state (self, "t", "3 3");
}

static void
test_no_folder (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (self->root, "a file is in the way", -1, NULL);
  assert_write (self, "t", "1", "Storage");
  g_assert_null (state_sync_instance_file_read (self->root, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_STORAGE);
}

static void
test_full_disk (Fixture *self, gconstpointer data)
{
  g_autofree char *path = NULL;

  assert_write (self, "t", "1", "1");
  path = path_of (self, "t", "next.2");
  g_assert_no_errno (symlink ("/dev/full", path));
  assert_write (self, "t", "2", "Storage");
  assert_state (self, "t", "1 1");
  assert_write (self, "t", "2", "2");
}

/* --- who serves --- */

static void
test_instance (Fixture *self, gconstpointer data)
{
  g_autofree char *first = state_sync_instance_file_read (self->root, NULL);
  g_autofree char *again = state_sync_instance_file_read (self->root, NULL);
  g_autofree char *path = g_build_filename (self->root, "instance", NULL);
  g_autofree char *anew = NULL;

  g_assert_nonnull (first);
  g_assert_cmpstr (again, ==, first);
  g_file_set_contents (path, "", -1, NULL);
  anew = state_sync_instance_file_read (self->root, NULL);
  g_assert_nonnull (anew);
  g_assert_cmpstr (anew, !=, first);
}

static void
test_where (Fixture *self, gconstpointer data)
{
  g_autofree char *path = state_sync_state_path_for_app ("org.example.Editor");
  g_autofree char *expected =
      g_build_filename (g_get_user_state_dir (), "statesync", "org.example.Editor", NULL);

  g_assert_cmpstr (path, ==, expected);
}

/* This program once more, in a root of its own that looks like a sandbox from inside. */
static void
test_where_in_a_sandbox (Fixture *self, gconstpointer data)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  const char *argv[] = { "bwrap",
                         "--tmpfs",
                         "/",
                         "--ro-bind",
                         "/usr",
                         "/usr",
                         "--symlink",
                         "usr/lib",
                         "/lib",
                         "--symlink",
                         "usr/lib64",
                         "/lib64",
                         "--ro-bind",
                         program,
                         "/program",
                         "--ro-bind",
                         "/dev/null",
                         "/.flatpak-info",
                         "--setenv",
                         "XDG_RUNTIME_DIR",
                         "/run/user/1000",
                         "--die-with-parent",
                         "/program",
                         PRINT_PATH,
                         NULL };

  if (!g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL, NULL, &output, NULL, NULL, &error) ||
      output[0] == '\0')
    {
      g_test_skip ("No sandbox can be made here");
      return;
    }
  g_assert_cmpstr (output, ==, "/run/user/1000/app/org.example.Editor/statesync");
}

static int
print_path (void)
{
  g_autofree char *path = state_sync_state_path_for_app ("org.example.Editor");

  g_print ("%s", path);
  return 0;
}

#define test_add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  if (argc == 2 && g_str_equal (argv[1], PRINT_PATH))
    return print_path ();

  /* In memory: what is tried here does not depend on the disk. */
  if (g_access ("/dev/shm", W_OK) == 0)
    g_setenv ("TMPDIR", "/dev/shm", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_warnings, NULL, NULL);

  test_add ("/broadcast/files/rules", test_rules);
  test_add ("/broadcast/files/not-durable-is-the-same", test_not_durable_is_the_same);
  test_add ("/broadcast/files/too-large", test_too_large);
  test_add ("/broadcast/files/last-revision", test_last_revision);
  test_add ("/broadcast/files/many-all-or-none", test_many_all_or_none);
  test_add ("/broadcast/files/names", test_names);
  test_add ("/broadcast/files/killed-before-the-rename", test_killed_before_the_rename);
  test_add ("/broadcast/files/killed-before-the-first-rename", test_killed_before_the_first_rename);
  test_add ("/broadcast/files/broken-is-set-aside", test_broken_is_set_aside);
  test_add ("/broadcast/files/broken-and-written", test_broken_and_written);
  test_add ("/broadcast/files/removed-by-hand", test_removed_by_hand);
  test_add ("/broadcast/files/lock-file-removed-by-hand", test_lock_file_removed_by_hand);
  test_add ("/broadcast/files/lock-on-a-lost-file", test_lock_on_a_lost_file);
  test_add ("/broadcast/files/no-folder", test_no_folder);
  test_add ("/broadcast/files/full-disk", test_full_disk);
  test_add ("/broadcast/files/instance", test_instance);
  test_add ("/broadcast/files/where", test_where);
  test_add ("/broadcast/files/where-in-a-sandbox", test_where_in_a_sandbox);

  return g_test_run ();
}
