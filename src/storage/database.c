/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two things that SQLite leaves to the one who uses it.
 *
 * A refused commit stays refused. In WAL mode a commit appends pages to the log, the last of
 * them with a mark that makes them count, and then syncs the log. If the sync fails, SQLite
 * reports that and forgets the pages; but they are in the log, mark and all, and whoever recovers
 * the log after a crash would count them. So before such a failure is reported the log is cut
 * off where the transaction began (the log's format is public: https://sqlite.org/fileformat2.html,
 * "The Write-Ahead Log"), and synced. SQLite does not miss what is cut, for its next transaction
 * begins there.
 *
 * If that fails too it is tried again in the next pause, and the next commit does it by the way,
 * for it is written over the refused one. A kill of the service before that finds the log as far
 * as it could be cut; what a loss of power finds nobody can tell, for a disk that takes nothing
 * can't be made to forget either.
 *
 * A checkpoint, which moves pages from the log to the file, makes nobody wait while there is a
 * pause for it: `tidy`. Without pauses a commit does it once the log has grown to a ceiling.
 * Nothing depends on it: if it fails, the log goes on growing until the next one succeeds. Only
 * a log that a killed service left must be checkpointed before the first commit: where it ends,
 * SQLite does not tell otherwise.
 */

#include "storage/database.h"

#include "protocol/error.h"
#include "storage/database-error.h"
#include "storage/database-open.h"
#include "storage/database-query.h"

/* Bytes in the log: how many are worth a checkpoint in a pause, and how many force one. */
#define TIDY_BYTES (1024 * 1024)
#define CEILING_BYTES (4 * 1024 * 1024)

/* What the log's file keeps of its size after a transaction above the ceiling. */
#define LIMIT_LOG_FILE "PRAGMA journal_size_limit=16777216"

#define LOG_HEADER_SIZE 32
#define LOG_FRAME_HEADER_SIZE 24

#define UNKNOWN -1

struct _StateSyncDatabase
{
  sqlite3 *handle;
  char *path;
  sqlite3_stmt *begin;
  sqlite3_stmt *commit;
  sqlite3_stmt *rollback;
  sqlite3_stmt *mark_damaged;

  gint64 page_size;
  gint64 log_end; /* where the next transaction begins; 0: all is checkpointed; or UNKNOWN */
  gint64 checkpoint_at;

  gboolean refused_remains; /* the log may end with a refused transaction */
  gboolean is_marked;       /* as damaged */
  gboolean is_failing;      /* the last commit failed, and the log has been told */
};

static int
run (sqlite3_stmt *statement)
{
  sqlite3_step (statement);
  return sqlite3_reset (statement);
}

/* --- errors --- */

static void
note_damage (StateSyncDatabase *self)
{
  if (self->is_marked)
    return;

  self->is_marked = run (self->mark_damaged) == SQLITE_OK;
  g_warning ("The database “%s” is damaged; all of it will be checked at the next start",
             self->path);
}

static GError *
failure (StateSyncDatabase *self, int code, const char *what)
{
  GError *error = state_sync_database_error (self->handle, code, what, self->path);

  /* Prepared, for there may be no memory left to do that now. */
  if (!sqlite3_get_autocommit (self->handle))
    run (self->rollback);
  if (state_sync_database_is_damage (code))
    note_damage (self);
  return error;
}

/* (transfer full): why the last statement failed. A transaction that is open is rolled back. */
GError *
state_sync_database_failure (StateSyncDatabase *self, const char *what)
{
  return failure (self, sqlite3_extended_errcode (self->handle), what);
}

/* Logs the first of a row of refusals: a full disk is told once, not once a write. */
static void
refuse (StateSyncDatabase *self, GError *reason, GError **error)
{
  if (!self->is_failing)
    g_warning ("%s", reason->message);
  self->is_failing = TRUE;
  g_propagate_error (error, reason);
}

static void
refuse_code (StateSyncDatabase *self, int code, GError **error)
{
  refuse (self, failure (self, code, "The change could not be stored"), error);
}

/* Ends the transaction, in which the last statement failed. */
void
state_sync_database_refuse (StateSyncDatabase *self, GError **error)
{
  refuse_code (self, sqlite3_extended_errcode (self->handle), error);
}

/* --- transactions --- */

static int
on_log_grown (void *user_data, sqlite3 *handle, const char *name, int n_pages)
{
  StateSyncDatabase *self = user_data;

  self->log_end = LOG_HEADER_SIZE + n_pages * (LOG_FRAME_HEADER_SIZE + self->page_size);
  self->refused_remains = FALSE;
  return SQLITE_OK;
}

static int
checkpoint (StateSyncDatabase *self)
{
  int n_pages = 0, n_moved = 0;
  int result = sqlite3_wal_checkpoint_v2 (self->handle, "main", SQLITE_CHECKPOINT_PASSIVE, &n_pages,
                                          &n_moved);

  if (result == SQLITE_OK && n_pages == n_moved)
    {
      self->log_end = 0;
      self->checkpoint_at = CEILING_BYTES;
    }
  else
    {
      g_info ("The database “%s” keeps its log for now: %s", self->path, sqlite3_errstr (result));
      self->checkpoint_at = self->log_end + CEILING_BYTES;
    }
  return result;
}

