/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/storage.h"

G_BEGIN_DECLS

/* Emits "waiting", at most once and on the thread that opens it, when another service has the
 * database: what can be told of it by then is right, the rest is told when that one stops. */
#define STATE_SYNC_TYPE_SQLITE_STORAGE (state_sync_sqlite_storage_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncSqliteStorage,
                      state_sync_sqlite_storage,
                      STATE_SYNC,
                      SQLITE_STORAGE,
                      GObject)

StateSyncStorage *state_sync_sqlite_storage_new (const char *path, guint lock_timeout_ms);

G_END_DECLS
