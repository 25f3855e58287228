/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/storage.h"

G_BEGIN_DECLS

#define STATE_SYNC_TYPE_MEMORY_STORAGE (state_sync_memory_storage_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncMemoryStorage,
                      state_sync_memory_storage,
                      STATE_SYNC,
                      MEMORY_STORAGE,
                      GObject)

StateSyncStorage *state_sync_memory_storage_new (void);

G_END_DECLS
