/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broadcast/broadcast.h"

G_BEGIN_DECLS

/* Tells the app's other processes of changes over the bus, and hears them. */
typedef struct _StateSyncHerald StateSyncHerald;

StateSyncHerald *state_sync_herald_new            (StateSyncBroadcast *broadcast, GDBusConnection *connection, const char *app_id);
void             state_sync_herald_free           (StateSyncHerald *self);
void             state_sync_herald_set_connection (StateSyncHerald *self, GDBusConnection *connection);

G_END_DECLS
