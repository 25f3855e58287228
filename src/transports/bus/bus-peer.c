/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every call goes to the unique name of the instance that is known, never to the well-known name.
 * So an answer is always attributed to the instance that gave it: the gate of revisions belongs
 * to one instance, and the bus may hand the name on between a call and its reply. A call to an
 * instance that has left fails at once, and its successor is told by `instance-changed`.
 *
 * A unique name starts nothing. When nobody has the name, `find` asks the bus to start the
 * service. The bus tells of the new owner before it answers that, so those who wait are served
 * when the name appears; the answer matters only if it is an error, or if the service left again.
 *
 * An app that lost the bus may give another connection. That is a service that left and may come
 * back: those who wait go on waiting. What is asked of the new bus at `connection-changed` is asked
 * before the peer asks who has the name, so rules are in effect before an instance is known.
 *
 * On a connection without a bus there are no names. The instance is there as long as the connection
 * is open, and nobody can start another. It is known by the connection's GUID, which is that of the
 * server: over another connection to the same one, what was written is where it was.
 */

#include "transports/bus/bus-peer.h"

#include "protocol/error.h"

struct _StateSyncBusPeer
{
  GObject parent_instance;

  GDBusConnection *connection;
  char *bus_name; /* (nullable): NULL without a bus */
  char *object_path;
  guint watch_id;             /* of the name */
  gulong closed_handler;      /* without a bus */
  gboolean is_known;          /* the bus has told who has the name, or that nobody has */
  StateSyncBusService *proxy; /* (nullable): to the instance that is there */
  GPtrArray *finders;         /* of Finder */
  gboolean is_starting;
};

/* Somebody who waits for an instance. */
typedef struct
{
  GTask *task;
  GSource *cancelled; /* (nullable) */
} Finder;

G_DEFINE_FINAL_TYPE (StateSyncBusPeer, state_sync_bus_peer, G_TYPE_OBJECT)

enum
{
  CONNECTION_CHANGED,
  INSTANCE_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
finder_free (gpointer data)
{
  Finder *finder = data;

  if (finder->cancelled != NULL)
    {
      g_source_destroy (finder->cancelled);
      g_source_unref (finder->cancelled);
    }
  g_object_unref (finder->task);
  g_free (finder);
}

static GPtrArray *
steal_finders (StateSyncBusPeer *self)
{
  GPtrArray *finders = g_steal_pointer (&self->finders);

  self->finders = g_ptr_array_new_with_free_func (finder_free);
  return finders;
}

static void
fail_finders (StateSyncBusPeer *self, const GError *error)
{
  g_autoptr (GPtrArray) finders = steal_finders (self);

  for (guint i = 0; i < finders->len; i++)
    {
      Finder *finder = g_ptr_array_index (finders, i);

      g_task_return_error (finder->task, g_error_copy (error));
    }
}

static void
serve_finders (StateSyncBusPeer *self)
{
  g_autoptr (GPtrArray) finders = steal_finders (self);

  for (guint i = 0; i < finders->len; i++)
    {
      Finder *finder = g_ptr_array_index (finders, i);

      g_task_return_pointer (finder->task, g_object_ref (self->proxy), g_object_unref);
    }
}

/* --- starting the service --- */

static void
fail_unavailable (StateSyncBusPeer *self, const char *what, GError *cause)
{
  g_autoptr (GError) error = NULL;

  if (cause != NULL)
    g_dbus_error_strip_remote_error (cause);
  error = g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_UNAVAILABLE,
                       "The service %s %s%s%s: see that it is installed, and what it logs",
                       self->bus_name, what, cause != NULL ? ": " : "",
                       cause != NULL ? cause->message : "");
  fail_finders (self, error);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncBusPeer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (source != G_OBJECT (self->connection))
    return;

  self->is_starting = FALSE;
  if (answer == NULL)
    fail_unavailable (self, "can't be started", error);
  else if (self->proxy == NULL)
    fail_unavailable (self, "left as it was started", NULL);
}

