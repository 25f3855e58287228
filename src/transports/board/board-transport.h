/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/invalidation-source.h>
#include <statesync/snapshot-provider.h>

#include "transports/bus/bus-peer.h"

G_BEGIN_DECLS

/* Topics in shared memory, told by a doorbell: source and provider in one. Where the service does
 * not offer that, or for a topic for which it can't be, another source and provider do it. */
#define STATE_SYNC_TYPE_BOARD_TRANSPORT (state_sync_board_transport_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncBoardTransport, state_sync_board_transport, STATE_SYNC, BOARD_TRANSPORT, GObject)

StateSyncBoardTransport *state_sync_board_transport_new      (StateSyncBusPeer *peer,
                                                              StateSyncInvalidationSource *source,
                                                              StateSyncSnapshotProvider *provider);

gboolean                 state_sync_board_transport_get_revision (StateSyncBoardTransport *self, const char *topic, guint64 *revision);

G_END_DECLS
