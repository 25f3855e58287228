/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "statesync-bus.h"

G_BEGIN_DECLS

/* The service at the other end of the bus: which instance has the name now, and how to call it.
 *
 * Signal `instance-changed`: another instance has the name, or none.
 *
 * Signal `connection-changed` (the #GDBusConnection before): what was asked of that bus is to be
 * asked of the new one. No instance is known. */
#define STATE_SYNC_TYPE_BUS_PEER (state_sync_bus_peer_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncBusPeer, state_sync_bus_peer, STATE_SYNC, BUS_PEER, GObject)

StateSyncBusPeer    *state_sync_bus_peer_new             (GDBusConnection *connection, const char *bus_name, const char *object_path);

GDBusConnection     *state_sync_bus_peer_get_connection  (StateSyncBusPeer *self);
void                 state_sync_bus_peer_set_connection  (StateSyncBusPeer *self, GDBusConnection *connection);
const char          *state_sync_bus_peer_get_bus_name    (StateSyncBusPeer *self);
const char          *state_sync_bus_peer_get_object_path (StateSyncBusPeer *self);

const char          *state_sync_bus_peer_get_instance    (StateSyncBusPeer *self);
StateSyncBusService *state_sync_bus_peer_peek_proxy      (StateSyncBusPeer *self);

void                 state_sync_bus_peer_find_async      (StateSyncBusPeer *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StateSyncBusService *state_sync_bus_peer_find_finish     (StateSyncBusPeer *self, GAsyncResult *result, GError **error);

G_END_DECLS
