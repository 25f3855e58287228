/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/cache-storage.h>

G_BEGIN_DECLS

/**
 * StateSyncCacheOperations:
 * @STATE_SYNC_CACHE_OPERATIONS_NONE: none
 * @STATE_SYNC_CACHE_OPERATIONS_LOAD: loading
 * @STATE_SYNC_CACHE_OPERATIONS_SAVE: saving
 * @STATE_SYNC_CACHE_OPERATIONS_REMOVE: removing
 * @STATE_SYNC_CACHE_OPERATIONS_CLEAR: clearing
 * @STATE_SYNC_CACHE_OPERATIONS_LIST: listing
 * @STATE_SYNC_CACHE_OPERATIONS_ALL: all of them
 *
 * What a storage is asked for.
 */
typedef enum
{
  STATE_SYNC_CACHE_OPERATIONS_NONE = 0,
  STATE_SYNC_CACHE_OPERATIONS_LOAD = 1 << 0,
  STATE_SYNC_CACHE_OPERATIONS_SAVE = 1 << 1,
  STATE_SYNC_CACHE_OPERATIONS_REMOVE = 1 << 2,
  STATE_SYNC_CACHE_OPERATIONS_CLEAR = 1 << 3,
  STATE_SYNC_CACHE_OPERATIONS_LIST = 1 << 4,
  STATE_SYNC_CACHE_OPERATIONS_ALL = (1 << 5) - 1,
} StateSyncCacheOperations;

/**
 * StateSyncCacheMemoryStorage:
 *
 * Keeps what a [class@Cache] saves in memory: for an app's tests. It can be made to answer late, to
 * fail, and to be full. Several caches may share one, as processes share a folder.
 *
 * |[<!-- language="C" -->
 * storage = g_object_new (STATE_SYNC_TYPE_CACHE_MEMORY_STORAGE,
 *                         "failing", STATE_SYNC_CACHE_OPERATIONS_SAVE, NULL);
 * ]|
 */
#define STATE_SYNC_TYPE_CACHE_MEMORY_STORAGE (state_sync_cache_memory_storage_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncCacheMemoryStorage, state_sync_cache_memory_storage, STATE_SYNC, CACHE_MEMORY_STORAGE, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncCacheStorage *state_sync_cache_memory_storage_new      (void);
STATE_SYNC_AVAILABLE_IN_ALL
guint64                state_sync_cache_memory_storage_get_used (StateSyncCacheMemoryStorage *self);

G_END_DECLS