static void
fail_closed (StateSyncBusPeer *self)
{
  g_autoptr (GError) error =
      g_error_new_literal (STATE_SYNC_ERROR, STATE_SYNC_ERROR_UNAVAILABLE,
                           "The connection to the service is closed: make another and go on over "
                           "that");

  fail_finders (self, error);
}

static void
start (StateSyncBusPeer *self)
{
  if (self->bus_name == NULL)
    {
      fail_closed (self);
      return;
    }
  if (self->is_starting)
    return;

  self->is_starting = TRUE;
  g_dbus_connection_call (self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "StartServiceByName",
                          g_variant_new ("(su)", self->bus_name, 0), G_VARIANT_TYPE ("(u)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_started, g_object_ref (self));
}

/* --- who is there --- */

/* With these flags and a unique name, or none, there is nothing to ask: it does not block. */
static StateSyncBusService *
make_proxy (StateSyncBusPeer *self, const char *unique_name)
{
  return state_sync_bus_service_proxy_new_sync (self->connection,
                                                G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES |
                                                    G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
                                                unique_name, self->object_path, NULL, NULL);
}

/* @proxy: (transfer full) (nullable) */
static void
set_instance (StateSyncBusPeer *self, StateSyncBusService *proxy)
{
  g_clear_object (&self->proxy);
  self->proxy = proxy;
  self->is_known = TRUE;

  if (self->proxy != NULL)
    serve_finders (self);
  else if (self->finders->len > 0)
    start (self);
  g_signal_emit (self, signals[INSTANCE_CHANGED], 0);
}

static void
on_appeared (GDBusConnection *connection,
             const char *name,
             const char *unique_name,
             gpointer user_data)
{
  /* It was lost since the bus said so. */
  if (!g_dbus_connection_is_closed (connection))
    set_instance (user_data, make_proxy (user_data, unique_name));
}

static void
on_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  set_instance (user_data, NULL);
}

static void
on_closed (GDBusConnection *connection,
           gboolean remote_peer_vanished,
           GError *error,
           StateSyncBusPeer *self)
{
  set_instance (self, NULL);
}

static gboolean
on_finder_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Finder *finder = user_data;
  g_autoptr (GTask) task = g_object_ref (finder->task);
  StateSyncBusPeer *self = g_task_get_source_object (task);

  g_ptr_array_remove (self->finders, finder);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
add_finder (StateSyncBusPeer *self, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Finder *finder = g_new0 (Finder, 1);

  finder->task = g_object_ref (task);
  if (cancellable != NULL)
    {
      finder->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (finder->cancelled, G_SOURCE_FUNC (on_finder_cancelled), finder, NULL);
      g_source_attach (finder->cancelled, g_task_get_context (task));
    }
  g_ptr_array_add (self->finders, finder);
}

/* Finds the instance that has the name, starting it if need be; answers at the latest when the
 * bus gives the start up. */
void
state_sync_bus_peer_find_async (StateSyncBusPeer *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, state_sync_bus_peer_find_async);
  if (self->proxy != NULL)
    {
      g_task_return_pointer (task, g_object_ref (self->proxy), g_object_unref);
      return;
    }

  add_finder (self, task);
  if (self->is_known)
    start (self);
}

