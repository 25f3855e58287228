/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is in the file.
 *
 * `topic` has a row for each topic ever written, in the order of the bytes of their names, and
 * is narrow: listing and counting read it alone. `data` has their JSON texts, byte for byte,
 * however large. A topic that was deleted keeps both rows, for its revision.
 *
 * bytes     length of the data; 0 if the data is `null`, which no other JSON text's length is
 * checksum  CRC-32 of name, revision and data, see sqlite-storage.c
 * revision  unsigned 64 bit in SQLite's signed: less 2⁶³, which keeps the order
 *
 * `condition` is one row about the file itself:
 *
 * damaged   1 after SQLite has met a malformed page; the next start checks all pages
 *
 * Where an application's data has versions there is one table more, see data-version.c.
 */
#include "storage/tables.h"

#include "storage/database-query.h"

static const char *const tables[] = {
  ("CREATE TABLE topic (name TEXT PRIMARY KEY, revision INTEGER NOT NULL, bytes INTEGER NOT NULL, "
   "checksum INTEGER NOT NULL, id INTEGER NOT NULL) STRICT, WITHOUT ROWID"),
  "CREATE TABLE data (id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT",
  "CREATE TABLE condition (damaged INTEGER NOT NULL) STRICT",
};

/* In an empty file; the caller has begun a transaction. */
int
state_sync_tables_create (sqlite3 *handle)
{
  g_autofree char *marks =
      g_strdup_printf ("INSERT INTO condition VALUES (0);"
                       "PRAGMA application_id=%d;"
                       "PRAGMA user_version=%d;",
                       STATE_SYNC_TABLES_APPLICATION_ID, STATE_SYNC_TABLES_VERSION);

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      int result = sqlite3_exec (handle, tables[i], NULL, NULL, NULL);

      if (result != SQLITE_OK)
        return result;
    }
  return sqlite3_exec (handle, marks, NULL, NULL, NULL);
}

/* Whether each table is there as it was made, to the letter; if not, @damage is set. */
int
state_sync_tables_check (sqlite3 *handle, const char **damage)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      gint64 n = 0;
      int result = state_sync_database_query (
          handle, "SELECT count(*) FROM sqlite_schema WHERE sql = ?1", tables[i], &n);

      if (result != SQLITE_OK)
        return result;
      if (n != 1)
        *damage = "a table is missing";
    }
  return SQLITE_OK;
}
