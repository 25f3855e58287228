/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync-service/storage.h>

G_BEGIN_DECLS

/**
 * StateSyncMemoryStorage:
 *
 * Topics that need not outlive the process. They are there for as long as this object is: a service
 * may be closed, and another one opened over it.
 */
#define STATE_SYNC_TYPE_MEMORY_STORAGE (state_sync_memory_storage_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncMemoryStorage, state_sync_memory_storage, STATE_SYNC, MEMORY_STORAGE, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncMemoryStorage *state_sync_memory_storage_new (void);

G_END_DECLS
