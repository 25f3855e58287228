/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync/writer.h"
#include "transports/bus/bus-peer.h"

G_BEGIN_DECLS

/* Changes go to the service. */
#define STATE_SYNC_TYPE_BUS_WRITER (state_sync_bus_writer_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncBusWriter, state_sync_bus_writer, STATE_SYNC, BUS_WRITER, GObject)

StateSyncWriter *state_sync_bus_writer_new (StateSyncBusPeer *peer);

G_END_DECLS
