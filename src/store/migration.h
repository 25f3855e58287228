/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/storage.h"

G_BEGIN_DECLS

/* One topic's step from @version of the application's data to the next.
 *
 * Returns: (transfer full) (nullable): one JSON text, which may be @data itself; NULL with @error
 *   if it can't be done */
typedef GBytes *(*StateSyncMigrateFunc) (guint32 version,
                                         const char *topic,
                                         GBytes *data,
                                         gpointer user_data,
                                         GError **error);

/* The way of a storage's topics to the version that an application wants. */
typedef struct _StateSyncMigration StateSyncMigration;

StateSyncMigration *state_sync_migration_new  (guint32 version,
                                               guint64 max_data_size,
                                               StateSyncMigrateFunc migrate,
                                               gpointer user_data,
                                               GDestroyNotify destroy);
void                state_sync_migration_free (StateSyncMigration *self);

gboolean            state_sync_migration_run  (StateSyncMigration *self, StateSyncStorage *storage, GError **error);

G_END_DECLS
