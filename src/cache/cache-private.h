/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/cache.h>

#include "cache/event.h"
#include "cache/migration.h"
#include "engine/clock.h"
#include "protocol/snapshot.h"

G_BEGIN_DECLS

/* A cache is three files: cache.c is the object, saver.c saves one topic, loader.c loads one. */
struct _StateSyncCache
{
  GObject parent_instance;

  char *app_id;
  StateSyncCacheStorage *storage;
  StateSyncPolicy *policy;
  StateSyncClock *clock;
  guint schema_version;
  guint64 compress_above;
  guint time_to_live; /* in seconds; 0 = for ever */
  guint load_timeout; /* in milliseconds; 0 = none */
  StateSyncMigration migration;

  GHashTable *savers; /* topic → StateSyncSaver */
  StateSyncCacheStatistics statistics;
};

/* Languages can make the bare object, which has no storage. */
gboolean           state_sync_cache_is_made     (StateSyncCache *self);

/* In a time of a test's own; before anything is saved. */
void               state_sync_cache_set_clock   (StateSyncCache *self, StateSyncClock *clock);

void               state_sync_cache_tell        (StateSyncCache *self, const StateSyncCacheEventContext *context);

/* A newer state of a topic is confirmed; nobody follows the topic any more. */
void               state_sync_cache_keep        (StateSyncCache *self, const char *topic, StateSyncSnapshot *snapshot);
void               state_sync_cache_leave       (StateSyncCache *self, const char *topic);

/* loader.c: NULL without an error if there is nothing to show. */
void               state_sync_cache_load_async  (StateSyncCache *self, const char *topic, GAsyncReadyCallback callback, gpointer user_data);
StateSyncSnapshot *state_sync_cache_load_finish (StateSyncCache *self, GAsyncResult *result);

G_END_DECLS
