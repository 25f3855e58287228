/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync/snapshot-provider.h"
#include "transports/bus/bus-peer.h"

G_BEGIN_DECLS

/* The service's snapshots, pulled over the bus. */
#define STATE_SYNC_TYPE_BUS_PROVIDER (state_sync_bus_provider_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncBusProvider, state_sync_bus_provider, STATE_SYNC, BUS_PROVIDER, GObject)

StateSyncSnapshotProvider *state_sync_bus_provider_new (StateSyncBusPeer *peer);

G_END_DECLS