/* Takes a refused transaction out of the log, for good. */
static void
cut_log (StateSyncDatabase *self)
{
  sqlite3_file *log = NULL;

  sqlite3_file_control (self->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  self->refused_remains = log->pMethods->xTruncate (log, self->log_end) != SQLITE_OK ||
                          log->pMethods->xSync (log, SQLITE_SYNC_NORMAL) != SQLITE_OK;
}

static gboolean
is_in_place (StateSyncDatabase *self)
{
  int moved = 0;

  sqlite3_file_control (self->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return !moved;
}

/* What a commit must find done. */
static int
make_ready (StateSyncDatabase *self)
{
  if (self->log_end == UNKNOWN)
    return checkpoint (self);
  if (self->log_end >= self->checkpoint_at)
    checkpoint (self);
  return SQLITE_OK;
}

gboolean
state_sync_database_begin (StateSyncDatabase *self, GError **error)
{
  int result;

  if (!is_in_place (self))
    {
      g_autofree char *what = g_strdup_printf ("The database “%s” can't be used", self->path);

      refuse (self, state_sync_error_storage (what, "it was moved or deleted: restart the service"),
              error);
      return FALSE;
    }

  result = make_ready (self);
  if (result == SQLITE_OK)
    result = run (self->begin);
  if (result == SQLITE_OK)
    return TRUE;
  refuse_code (self, result, error);
  return FALSE;
}

/* When it fails, nothing of the transaction comes back. */
gboolean
state_sync_database_commit (StateSyncDatabase *self, GError **error)
{
  if (run (self->commit) != SQLITE_OK)
    {
      state_sync_database_refuse (self, error);
      cut_log (self);
      return FALSE;
    }

  if (self->is_failing)
    g_message ("The database “%s” takes changes again", self->path);
  self->is_failing = FALSE;
  return TRUE;
}

/* For a pause. */
void
state_sync_database_tidy (StateSyncDatabase *self)
{
  if (self->refused_remains)
    cut_log (self);
  if (self->log_end == UNKNOWN || self->log_end >= TIDY_BYTES)
    checkpoint (self);
}

/* --- the connection --- */

/* (transfer none) (nullable): lives as long as the database. */
sqlite3_stmt *
state_sync_database_prepare (StateSyncDatabase *self, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int result =
      sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);

  if (result != SQLITE_OK)
    g_propagate_error (error, failure (self, result, "The topics can't be opened"));
  return statement;
}

static gboolean
prepare_own (StateSyncDatabase *self, GError **error)
{
  const struct
  {
    sqlite3_stmt **statement;
    const char *sql;
  } own[] = {
    { &self->begin, "BEGIN IMMEDIATE" },
    { &self->commit, "COMMIT" },
    { &self->rollback, "ROLLBACK" },
    { &self->mark_damaged, "UPDATE condition SET damaged = 1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (own); i++)
    {
      *own[i].statement = state_sync_database_prepare (self, own[i].sql, error);
      if (*own[i].statement == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
set_up_log (StateSyncDatabase *self, GError **error)
{
  int result = state_sync_database_query (self->handle, "PRAGMA page_size", NULL, &self->page_size);

  if (result == SQLITE_OK)
    result = sqlite3_exec (self->handle, LIMIT_LOG_FILE, NULL, NULL, NULL);
  if (result != SQLITE_OK)
    g_propagate_error (error, failure (self, result, "The topics can't be opened"));

  self->log_end = UNKNOWN;
  self->checkpoint_at = CEILING_BYTES;
  sqlite3_wal_hook (self->handle, on_log_grown, self);
  return result == SQLITE_OK;
}

StateSyncDatabase *
state_sync_database_open (const char *path,
                          guint lock_timeout_ms,
                          StateSyncDatabaseWaitFunc on_wait,
                          gpointer user_data,
                          GError **error)
{
  sqlite3 *handle =
      state_sync_database_open_handle (path, lock_timeout_ms, on_wait, user_data, error);
  g_autoptr (StateSyncDatabase) self = NULL;

  if (handle == NULL)
    return NULL;

  self = g_new0 (StateSyncDatabase, 1);
  self->handle = handle;
  self->path = g_strdup (path);
  return set_up_log (self, error) && prepare_own (self, error) ? g_steal_pointer (&self) : NULL;
}

/* What is in the log goes to the file, if the disk works, and the log away. */
void
state_sync_database_close (StateSyncDatabase *self)
{
  sqlite3_stmt *statement;

  if (self->refused_remains)
    cut_log (self);

  while ((statement = sqlite3_next_stmt (self->handle, NULL)) != NULL)
    sqlite3_finalize (statement);
  sqlite3_close (self->handle);
  g_free (self->path);
  g_free (self);
}
