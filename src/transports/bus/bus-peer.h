/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "statesync-bus.h"

G_BEGIN_DECLS

/* The service at the other end, of the bus or of a connection without one: which instance is there
 * now, and how to call it.
 *
 * Signal `instance-changed`: another instance is there, or none, or it is known now that none is.
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

gboolean             state_sync_bus_peer_is_known        (StateSyncBusPeer *self);
const char          *state_sync_bus_peer_get_instance    (StateSyncBusPeer *self);
gboolean             state_sync_bus_peer_is_sender       (StateSyncBusPeer *self, const char *sender);
StateSyncBusService *state_sync_bus_peer_peek_proxy      (StateSyncBusPeer *self);

void                 state_sync_bus_peer_find_async      (StateSyncBusPeer *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StateSyncBusService *state_sync_bus_peer_find_finish     (StateSyncBusPeer *self, GAsyncResult *result, GError **error);

/* Of the instance that is called through @proxy. */
const char          *state_sync_bus_instance_of          (gpointer proxy);

G_END_DECLS
