/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "storage/database-query.h"

/* The first value that @sql gives; @value stays as it is if that gives none.
 * @text (nullable): what ?1 stands for. */
int
state_sync_database_query (sqlite3 *handle, const char *sql, const char *text, gint64 *value)
{
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2 (handle, sql, -1, &statement, NULL);

  if (result != SQLITE_OK)
    return result;

  if (text != NULL)
    sqlite3_bind_text (statement, 1, text, -1, SQLITE_STATIC);
  if (sqlite3_step (statement) == SQLITE_ROW)
    *value = sqlite3_column_int64 (statement, 0);
  return sqlite3_finalize (statement);
}
