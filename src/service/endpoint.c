/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The methods of the bus interfaces, and what each call of one is to become: a table. */

#include "service/endpoint.h"

#include "service/admission.h"
#include "service/call.h"
#include "service/service-private.h"

struct _StateSyncEndpoint
{
  StateSyncService *service; /* which has it */
  StateSyncLink *link;       /* the service's */
  char *object_path;
  guint admission;
  gboolean broadcasts;
  StateSyncBusService *bus_service;
  StateSyncBusStatistics *bus_statistics;
};

static const StateSyncMethod service_methods[] = {
  { "handle-write", state_sync_run_write, FALSE },
  { "handle-write-many", state_sync_run_write_many, FALSE },
  { "handle-get-snapshot", state_sync_run_get_snapshot, TRUE },
  { "handle-get-snapshots", state_sync_run_get_snapshots, TRUE },
  { "handle-open-snapshot", state_sync_run_open_snapshot, TRUE },
  { "handle-list-topics", state_sync_run_list_topics, TRUE },
  { "handle-open-doorbell", state_sync_run_open_doorbell, FALSE },
  { "handle-map-snapshot", state_sync_run_map_snapshot, TRUE },
  { "handle-unmap-snapshot", state_sync_run_unmap_snapshot, TRUE },
  { "handle-subscribe", state_sync_run_subscribe, FALSE },
  { "handle-unsubscribe", state_sync_run_unsubscribe, FALSE },
};

static const StateSyncMethod statistics_methods[] = {
  { "handle-get", state_sync_run_get_statistics, FALSE },
};

static StateSyncPeer *
find_caller (StateSyncEndpoint *self, GDBusMethodInvocation *invocation)
{
  return state_sync_link_find_peer (self->link, g_dbus_method_invocation_get_sender (invocation));
}

/* Connected swapped, so that it is the same for all methods: their typed arguments come after
 * the invocation, which has them too. */
static gboolean
on_call (const StateSyncMethod *method, GDBusMethodInvocation *invocation)
{
  GObject *skeleton = g_dbus_method_invocation_get_user_data (invocation);
  StateSyncEndpoint *self = g_object_get_data (skeleton, "state-sync-endpoint");

  state_sync_call_begin (self->service, find_caller (self, invocation), invocation, method);
  return TRUE;
}

static gboolean
export_at (StateSyncEndpoint *self,
           gpointer skeleton,
           const StateSyncMethod *methods,
           guint n_methods,
           const char *object_path,
           GError **error)
{
  g_object_set_data (skeleton, "state-sync-endpoint", self);
  for (guint i = 0; i < n_methods; i++)
    g_signal_connect_swapped (skeleton, methods[i].signal, G_CALLBACK (on_call),
                              (gpointer)&methods[i]);
  return g_dbus_interface_skeleton_export (skeleton, state_sync_link_get_connection (self->link),
                                           object_path, error);
}

static void
unexport (gpointer skeleton, GDBusConnection *connection)
{
  if (g_dbus_interface_skeleton_has_connection (skeleton, connection))
    g_dbus_interface_skeleton_unexport (skeleton);
  g_object_set_data (skeleton, "state-sync-endpoint", NULL);
  g_object_unref (skeleton);
}

/* Tells everybody on the bus who wants to know. The number of signals that takes. */
guint
state_sync_endpoint_broadcast (StateSyncEndpoint *self, const char *topic, guint64 revision)
{
  if (!self->broadcasts)
    return 0;

  state_sync_bus_service_emit_invalidated (self->bus_service, topic, revision);
  return 1;
}

/* Without a bus there are no match rules, and the one who is there is told of everything. */
static void
prepare_telling (StateSyncEndpoint *self, const char *object_path, StateSyncExportFlags flags)
{
  gboolean is_wanted = (flags & STATE_SYNC_EXPORT_FLAGS_NO_BROADCAST) == 0;

  self->broadcasts = is_wanted && state_sync_link_is_on_bus (self->link);
  if (is_wanted && !self->broadcasts)
    state_sync_audience_add (self->service->audience, state_sync_link_find_peer (self->link, NULL),
                             object_path);
}

/* (transfer none) */
StateSyncLink *
state_sync_endpoint_get_link (StateSyncEndpoint *self)
{
  return self->link;
}

gboolean
state_sync_endpoint_is_at (StateSyncEndpoint *self,
                           GDBusConnection *connection,
                           const char *object_path)
{
  return state_sync_link_get_connection (self->link) == connection &&
         g_str_equal (self->object_path, object_path);
}

/* (transfer full) (nullable) */
StateSyncEndpoint *
state_sync_endpoint_new (StateSyncService *service,
                         StateSyncLink *link,
                         const char *object_path,
                         StateSyncExportFlags flags,
                         GError **error)
{
  StateSyncEndpoint *self = g_new0 (StateSyncEndpoint, 1);

  self->service = service;
  self->link = link;
  self->object_path = g_strdup (object_path);
  self->bus_service = state_sync_bus_service_skeleton_new ();
  self->bus_statistics = state_sync_bus_statistics_skeleton_new ();
  self->admission = state_sync_admission_add (state_sync_link_get_connection (link), object_path,
                                              service->callers, service->late_refusals,
                                              state_sync_link_get_direct_reads (link));
  g_object_set (self->bus_service, "version", STATESYNC_VERSION, "max-data-size",
                state_sync_store_get_max_data_size (service->store), "max-topic-length",
                STATE_SYNC_NAME_MAX, NULL);

  if (export_at (self, self->bus_service, service_methods, G_N_ELEMENTS (service_methods),
                 object_path, error) &&
      export_at (self, self->bus_statistics, statistics_methods, G_N_ELEMENTS (statistics_methods),
                 object_path, error))
    {
      prepare_telling (self, object_path, flags);
      return self;
    }

  state_sync_endpoint_free (self);
  return NULL;
}

void
state_sync_endpoint_free (StateSyncEndpoint *self)
{
  GDBusConnection *connection = state_sync_link_get_connection (self->link);

  unexport (self->bus_service, connection);
  unexport (self->bus_statistics, connection);
  g_dbus_connection_remove_filter (connection, self->admission);
  g_free (self->object_path);
  g_free (self);
}
