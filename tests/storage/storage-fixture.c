/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "storage/storage-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "statesync-service/memory-storage.h"

/* GLib has one log for a process, and these tests one thread. */
static GPtrArray *log_lines;

static GLogWriterOutput
keep_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0)
    {
      g_log_writer_default (level | G_LOG_FLAG_FATAL, fields, n_fields, NULL);
      g_abort ();
    }
  if ((level & (G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_WARNING)) == 0)
    return G_LOG_WRITER_HANDLED;

  for (gsize i = 0; i < n_fields; i++)
    {
      if (g_str_equal (fields[i].key, "MESSAGE"))
        g_ptr_array_add (log_lines, g_strdup (fields[i].value));
    }
  return G_LOG_WRITER_HANDLED;
}

void
fixture_assert_logged (Fixture *self, const char *pattern)
{
  g_autofree char *text = NULL;

  g_ptr_array_add (log_lines, NULL);
  text = g_strjoinv ("\n", (char **)log_lines->pdata);
  g_ptr_array_set_size (log_lines, 0);
  if (!g_pattern_match_simple (pattern, text))
    g_error ("logged “%s”, not “%s”", text, pattern);
}

void
fixture_assert_silent (Fixture *self)
{
  fixture_assert_logged (self, "");
}

/* --- files --- */

/* Folders that there are, for a test that fails: it ends by a signal. */
static char *folders[8];

static char **
find_folder (const char *folder)
{
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      if (g_strcmp0 (folders[i], folder) == 0)
        return &folders[i];
    }
  g_assert_not_reached ();
}

/* Nothing but calls that a signal handler may make. */
static void
remove_folders (int signal_number)
{
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      pid_t child = folders[i] != NULL ? fork () : -1;

      if (child == 0)
        {
          execlp ("rm", "rm", "-rf", "--", folders[i], NULL);
          _exit (EXIT_FAILURE);
        }
      waitpid (child, NULL, 0);
    }
  raise (signal_number);
}

static void
remove_folders_on_failure (void)
{
  const int signals[] = { SIGABRT, SIGTRAP, SIGSEGV, SIGTERM, SIGINT };
  const struct sigaction action = { .sa_handler = remove_folders, .sa_flags = SA_RESETHAND };

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    sigaction (signals[i], &action, NULL);
}

/* In memory if there is a file system there: what these tests ask of a disk is simulated. */
char *
make_temporary_folder (void)
{
  const char *base = g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();
  char *folder = g_build_filename (base, "statesync-storage-XXXXXX", NULL);

  g_assert_nonnull (g_mkdtemp (folder));
  *find_folder (NULL) = g_strdup (folder);
  return folder;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* (transfer full): NULL-terminated, sorted. */
static GPtrArray *
list_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return names;
}

char *
fixture_dup_names (Fixture *self)
{
  g_autoptr (GPtrArray) names = list_folder (self->folder);

  return g_strjoinv (" ", (char **)names->pdata);
}

void
fixture_assert_names (Fixture *self, const char *pattern)
{
  g_autofree char *names = fixture_dup_names (self);

  if (!g_pattern_match_simple (pattern, names))
    g_error ("the folder holds “%s”, not “%s”", names, pattern);
}

static void
remove_folder (const char *folder)
{
  empty_folder (folder);
  g_rmdir (folder);
}

void
empty_folder (const char *folder)
{
  g_autoptr (GPtrArray) names = list_folder (folder);

  for (guint i = 0; i < names->len - 1; i++)
    {
      g_autofree char *path = g_build_filename (folder, g_ptr_array_index (names, i), NULL);

      if (g_unlink (path) != 0)
        remove_folder (path);
    }
}

/* That make_temporary_folder() made. */
void
remove_temporary_folder (const char *folder)
{
  remove_folder (folder);
  g_clear_pointer (find_folder (folder), g_free);
}

GBytes *
read_file (const char *path)
{
  char *content;
  gsize size;

  if (!g_file_get_contents (path, &content, &size, NULL))
    return NULL;
  return g_bytes_new_take (content, size);
}

