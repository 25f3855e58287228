/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "storage/database-files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/error.h"

#define WAL_SUFFIX "-wal"

/* As many as the kernel follows; what has more is refused when it is opened. */
#define MAX_LINKS 40

/* What belongs to a database, the database itself last: while a crash can separate them, what is
 * left behind is a database without a log, never a log that waits for another database. */
static const char *const suffixes[] = { "-journal", WAL_SUFFIX, "" };

static gboolean
set_errno_error (GError **error, const char *what, const char *path)
{
  g_autofree char *subject = g_strdup_printf ("%s “%s”", what, path);
  g_autofree char *reason =
      g_strdup_printf ("%s: check that path and the permissions along it", g_strerror (errno));

  g_propagate_error (error, state_sync_error_storage (subject, reason));
  return FALSE;
}

static gboolean
sync_folder (const char *folder)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int result;

  if (fd < 0)
    return FALSE;

  result = fsync (fd);
  close (fd);
  return result == 0;
}

/* Makes @folder and what leads to it, for this user alone, and sees to it that a loss of power
 * does not take them away again. */
static gboolean
make_folder (const char *folder)
{
  g_autofree char *parent = g_path_get_dirname (folder);

  if (g_file_test (folder, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (!make_folder (parent))
    return FALSE;
  if (g_mkdir (folder, 0700) != 0 && errno != EEXIST)
    return FALSE;
  return sync_folder (parent);
}

/* Makes the folder in which the file @path is to be. */
gboolean
state_sync_database_make_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return make_folder (folder) || set_errno_error (error, "The database's folder", folder);
}

/* Whether the database and its log can be made there. Asked by itself: SQLite, when it may not make
 * a file, tries to read one, and says then that there is none. */
gboolean
state_sync_database_check_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *inside = g_build_filename (folder, ".", NULL); /* "Not a directory", if so */

  return g_access (inside, W_OK | X_OK) == 0 ||
         set_errno_error (error, "No files can be made in the database's folder", folder);
}

/* (transfer full) (nullable): where the symbolic link @path leads, NULL if it is none. */
static char *
follow_link (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *target = g_file_read_link (path, NULL);

  if (target == NULL || g_path_is_absolute (target))
    return g_steal_pointer (&target);
  return g_build_filename (folder, target, NULL);
}

/* (transfer full): @path behind any symbolic links, for what belongs to the file lies beside it,
 * also where the file itself is not there (any more). */
char *
state_sync_database_resolve (const char *path)
{
  char *resolved = g_strdup (path);
  char *next;

  for (guint n = 0; n < MAX_LINKS && (next = follow_link (resolved)) != NULL; n++)
    {
      g_free (resolved);
      resolved = next;
    }
  return resolved;
}

static goffset
size_of (const char *path, const char *suffix)
{
  g_autofree char *file = g_strconcat (path, suffix, NULL);
  GStatBuf status;

  return g_stat (file, &status) == 0 ? status.st_size : 0;
}

/* Whether there is nothing in the file, or no file. */
gboolean
state_sync_database_is_empty (const char *path)
{
  return size_of (path, "") == 0;
}

/* Whether there is a log with content beside a database without. SQLite would delete it. The log
 * is looked at first: another service that makes the database just now fills the file first. */
gboolean
state_sync_database_has_orphan (const char *path)
{
  return size_of (path, WAL_SUFFIX) > 0 && state_sync_database_is_empty (path);
}

static gboolean
exists (const char *path, const char *suffix)
{
  g_autofree char *file = g_strconcat (path, suffix, NULL);
  GStatBuf status;

  return g_lstat (file, &status) == 0;
}

static gboolean
is_taken (const char *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      if (exists (path, suffixes[i]))
        return TRUE;
    }
  return FALSE;
}

static char *
free_name (const char *path)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y%m%dT%H%M%SZ");
  char *name = g_strdup_printf ("%s.corrupt-%s", path, time);

  for (guint n = 2; is_taken (name); n++)
    {
      g_free (name);
      name = g_strdup_printf ("%s.corrupt-%s-%u", path, time, n);
    }
  return name;
}

/* (transfer full): the new name of the database and of what belongs to it. The caller holds the
 * database's lock. */
char *
state_sync_database_set_aside (const char *path, GError **error)
{
  g_autofree char *name = free_name (path);

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (name, suffixes[i], NULL);

      if (g_rename (from, to) == 0 || errno == ENOENT)
        continue;
      set_errno_error (error, "The damaged database can't be set aside:", from);
      return NULL;
    }
  return g_steal_pointer (&name);
}
