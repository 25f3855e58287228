/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync-service/storage.h>

G_BEGIN_DECLS

/**
 * StateSyncSqliteStorage:
 *
 * Topics in a file, a SQLite database. What was acknowledged as durable survives the end of the
 * process at any moment, and a loss of power as far as the file system keeps its word.
 *
 * A file that is damaged is never destroyed: it is set aside under a name with the time, and the
 * storage begins empty. A file that was made by a newer version is refused and left as it is. One
 * process at a time has the file.
 */
#define STATE_SYNC_TYPE_SQLITE_STORAGE (state_sync_sqlite_storage_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncSqliteStorage, state_sync_sqlite_storage, STATE_SYNC, SQLITE_STORAGE, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncSqliteStorage *state_sync_sqlite_storage_new              (const char *path);
STATE_SYNC_AVAILABLE_IN_ALL
const char             *state_sync_sqlite_storage_get_path         (StateSyncSqliteStorage *self);
STATE_SYNC_AVAILABLE_IN_ALL
guint                   state_sync_sqlite_storage_get_lock_timeout (StateSyncSqliteStorage *self);

G_END_DECLS
