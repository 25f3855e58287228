/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <statesync/failure.h>
#include <statesync/invalidation-source.h>
#include <statesync/policy.h>
#include <statesync/snapshot-provider.h>

G_BEGIN_DECLS

/**
 * StateSyncLifecycle:
 * @STATE_SYNC_LIFECYCLE_IDLE: not started, or the last start failed
 * @STATE_SYNC_LIFECYCLE_STARTING: subscribing, or pulling for the first time
 * @STATE_SYNC_LIFECYCLE_RUNNING: following
 * @STATE_SYNC_LIFECYCLE_STOPPED: stopped for good
 *
 * How far a follower is.
 */
typedef enum
{
  STATE_SYNC_LIFECYCLE_IDLE,
  STATE_SYNC_LIFECYCLE_STARTING,
  STATE_SYNC_LIFECYCLE_RUNNING,
  STATE_SYNC_LIFECYCLE_STOPPED,
} StateSyncLifecycle;

/**
 * StateSyncCounters:
 * @invalidations: changes that the source told of
 * @pulls: snapshots that the provider was asked for
 * @applied: snapshots that were applied
 * @skipped: invalidations and snapshots that needed nothing: not newer, or filtered out
 * @retries: pulls that were made again because the one before failed
 * @errors: failures that were reported
 * @writes: writes of updates that were brought to the service, refused ones included; 0 for an
 *   engine alone
 * @conflicts: those of them that came too late, and were made again upon the newer state
 *
 * What a follower has done since it was made.
 */
typedef struct
{
  guint64 invalidations;
  guint64 pulls;
  guint64 applied;
  guint64 skipped;
  guint64 retries;
  guint64 errors;
  guint64 writes;
  guint64 conflicts;

  /*< private >*/
  guint64 padding[2];
} StateSyncCounters;

/**
 * StateSyncEngine:
 *
 * Follows one topic: hears from a [iface@InvalidationSource] that it may have changed, pulls
 * from a [iface@SnapshotProvider], and hands each newer snapshot to a [callback@ApplyFunc]. It
 * knows no bus, no disk and no JSON.
 *
 * To be used in the thread of the main context that was the thread default where it was made;
 * it calls back there.
 */
#define STATE_SYNC_TYPE_ENGINE (state_sync_engine_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncEngine, state_sync_engine, STATE_SYNC, ENGINE, GObject)

/**
 * StateSyncApplyFunc:
 * @engine: the engine
 * @snapshot: the state to apply
 * @user_data: (closure): what was given with the function
 * @error: where to say why it can't be applied
 *
 * Makes `snapshot` the application's state. Called once for each snapshot that passes the gate;
 * never while a call is still under way. It may call anything of `engine`.
 *
 * When it fails, the engine's revision stays as it was, the failure is reported, and the next
 * invalidation or refresh tries again with what is newest then.
 *
 * Returns: `TRUE` if `snapshot` was applied
 */
typedef gboolean (*StateSyncApplyFunc)  (StateSyncEngine *engine,
                                         StateSyncSnapshot *snapshot,
                                         gpointer user_data,
                                         GError **error);

/**
 * StateSyncFilterFunc:
 * @topic: the topic
 * @revision: the revision that it is said to have
 * @user_data: (closure): what was given with the function
 *
 * Decides whether an invalidation leads to a refresh. Only invalidations newer than the local
 * revision are asked about.
 *
 * Returns: `FALSE` to skip the refresh
 */
typedef gboolean (*StateSyncFilterFunc) (const char *topic,
                                         guint64 revision,
                                         gpointer user_data);

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncEngine   *state_sync_engine_new            (StateSyncInvalidationSource *source,
                                                     StateSyncSnapshotProvider *provider,
                                                     const char *topic,
                                                     StateSyncPolicy *policy,
                                                     StateSyncApplyFunc apply,
                                                     gpointer user_data,
                                                     GDestroyNotify destroy);

STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_engine_start_async    (StateSyncEngine *self,
                                                     GCancellable *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_engine_start_finish   (StateSyncEngine *self, GAsyncResult *result, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_engine_stop           (StateSyncEngine *self);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_engine_refresh_async  (StateSyncEngine *self,
                                                     GCancellable *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_engine_refresh_finish (StateSyncEngine *self, GAsyncResult *result, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_engine_accept         (StateSyncEngine *self, StateSyncSnapshot *snapshot);

STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_engine_set_filter     (StateSyncEngine *self,
                                                     StateSyncFilterFunc filter,
                                                     gpointer user_data,
                                                     GDestroyNotify destroy);

STATE_SYNC_AVAILABLE_IN_ALL
const char        *state_sync_engine_get_topic      (StateSyncEngine *self);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncLifecycle state_sync_engine_get_state      (StateSyncEngine *self);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_engine_get_available  (StateSyncEngine *self);
STATE_SYNC_AVAILABLE_IN_ALL
guint64            state_sync_engine_get_revision   (StateSyncEngine *self);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_engine_get_counters   (StateSyncEngine *self, StateSyncCounters *counters);

G_END_DECLS
