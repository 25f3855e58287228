/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the service can be called: endpoints, each a path of a connection, and one link for each of
 * those connections, which is there as long as there is an endpoint on it.
 */

#include "service/service-private.h"

/* Nothing of the peer is kept. */
static void
on_peer_left (StateSyncPeer *peer, gpointer user_data)
{
  StateSyncService *self = user_data;

  state_sync_turns_forget (self->turns, peer);
  state_sync_late_refusals_forget (self->late_refusals, peer->connection, peer->name);
  state_sync_boards_forget (self->boards, peer);
  state_sync_audience_forget (self->audience, peer);
}

static void
remove_endpoints (StateSyncService *self, StateSyncLink *link)
{
  for (guint i = self->endpoints->len; i > 0; i--)
    {
      if (state_sync_endpoint_get_link (g_ptr_array_index (self->endpoints, i - 1)) == link)
        g_ptr_array_remove_index (self->endpoints, i - 1);
    }
}

static void
on_link_closed (StateSyncLink *link, gpointer user_data)
{
  StateSyncService *self = user_data;

  remove_endpoints (self, link);
  g_ptr_array_remove (self->links, link);
}

static const StateSyncLinkFuncs link_funcs = { on_peer_left, on_link_closed };

/* One for each connection, however many paths there are on it. */
static StateSyncLink *
find_link (StateSyncService *self, GDBusConnection *connection)
{
  StateSyncLink *link;

  for (guint i = 0; i < self->links->len; i++)
    {
      link = g_ptr_array_index (self->links, i);
      if (state_sync_link_get_connection (link) == connection)
        return link;
    }

  link = state_sync_link_new (connection, state_sync_store_get_committed_view (self->store),
                              &link_funcs, self);
  g_ptr_array_add (self->links, link);
  return link;
}

/* A path of a connection that is gone, and the service. */
typedef struct
{
  StateSyncService *service;
  const char *object_path;
} Place;

static void
leave_place (StateSyncPeer *peer, gpointer user_data)
{
  const Place *place = user_data;

  state_sync_audience_leave (place->service->audience, peer, place->object_path);
}

/* When the last place on it is gone. */
static void
remove_if_unused (StateSyncService *self, StateSyncLink *link)
{
  for (guint i = 0; i < self->endpoints->len; i++)
    {
      if (state_sync_endpoint_get_link (g_ptr_array_index (self->endpoints, i)) == link)
        return;
    }
  g_ptr_array_remove (self->links, link);
}

/**
 * state_sync_service_export:
 * @self: a service, which is open or being opened
 * @connection: a connection, to a bus or to a peer
 * @object_path: the path at which it is to be found there
 * @flags: how to export it
 * @error: where to put the error
 *
 * Makes it callable at one more place. It may be at any number of paths of any number of
 * connections, and is at each until it is taken away with [method@Service.unexport], the connection
 * closes, or the service goes.
 *
 * Own a name on the bus after this, so that whoever finds it can call.
 *
 * Returns: `TRUE` if it can be called there
 */
gboolean
state_sync_service_export (StateSyncService *self,
                           GDBusConnection *connection,
                           const char *object_path,
                           StateSyncExportFlags flags,
                           GError **error)
{
  StateSyncEndpoint *endpoint;
  StateSyncLink *link;

  g_return_val_if_fail (STATE_SYNC_IS_SERVICE (self), FALSE);
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), FALSE);
  g_return_val_if_fail (g_variant_is_object_path (object_path), FALSE);

  if (!state_sync_service_check_open (self, error))
    return FALSE;

  link = find_link (self, connection);
  endpoint = state_sync_endpoint_new (self, link, object_path, flags, error);
  if (endpoint != NULL)
    g_ptr_array_add (self->endpoints, endpoint);
  else
    remove_if_unused (self, link);
  return endpoint != NULL;
}

/**
 * state_sync_service_unexport:
 * @self: a service
 * @connection: a connection that it was exported on
 * @object_path: the path there
 *
 * Takes it away from one place, with what its peers subscribed to there. When it is at no other
 * path of that connection, what they have mapped ends too.
 */
void
state_sync_service_unexport (StateSyncService *self,
                             GDBusConnection *connection,
                             const char *object_path)
{
  Place place = { self, object_path };

  g_return_if_fail (STATE_SYNC_IS_SERVICE (self));
  g_return_if_fail (G_IS_DBUS_CONNECTION (connection));
  g_return_if_fail (object_path != NULL);

  for (guint i = 0; i < self->endpoints->len; i++)
    {
      StateSyncEndpoint *endpoint = g_ptr_array_index (self->endpoints, i);
      StateSyncLink *link = state_sync_endpoint_get_link (endpoint);

      if (!state_sync_endpoint_is_at (endpoint, connection, object_path))
        continue;

      g_ptr_array_remove_index (self->endpoints, i);
      state_sync_link_foreach_peer (link, leave_place, &place);
      remove_if_unused (self, link);
      return;
    }
}

/**
 * state_sync_service_get_idle_since:
 * @self: a service
 *
 * Tells since when no call over a connection has been under way: for a service that ends when
 * nobody needs it.
 *
 * Returns: the moment, in microseconds of [func@GLib.get_monotonic_time]; -1 while one is under way
 */
gint64
state_sync_service_get_idle_since (StateSyncService *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_SERVICE (self), -1);

  return state_sync_callers_get_idle_since (self->callers);
}

static void
link_free (gpointer data)
{
  state_sync_link_free (data);
}

static void
endpoint_free (gpointer data)
{
  state_sync_endpoint_free (data);
}

void
state_sync_service_init_places (StateSyncService *self)
{
  self->links = g_ptr_array_new_with_free_func (link_free);
  self->endpoints = g_ptr_array_new_with_free_func (endpoint_free);
}

/* From everywhere. */
void
state_sync_service_leave_all_places (StateSyncService *self)
{
  g_ptr_array_set_size (self->endpoints, 0);
  g_ptr_array_set_size (self->links, 0);
}
