/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The egg timer itself: a process without a window that owns the state. It keeps the time, says
 * which times are good, and goes on when all windows are closed. The bus starts it when the first
 * window calls; killed, it goes on where it was.
 *
 *   cc backend.c -o egg-timer-backend $(pkg-config --cflags --libs statesync-service-1)
 */

#include <json-glib/json-glib.h>
#include <statesync-service/statesync-service.h>
#include <stdlib.h>
#include <string.h>

#define APP_ID "org.example.EggTimer"
#define TOPIC APP_ID ".timer"
#define INITIAL "{\"seconds\":240,\"running\":false}"
#define HOUR 3600

/* What the timer holds, unless it is something else. */
static gboolean
read_timer (GBytes *data, gint64 *seconds, gboolean *running)
{
  gsize size;
  const char *text = g_bytes_get_data (data, &size);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonObject *timer;
  JsonNode *number, *truth;

  if (!json_parser_load_from_data (parser, text, (gssize)size, NULL) ||
      !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return FALSE;

  timer = json_node_get_object (json_parser_get_root (parser));
  number = json_object_get_member (timer, "seconds");
  if (number == NULL || json_node_get_value_type (number) != G_TYPE_INT64)
    return FALSE;
  truth = json_object_get_member (timer, "running");
  if (truth != NULL && json_node_get_value_type (truth) != G_TYPE_BOOLEAN)
    return FALSE;

  *seconds = json_node_get_int (number);
  *running = truth != NULL && json_node_get_boolean (truth);
  return *seconds >= 0;
}

static void
on_validate (StateSyncService *service, StateSyncValidation *validation)
{
  gint64 seconds;
  gboolean running;

  if (!read_timer (state_sync_validation_get_data (validation), &seconds, &running))
    state_sync_validation_reject (validation, "This is no time");
  else if (seconds > HOUR)
    state_sync_validation_reject (validation, "No egg takes longer than an hour");
  else
    state_sync_validation_accept (validation);
}

/* --- the clock --- */

static void
on_snapshot (GObject *object, GAsyncResult *result, gpointer user_data)
{
  StateSyncService *service = STATE_SYNC_SERVICE (object);
  g_autoptr (StateSyncSnapshot) now =
      state_sync_service_get_snapshot_finish (service, result, NULL);
  g_autofree char *patch = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gint64 seconds;
  gboolean running;

  if (now == NULL || !read_timer (state_sync_snapshot_get_data (now), &seconds, &running) ||
      !running)
    return;

  if (seconds > 1)
    patch = g_strdup_printf ("{\"seconds\":%" G_GINT64_FORMAT "}", seconds - 1);
  else
    patch = g_strdup ("{\"seconds\":0,\"running\":false}");
  bytes = g_bytes_new (patch, strlen (patch));
  /* Whoever set the timer meanwhile is right; the next second counts on from there. */
  state_sync_service_merge_async (service, TOPIC, bytes, STATE_SYNC_WRITE_FLAGS_IF_REVISION,
                                  state_sync_snapshot_get_revision (now), NULL, NULL, NULL);
}

static gboolean
on_second (gpointer user_data)
{
  state_sync_service_get_snapshot_async (user_data, TOPIC, NULL, on_snapshot, NULL);
  return G_SOURCE_CONTINUE;
}

/* --- the service --- */

static void
fail (const GError *error)
{
  g_printerr ("egg-timer-backend: %s\n", error->message);
  exit (EXIT_FAILURE);
}

static void
on_open (GObject *object, GAsyncResult *result, gpointer bus)
{
  g_autoptr (GError) error = NULL;

  if (!state_sync_service_open_finish (STATE_SYNC_SERVICE (object), result, &error))
    fail (error);
  g_bus_own_name_on_connection (bus, APP_ID ".StateSync", G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL,
                                NULL, NULL);
  g_timeout_add_seconds (1, on_second, object);
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), APP_ID, "state.db", NULL);
  g_autoptr (StateSyncSqliteStorage) storage = state_sync_sqlite_storage_new (path);
  g_autoptr (StateSyncService) service = state_sync_service_new (STATE_SYNC_STORAGE (storage));
  g_autoptr (GBytes) initial = g_bytes_new_static (INITIAL, strlen (INITIAL));

  if (bus == NULL)
    fail (error);

  state_sync_service_set_initial_data (service, TOPIC, initial);
  g_signal_connect (service, "validate", G_CALLBACK (on_validate), NULL);
  state_sync_service_open_async (service, NULL, on_open, bus);
  if (!state_sync_service_export (service, bus, "/org/example/EggTimer/StateSync",
                                  STATE_SYNC_EXPORT_FLAGS_NONE, &error))
    fail (error);
  g_main_loop_run (loop);
  return EXIT_SUCCESS;
}
