/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "storage/database-error.h"

#include "protocol/error.h"

/* What a person can do about SQLite's primary result codes. */
static const struct
{
  int code;
  const char *reason;
  const char *advice;
} explanations[] = {
  { SQLITE_FULL, "the disk is full", "free some space and try again" },
  { SQLITE_IOERR, "the disk reports an error", "check the disk and try again" },
  { SQLITE_BUSY, "another service uses it", "stop that one, or use another file" },
  { SQLITE_CANTOPEN, "it can't be opened", "check that path and the permissions along it" },
  { SQLITE_READONLY, "it may not be written", "check its permissions and those of its folder" },
  { SQLITE_PERM, "it may not be accessed", "check its permissions and those of its folder" },
  { SQLITE_CORRUPT, "it is damaged", "restart the service, which checks it" },
  { SQLITE_NOTADB, "it is damaged", "restart the service, which checks it" },
  { SQLITE_NOMEM, "memory is short", "close something and try again" },
};

/* Whether SQLite found that the file is not what it wrote. */
gboolean
state_sync_database_is_damage (int code)
{
  return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

/* Of the last call that failed on the file itself, or else on its log: SQLite keeps only the
 * first with the connection. */
static int
last_errno (sqlite3 *handle, int code)
{
  sqlite3_file *log = NULL;
  int number = sqlite3_system_errno (handle);

  if (number != 0 || code != SQLITE_IOERR)
    return number;

  sqlite3_file_control (handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log != NULL && log->pMethods != NULL)
    log->pMethods->xFileControl (log, SQLITE_FCNTL_LAST_ERRNO, &number);
  return number;
}

static void
append_reason (GString *reason, sqlite3 *handle, int code, const char *explanation)
{
  int number = last_errno (handle, code);

  g_string_append (reason, explanation);
  if (number != 0)
    g_string_append_printf (reason, " (%s)", g_strerror (number));
}

/* (transfer full): what the result @code means that a call on @handle, which is about @path, just
 * gave. */
GError *
state_sync_database_error (sqlite3 *handle, int code, const char *what, const char *path)
{
  int primary_code = code & 0xff;
  g_autoptr (GString) reason = g_string_new (NULL);
  g_autofree char *subject = g_strdup_printf ("%s (database “%s”)", what, path);

  for (gsize i = 0; i < G_N_ELEMENTS (explanations); i++)
    {
      if (explanations[i].code != primary_code)
        continue;

      append_reason (reason, handle, primary_code, explanations[i].reason);
      g_string_append_printf (reason, ": %s", explanations[i].advice);
      return state_sync_error_storage (subject, reason->str);
    }

  append_reason (reason, handle, primary_code, sqlite3_errmsg (handle));
  return state_sync_error_storage (subject, reason->str);
}