/* Writes in place, so that the file keeps its mode. */
void
write_file (const char *path, GBytes *content)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (content, &size);

  g_assert_true (
      g_file_set_contents_full (path, data, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

void
copy_folder (const char *from, const char *to)
{
  g_autoptr (GPtrArray) names = list_folder (from);

  for (guint i = 0; i < names->len - 1; i++)
    {
      g_autofree char *source = g_build_filename (from, g_ptr_array_index (names, i), NULL);
      g_autofree char *target = g_build_filename (to, g_ptr_array_index (names, i), NULL);
      g_autoptr (GBytes) content = read_file (source);

      write_file (target, content);
    }
}

static int
keep_first (void *user_data, int n_columns, char **values, char **names)
{
  char **result = user_data;

  if (*result == NULL)
    *result = g_strdup (values[0]);
  return 0;
}

char *
fixture_sql (Fixture *self, const char *sql)
{
  char *result = NULL;
  sqlite3 *handle;

  g_assert_cmpint (sqlite3_open (self->path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, keep_first, &result, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (handle), ==, SQLITE_OK);
  return result;
}

/* --- the storage --- */

void
fixture_open (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  self->storage = self->is_in_memory
                      ? STATE_SYNC_STORAGE (state_sync_memory_storage_new ())
                      : STATE_SYNC_STORAGE (state_sync_sqlite_storage_new (self->path));
  state_sync_storage_open (self->storage, &error);
  g_assert_no_error (error);
}

char *
fixture_open_error (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  self->storage = STATE_SYNC_STORAGE (state_sync_sqlite_storage_new (self->path));
  g_assert_false (state_sync_storage_open (self->storage, &error));
  assert_storage_error (error);
  fixture_close (self);
  return g_strdup (error->message);
}

void
fixture_close (Fixture *self)
{
  state_sync_storage_close (self->storage);
  g_clear_object (&self->storage);
}

/* What is in memory lives no longer than its object. */
void
fixture_reopen (Fixture *self)
{
  if (!self->is_in_memory)
    {
      fixture_close (self);
      fixture_open (self);
      return;
    }

  state_sync_storage_close (self->storage);
  g_assert_true (state_sync_storage_open (self->storage, NULL));
}

gboolean
commit_text (StateSyncStorage *storage,
             const char *topic,
             guint64 revision,
             const char *data,
             GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, strlen (data));
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (revision, bytes);
  const StateSyncChange change = { topic, snapshot };

  return state_sync_storage_commit (storage, &change, 1, error);
}

void
fixture_commit (Fixture *self, const char *topic, guint64 revision, const char *data)
{
  g_autoptr (GError) error = NULL;

  commit_text (self->storage, topic, revision, data, &error);
  g_assert_no_error (error);
}

char *
fixture_dup_state (Fixture *self, const char *topic)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_storage_load (self->storage, topic, &error);
  GBytes *data;

  if (error != NULL)
    {
      assert_storage_error (error);
      g_assert_null (snapshot);
      return g_strdup (error->message);
    }
  if (snapshot == NULL)
    return g_strdup ("absent");

  data = state_sync_snapshot_get_data (snapshot);
  return g_strdup_printf ("%" G_GUINT64_FORMAT " %.*s", state_sync_snapshot_get_revision (snapshot),
                          (int)g_bytes_get_size (data),
                          (const char *)g_bytes_get_data (data, NULL));
}

void
fixture_assert_state (Fixture *self, const char *topic, const char *expected)
{
  g_autofree char *state = fixture_dup_state (self, topic);

  g_assert_cmpstr (state, ==, expected);
}

static void
append_topic (const char *topic, guint64 revision, guint64 bytes, gpointer user_data)
{
  GString *list = user_data;

  g_string_append_printf (list, "%s%s %" G_GUINT64_FORMAT "%s", list->len > 0 ? ", " : "", topic,
                          revision, bytes == 0 ? " deleted" : "");
}

char *
fixture_dup_list (Fixture *self, const char *namespace_)
{
  g_autoptr (GString) list = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (state_sync_storage_list (self->storage, namespace_, append_topic, list, &error))
    return g_string_free (g_steal_pointer (&list), FALSE);
  assert_storage_error (error);
  return g_strdup (error->message);
}

void
fixture_assert_list (Fixture *self, const char *namespace_, const char *expected)
{
  g_autofree char *list = fixture_dup_list (self, namespace_);

  g_assert_cmpstr (list, ==, expected);
}

void
fixture_assert_totals (Fixture *self, guint64 topics, guint64 bytes)
{
  StateSyncStorageTotals totals;

  g_assert_true (state_sync_storage_total (self->storage, &totals, NULL));
  g_assert_cmpuint (totals.topics, ==, topics);
  g_assert_cmpuint (totals.bytes, ==, bytes);
}

/* --- the fixture --- */

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  if (log_lines == NULL)
    {
      log_lines = g_ptr_array_new_with_free_func (g_free);
      g_log_set_writer_func (keep_log, NULL, NULL);
      remove_folders_on_failure ();
    }
  g_ptr_array_set_size (log_lines, 0);

  self->folder = make_temporary_folder ();
  self->path = g_build_filename (self->folder, "statesync.db", NULL);
}

void
fixture_set_up_memory (Fixture *self, gconstpointer data)
{
  fixture_set_up (self, data);
  self->is_in_memory = TRUE;
}

/* What a test expects to be logged it has asserted. */
void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  if (self->storage != NULL)
    fixture_close (self);
  fixture_assert_silent (self);
  remove_temporary_folder (self->folder);
  g_free (self->folder);
  g_free (self->path);
}
