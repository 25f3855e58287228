/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/cache-storage.h>

G_BEGIN_DECLS

/**
 * StateSyncCacheFileStorage:
 *
 * Keeps what a [class@Cache] saves in a folder, one file for each topic. A file is written beside
 * the one before and renamed over it once it is on stable storage: a reader finds the one or the
 * other, whatever is killed when. When two processes save at once the last one wins.
 *
 * Files are touched in a thread, one after the other.
 */
#define STATE_SYNC_TYPE_CACHE_FILE_STORAGE (state_sync_cache_file_storage_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncCacheFileStorage, state_sync_cache_file_storage, STATE_SYNC, CACHE_FILE_STORAGE, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncCacheStorage *state_sync_cache_file_storage_new         (const char *folder);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncCacheStorage *state_sync_cache_file_storage_new_for_app (const char *app_id);
STATE_SYNC_AVAILABLE_IN_ALL
const char            *state_sync_cache_file_storage_get_folder  (StateSyncCacheFileStorage *self);

G_END_DECLS
