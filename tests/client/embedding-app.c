/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/embedding-app.h"

#include <glib/gstdio.h>

#include "statesync-service/statesync-service.h"

static void
export_on (StateSyncService *service, GDBusConnection *connection)
{
  g_autoptr (GError) error = NULL;

  state_sync_service_export (service, connection, "/org/statesync/StateSync1",
                             STATE_SYNC_EXPORT_FLAGS_NONE, &error);
  g_assert_no_error (error);
}

static gboolean
on_new_connection (GDBusServer *server, GDBusConnection *connection, StateSyncService *service)
{
  export_on (service, connection);
  return TRUE;
}

/* One that was killed has left its socket. */
static GDBusServer *
listen_at (const char *path, StateSyncService *service)
{
  g_autofree char *address = g_strconcat ("unix:path=", path, NULL);
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autoptr (GError) error = NULL;
  GDBusServer *server;

  g_unlink (path);
  server = g_dbus_server_new_sync (address, G_DBUS_SERVER_FLAGS_NONE, guid, NULL, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (server, "new-connection", G_CALLBACK (on_new_connection), service);
  g_dbus_server_start (server);
  return server;
}

static void
on_open (GObject *service, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  state_sync_service_open_finish (STATE_SYNC_SERVICE (service), result, &error);
  g_assert_no_error (error);
  *(gboolean *)user_data = TRUE;
}

static void
open_service (StateSyncService *service)
{
  gboolean is_open = FALSE;

  state_sync_service_open_async (service, NULL, on_open, &is_open);
  while (!is_open)
    g_main_context_iteration (NULL, TRUE);
}

/* @args: as for the daemon */
static char *
find_database (const char *const *args)
{
  char *path = g_build_filename (g_get_user_data_dir (), "statesync", "statesync.db", NULL);

  if (args[0] != NULL)
    {
      g_free (path);
      g_assert_cmpstr (args[0], ==, "--database");
      path = g_strdup (args[1]);
    }
  return path;
}

/* What tells that the app is there is its name, so that comes last. */
int
embedding_app_play (TestClient *client, const char *const *args)
{
  GDBusConnection *bus = test_client_get_connection (client);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *database = find_database (args + 1);
  g_autoptr (StateSyncSqliteStorage) storage = state_sync_sqlite_storage_new (database);
  g_autoptr (StateSyncService) service = state_sync_service_new (STATE_SYNC_STORAGE (storage));
  g_autoptr (GDBusServer) server = NULL;

  open_service (service);
  export_on (service, bus);
  server = listen_at (args[0], service);
  g_bus_own_name_on_connection (bus, "org.statesync.StateSync1", G_BUS_NAME_OWNER_FLAGS_NONE, NULL,
                                NULL, NULL, NULL);
  g_main_loop_run (loop);
  return 0;
}

char *
embedding_app_get_path (TestSession *session)
{
  return g_build_filename (test_session_get_folder (session), "app", NULL);
}
