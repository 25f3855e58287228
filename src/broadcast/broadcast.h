/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync/invalidation-source.h"
#include "statesync/snapshot-provider.h"
#include "statesync/writer.h"

G_BEGIN_DECLS

/**
 * StateSyncBroadcast:
 *
 * A transport without a service: the topics are files that the processes of an app share. It is
 * a #StateSyncInvalidationSource, a #StateSyncSnapshotProvider and a #StateSyncWriter.
 *
 * Whoever writes last wins, unless a write names the revision that it expects. A notice of the
 * kernel tells the others within microseconds; where that does not reach (another container,
 * a network file system), somebody who hears of a change says state_sync_broadcast_poke().
 *
 * Signal `committed` (topic, revision): a change made here is what everyone sees now.
 */
#define STATE_SYNC_TYPE_BROADCAST (state_sync_broadcast_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncBroadcast, state_sync_broadcast, STATE_SYNC, BROADCAST, GObject)

StateSyncBroadcast *state_sync_broadcast_new_for_app    (const char *app_id);
StateSyncBroadcast *state_sync_broadcast_new_for_folder (const char *folder);

void                state_sync_broadcast_poke           (StateSyncBroadcast *self, const char *topic, guint64 revision);

G_END_DECLS
