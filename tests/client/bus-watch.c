/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A connection that became a monitor must not say anything any more: the bus would end it. So the
 * filter, which runs in GDBus's thread, keeps every message from going further, but for the answer
 * to the call that makes it a monitor.
 */

#include "client/bus-watch.h"

#include <string.h>

#define MARKER "org.statesync.Test.Marker"

struct _BusWatch
{
  GDBusConnection *connection;
  GMutex lock; /* for what follows */
  GCond seen_marker;
  guint n_markers;
  GHashTable *calls; /* "SENDER SERIAL" → member: those that are not answered */
  GTree *counts;     /* "KIND MEMBER" → number */
};

static void
count (BusWatch *self, const char *kind, const char *member)
{
  char *key = g_strconcat (kind, " ", member, NULL);
  guint n = GPOINTER_TO_UINT (g_tree_lookup (self->counts, key));

  g_tree_replace (self->counts, key, GUINT_TO_POINTER (n + 1));
}

static char *
call_key (const char *caller, guint32 serial)
{
  return g_strdup_printf ("%s %u", caller, serial);
}

static void
count_answer (BusWatch *self, GDBusMessage *message, const char *kind)
{
  g_autofree char *key = call_key (g_dbus_message_get_destination (message),
                                   g_dbus_message_get_reply_serial (message));
  const char *member = g_hash_table_lookup (self->calls, key);

  /* Else it answers what was sent before the watch began. */
  if (member != NULL)
    count (self, kind, member);
  g_hash_table_remove (self->calls, key);
}

static void
see (BusWatch *self, GDBusMessage *message)
{
  const char *member = g_dbus_message_get_member (message);

  switch (g_dbus_message_get_message_type (message))
    {
    case G_DBUS_MESSAGE_TYPE_METHOD_CALL:
      g_hash_table_insert (
          self->calls,
          call_key (g_dbus_message_get_sender (message), g_dbus_message_get_serial (message)),
          g_strdup (member));
      count (self, "call", member);
      return;

    case G_DBUS_MESSAGE_TYPE_METHOD_RETURN:
      count_answer (self, message, "reply");
      return;

    case G_DBUS_MESSAGE_TYPE_ERROR:
      count_answer (self, message, "error");
      return;

    case G_DBUS_MESSAGE_TYPE_SIGNAL:
      if (!g_str_equal (g_dbus_message_get_interface (message), MARKER))
        {
          count (self, "signal", member);
          return;
        }
      self->n_markers++;
      g_cond_signal (&self->seen_marker);
      return;

    case G_DBUS_MESSAGE_TYPE_INVALID:
    default:
      g_assert_not_reached ();
    }
}

static GDBusMessage *
on_message (GDBusConnection *connection,
            GDBusMessage *message,
            gboolean is_incoming,
            gpointer user_data)
{
  BusWatch *self = user_data;

  if (!is_incoming || g_strcmp0 (g_dbus_message_get_destination (message),
                                 g_dbus_connection_get_unique_name (connection)) == 0)
    return message;

  g_mutex_lock (&self->lock);
  see (self, message);
  g_mutex_unlock (&self->lock);
  g_object_unref (message);
  return NULL;
}

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (a, b);
}

BusWatch *
bus_watch_new (const char *address)
{
  BusWatch *self = g_new0 (BusWatch, 1);
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->lock);
  g_cond_init (&self->seen_marker);
  self->calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->counts = g_tree_new_full (compare, NULL, g_free, NULL);
  self->connection = test_bus_connect (address);
  g_dbus_connection_add_filter (self->connection, on_message, self, NULL);
  answer = g_dbus_connection_call_sync (self->connection, "org.freedesktop.DBus",
                                        "/org/freedesktop/DBus", "org.freedesktop.DBus.Monitoring",
                                        "BecomeMonitor", g_variant_new ("(asu)", NULL, 0), NULL,
                                        G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  return self;
}

/* The filter is used no more once the connection is closed. */
void
bus_watch_free (BusWatch *self)
{
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_object_unref (self->connection);
  g_hash_table_unref (self->calls);
  g_tree_unref (self->counts);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->seen_marker);
  g_free (self);
}

static gboolean
add_line (gpointer key, gpointer value, gpointer lines)
{
  g_string_append_printf (lines, "%u %s\n", GPOINTER_TO_UINT (value), (const char *)key);
  return FALSE;
}

char *
bus_watch_take (BusWatch *self, TestClient *client)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (test_client_get_connection (client), NULL, "/", MARKER, "Mark",
                                 NULL, &error);
  g_assert_no_error (error);

  g_mutex_lock (&self->lock);
  while (self->n_markers == 0)
    g_cond_wait (&self->seen_marker, &self->lock);
  self->n_markers--;
  g_tree_foreach (self->counts, add_line, lines);
  g_tree_remove_all (self->counts);
  g_mutex_unlock (&self->lock);
  return g_string_free (g_steal_pointer (&lines), FALSE);
}
