/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync/invalidation-source.h"
#include "transports/bus/bus-peer.h"

G_BEGIN_DECLS

/* The service's signals as an invalidation source.
 *
 * Signal `heard` (topic, revision): the instance that is known tells of a topic that was asked for,
 * by itself or with its namespace. */
#define STATE_SYNC_TYPE_BUS_SOURCE (state_sync_bus_source_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncBusSource, state_sync_bus_source, STATE_SYNC, BUS_SOURCE, GObject)

StateSyncInvalidationSource *state_sync_bus_source_new              (StateSyncBusPeer *peer, const char *namespace_);

/* Asks for all topics inside the subscription's, or with "" for all there are. What changes is told
 * by `heard` alone. */
void                         state_sync_bus_source_subscribe_inside (StateSyncBusSource *self, StateSyncSubscription *subscription);

G_END_DECLS
