/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "storage/database-error.h"

#include <errno.h>

#include "protocol/error.h"

typedef struct
{
  int code;
  const char *reason;
  const char *advice;
} Explanation;

/* What a person can do about SQLite's primary result codes. */
static const Explanation explanations[] = {
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

/* For what SQLite calls an error of the disk, whichever call met it. */
static const Explanation errno_explanations[] = {
  { ENOSPC, "the disk is full", "free some space and try again" },
  { EDQUOT, "your share of the disk is used up",
    "delete something of yours, or have your quota raised, and try again" },
  { EFBIG, "it may not grow any more",
    "raise the limit on the size of files (ulimit -f) and try again" },
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

/* (nullable) */
static const Explanation *
find (const Explanation *table, gsize n, int code)
{
  for (gsize i = 0; i < n; i++)
    {
      if (table[i].code == code)
        return &table[i];
    }
  return NULL;
}

/* (nullable) */
static const Explanation *
explain (int code, int number)
{
  const Explanation *explanation = NULL;

  if (code == SQLITE_IOERR || code == SQLITE_CANTOPEN)
    explanation = find (errno_explanations, G_N_ELEMENTS (errno_explanations), number);
  return explanation != NULL ? explanation : find (explanations, G_N_ELEMENTS (explanations), code);
}

/* (transfer full): what the result @code means that a call on @handle, which is about @path, just
 * gave. */
GError *
state_sync_database_error (sqlite3 *handle, int code, const char *what, const char *path)
{
  int primary_code = code & 0xff;
  int number = last_errno (handle, primary_code);
  const Explanation *explanation = explain (primary_code, number);
  g_autoptr (GString) reason =
      g_string_new (explanation != NULL ? explanation->reason : sqlite3_errmsg (handle));
  g_autofree char *subject = g_strdup_printf ("%s (database “%s”)", what, path);

  if (number != 0)
    g_string_append_printf (reason, " (%s)", g_strerror (number));
  if (explanation != NULL)
    g_string_append_printf (reason, ": %s", explanation->advice);
  return state_sync_error_storage (subject, reason->str);
}
