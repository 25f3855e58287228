/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Topics as rows, see schema.c. What a load finds is compared with the checksum that was stored
 * with it: SQLite notices a malformed page, but not a flipped bit in what the page holds, and a
 * topic is rather not served than served wrong.
 */

#include "statesync-service/sqlite-storage.h"

#include <string.h>
#include <zlib.h>

#include "protocol/error.h"
#include "protocol/snapshot.h"
#include "storage/data-version.h"
#include "storage/database.h"

#define REVISION_OFFSET ((guint64)1 << 63)

typedef struct
{
  sqlite3_stmt *load;
  sqlite3_stmt *find;
  sqlite3_stmt *store_data;
  sqlite3_stmt *store_topic;
  sqlite3_stmt *list;
  sqlite3_stmt *total;
} Statements;

struct _StateSyncSqliteStorage
{
  GObject parent_instance;

  char *path;
  guint lock_timeout_ms;
  GMainContext *context;       /* in which it was made */
  StateSyncDatabase *database; /* NULL unless open */
  GError *open_error;
  Statements statements;

  /* Counted when somebody asks, and kept up to date from then on. */
  gboolean has_totals;
  StateSyncStorageTotals totals;
};

enum
{
  WAITING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

enum
{
  PROP_0,
  PROP_PATH,
  PROP_LOCK_TIMEOUT,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void iface_init (StateSyncStorageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncSqliteStorage,
                               state_sync_sqlite_storage,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_STORAGE, iface_init))

/* --- values --- */

static gint64
revision_to_stored (guint64 revision)
{
  return (gint64)(revision - REVISION_OFFSET);
}

static guint64
revision_from_stored (gint64 stored)
{
  return (guint64)stored + REVISION_OFFSET;
}

static gint64
checksum (const char *topic, guint64 revision, gconstpointer data, gsize size)
{
  guint64 revision_be = GUINT64_TO_BE (revision);
  uLong sum = crc32_z (0, (const Bytef *)topic, strlen (topic) + 1);

  sum = crc32_z (sum, (const Bytef *)&revision_be, sizeof revision_be);
  return (gint64)crc32_z (sum, data, size);
}

/* What the totals count for a topic. */
static gint64
counted_bytes (StateSyncSnapshot *snapshot)
{
  if (state_sync_snapshot_is_null (snapshot))
    return 0;
  return (gint64)g_bytes_get_size (state_sync_snapshot_get_data (snapshot));
}

/* --- open and close --- */

static gboolean
prepare (StateSyncDatabase *database, Statements *statements, GError **error)
{
  const struct
  {
    sqlite3_stmt **statement;
    const char *sql;
  } table[] = {
    { &statements->load,
      "SELECT revision, checksum, data.data FROM topic LEFT JOIN data USING (id) "
      "WHERE name = ?1" },
    { &statements->find, "SELECT id, bytes FROM topic WHERE name = ?1" },
    { &statements->store_data, "INSERT OR REPLACE INTO data (id, data) VALUES (?1, ?2)" },
    { &statements->store_topic,
      "INSERT OR REPLACE INTO topic (name, revision, bytes, checksum, id) "
      "VALUES (?1, ?2, ?3, ?4, ?5)" },
    { &statements->list, "SELECT name, revision, bytes FROM topic WHERE name = ?1 "
                         "UNION ALL "
                         "SELECT name, revision, bytes FROM topic WHERE name >= ?2 "
                         "AND name < ?3 ORDER BY 1" },
    { &statements->total, "SELECT count(*), ifnull(sum(bytes), 0) FROM topic WHERE bytes > 0" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      *table[i].statement = state_sync_database_prepare (database, table[i].sql, error);
      if (*table[i].statement == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
emit_waiting (gpointer user_data)
{
  g_signal_emit (user_data, signals[WAITING], 0);
  return G_SOURCE_REMOVE;
}

/* On the thread that opens it. */
static void
on_wait (gpointer user_data)
{
  StateSyncSqliteStorage *self = user_data;
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, emit_waiting, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

static StateSyncDatabase *
open_database (StateSyncSqliteStorage *self, GError **error)
{
  g_autoptr (StateSyncDatabase) database =
      state_sync_database_open (self->path, self->lock_timeout_ms, on_wait, self, error);

  if (database == NULL || !prepare (database, &self->statements, error))
    return NULL;
  return g_steal_pointer (&database);
}

/* What is asked though the storage could not be opened is told why. */
static gboolean
check_open (StateSyncSqliteStorage *self, GError **error)
{
  if (self->database != NULL)
    return TRUE;

  g_propagate_error (error, g_error_copy (self->open_error));
  return FALSE;
}

static gboolean
storage_open (StateSyncStorage *storage, GError **error)
{
  StateSyncSqliteStorage *self = STATE_SYNC_SQLITE_STORAGE (storage);

  if (self->path != NULL)
    self->database = open_database (self, &self->open_error);
  else
    self->open_error = state_sync_error_storage (
        "The database can't be opened", "the storage was made without a path: give it one");
  return check_open (self, error);
}

static void
storage_close (StateSyncStorage *storage)
{
  StateSyncSqliteStorage *self = STATE_SYNC_SQLITE_STORAGE (storage);

  g_clear_pointer (&self->database, state_sync_database_close);
}

static void
storage_tidy (StateSyncStorage *storage)
{
  StateSyncSqliteStorage *self = STATE_SYNC_SQLITE_STORAGE (storage);

  if (self->database != NULL)
    state_sync_database_tidy (self->database);
}

/* --- statements --- */

static sqlite3 *
handle_of (StateSyncSqliteStorage *self)
{
  return sqlite3_db_handle (self->statements.load);
}

static void
bind_text (sqlite3_stmt *statement, int index, const char *text)
{
  sqlite3_bind_text (statement, index, text, -1, SQLITE_STATIC);
}

static void
bind_bytes (sqlite3_stmt *statement, int index, GBytes *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  sqlite3_bind_blob64 (statement, index, data, size, SQLITE_STATIC);
}

/* Ends a use: what is bound belongs to the caller, and lives no longer than this. */
static void
done_with (sqlite3_stmt *statement)
{
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
}

static gboolean
run (sqlite3_stmt *statement)
{
  gboolean is_done = sqlite3_step (statement) == SQLITE_DONE;

  done_with (statement);
  return is_done;
}

/* --- reading --- */

static StateSyncSnapshot *
read_row (sqlite3_stmt *row, const char *topic)
{
  guint64 revision = revision_from_stored (sqlite3_column_int64 (row, 0));
  gint64 sum = sqlite3_column_int64 (row, 1);
  gconstpointer data = sqlite3_column_blob (row, 2);
  gsize size = (gsize)sqlite3_column_bytes (row, 2);
  g_autoptr (GBytes) bytes = NULL;

  if (data == NULL || checksum (topic, revision, data, size) != sum)
    return NULL;

  bytes = g_bytes_new (data, size);
  return state_sync_snapshot_new (revision, bytes);
}

static GError *
row_damaged (StateSyncSqliteStorage *self, const char *topic)
{
  g_autofree char *what = g_strdup_printf ("Topic “%s” can't be read", topic);
  g_autofree char *reason = g_strdup_printf (
      "it is damaged in the database “%s”: restore that from a backup", self->path);

  return state_sync_error_storage (what, reason);
}

static StateSyncSnapshot *
storage_load (StateSyncStorage *storage, const char *topic, GError **error)
{
  StateSyncSqliteStorage *self = STATE_SYNC_SQLITE_STORAGE (storage);
  sqlite3_stmt *load = self->statements.load;
  StateSyncSnapshot *snapshot = NULL;
  int result;

  if (!check_open (self, error))
    return NULL;

  bind_text (load, 1, topic);
  result = sqlite3_step (load);
  if (result == SQLITE_ROW)
    {
      snapshot = read_row (load, topic);
      if (snapshot == NULL)
        g_propagate_error (error, row_damaged (self, topic));
    }
  else if (result != SQLITE_DONE)
    {
      g_autofree char *what = g_strdup_printf ("Topic “%s” can't be read", topic);

      g_propagate_error (error, state_sync_database_failure (self->database, what));
    }
  done_with (load);
  return snapshot;
}

/* ?1 is the topic that has the namespace's own name; from ?2 to before ?3 are those that begin
 * with it and a dot, for a slash is what follows a dot. */
static void
bind_namespace (sqlite3_stmt *list, const char *namespace_)
{
  if (namespace_[0] == '\0')
    {
      /* Any text is at least this, and below any blob. */
      bind_text (list, 2, "");
      sqlite3_bind_zeroblob (list, 3, 0);
      return;
    }

  bind_text (list, 1, namespace_);
  sqlite3_bind_text (list, 2, g_strconcat (namespace_, ".", NULL), -1, g_free);
  sqlite3_bind_text (list, 3, g_strconcat (namespace_, "/", NULL), -1, g_free);
}

static gboolean
storage_list (StateSyncStorage *storage,
              const char *namespace_,
              StateSyncStorageListFunc func,
              gpointer user_data,
              GError **error)
{
  StateSyncSqliteStorage *self = STATE_SYNC_SQLITE_STORAGE (storage);
  sqlite3_stmt *list = self->statements.list;
  int result;

  if (!check_open (self, error))
    return FALSE;

  bind_namespace (list, namespace_);
  while ((result = sqlite3_step (list)) == SQLITE_ROW)
    func ((const char *)sqlite3_column_text (list, 0),
          revision_from_stored (sqlite3_column_int64 (list, 1)),
          (guint64)sqlite3_column_int64 (list, 2), user_data);

  if (result != SQLITE_DONE)
    g_propagate_error (error,
                       state_sync_database_failure (self->database, "The topics can't be listed"));
  done_with (list);
  return result == SQLITE_DONE;
}

static gboolean
count_totals (StateSyncSqliteStorage *self, GError **error)
{
  sqlite3_stmt *total = self->statements.total;

  self->has_totals = sqlite3_step (total) == SQLITE_ROW;
  if (self->has_totals)
    {
      self->totals.topics = (guint64)sqlite3_column_int64 (total, 0);
      self->totals.bytes = (guint64)sqlite3_column_int64 (total, 1);
    }
  else
    {
      g_propagate_error (
          error, state_sync_database_failure (self->database, "The topics can't be counted"));
    }
  done_with (total);
  return self->has_totals;
}

static gboolean
storage_total (StateSyncStorage *storage, StateSyncStorageTotals *totals, GError **error)
{
  StateSyncSqliteStorage *self = STATE_SYNC_SQLITE_STORAGE (storage);

  if (!check_open (self, error) || (!self->has_totals && !count_totals (self, error)))
    return FALSE;

  *totals = self->totals;
  return TRUE;
}

/* --- writing --- */

/* Where a topic is stored, and what it counts for. */
typedef struct
{
  gint64 id; /* 0: nowhere yet; SQLite's begin with 1 */
  gint64 bytes;
} Place;

static gboolean
find (StateSyncSqliteStorage *self, const char *topic, Place *place)
{
  sqlite3_stmt *statement = self->statements.find;
  int result;

  *place = (Place){ 0 };
  bind_text (statement, 1, topic);
  result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    *place = (Place){ sqlite3_column_int64 (statement, 0), sqlite3_column_int64 (statement, 1) };
  done_with (statement);
  return result == SQLITE_ROW || result == SQLITE_DONE;
}

/* New data gets the next id. */
static gboolean
store_data (StateSyncSqliteStorage *self, GBytes *data, Place *place)
{
  sqlite3_stmt *statement = self->statements.store_data;

  if (place->id != 0)
    sqlite3_bind_int64 (statement, 1, place->id);
  bind_bytes (statement, 2, data);
  if (!run (statement))
    return FALSE;

  if (place->id == 0)
    place->id = sqlite3_last_insert_rowid (handle_of (self));
  return TRUE;
}

static gboolean
store_topic (StateSyncSqliteStorage *self, const StateSyncChange *change, const Place *place)
{
  sqlite3_stmt *statement = self->statements.store_topic;
  guint64 revision = state_sync_snapshot_get_revision (change->snapshot);
  gsize size;
  gconstpointer data = g_bytes_get_data (state_sync_snapshot_get_data (change->snapshot), &size);

  bind_text (statement, 1, change->topic);
  sqlite3_bind_int64 (statement, 2, revision_to_stored (revision));
  sqlite3_bind_int64 (statement, 3, place->bytes);
  sqlite3_bind_int64 (statement, 4, checksum (change->topic, revision, data, size));
  sqlite3_bind_int64 (statement, 5, place->id);
  return run (statement);
}

static void
count_change (StateSyncStorageTotals *totals, gint64 before, gint64 after)
{
  totals->topics += (guint64)((after > 0) - (before > 0));
  totals->bytes += (guint64)(after - before);
}

static gboolean
store (StateSyncSqliteStorage *self, const StateSyncChange *change, StateSyncStorageTotals *totals)
{
  Place place;
  gint64 bytes_before;

  if (!find (self, change->topic, &place))
    return FALSE;

  bytes_before = place.bytes;
  place.bytes = counted_bytes (change->snapshot);
  if (!store_data (self, state_sync_snapshot_get_data (change->snapshot), &place) ||
      !store_topic (self, change, &place))
    return FALSE;

  count_change (totals, bytes_before, place.bytes);
  return TRUE;
}

static gboolean
store_all (StateSyncSqliteStorage *self,
           const StateSyncChange *changes,
           gsize n_changes,
           StateSyncStorageTotals *totals,
           GError **error)
{
  for (gsize i = 0; i < n_changes; i++)
    {
      if (store (self, &changes[i], totals))
        continue;

      state_sync_database_refuse (self->database, error);
      return FALSE;
    }
  return TRUE;
}

static gboolean
begin (StateSyncSqliteStorage *self, GError **error)
{
  return check_open (self, error) && state_sync_database_begin (self->database, error);
}

/* What has begun, with all of @changes in it, ends. */
static gboolean
end (StateSyncSqliteStorage *self, const StateSyncChange *changes, gsize n_changes, GError **error)
{
  StateSyncStorageTotals totals = self->totals;

  if (!store_all (self, changes, n_changes, &totals, error) ||
      !state_sync_database_commit (self->database, error))
    return FALSE;

  self->totals = totals;
  return TRUE;
}

static gboolean
storage_commit (StateSyncStorage *storage,
                const StateSyncChange *changes,
                gsize n_changes,
                GError **error)
{
  StateSyncSqliteStorage *self = STATE_SYNC_SQLITE_STORAGE (storage);

  return begin (self, error) && end (self, changes, n_changes, error);
}

/* --- the version of the application's data --- */

static gboolean
storage_get_version (StateSyncStorage *storage, guint32 *version, GError **error)
{
  StateSyncSqliteStorage *self = STATE_SYNC_SQLITE_STORAGE (storage);

  if (!check_open (self, error))
    return FALSE;
  if (state_sync_data_version_read (handle_of (self), version) == SQLITE_OK)
    return TRUE;

  g_propagate_error (
      error, state_sync_database_failure (self->database, "The version of the data can't be read"));
  return FALSE;
}

static gboolean
storage_commit_version (StateSyncStorage *storage,
                        guint32 version,
                        const StateSyncChange *changes,
                        gsize n_changes,
                        GError **error)
{
  StateSyncSqliteStorage *self = STATE_SYNC_SQLITE_STORAGE (storage);

  if (!begin (self, error))
    return FALSE;
  if (state_sync_data_version_write (handle_of (self), version) == SQLITE_OK)
    return end (self, changes, n_changes, error);

  state_sync_database_refuse (self->database, error);
  return FALSE;
}

/* --- the object --- */

static void
iface_init (StateSyncStorageInterface *iface)
{
  iface->open = storage_open;
  iface->load = storage_load;
  iface->commit = storage_commit;
  iface->list = storage_list;
  iface->total = storage_total;
  iface->get_version = storage_get_version;
  iface->commit_version = storage_commit_version;
  iface->tidy = storage_tidy;
  iface->close = storage_close;
}

/**
 * state_sync_sqlite_storage_new:
 * @path: (type filename): where the database is. Folders that are missing are made, for the user
 *   alone
 *
 * Makes a storage in a file. Nothing is touched before it is opened.
 *
 * Returns: (transfer full): a new storage
 */
StateSyncSqliteStorage *
state_sync_sqlite_storage_new (const char *path)
{
  g_return_val_if_fail (path != NULL, NULL);

  return g_object_new (STATE_SYNC_TYPE_SQLITE_STORAGE, "path", path, NULL);
}

/**
 * state_sync_sqlite_storage_get_path:
 * @self: a storage
 *
 * Tells where the database is.
 *
 * Returns: (transfer none) (type filename): the path
 */
const char *
state_sync_sqlite_storage_get_path (StateSyncSqliteStorage *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_SQLITE_STORAGE (self), NULL);

  return self->path;
}

/**
 * state_sync_sqlite_storage_get_lock_timeout:
 * @self: a storage
 *
 * Tells how long opening waits for another service to let go of the database.
 *
 * Returns: the timeout in milliseconds
 */
guint
state_sync_sqlite_storage_get_lock_timeout (StateSyncSqliteStorage *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_SQLITE_STORAGE (self), 0);

  return self->lock_timeout_ms;
}

static void
state_sync_sqlite_storage_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  StateSyncSqliteStorage *self = STATE_SYNC_SQLITE_STORAGE (object);

  switch (id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_LOCK_TIMEOUT:
      g_value_set_uint (value, self->lock_timeout_ms);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
state_sync_sqlite_storage_set_property (GObject *object,
                                        guint id,
                                        const GValue *value,
                                        GParamSpec *pspec)
{
  StateSyncSqliteStorage *self = STATE_SYNC_SQLITE_STORAGE (object);

  switch (id)
    {
    case PROP_PATH:
      self->path = g_value_dup_string (value);
      break;
    case PROP_LOCK_TIMEOUT:
      self->lock_timeout_ms = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
state_sync_sqlite_storage_finalize (GObject *object)
{
  StateSyncSqliteStorage *self = STATE_SYNC_SQLITE_STORAGE (object);

  g_clear_pointer (&self->database, state_sync_database_close);
  g_clear_error (&self->open_error);
  g_free (self->path);
  g_main_context_unref (self->context);

  G_OBJECT_CLASS (state_sync_sqlite_storage_parent_class)->finalize (object);
}

static void
state_sync_sqlite_storage_class_init (StateSyncSqliteStorageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = state_sync_sqlite_storage_get_property;
  object_class->set_property = state_sync_sqlite_storage_set_property;
  object_class->finalize = state_sync_sqlite_storage_finalize;

  /**
   * StateSyncSqliteStorage:path:
   *
   * Where the database is.
   */
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);

  /**
   * StateSyncSqliteStorage:lock-timeout:
   *
   * How long opening waits for another service to let go of the database, in milliseconds. It
   * blocks nobody: opening happens on a thread of the service's own.
   */
  properties[PROP_LOCK_TIMEOUT] =
      g_param_spec_uint ("lock-timeout", NULL, NULL, 0, G_MAXUINT, 0, flags);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * StateSyncSqliteStorage::waiting:
   * @self: the storage
   *
   * Another service has the database, and opening waits until that lets go of it. Emitted at most
   * once, in the main context that was the thread default when the storage was made. What can be
   * told of the database without having it is right; the rest is told when it is opened.
   */
  signals[WAITING] = g_signal_new ("waiting", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
state_sync_sqlite_storage_init (StateSyncSqliteStorage *self)
{
  self->context = g_main_context_ref_thread_default ();
}
