/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The clients that there are: of a service on a bus, and of files that need none. */

#include "client/client-private.h"

#include "broadcast/broadcast.h"
#include "place/place.h"
#include "transports/bus/bus-provider.h"
#include "transports/bus/bus-source.h"
#include "transports/bus/bus-writer.h"

/**
 * state_sync_client_new_for_connection:
 * @connection: a connection to a bus, or to the service alone
 * @bus_name: (nullable): the name of a Statesync service on the bus; `NULL` if the connection is
 *   to the service alone
 * @object_path: the path of its object
 * @namespace_: (nullable): what the names of topics are under, or `NULL` for full names
 * @flags: how to follow; `STATE_SYNC_CLIENT_FLAGS_WHOLE_NAMESPACE` needs a namespace
 *
 * Makes a client of a service that an app runs itself: under a name of its own on the bus, or on
 * connections of its own, of a [class@Gio.DBusServer], for instance.
 *
 * Without a bus somebody serves as long as the connection is open. Once it is closed, topics can be
 * read and updates wait until [method@Client.set_connection] brings another. Such a connection is
 * made in the thread in which the client is used.
 *
 * Returns: (transfer full): a client
 */
StateSyncClient *
state_sync_client_new_for_connection (GDBusConnection *connection,
                                      const char *bus_name,
                                      const char *object_path,
                                      const char *namespace_,
                                      StateSyncClientFlags flags)
{
  g_autoptr (StateSyncBusPeer) peer = NULL;
  g_autoptr (StateSyncInvalidationSource) source = NULL;
  g_autoptr (StateSyncSnapshotProvider) provider = NULL;
  g_autoptr (StateSyncWriter) writer = NULL;
  g_autoptr (StateSyncBoardTransport) boards = NULL;
  gboolean is_shared = (flags & STATE_SYNC_CLIENT_FLAGS_WHOLE_NAMESPACE) != 0;
  StateSyncClient *self;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), NULL);
  g_return_val_if_fail (bus_name == NULL || g_dbus_is_name (bus_name), NULL);
  g_return_val_if_fail (g_variant_is_object_path (object_path), NULL);
  g_return_val_if_fail (!is_shared || namespace_ != NULL, NULL);

  peer = state_sync_bus_peer_new (connection, bus_name, object_path);
  source = state_sync_bus_source_new (peer, is_shared ? namespace_ : NULL);
  provider = state_sync_bus_provider_new (peer);
  writer = state_sync_bus_writer_new (peer);
  if (flags & STATE_SYNC_CLIENT_FLAGS_BY_SIGNAL)
    {
      self = state_sync_client_new_for_transport (source, provider, writer, namespace_);
      self->peer = g_steal_pointer (&peer);
      self->signals = STATE_SYNC_BUS_SOURCE (g_steal_pointer (&source));
      return self;
    }

  boards = state_sync_board_transport_new (peer, source, provider);
  self = state_sync_client_new_for_transport (STATE_SYNC_INVALIDATION_SOURCE (boards),
                                              STATE_SYNC_SNAPSHOT_PROVIDER (boards), writer,
                                              namespace_);
  self->peer = g_steal_pointer (&peer);
  self->signals = STATE_SYNC_BUS_SOURCE (g_steal_pointer (&source));
  self->boards = g_steal_pointer (&boards);
  return self;
}

/**
 * state_sync_client_new_broadcast:
 * @app_id: the application id, which is the client's namespace too
 * @connection: (nullable): a bus on which the app's processes tell each other of changes
 *
 * Makes a client that needs no service: the app's processes share files, and every change is shown
 * at once. **The last write wins**: when two processes change one member at the same time, one of
 * the changes is lost, and nobody is told. Where that must not be, use the service and
 * [method@Topic.update_async], or write with `STATE_SYNC_WRITE_FLAGS_IF_REVISION`.
 *
 * The files are in `$XDG_RUNTIME_DIR/app/APP_ID` in a sandbox, elsewhere in the user's state
 * folder. A notice of the kernel tells the others of a change; `connection` helps where that does
 * not reach.
 *
 * Returns: (transfer full): a client
 */
