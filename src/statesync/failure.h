/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include <statesync/version-macros.h>

G_BEGIN_DECLS

/**
 * StateSyncPhase:
 * @STATE_SYNC_PHASE_START: following could not be set up
 * @STATE_SYNC_PHASE_SUBSCRIBE: the source refused the subscription
 * @STATE_SYNC_PHASE_INVALIDATION: the source had trouble listening; something may be missed, so
 *   a pull follows
 * @STATE_SYNC_PHASE_REFRESH: a refresh could not begin
 * @STATE_SYNC_PHASE_GET_SNAPSHOT: the provider failed to give a snapshot
 * @STATE_SYNC_PHASE_PROTOCOL: the transport gave what it may not give: no snapshot, one older
 *   than was told, one of an instance that no longer serves
 * @STATE_SYNC_PHASE_APPLY: the application could not apply a snapshot
 * @STATE_SYNC_PHASE_THROTTLE: the policy lets no refresh through
 * @STATE_SYNC_PHASE_WRITE: a write failed
 *
 * Where following a topic went wrong.
 */
typedef enum
{
  STATE_SYNC_PHASE_START,
  STATE_SYNC_PHASE_SUBSCRIBE,
  STATE_SYNC_PHASE_INVALIDATION,
  STATE_SYNC_PHASE_REFRESH,
  STATE_SYNC_PHASE_GET_SNAPSHOT,
  STATE_SYNC_PHASE_PROTOCOL,
  STATE_SYNC_PHASE_APPLY,
  STATE_SYNC_PHASE_THROTTLE,
  STATE_SYNC_PHASE_WRITE,
} StateSyncPhase;

/**
 * StateSyncFailure:
 *
 * One thing that went wrong with a topic, and what is done about it. It never changes.
 */
#define STATE_SYNC_TYPE_FAILURE (state_sync_failure_get_type ())
typedef struct _StateSyncFailure StateSyncFailure;

STATE_SYNC_AVAILABLE_IN_ALL
GType             state_sync_failure_get_type              (void) G_GNUC_CONST;
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncFailure *state_sync_failure_ref                   (StateSyncFailure *self);
STATE_SYNC_AVAILABLE_IN_ALL
void              state_sync_failure_unref                 (StateSyncFailure *self);

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncPhase    state_sync_failure_get_phase             (StateSyncFailure *self);
STATE_SYNC_AVAILABLE_IN_ALL
const char       *state_sync_failure_get_topic             (StateSyncFailure *self);
STATE_SYNC_AVAILABLE_IN_ALL
const GError     *state_sync_failure_get_error             (StateSyncFailure *self);
STATE_SYNC_AVAILABLE_IN_ALL
guint64           state_sync_failure_get_local_revision    (StateSyncFailure *self);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean          state_sync_failure_get_event_revision    (StateSyncFailure *self, guint64 *revision);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean          state_sync_failure_get_snapshot_revision (StateSyncFailure *self, guint64 *revision);
STATE_SYNC_AVAILABLE_IN_ALL
guint             state_sync_failure_get_attempt           (StateSyncFailure *self);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean          state_sync_failure_get_will_retry        (StateSyncFailure *self);
STATE_SYNC_AVAILABLE_IN_ALL
guint             state_sync_failure_get_next_delay        (StateSyncFailure *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncFailure, state_sync_failure_unref)

G_END_DECLS