/* (transfer full) */
StateSyncBusService *
state_sync_bus_peer_find_finish (StateSyncBusPeer *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* (nullable) (transfer none): to the instance that is there, for calls that need not wait. */
StateSyncBusService *
state_sync_bus_peer_peek_proxy (StateSyncBusPeer *self)
{
  return self->proxy;
}

const char *
state_sync_bus_instance_of (gpointer proxy)
{
  const char *name = g_dbus_proxy_get_name (proxy);

  return name != NULL ? name : g_dbus_connection_get_guid (g_dbus_proxy_get_connection (proxy));
}

/* (nullable): what the instance that is there is known by: on a bus its unique name. */
const char *
state_sync_bus_peer_get_instance (StateSyncBusPeer *self)
{
  return self->proxy != NULL ? state_sync_bus_instance_of (self->proxy) : NULL;
}

/* Whether it is known who is there, or that nobody is. */
gboolean
state_sync_bus_peer_is_known (StateSyncBusPeer *self)
{
  return self->is_known;
}

/* Whether a message from @sender (nullable) comes from the instance that is there. */
gboolean
state_sync_bus_peer_is_sender (StateSyncBusPeer *self, const char *sender)
{
  return self->proxy != NULL &&
         g_strcmp0 (g_dbus_proxy_get_name (G_DBUS_PROXY (self->proxy)), sender) == 0;
}

/* --- the object --- */

GDBusConnection *
state_sync_bus_peer_get_connection (StateSyncBusPeer *self)
{
  return self->connection;
}

/* (nullable) */
const char *
state_sync_bus_peer_get_bus_name (StateSyncBusPeer *self)
{
  return self->bus_name;
}

const char *
state_sync_bus_peer_get_object_path (StateSyncBusPeer *self)
{
  return self->object_path;
}

/* On a closed connection nobody is there, and GDBus does not like to be asked. */
static void
watch (StateSyncBusPeer *self)
{
  gboolean is_closed = g_dbus_connection_is_closed (self->connection);

  self->is_known = is_closed || self->bus_name == NULL;
  if (is_closed)
    return;

  if (self->bus_name == NULL)
    {
      self->closed_handler =
          g_signal_connect (self->connection, "closed", G_CALLBACK (on_closed), self);
      self->proxy = make_proxy (self, NULL);
      return;
    }
  self->watch_id = g_bus_watch_name_on_connection (self->connection, self->bus_name,
                                                   G_BUS_NAME_WATCHER_FLAGS_NONE, on_appeared,
                                                   on_vanished, self, NULL);
}

static void
unwatch (StateSyncBusPeer *self)
{
  g_clear_signal_handler (&self->closed_handler, self->connection);
  if (self->watch_id != 0)
    g_bus_unwatch_name (self->watch_id);
  self->watch_id = 0;
}

void
state_sync_bus_peer_set_connection (StateSyncBusPeer *self, GDBusConnection *connection)
{
  g_autoptr (GDBusConnection) before = NULL;

  if (connection == self->connection)
    return;

  unwatch (self);
  before = g_steal_pointer (&self->connection);
  self->connection = g_object_ref (connection);
  self->is_starting = FALSE;
  self->is_known = FALSE;
  g_clear_object (&self->proxy);

  g_signal_emit (self, signals[CONNECTION_CHANGED], 0, before);
  watch (self);
  if (self->proxy != NULL)
    serve_finders (self);
  else if (self->is_known && self->finders->len > 0)
    start (self);
  g_signal_emit (self, signals[INSTANCE_CHANGED], 0);
}

/* @bus_name: (nullable): NULL without a bus
 *
 * Lives in the main context that is the thread's default now. */
StateSyncBusPeer *
state_sync_bus_peer_new (GDBusConnection *connection, const char *bus_name, const char *object_path)
{
  StateSyncBusPeer *self = g_object_new (STATE_SYNC_TYPE_BUS_PEER, NULL);

  self->connection = g_object_ref (connection);
  self->bus_name = g_strdup (bus_name);
  self->object_path = g_strdup (object_path);
  watch (self);
  return self;
}

static void
state_sync_bus_peer_finalize (GObject *object)
{
  StateSyncBusPeer *self = STATE_SYNC_BUS_PEER (object);

  unwatch (self);
  g_clear_object (&self->proxy);
  g_ptr_array_unref (self->finders);
  g_object_unref (self->connection);
  g_free (self->bus_name);
  g_free (self->object_path);

  G_OBJECT_CLASS (state_sync_bus_peer_parent_class)->finalize (object);
}

static void
state_sync_bus_peer_class_init (StateSyncBusPeerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = state_sync_bus_peer_finalize;

  signals[CONNECTION_CHANGED] =
      g_signal_new ("connection-changed", STATE_SYNC_TYPE_BUS_PEER, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DBUS_CONNECTION);
  signals[INSTANCE_CHANGED] = g_signal_new ("instance-changed", STATE_SYNC_TYPE_BUS_PEER,
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
state_sync_bus_peer_init (StateSyncBusPeer *self)
{
  self->finders = g_ptr_array_new_with_free_func (finder_free);
}
