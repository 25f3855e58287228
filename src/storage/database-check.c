/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* SQLite's quick_check walks all pages and reports the first that is not as it should be. It says
 * the same of one that can't be read at the moment, for which no file may be set aside. So when
 * it complains, all is read once more, where an error of the disk is told as one, and only if it
 * then still complains it is believed.
 */

#include "storage/database-check.h"

#include "storage/database-query.h"

/* A database of up to so many pages is checked at each start: that takes a few milliseconds. */
#define CHECK_MAX_PAGES 1024

static int
quick_check (sqlite3 *handle, gboolean *is_healthy)
{
  gint64 n = 0;
  int result = state_sync_database_query (
      handle, "SELECT count(*) FROM pragma_quick_check(1) WHERE quick_check = ?1", "ok", &n);

  *is_healthy = n == 1;
  return result;
}

static int
read_all (sqlite3_file *file)
{
  char chunk[4096];
  sqlite3_int64 size;
  int result;

  if (file == NULL || file->pMethods == NULL)
    return SQLITE_OK;

  result = file->pMethods->xFileSize (file, &size);
  for (sqlite3_int64 at = 0; result == SQLITE_OK && at < size; at += sizeof chunk)
    {
      result = file->pMethods->xRead (file, chunk, sizeof chunk, at);
      if (result == SQLITE_IOERR_SHORT_READ)
        result = SQLITE_OK;
    }
  return result;
}

/* The file and its log. */
static int
read_both (sqlite3 *handle)
{
  sqlite3_file *file = NULL, *log = NULL;
  int result;

  sqlite3_file_control (handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  sqlite3_file_control (handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  result = read_all (file);
  return result == SQLITE_OK ? read_all (log) : result;
}

static int
check_pages (sqlite3 *handle, const char **damage)
{
  gboolean is_healthy;
  int result = quick_check (handle, &is_healthy);

  if (result != SQLITE_OK || is_healthy)
    return result;

  result = read_both (handle);
  if (result == SQLITE_OK)
    result = quick_check (handle, &is_healthy);
  if (result == SQLITE_OK && !is_healthy)
    *damage = "its pages are malformed";
  return result;
}

/* Whether the pages are well formed, if that is cheap to tell or a former service has met damage;
 * if not, @damage is set. The caller has begun a transaction. */
int
state_sync_database_check (sqlite3 *handle, gint64 n_pages, const char **damage)
{
  gint64 is_marked = 0;
  int result =
      state_sync_database_query (handle, "SELECT damaged FROM condition", NULL, &is_marked);

  if (result != SQLITE_OK || (!is_marked && n_pages > CHECK_MAX_PAGES))
    return result;

  result = check_pages (handle, damage);
  if (result != SQLITE_OK || *damage != NULL || !is_marked)
    return result;
  return sqlite3_exec (handle, "UPDATE condition SET damaged = 0", NULL, NULL, NULL);
}
