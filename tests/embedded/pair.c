/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "embedded/pair.h"

#include <string.h>
#include <sys/socket.h>

GAsyncResult *
pair_wait_for (GAsyncResult **result)
{
  test_await (result);
  return g_steal_pointer (result);
}

/* --- the service --- */

StateSyncService *
pair_new_service (void)
{
  g_autoptr (StateSyncMemoryStorage) storage = state_sync_memory_storage_new ();

  return state_sync_service_new (STATE_SYNC_STORAGE (storage));
}

void
pair_open_service (StateSyncService *service)
{
  GAsyncResult *place = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  state_sync_service_open_async (service, NULL, test_await_callback, &place);
  result = pair_wait_for (&place);
  state_sync_service_open_finish (service, result, &error);
  g_assert_no_error (error);
}

void
pair_close_service (StateSyncService *service)
{
  GAsyncResult *place = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  state_sync_service_close_async (service, NULL, test_await_callback, &place);
  result = pair_wait_for (&place);
  state_sync_service_close_finish (service, result, &error);
  g_assert_no_error (error);
}

gboolean
pair_write (StateSyncService *service,
            const char *topic,
            const char *data,
            guint64 *revision,
            GError **error)
{
  g_autoptr (GBytes) text = g_bytes_new (data, strlen (data));
  GAsyncResult *place = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  state_sync_service_write_async (service, topic, text, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL,
                                  test_await_callback, &place);
  result = pair_wait_for (&place);
  return state_sync_service_write_finish (service, result, revision, error);
}

void
pair_assert_holds (StateSyncService *service, const char *topic, guint64 revision, const char *data)
{
  GAsyncResult *place = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (StateSyncSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;
  GBytes *bytes;

  state_sync_service_get_snapshot_async (service, topic, NULL, test_await_callback, &place);
  result = pair_wait_for (&place);
  snapshot = state_sync_service_get_snapshot_finish (service, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (state_sync_snapshot_get_revision (snapshot), ==, revision);
  bytes = state_sync_snapshot_get_data (snapshot);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), data, strlen (data));
}

/* --- the two ends --- */

static void
connect_end (int fd, GDBusConnectionFlags flags, GAsyncResult **place)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, NULL);
  g_autoptr (GSocketConnection) stream = g_socket_connection_factory_create_connection (socket);
  g_autofree char *guid = g_dbus_generate_guid ();

  g_dbus_connection_new (G_IO_STREAM (stream),
                         (flags & G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER) != 0 ? guid : NULL,
                         flags, NULL, NULL, test_await_callback, place);
}

static GDBusConnection *
take_end (GAsyncResult **place)
{
  g_autoptr (GAsyncResult) result = pair_wait_for (place);
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_finish (result, &error);

  g_assert_no_error (error);
  return connection;
}

static void
connect_ends (Pair *self)
{
  GAsyncResult *places[2] = { NULL, NULL };
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  connect_end (ends[0], G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER, &places[0]);
  connect_end (ends[1], G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, &places[1]);
  self->server_end = take_end (&places[0]);
  self->client_end = take_end (&places[1]);
}

void
pair_init (Pair *self, StateSyncService *service)
{
  g_autoptr (GError) error = NULL;

  *self = (Pair){ .service = service };
  pair_open_service (service);
  connect_ends (self);
  state_sync_service_export (service, self->server_end, PAIR_PATH, STATE_SYNC_EXPORT_FLAGS_NONE,
                             &error);
  g_assert_no_error (error);
  self->client = state_sync_client_new_for_connection (self->client_end, NULL, PAIR_PATH, NULL,
                                                       STATE_SYNC_CLIENT_FLAGS_NONE);
}

void
pair_clear (Pair *self)
{
  g_clear_object (&self->client);
  pair_close_service (self->service);
  g_clear_object (&self->service);
  g_dbus_connection_close_sync (self->client_end, NULL, NULL);
  g_clear_object (&self->client_end);
  g_clear_object (&self->server_end);
}

/* --- the client --- */

GVariant *
pair_call (Pair *self, const char *method, GVariant *args, GError **error)
{
  GAsyncResult *place = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GVariant *answer;

  g_dbus_connection_call_with_unix_fd_list (
      self->client_end, NULL, PAIR_PATH, "org.statesync.StateSync1", method, args, NULL,
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, test_await_callback, &place);
  result = pair_wait_for (&place);
  answer = g_dbus_connection_call_with_unix_fd_list_finish (self->client_end, NULL, result, error);
  if (answer == NULL && error != NULL)
    g_dbus_error_strip_remote_error (*error);
  return answer;
}

StateSyncTopic *
pair_follow (Pair *self, const char *topic)
{
  StateSyncTopic *followed = state_sync_client_get_topic (self->client, topic);
  GAsyncResult *place = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  state_sync_topic_start_async (followed, NULL, test_await_callback, &place);
  result = pair_wait_for (&place);
  state_sync_topic_start_finish (followed, result, &error);
  g_assert_no_error (error);
  return followed;
}

static gboolean
shows (StateSyncTopic *topic, const char *data)
{
  GBytes *text = state_sync_topic_get_text (topic);

  return g_bytes_get_size (text) == strlen (data) &&
         memcmp (g_bytes_get_data (text, NULL), data, strlen (data)) == 0;
}

void
pair_wait_until (StateSyncTopic *topic, const char *data)
{
  while (!shows (topic, data))
    g_main_context_iteration (NULL, TRUE);
}
