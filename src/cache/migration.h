/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/cache.h>

#include "engine/callback.h"

G_BEGIN_DECLS

/* How cached data of older schema versions is brought to the current one, and what is not to be
 * shown all the same. Zeroed = nothing can be migrated, and everything is shown. */
typedef struct
{
  GHashTable *steps;            /* (nullable) version from which it leads → StateSyncCallback */
  StateSyncCallback *validator; /* (nullable) */
} StateSyncMigration;

void     state_sync_migration_add_step      (StateSyncMigration *self, guint from_version, StateSyncCallback *step);
void     state_sync_migration_set_validator (StateSyncMigration *self, StateSyncCallback *validator);
void     state_sync_migration_clear         (StateSyncMigration *self);

GBytes  *state_sync_migration_run           (StateSyncMigration *self,
                                             StateSyncCache *cache,
                                             const char *topic,
                                             guint64 from_version,
                                             guint64 to_version,
                                             GBytes *data,
                                             GError **error);
gboolean state_sync_migration_validate      (StateSyncMigration *self,
                                             StateSyncCache *cache,
                                             const char *topic,
                                             GBytes *data,
                                             GError **error);

G_END_DECLS
