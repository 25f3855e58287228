/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a path to a connection that may be trusted. In this order:
 *
 *  1. The folder is made, and the file's header is looked at without a lock and without leaving a
 *     trace. What is no file, has a second name, or lies where nothing may be made, is refused
 *     here, and so is a database of another application or of a newer version: SQLite has written
 *     nothing by then, not even beside it.
 *  2. The file is opened, made if need be, and locked for as long as the connection lives. The
 *     lock is the kernel's on the file itself, so it ends with the process, however that ends,
 *     and no other name of the file leads around it. Who does not get it lets go of everything
 *     and begins anew a moment later, for as long as it is told to wait.
 *  3. A file that was moved between opening and locking is let go, and all begins anew: another
 *     service has just set it aside.
 *  4. An empty database gets its tables, its application id and its version in one transaction
 *     in the file itself. Only then is the log (WAL) turned on: so the header always tells the
 *     truth about the version, whatever is in the log, and step 1 can rely on it.
 *  5. Anything else is checked: that the tables are there, and all pages by `quick_check` if that
 *     is cheap or a former service met damage.
 *
 * What there is to refuse in the steps 1 and 2 is refused before anything is waited for: so who
 * replaces a service ends it only for a database that can be opened.
 *
 * Damage found on this way (never an error of the disk: that may pass) sets the file aside,
 * while it is locked, as it is; then a new one is made.
 */

#include "storage/database-open.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "protocol/error.h"
#include "storage/database-check.h"
#include "storage/database-error.h"
#include "storage/database-files.h"
#include "storage/database-query.h"
#include "storage/tables.h"

/* How often the file may turn out damaged or moved before that is taken for somebody's doing. */
#define MAX_CHANGES 3

/* Two that start at the same moment are in each other's way: one of them must try again. */
#define LEAST_LOCK_TIMEOUT_MSEC 100
#define LOCK_RETRY_MAX_USEC 10000

typedef enum
{
  OPENED,
  REFUSED,
  DAMAGED,
  LOCKED,
  MOVED,
} Outcome;

typedef struct
{
  const char *path;
  guint lock_timeout_ms;
  StateSyncDatabaseWaitFunc on_wait;
  gpointer user_data;
  sqlite3 *handle;
  char *damage;  /* what is wrong, after DAMAGED */
  GError *error; /* after REFUSED */
} Opening;

static int
execute (Opening *self, const char *sql)
{
  return sqlite3_exec (self->handle, sql, NULL, NULL, NULL);
}

static Outcome
refuse (Opening *self, int code)
{
  self->error =
      state_sync_database_error (self->handle, code, "The topics can't be opened", self->path);
  return REFUSED;
}

static Outcome
refuse_because (Opening *self, const char *reason)
{
  g_autofree char *what = g_strdup_printf ("The database “%s” is left untouched", self->path);

  self->error = state_sync_error_storage (what, reason);
  return REFUSED;
}

static Outcome
damaged (Opening *self, const char *damage)
{
  g_free (self->damage);
  self->damage = g_strdup (damage);
  return DAMAGED;
}

/* The statements are right, so SQLITE_ERROR says that what they work on is not. */
static gboolean
is_damage (int code)
{
  return state_sync_database_is_damage (code) || (code & 0xff) == SQLITE_ERROR;
}

/* What it means that a step failed. */
static Outcome
failed (Opening *self, int code)
{
  if (is_damage (code))
    return damaged (self, sqlite3_errmsg (self->handle));
  if ((code & 0xff) == SQLITE_BUSY)
    return LOCKED;
  return refuse (self, code);
}

/* --- 1: whose is it? --- */

static Outcome
judge_identity (Opening *self, gint64 application_id, gint64 version)
{
  if (application_id != STATE_SYNC_TABLES_APPLICATION_ID)
    return refuse_because (self, "it belongs to another application: use another file");
  if (version > STATE_SYNC_TABLES_VERSION)
    return refuse_because (
        self, "a newer version of Statesync has written it: update, or use another file");
  return version == STATE_SYNC_TABLES_VERSION ? OPENED : damaged (self, "it has no version");
}

static int
read_identity (sqlite3 *handle, gint64 *application_id, gint64 *version, gint64 *n_pages)
{
  int result = state_sync_database_query (handle, "PRAGMA application_id", NULL, application_id);

  if (result == SQLITE_OK)
    result = state_sync_database_query (handle, "PRAGMA user_version", NULL, version);
  return result == SQLITE_OK
             ? state_sync_database_query (handle, "PRAGMA page_count", NULL, n_pages)
             : result;
}

