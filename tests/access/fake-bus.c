/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-bus.h"

#include <gio/gunixfdlist.h>
#include <string.h>

#define CLIENT_NAME ":1.0"

struct _TestFakeBus
{
  GDBusServer *server;
  GQueue connections; /* accepted, not yet taken */
  GMutex mutex;
  TestFakePeer peer; /* under the mutex */
  guint n_asked;     /* likewise */
};

static GVariant *
make_credentials (const TestFakePeer *peer, GUnixFDList *files)
{
  GVariantDict facts;

  g_variant_dict_init (&facts, NULL);
  if (peer->user >= 0)
    g_variant_dict_insert (&facts, "UnixUserID", "u", (guint32)peer->user);
  if (peer->pid >= 0)
    g_variant_dict_insert (&facts, "ProcessID", "u", (guint32)peer->pid);
  if (peer->label != NULL)
    g_variant_dict_insert_value (&facts, "LinuxSecurityLabel",
                                 g_variant_new_bytestring (peer->label));
  if (peer->pidfd >= 0)
    g_variant_dict_insert (&facts, "ProcessFD", "h",
                           g_unix_fd_list_append (files, peer->pidfd, NULL));
  return g_variant_new ("(@a{sv})", g_variant_dict_end (&facts));
}

static GDBusMessage *
answer (TestFakeBus *self, GDBusMessage *call)
{
  const char *method = g_dbus_message_get_member (call);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  g_autoptr (GUnixFDList) files = g_unix_fd_list_new ();
  GDBusMessage *reply = g_dbus_message_new_method_reply (call);
  const TestFakePeer *peer = &self->peer;
  const char *name = "";

  if (g_str_equal (method, "Hello"))
    g_dbus_message_set_body (reply, g_variant_new ("(s)", CLIENT_NAME));
  else if (g_str_equal (method, "GetConnectionCredentials"))
    {
      self->n_asked++;
      g_dbus_message_set_body (reply, make_credentials (peer, files));
      if (g_unix_fd_list_get_length (files) > 0)
        g_dbus_message_set_unix_fd_list (reply, files);
    }
  else if (g_str_equal (method, "GetConnectionUnixProcessID"))
    {
      gint64 pid;

      g_variant_get (g_dbus_message_get_body (call), "(&s)", &name);
      pid = g_str_equal (name, CLIENT_NAME) ? peer->own_pid : peer->pid_afterwards;
      if (pid >= 0)
        {
          g_dbus_message_set_body (reply, g_variant_new ("(u)", (guint32)pid));
          return reply;
        }
      g_object_unref (reply);
      reply = g_dbus_message_new_method_error (call, "org.freedesktop.DBus.Error.NameHasNoOwner",
                                               "%s has left", name);
    }
  return reply;
}

static GDBusMessage *
filter (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer user_data)
{
  g_autoptr (GDBusMessage) reply = NULL;

  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    return message;

  reply = answer (user_data, message);
  g_dbus_connection_send_message (connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
  g_object_unref (message);
  return NULL;
}

static gboolean
on_connection (GDBusServer *server, GDBusConnection *connection, gpointer user_data)
{
  TestFakeBus *self = user_data;

  g_dbus_connection_add_filter (connection, filter, self, NULL);
  g_queue_push_tail (&self->connections, g_object_ref (connection));
  return TRUE;
}

TestFakeBus *
test_fake_bus_new (const char *folder)
{
  TestFakeBus *self = g_new0 (TestFakeBus, 1);
  g_autofree char *address = g_strdup_printf ("unix:path=%s/fake-bus", folder);
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->mutex);
  g_queue_init (&self->connections);
  self->server =
      g_dbus_server_new_sync (address, G_DBUS_SERVER_FLAGS_NONE, guid, NULL, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (self->server, "new-connection", G_CALLBACK (on_connection), self);
  g_dbus_server_start (self->server);
  return self;
}

void
test_fake_bus_free (TestFakeBus *self)
{
  g_dbus_server_stop (self->server);
  g_object_unref (self->server);
  g_queue_clear_full (&self->connections, g_object_unref);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

const char *
test_fake_bus_get_address (TestFakeBus *self)
{
  return g_dbus_server_get_client_address (self->server);
}

GDBusConnection *
test_fake_bus_accept (TestFakeBus *self)
{
  while (g_queue_is_empty (&self->connections))
    g_main_context_iteration (NULL, TRUE);
  return g_queue_pop_head (&self->connections);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusConnection **connection = user_data;
  g_autoptr (GError) error = NULL;

  *connection = g_dbus_connection_new_for_address_finish (result, &error);
  g_assert_no_error (error);
}

GDBusConnection *
test_fake_bus_connect (TestFakeBus *self)
{
  GDBusConnection *connection = NULL;

  g_dbus_connection_new_for_address (test_fake_bus_get_address (self),
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                         G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                     NULL, NULL, on_connected, &connection);
  while (connection == NULL)
    g_main_context_iteration (NULL, TRUE);
  return connection;
}

void
test_fake_bus_set_peer (TestFakeBus *self, const TestFakePeer *peer)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  self->peer = *peer;
}

guint
test_fake_bus_get_n_asked (TestFakeBus *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return self->n_asked;
}
