/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* app PATH SOCKET: an app with a service of its own, as its author would write it. It keeps its
 * topics in the file PATH, and serves them under its own name on the bus, and to who connects to
 * SOCKET. A volume is 10 at most, a secret can't be read, and while the app is asked to wait it
 * leaves writes unanswered: it does what it is told by signals, SIGUSR1 to accept what waits,
 * SIGTERM to end.
 */

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <statesync-service/statesync-service.h>
#include <stdlib.h>

#define BUS_NAME "org.example.Editor.StateSync"
#define PATH "/org/example/Editor/StateSync"

typedef struct
{
  GMainLoop *loop;
  StateSyncService *service;
  GDBusConnection *bus;
  GDBusServer *server;
  StateSyncValidation *waiting;
  guint name;
} App;

static void
on_validate (StateSyncService *service, StateSyncValidation *validation, App *self)
{
  gsize size;
  const char *data = g_bytes_get_data (state_sync_validation_get_data (validation), &size);

  if (g_strstr_len (data, (gssize)size, "\"volume\":11") != NULL)
    {
      state_sync_validation_reject (validation, "The volume goes to ten");
    }
  else if (g_strstr_len (data, (gssize)size, "\"wait\"") != NULL)
    {
      self->waiting = g_object_ref (validation);
      g_print ("waits\n");
    }
  else
    {
      state_sync_validation_accept (validation);
    }
}

/* A secret may be told to the app, and never read again. */
static StateSyncDecision
decide (StateSyncService *service,
        StateSyncIdentity *identity,
        const char *topic,
        StateSyncRights rights,
        gpointer user_data)
{
  if (rights == STATE_SYNC_RIGHTS_READ && g_str_has_suffix (topic, ".secret"))
    return STATE_SYNC_DECISION_DENY;
  return STATE_SYNC_DECISION_DEFAULT;
}

static gboolean
on_accept (gpointer user_data)
{
  App *self = user_data;

  state_sync_validation_accept (self->waiting);
  g_clear_object (&self->waiting);
  return G_SOURCE_CONTINUE;
}

static void
export_on (App *self, GDBusConnection *connection)
{
  g_autoptr (GError) error = NULL;

  if (!state_sync_service_export (self->service, connection, PATH, STATE_SYNC_EXPORT_FLAGS_NONE,
                                  &error))
    g_error ("%s", error->message);
}

static gboolean
on_new_connection (GDBusServer *server, GDBusConnection *connection, App *self)
{
  export_on (self, connection);
  return TRUE;
}

static void
listen_at (App *self, const char *path)
{
  g_autofree char *address = g_strconcat ("unix:path=", path, NULL);
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autoptr (GError) error = NULL;

  g_unlink (path);
  self->server =
      g_dbus_server_new_sync (address, G_DBUS_SERVER_FLAGS_NONE, guid, NULL, NULL, &error);
  if (self->server == NULL)
    g_error ("%s", error->message);
  g_signal_connect (self->server, "new-connection", G_CALLBACK (on_new_connection), self);
  g_dbus_server_start (self->server);
}

static void
on_open (GObject *source, GAsyncResult *result, gpointer user_data)
{
  App *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!state_sync_service_open_finish (STATE_SYNC_SERVICE (source), result, &error))
    g_error ("%s", error->message);
  self->name = g_bus_own_name_on_connection (self->bus, BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE, NULL,
                                             NULL, NULL, NULL);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  App *self = user_data;

  state_sync_service_close_finish (STATE_SYNC_SERVICE (source), result, NULL);
  g_dbus_connection_flush_sync (self->bus, NULL, NULL);
  g_main_loop_quit (self->loop);
}

static gboolean
on_end (gpointer user_data)
{
  App *self = user_data;

  g_bus_unown_name (self->name);
  state_sync_service_close_async (self->service, NULL, on_closed, self);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (StateSyncSqliteStorage) storage = state_sync_sqlite_storage_new (argv[1]);
  g_autoptr (StateSyncService) service = state_sync_service_new (STATE_SYNC_STORAGE (storage));
  App self = { .loop = loop, .service = service, .bus = bus };

  g_signal_connect (service, "validate", G_CALLBACK (on_validate), &self);
  state_sync_service_set_authorize_func (service, decide, NULL, NULL);
  state_sync_service_open_async (service, NULL, on_open, &self);
  export_on (&self, bus);
  listen_at (&self, argv[2]);
  g_unix_signal_add (SIGUSR1, on_accept, &self);
  g_unix_signal_add (SIGTERM, on_end, &self);
  g_main_loop_run (loop);

  g_dbus_server_stop (self.server);
  g_object_unref (self.server);
  return EXIT_SUCCESS;
}
