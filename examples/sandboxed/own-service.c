/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The same app as its own backend: its settings are kept by a service that is a process of the app,
 * under a name that begins with the application id and so needs no permission in a sandbox. The bus
 * starts that process, this program with the option --service, when the first window calls it.
 *
 *   cc own-service.c window.c -o own-service $(pkg-config --cflags --libs statesync-service-1)
 */

#include <statesync-service/statesync-service.h>
#include <stdlib.h>
#include <string.h>

#include "window.h"

#define APP_ID "org.example.OwnService"
#define BUS_NAME APP_ID ".StateSync"
#define PATH "/org/example/OwnService/StateSync"

/* What an app has a service of its own for: nobody can store what the app does not understand. */
static void
on_validate (StateSyncService *service, StateSyncValidation *validation)
{
  const char *text = g_bytes_get_data (state_sync_validation_get_data (validation), NULL);

  if (text[strspn (text, " \t\r\n")] == '{')
    state_sync_validation_accept (validation);
  else
    state_sync_validation_reject (validation, "Settings are an object");
}

static void
fail (const GError *error)
{
  g_printerr ("own-service: %s\n", error->message);
  exit (EXIT_FAILURE);
}

static void
on_open (GObject *object, GAsyncResult *result, gpointer bus)
{
  g_autoptr (GError) error = NULL;

  if (!state_sync_service_open_finish (STATE_SYNC_SERVICE (object), result, &error))
    fail (error);
  g_bus_own_name_on_connection (bus, BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
}

/* It ends with the session; what it has acknowledged is in the file. */
static void
serve (GDBusConnection *bus)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  /* In a sandbox this is a folder that only the app has. */
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), APP_ID, "state.db", NULL);
  g_autoptr (StateSyncSqliteStorage) storage = state_sync_sqlite_storage_new (path);
  g_autoptr (StateSyncService) service = state_sync_service_new (STATE_SYNC_STORAGE (storage));
  g_autoptr (GError) error = NULL;

  g_signal_connect (service, "validate", G_CALLBACK (on_validate), NULL);
  state_sync_service_open_async (service, NULL, on_open, bus);
  if (!state_sync_service_export (service, bus, PATH, STATE_SYNC_EXPORT_FLAGS_NONE, &error))
    fail (error);
  g_main_loop_run (loop);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_autoptr (StateSyncClient) client = NULL;

  if (bus == NULL)
    fail (error);

  if (argc > 1 && strcmp (argv[1], "--service") == 0)
    {
      serve (bus);
      return EXIT_SUCCESS;
    }

  client = state_sync_client_new_for_connection (bus, BUS_NAME, PATH, APP_ID,
                                                 STATE_SYNC_CLIENT_FLAGS_NONE);
  return window_run (client);
}