/* A device would take what is written to it, and keep nothing. A file with two names has a log
 * beside one of them: opened by the other it would lack what is there, and the log would later
 * be played back over what was changed meanwhile. */
static Outcome
judge_kind (Opening *self)
{
  GStatBuf status;

  if (g_stat (self->path, &status) != 0)
    return OPENED;
  if (S_ISDIR (status.st_mode))
    return refuse_because (self, "it is a folder: use another path");
  if (!S_ISREG (status.st_mode))
    return refuse_because (self, "it is no regular file: use another path");
  if (status.st_nlink > 1)
    return refuse_because (self, "it has another name as well (a hard link), but its log only one: "
                                 "remove the other name, or use another file");
  return OPENED;
}

/* Reads nothing but the file, and takes no lock. Damage is for those who hold the lock to judge. */
static Outcome
peek (Opening *self)
{
  g_autofree char *file_uri = g_filename_to_uri (self->path, NULL, NULL);
  g_autofree char *uri = g_strconcat (file_uri, "?immutable=1", NULL);
  gint64 application_id = 0, version = 0, n_pages = 0;
  Outcome outcome = judge_kind (self);
  int result;

  if (outcome != OPENED)
    return outcome;
  if (state_sync_database_is_empty (self->path))
    return OPENED;

  result = sqlite3_open_v2 (
      uri, &self->handle,
      SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
  if (result == SQLITE_OK)
    result = read_identity (self->handle, &application_id, &version, &n_pages);
  if (result == SQLITE_OK)
    outcome = judge_identity (self, application_id, version);
  else if (!is_damage (result))
    outcome = refuse (self, result);
  g_clear_pointer (&self->handle, sqlite3_close);
  return outcome == REFUSED ? REFUSED : OPENED;
}

/* --- 2 and 3: opened, locked and still there --- */

/* Full: a commit returns after its log is on stable storage. Exclusive, before anything else:
 * the log's index is kept in memory, so there is no file for it and nobody shares it. A deleted
 * state is overwritten where that costs no writing. */
#define SETTINGS                                                                                   \
  "PRAGMA locking_mode=EXCLUSIVE;"                                                                 \
  "PRAGMA synchronous=FULL;"                                                                       \
  "PRAGMA cell_size_check=ON;"                                                                     \
  "PRAGMA secure_delete=FAST;"                                                                     \
  "PRAGMA page_size=4096;"                                                                         \
  "PRAGMA cache_size=-1024;"

static int
open_and_lock (Opening *self)
{
  gboolean is_new = !g_file_test (self->path, G_FILE_TEST_EXISTS);
  int result = sqlite3_open_v2 (self->path, &self->handle,
                                SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                                    SQLITE_OPEN_EXRESCODE,
                                NULL);

  if (result != SQLITE_OK)
    return result;
  if (sqlite3_db_readonly (self->handle, "main"))
    return SQLITE_READONLY;

  /* The log gets the same mode from SQLite. */
  if (is_new)
    g_chmod (self->path, 0600);

  result = execute (self, SETTINGS);
  return result == SQLITE_OK ? execute (self, "BEGIN EXCLUSIVE") : result;
}

static gboolean
has_moved (Opening *self)
{
  int moved = 0;

  sqlite3_file_control (self->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

/* --- 4 and 5: what is in it --- */

static Outcome
check (Opening *self, gint64 n_pages)
{
  const char *damage = NULL;
  int result = state_sync_tables_check (self->handle, &damage);

  if (result == SQLITE_OK && damage == NULL)
    result = state_sync_database_check (self->handle, n_pages, &damage);
  if (result != SQLITE_OK)
    return failed (self, result);
  return damage == NULL ? OPENED : damaged (self, damage);
}

/* The transaction is open: SQLite counts a page by now even if the file is empty. */
static Outcome
create_or_check (Opening *self)
{
  gint64 application_id = 0, version = 0, n_pages = 0;
  int result = read_identity (self->handle, &application_id, &version, &n_pages);
  Outcome outcome;

  if (result == SQLITE_OK && state_sync_database_is_empty (self->path))
    {
      result = state_sync_tables_create (self->handle);
      return result == SQLITE_OK ? OPENED : failed (self, result);
    }
  if (result != SQLITE_OK)
    return failed (self, result);

  outcome = judge_identity (self, application_id, version);
  return outcome == OPENED ? check (self, n_pages) : outcome;
}

/* --- the ladder --- */

static Outcome
attempt (Opening *self)
{
  gint64 has_log = FALSE;
  Outcome outcome;
  int result;

  if (!state_sync_database_check_folder (self->path, &self->error))
    return REFUSED;
  if (state_sync_database_has_orphan (self->path))
    return damaged (self, "its log is there, but the database is empty");
  if (peek (self) == REFUSED)
    return REFUSED;

  result = open_and_lock (self);
  if (result != SQLITE_OK)
    return failed (self, result);
  if (has_moved (self))
    return MOVED;

  outcome = create_or_check (self);
  if (outcome != OPENED)
    return outcome;

  result = execute (self, "COMMIT; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;");
  if (result == SQLITE_OK)
    result = state_sync_database_query (
        self->handle, "SELECT journal_mode = ?1 FROM pragma_journal_mode", "wal", &has_log);
  if (result != SQLITE_OK)
    return failed (self, result);
  return has_log ? OPENED
                 : refuse_because (self, "SQLite can't keep a log there: use another file");
}

/* What is closed here is left as it is: no checkpoint, no log deleted. */
static void
let_go (Opening *self)
{
  if (self->handle != NULL)
    sqlite3_db_config (self->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  g_clear_pointer (&self->handle, sqlite3_close);
}

/* The lock that the connection may have lost, or never got, when it met the damage. */
static gboolean
lock_again (Opening *self)
{
  sqlite3_file *file = NULL;

  if (self->handle == NULL)
    return TRUE;

  sqlite3_file_control (self->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  return file->pMethods->xLock (file, SQLITE_LOCK_SHARED) == SQLITE_OK &&
         file->pMethods->xLock (file, SQLITE_LOCK_EXCLUSIVE) == SQLITE_OK;
}

static Outcome
set_aside (Opening *self)
{
  g_autofree char *name = NULL;

  if (!lock_again (self))
    return LOCKED;
  if (self->handle != NULL && has_moved (self))
    return MOVED;

  name = state_sync_database_set_aside (self->path, &self->error);
  if (name == NULL)
    return REFUSED;

  g_warning ("The database “%s” is damaged (%s). It was set aside as “%s”, and all topics start "
             "empty",
             self->path, self->damage, name);
  return DAMAGED;
}

/* One way up the ladder, and what to do where it ends early. Nothing is held after LOCKED, DAMAGED
 * and MOVED: SQLite would wait with half of the lock, and so would the one that it waits for. */
static Outcome
try_once (Opening *self)
{
  Outcome outcome = attempt (self);

  if (outcome == DAMAGED)
    outcome = set_aside (self);
  if (outcome != OPENED)
    let_go (self);
  return outcome;
}

/* A moment is not worth a word in the log. */
static void
tell_waiting (Opening *self)
{
  self->on_wait (self->user_data);
  if (self->lock_timeout_ms <= LEAST_LOCK_TIMEOUT_MSEC)
    return;

  g_message ("Another service uses the database “%s”: waiting for it to stop, %u s at most",
             self->path, (self->lock_timeout_ms + 999) / 1000);
}

static Outcome
try_until (Opening *self)
{
  gint64 deadline = g_get_monotonic_time () + self->lock_timeout_ms * G_TIME_SPAN_MILLISECOND;
  gboolean is_waiting = FALSE;
  guint n_changes = 0;

  for (;;)
    {
      Outcome outcome = try_once (self);

      switch (outcome)
        {
        case OPENED:
        case REFUSED:
          return outcome;
        case LOCKED:
          if (g_get_monotonic_time () >= deadline)
            return refuse (self, SQLITE_BUSY);
          if (!is_waiting)
            tell_waiting (self);
          is_waiting = TRUE;
          g_usleep ((gulong)g_random_int_range (1, LOCK_RETRY_MAX_USEC));
          break;
        case DAMAGED:
        case MOVED:
          if (++n_changes == MAX_CHANGES)
            return refuse_because (self, "others keep moving or damaging it: stop them");
          break;
        }
    }
}

/* (transfer full) (nullable): a connection that has the file to itself and is ready for use. */
sqlite3 *
state_sync_database_open_handle (const char *path,
                                 guint lock_timeout_ms,
                                 StateSyncDatabaseWaitFunc on_wait,
                                 gpointer user_data,
                                 GError **error)
{
  g_autofree char *real_path = state_sync_database_resolve (path);
  Opening self = { .path = real_path,
                   .lock_timeout_ms = MAX (lock_timeout_ms, LEAST_LOCK_TIMEOUT_MSEC),
                   .on_wait = on_wait,
                   .user_data = user_data };

  if (!state_sync_database_make_folder (path, error))
    return NULL;

  if (try_until (&self) == REFUSED)
    g_propagate_error (error, self.error);
  g_free (self.damage);
  return self.handle;
}
