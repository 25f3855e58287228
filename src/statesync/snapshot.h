/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include <statesync/version-macros.h>

G_BEGIN_DECLS

/**
 * StateSyncSnapshot:
 *
 * One state of a topic: its revision, its data (one JSON text) and, where that is known, which
 * instance of the service gave it. It never changes, so threads share it without locks.
 */
#define STATE_SYNC_TYPE_SNAPSHOT (state_sync_snapshot_get_type ())
typedef struct _StateSyncSnapshot StateSyncSnapshot;

STATE_SYNC_AVAILABLE_IN_ALL
GType              state_sync_snapshot_get_type     (void) G_GNUC_CONST;
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncSnapshot *state_sync_snapshot_new          (guint64 revision, GBytes *data);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncSnapshot *state_sync_snapshot_new_from     (guint64 revision, GBytes *data, const char *instance);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncSnapshot *state_sync_snapshot_ref          (StateSyncSnapshot *snapshot);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_snapshot_unref        (StateSyncSnapshot *snapshot);

STATE_SYNC_AVAILABLE_IN_ALL
guint64            state_sync_snapshot_get_revision (StateSyncSnapshot *snapshot);
STATE_SYNC_AVAILABLE_IN_ALL
GBytes            *state_sync_snapshot_get_data     (StateSyncSnapshot *snapshot);
STATE_SYNC_AVAILABLE_IN_ALL
const char        *state_sync_snapshot_get_instance (StateSyncSnapshot *snapshot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncSnapshot, state_sync_snapshot_unref)

G_END_DECLS