StateSyncClient *
state_sync_client_new_broadcast (const char *app_id, GDBusConnection *connection)
{
  g_autoptr (StateSyncBroadcast) broadcast = NULL;
  StateSyncClient *self;

  g_return_val_if_fail (g_application_id_is_valid (app_id), NULL);
  g_return_val_if_fail (connection == NULL || G_IS_DBUS_CONNECTION (connection), NULL);

  broadcast = state_sync_broadcast_new_for_app (app_id);
  self = state_sync_client_new_for_transport (STATE_SYNC_INVALIDATION_SOURCE (broadcast),
                                              STATE_SYNC_SNAPSHOT_PROVIDER (broadcast),
                                              STATE_SYNC_WRITER (broadcast), app_id);
  self->shows_first = TRUE;
  if (connection != NULL)
    self->herald = state_sync_herald_new (broadcast, connection, app_id);
  return self;
}

static StateSyncClient *
new_for_session (GDBusConnection *connection, const char *namespace_, StateSyncClientFlags flags)
{
  const StateSyncPlace *place = state_sync_place_get ();

  return state_sync_client_new_for_connection (connection, place->bus_name, place->object_path,
                                               namespace_, flags);
}

/* What has to wait for the bus. */
typedef struct
{
  char *namespace_;
  StateSyncClientFlags flags;
} NewRequest;

static void
new_request_free (gpointer data)
{
  NewRequest *request = data;

  g_free (request->namespace_);
  g_free (request);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const NewRequest *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_bus_get_finish (result, &error);

  if (connection == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, new_for_session (connection, request->namespace_, request->flags),
                           g_object_unref);
}

/**
 * state_sync_client_new_async:
 * @namespace_: (nullable): the application id: topics are named without it, `settings` stands for
 *   `org.example.Editor.settings`. `NULL`: topics have their full names
 * @flags: how to follow; `STATE_SYNC_CLIENT_FLAGS_WHOLE_NAMESPACE` needs a namespace
 * @cancellable: (nullable): to give up
 * @callback: (scope async): called when the client is there
 * @user_data: (closure): for `callback`
 *
 * Makes a client of the session's service. That need not be running: the bus starts it for the
 * first topic that is started, or written.
 *
 * In a sandbox the service is called by the name that is for sandboxed apps,
 * `org.freedesktop.portal.StateSync`, which needs no permission; its topics are those inside the
 * namespace of its application id. The app's code is the same inside and outside.
 */
void
state_sync_client_new_async (const char *namespace_,
                             StateSyncClientFlags flags,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  NewRequest *request = g_new (NewRequest, 1);

  *request = (NewRequest){ g_strdup (namespace_), flags };
  g_task_set_source_tag (task, state_sync_client_new_async);
  g_task_set_task_data (task, request, new_request_free);
  g_bus_get (G_BUS_TYPE_SESSION, cancellable, on_bus, task);
}

/**
 * state_sync_client_new_finish: (constructor)
 * @result: what the callback got
 * @error: where to put the error: there is no bus
 *
 * Ends [func@Client.new_async].
 *
 * Returns: (transfer full): a client
 */
StateSyncClient *
state_sync_client_new_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * state_sync_client_new_sync:
 * @namespace_: (nullable): as for [func@Client.new_async]
 * @flags: how to follow
 * @cancellable: (nullable): to give up
 * @error: where to put the error
 *
 * Makes a client of the session's service, and blocks until the bus is there. For scripts.
 *
 * Returns: (transfer full): a client
 */
StateSyncClient *
state_sync_client_new_sync (const char *namespace_,
                            StateSyncClientFlags flags,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, cancellable, error);

  if (connection == NULL)
    return NULL;
  return new_for_session (connection, namespace_, flags);
}

/**
 * state_sync_client_set_connection:
 * @self: a client that was made for a connection, or for a bus of the broadcast
 * @connection: the connection to use from now on
 *
 * Goes on over another connection, after the one before was closed, for instance. To topics this
 * is a service that left and is back: what they hold can be read meanwhile, pending changes are
 * kept, and they are pulled anew. A change whose answer was lost with the connection is not made
 * twice.
 *
 * By default GLib ends a process that loses the session bus; one that means to go on calls
 * [method@Gio.DBusConnection.set_exit_on_close] first.
 */
void
state_sync_client_set_connection (StateSyncClient *self, GDBusConnection *connection)
{
  g_return_if_fail (state_sync_client_is_made (self));
  g_return_if_fail (self->peer != NULL || self->herald != NULL);
  g_return_if_fail (G_IS_DBUS_CONNECTION (connection));

  if (self->peer != NULL)
    state_sync_bus_peer_set_connection (self->peer, connection);
  else
    state_sync_herald_set_connection (self->herald, connection);
}
