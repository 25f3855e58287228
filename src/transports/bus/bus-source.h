/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync/invalidation-source.h"
#include "transports/bus/bus-peer.h"

G_BEGIN_DECLS

/* The service's signals as an invalidation source. */
#define STATE_SYNC_TYPE_BUS_SOURCE (state_sync_bus_source_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncBusSource, state_sync_bus_source, STATE_SYNC, BUS_SOURCE, GObject)

StateSyncInvalidationSource *state_sync_bus_source_new (StateSyncBusPeer *peer, const char *namespace_);

G_END_DECLS
