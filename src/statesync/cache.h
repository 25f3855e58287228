/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include <statesync/cache-event.h>
#include <statesync/cache-storage.h>
#include <statesync/policy.h>

G_BEGIN_DECLS

/**
 * StateSyncCache:
 *
 * Keeps the last confirmed state of each topic that a [class@Client] follows, so that the app's
 * next start has something to show before the service has answered. It is shown before the first
 * pull and replaced by what that brings; whatever is wrong with it, it is ignored and told of by
 * [signal@Cache::event], and following goes on.
 *
 * |[<!-- language="C" -->
 * g_autoptr (StateSyncCache) cache = state_sync_cache_new ("org.example.Editor");
 *
 * state_sync_client_set_cache (client, cache);
 * ]|
 *
 * Only what the service confirmed is kept: changes that are pending are not.
 *
 * A cache belongs to the thread of the main context that was the thread default when it was made,
 * and calls back there. It is for the topics of one service: a client of another needs a cache with
 * a storage of its own.
 */
#define STATE_SYNC_TYPE_CACHE (state_sync_cache_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncCache, state_sync_cache, STATE_SYNC, CACHE, GObject)

/**
 * StateSyncCacheStatistics:
 * @saves: snapshots that were saved
 * @save_failures: attempts to save that failed
 * @superseded: snapshots that were not saved because a newer one came before their time
 * @bytes_saved: what was handed to the storage, together
 * @last_save_date: when the last save was completed, in microseconds since 1970; 0 if none was
 * @last_save_duration: how long it took, in microseconds
 * @hits: snapshots that were found
 * @misses: topics of which nothing was cached
 * @load_failures: topics of which the storage could not tell, or not in time
 * @ignored: what was found and not used: foreign, damaged, expired, not to be migrated or invalid
 * @migrated: hits that were brought from an older schema version
 * @bytes_loaded: what the storage gave, together
 * @last_load_duration: how long the last load took that was a hit, in microseconds
 *
 * What a cache has done since it was made.
 */
typedef struct
{
  guint64 saves;
  guint64 save_failures;
  guint64 superseded;
  guint64 bytes_saved;
  gint64 last_save_date;
  gint64 last_save_duration;
  guint64 hits;
  guint64 misses;
  guint64 load_failures;
  guint64 ignored;
  guint64 migrated;
  guint64 bytes_loaded;
  gint64 last_load_duration;

  /*< private >*/
  guint64 padding[4];
} StateSyncCacheStatistics;

/**
 * StateSyncCacheMigrateFunc:
 * @cache: the cache
 * @topic: the topic's full name
 * @data: (transfer none): what was cached of it; may be changed in place
 * @user_data: (closure): what was given with the function
 * @error: where to say why it can't be migrated
 *
 * Brings cached data from one schema version to the next.
 *
 * Returns: (transfer full) (nullable): the data in the next version: a reference of `data` if that
 *   was changed in place; `NULL` if it can't be migrated
 */
typedef JsonNode *(*StateSyncCacheMigrateFunc)  (StateSyncCache *cache,
                                                 const char *topic,
                                                 JsonNode *data,
                                                 gpointer user_data,
                                                 GError **error);

/**
 * StateSyncCacheValidateFunc:
 * @cache: the cache
 * @topic: the topic's full name
 * @data: (transfer none): what was cached of it, in the current schema version
 * @user_data: (closure): what was given with the function
 * @error: where to say what is wrong
 *
 * Decides whether cached data can be shown.
 *
 * Returns: `FALSE` to ignore it
 */
typedef gboolean (*StateSyncCacheValidateFunc)  (StateSyncCache *cache,
                                                 const char *topic,
                                                 JsonNode *data,
                                                 gpointer user_data,
                                                 GError **error);

/* Making one */
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncCache        *state_sync_cache_new             (const char *app_id);
STATE_SYNC_AVAILABLE_IN_ALL
void                   state_sync_cache_add_migration   (StateSyncCache *self,
                                                         guint from_version,
                                                         StateSyncCacheMigrateFunc migrate,
                                                         gpointer user_data,
                                                         GDestroyNotify destroy);
STATE_SYNC_AVAILABLE_IN_ALL
void                   state_sync_cache_set_validator   (StateSyncCache *self,
                                                         StateSyncCacheValidateFunc validate,
                                                         gpointer user_data,
                                                         GDestroyNotify destroy);

/* What it is */
STATE_SYNC_AVAILABLE_IN_ALL
const char            *state_sync_cache_get_app_id      (StateSyncCache *self);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncCacheStorage *state_sync_cache_get_storage     (StateSyncCache *self);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean               state_sync_cache_get_has_unsaved (StateSyncCache *self);
STATE_SYNC_AVAILABLE_IN_ALL
void                   state_sync_cache_get_statistics  (StateSyncCache *self, StateSyncCacheStatistics *statistics);

/* What an app does before it ends */
STATE_SYNC_AVAILABLE_IN_ALL
void                   state_sync_cache_flush_async     (StateSyncCache *self,
                                                         GCancellable *cancellable,
                                                         GAsyncReadyCallback callback,
                                                         gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean               state_sync_cache_flush_finish    (StateSyncCache *self, GAsyncResult *result, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean               state_sync_cache_flush_sync      (StateSyncCache *self, GCancellable *cancellable, GError **error);

/* Forgetting */
STATE_SYNC_AVAILABLE_IN_ALL
void                   state_sync_cache_remove_async    (StateSyncCache *self,
                                                         const char *topic,
                                                         GCancellable *cancellable,
                                                         GAsyncReadyCallback callback,
                                                         gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean               state_sync_cache_remove_finish   (StateSyncCache *self, GAsyncResult *result, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void                   state_sync_cache_clear_async     (StateSyncCache *self,
                                                         GCancellable *cancellable,
                                                         GAsyncReadyCallback callback,
                                                         gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean               state_sync_cache_clear_finish    (StateSyncCache *self, GAsyncResult *result, GError **error);

G_END_DECLS
