/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The version of the application's data is a row in a table of its own, `application`, which is
 * not there before a version is first told: most databases never have one, and those that were
 * made without it are as good as any.
 */

#include "storage/data-version.h"

#include "storage/database-query.h"

#define CREATE "CREATE TABLE IF NOT EXISTS application (version INTEGER NOT NULL) STRICT;"

/* 0 if it was never told. */
int
state_sync_data_version_read (sqlite3 *handle, guint32 *version)
{
  gint64 has_table = 0, stored = 0;
  int result = state_sync_database_query (
      handle, "SELECT count(*) FROM sqlite_schema WHERE name = ?1", "application", &has_table);

  if (result == SQLITE_OK && has_table)
    result = state_sync_database_query (handle, "SELECT version FROM application", NULL, &stored);
  *version = (guint32)stored;
  return result;
}

/* In a transaction that the caller has begun. */
int
state_sync_data_version_write (sqlite3 *handle, guint32 version)
{
  g_autofree char *sql = g_strdup_printf (
      CREATE "DELETE FROM application; INSERT INTO application VALUES (%u);", version);

  return sqlite3_exec (handle, sql, NULL, NULL, NULL);
}
