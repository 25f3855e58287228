/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

#include "storage/database-open.h"

G_BEGIN_DECLS

/* An open SQLite file that nobody else uses, and transactions that are refused for good. */
typedef struct _StateSyncDatabase StateSyncDatabase;

StateSyncDatabase *state_sync_database_open    (const char *path,
                                                guint lock_timeout_ms,
                                                StateSyncDatabaseWaitFunc on_wait,
                                                gpointer user_data,
                                                GError **error);
void               state_sync_database_close   (StateSyncDatabase *self);

sqlite3_stmt      *state_sync_database_prepare (StateSyncDatabase *self, const char *sql, GError **error);
GError            *state_sync_database_failure (StateSyncDatabase *self, const char *what);

gboolean           state_sync_database_begin   (StateSyncDatabase *self, GError **error);
gboolean           state_sync_database_commit  (StateSyncDatabase *self, GError **error);
void               state_sync_database_refuse  (StateSyncDatabase *self, GError **error);
void               state_sync_database_tidy    (StateSyncDatabase *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncDatabase, state_sync_database_close)

G_END_DECLS
