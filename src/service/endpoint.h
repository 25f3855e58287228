/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service/link.h"
#include "statesync-service/service.h"

G_BEGIN_DECLS

/* The service at one object path of one connection. */
typedef struct _StateSyncEndpoint StateSyncEndpoint;

StateSyncEndpoint *state_sync_endpoint_new      (StateSyncService *service, StateSyncLink *link, const char *object_path, StateSyncExportFlags flags, GError **error);
void               state_sync_endpoint_free     (StateSyncEndpoint *self);

StateSyncLink     *state_sync_endpoint_get_link (StateSyncEndpoint *self);
gboolean           state_sync_endpoint_is_at    (StateSyncEndpoint *self, GDBusConnection *connection, const char *object_path);
guint              state_sync_endpoint_broadcast (StateSyncEndpoint *self, const char *topic, guint64 revision);

G_END_DECLS
