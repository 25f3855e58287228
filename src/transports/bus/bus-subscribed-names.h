/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The names that one holder, a client at one instance, has had its connection subscribe to. */
typedef struct _StateSyncBusSubscribedNames StateSyncBusSubscribedNames;

StateSyncBusSubscribedNames *state_sync_bus_subscribed_names_new    (GDBusProxy *proxy);
void                         state_sync_bus_subscribed_names_free   (StateSyncBusSubscribedNames *self);

/* What the following tell of is true until this is unlocked: calls that follow from it are to be sent before. */
void                         state_sync_bus_subscribed_names_lock   (void);
void                         state_sync_bus_subscribed_names_unlock (void);

void                         state_sync_bus_subscribed_names_hold   (StateSyncBusSubscribedNames *self, const char *name);
gboolean                     state_sync_bus_subscribed_names_let_go (StateSyncBusSubscribedNames *self, const char *name);

G_END_DECLS
