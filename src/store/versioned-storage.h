/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/migration.h"

G_BEGIN_DECLS

#define STATE_SYNC_TYPE_VERSIONED_STORAGE (state_sync_versioned_storage_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncVersionedStorage,
                      state_sync_versioned_storage,
                      STATE_SYNC,
                      VERSIONED_STORAGE,
                      GObject)

StateSyncStorage *state_sync_versioned_storage_new (StateSyncStorage *storage,
                                                    guint32 version,
                                                    guint64 max_data_size,
                                                    StateSyncMigrateFunc migrate,
                                                    gpointer user_data,
                                                    GDestroyNotify destroy);

G_END_DECLS
