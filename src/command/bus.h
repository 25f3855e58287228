/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/snapshot.h"
#include "statesync-bus.h"

G_BEGIN_DECLS

#define BUS_INTERFACE "org.statesync.StateSync1"

/* A proxy neither subscribes nor reads properties: all that is sent are the calls. */
#define BUS_PROXY_FLAGS                                                                            \
  (G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES | G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS |         \
   G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START_AT_CONSTRUCTION)

/* Where the service is found from here. */
const char          *bus_get_name         (void);
const char          *bus_get_path         (void);

GDBusConnection     *bus_connect          (GError **error);
StateSyncBusService *bus_get_service      (GDBusConnection *connection, GError **error);
StateSyncBusService *bus_connect_service  (GError **error);

/* Signals. Where they are broadcast the bus is asked for them, once and before the service is there.
 * Elsewhere each instance is. */
gboolean             bus_broadcasts       (void);
char                *bus_match_rule       (const char *key, const char *value);
void                 bus_add_match        (GDBusConnection *connection,
                                           const char *rule,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
gboolean             bus_add_match_finish (GDBusConnection *connection, GAsyncResult *result, GError **error);
void                 bus_subscribe        (GDBusConnection *connection,
                                           const char *owner,
                                           const char *const *names,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
gboolean             bus_subscribe_finish (GDBusConnection *connection, GAsyncResult *result, GError **error);

StateSyncSnapshot   *bus_snapshot_new     (const char *topic, guint64 revision, const char *data, GError **error);
StateSyncSnapshot   *bus_get_snapshot     (StateSyncBusService *service, const char *topic, GError **error);
GVariant            *bus_list_topics      (StateSyncBusService *service, const char *namespace_, GError **error);
gboolean             bus_explain          (gboolean succeeded, GError **error);

G_END_DECLS
