/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "access/access.h"
#include "access/quotas.h"
#include "store/store.h"

G_BEGIN_DECLS

#define STATE_SYNC_BUS_NAME    "org.statesync.StateSync1"
#define STATE_SYNC_OBJECT_PATH "/org/statesync/StateSync1"

/* Where sandboxed applications find it: their bus lets them call this name without permission. */
#define STATE_SYNC_PORTAL_NAME "org.freedesktop.portal.StateSync"
#define STATE_SYNC_PORTAL_PATH "/org/freedesktop/portal/StateSync"

/* Whether all on the bus are told what changes, or only who subscribes. */
typedef enum
{
  STATE_SYNC_EXPORT_FLAGS_NONE = 0,
  STATE_SYNC_EXPORT_FLAGS_NO_BROADCAST = 1 << 0,
} StateSyncExportFlags;

/* Of all calls that have come it is known who calls. */
typedef void (*StateSyncArrivedFunc) (gpointer user_data);

#define STATE_SYNC_TYPE_SERVICE (state_sync_service_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncService, state_sync_service, STATE_SYNC, SERVICE, GObject)

StateSyncService *state_sync_service_new           (StateSyncStore *store);

void              state_sync_service_set_access    (StateSyncService *self, StateSyncAccess *access, const StateSyncLimits *limits);

gboolean          state_sync_service_export        (StateSyncService *self,
                                                    GDBusConnection *connection,
                                                    const char *object_path,
                                                    StateSyncExportFlags flags,
                                                    GError **error);
void              state_sync_service_unexport      (StateSyncService *self);
void              state_sync_service_settle        (StateSyncService *self, StateSyncArrivedFunc done, gpointer user_data);
void              state_sync_service_finish        (StateSyncService *self);

gint64            state_sync_service_get_idle_since (StateSyncService *self);

G_END_DECLS
