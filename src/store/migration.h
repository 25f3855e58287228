/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync-service/application-data.h"
#include "statesync-service/storage.h"

G_BEGIN_DECLS

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
