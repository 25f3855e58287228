/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include <statesync/version-macros.h>

G_BEGIN_DECLS

/**
 * StateSyncCacheEventKind:
 * @STATE_SYNC_CACHE_EVENT_KIND_SAVE_STARTED: a snapshot is being saved
 * @STATE_SYNC_CACHE_EVENT_KIND_SAVE_COMPLETED: it is saved; has a duration and the bytes stored
 * @STATE_SYNC_CACHE_EVENT_KIND_SAVE_FAILED: it could not be saved; says whether that is tried again
 * @STATE_SYNC_CACHE_EVENT_KIND_LOADED: a snapshot was found and is shown; has a duration
 * @STATE_SYNC_CACHE_EVENT_KIND_MISSED: nothing is cached of the topic
 * @STATE_SYNC_CACHE_EVENT_KIND_LOAD_FAILED: the storage could not tell
 * @STATE_SYNC_CACHE_EVENT_KIND_LATE: the storage has not answered in time; it is not waited for
 * @STATE_SYNC_CACHE_EVENT_KIND_FOREIGN: ignored: of another topic, app or format
 * @STATE_SYNC_CACHE_EVENT_KIND_DAMAGED: ignored: it is not what was saved
 * @STATE_SYNC_CACHE_EVENT_KIND_EXPIRED: ignored: older than [property@Cache:time-to-live]
 * @STATE_SYNC_CACHE_EVENT_KIND_MIGRATED: it was of an older schema version, and was brought to this
 *   one
 * @STATE_SYNC_CACHE_EVENT_KIND_MIGRATION_FAILED: ignored: a step of the migration failed or is
 *   missing, or it is of a newer schema version
 * @STATE_SYNC_CACHE_EVENT_KIND_INVALID: ignored: the validator refused it
 * @STATE_SYNC_CACHE_EVENT_KIND_CLEARED: what was cached of the topic, or of all, is removed
 * @STATE_SYNC_CACHE_EVENT_KIND_CLEAR_FAILED: it could not be removed
 *
 * What a [class@Cache] tells of.
 */
typedef enum
{
  STATE_SYNC_CACHE_EVENT_KIND_SAVE_STARTED,
  STATE_SYNC_CACHE_EVENT_KIND_SAVE_COMPLETED,
  STATE_SYNC_CACHE_EVENT_KIND_SAVE_FAILED,
  STATE_SYNC_CACHE_EVENT_KIND_LOADED,
  STATE_SYNC_CACHE_EVENT_KIND_MISSED,
  STATE_SYNC_CACHE_EVENT_KIND_LOAD_FAILED,
  STATE_SYNC_CACHE_EVENT_KIND_LATE,
  STATE_SYNC_CACHE_EVENT_KIND_FOREIGN,
  STATE_SYNC_CACHE_EVENT_KIND_DAMAGED,
  STATE_SYNC_CACHE_EVENT_KIND_EXPIRED,
  STATE_SYNC_CACHE_EVENT_KIND_MIGRATED,
  STATE_SYNC_CACHE_EVENT_KIND_MIGRATION_FAILED,
  STATE_SYNC_CACHE_EVENT_KIND_INVALID,
  STATE_SYNC_CACHE_EVENT_KIND_CLEARED,
  STATE_SYNC_CACHE_EVENT_KIND_CLEAR_FAILED,
} StateSyncCacheEventKind;

/**
 * StateSyncCacheEvent:
 *
 * One thing that happened in a [class@Cache]. It never changes.
 */
#define STATE_SYNC_TYPE_CACHE_EVENT (state_sync_cache_event_get_type ())
typedef struct _StateSyncCacheEvent StateSyncCacheEvent;

STATE_SYNC_AVAILABLE_IN_ALL
GType                   state_sync_cache_event_get_type           (void) G_GNUC_CONST;
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncCacheEvent    *state_sync_cache_event_ref                (StateSyncCacheEvent *self);
STATE_SYNC_AVAILABLE_IN_ALL
void                    state_sync_cache_event_unref              (StateSyncCacheEvent *self);

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncCacheEventKind state_sync_cache_event_get_kind           (StateSyncCacheEvent *self);
STATE_SYNC_AVAILABLE_IN_ALL
const char             *state_sync_cache_event_get_topic          (StateSyncCacheEvent *self);
STATE_SYNC_AVAILABLE_IN_ALL
guint64                 state_sync_cache_event_get_revision       (StateSyncCacheEvent *self);
STATE_SYNC_AVAILABLE_IN_ALL
const GError           *state_sync_cache_event_get_error          (StateSyncCacheEvent *self);
STATE_SYNC_AVAILABLE_IN_ALL
gint64                  state_sync_cache_event_get_duration       (StateSyncCacheEvent *self);
STATE_SYNC_AVAILABLE_IN_ALL
guint64                 state_sync_cache_event_get_n_bytes        (StateSyncCacheEvent *self);
STATE_SYNC_AVAILABLE_IN_ALL
guint                   state_sync_cache_event_get_schema_version (StateSyncCacheEvent *self);
STATE_SYNC_AVAILABLE_IN_ALL
gint64                  state_sync_cache_event_get_age            (StateSyncCacheEvent *self);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean                state_sync_cache_event_get_will_retry     (StateSyncCacheEvent *self);
STATE_SYNC_AVAILABLE_IN_ALL
guint                   state_sync_cache_event_get_next_delay     (StateSyncCacheEvent *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncCacheEvent, state_sync_cache_event_unref)

G_END_DECLS
