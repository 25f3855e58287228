/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync/invalidation-source.h"
#include "statesync/snapshot-provider.h"
#include "transports/bus/bus-source.h"

G_BEGIN_DECLS

/* Which topics there are inside a namespace, as if that were a topic: an invalidation source and a
 * snapshot provider for one engine. */
#define STATE_SYNC_TYPE_BUS_LISTING (state_sync_bus_listing_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncBusListing, state_sync_bus_listing, STATE_SYNC, BUS_LISTING, GObject)

/* What its snapshots hold: a part of the namespace, and name and revision of each topic inside
 * that, sorted by the bytes of the name. */
#define STATE_SYNC_BUS_LISTING_TYPE G_VARIANT_TYPE ("(sa(st))")

/* @namespace_: "" for all topics */
StateSyncBusListing *state_sync_bus_listing_new (StateSyncBusPeer *peer, StateSyncBusSource *source, const char *namespace_);

G_END_DECLS
