/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/cache-event.h>

G_BEGIN_DECLS

/* What an event tells; what is left out is 0, and not known. */
typedef struct
{
  StateSyncCacheEventKind kind;
  const char *topic;   /* (nullable): all */
  const GError *error; /* (nullable) */
  guint64 revision;
  gint64 duration; /* in microseconds, as age */
  gint64 age;
  guint64 n_bytes;
  guint schema_version;
  gboolean will_retry;
  guint next_delay; /* in milliseconds */
} StateSyncCacheEventContext;

StateSyncCacheEvent *state_sync_cache_event_new      (const StateSyncCacheEventContext *context);
GQuark               state_sync_cache_event_get_nick (StateSyncCacheEvent *self);
void                 state_sync_cache_event_log      (StateSyncCacheEvent *self, gboolean is_heard);

G_END_DECLS
