/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The bus sends a broadcast signal to those whose rules fit. They are added and removed here, and
 * not by GDBus, because its way tells nobody when the bus refuses one. They last as long as the
 * connection, whoever has the service's name.
 */

#include "transports/bus/bus-asking.h"

static GObject *
whom (StateSyncBusPeer *peer)
{
  return G_OBJECT (state_sync_bus_peer_get_connection (peer));
}

/* The bus takes the beginning of a name of the bus, and nothing else (D-Bus specification, "Match
 * Rules"). */
static gboolean
can_share (const char *namespace_)
{
  g_autofree char *name = g_strconcat (namespace_, ".a", NULL);

  return g_dbus_is_name (name) && !g_dbus_is_unique_name (name);
}

/* Between apostrophes all is literal but the apostrophe, which is written outside of them after
 * a backslash (D-Bus specification, "Match Rules"). */
static char *
quote (const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, "'", -1);
  g_autofree char *inner = g_strjoinv ("'\\''", parts);

  return g_strdup_printf ("'%s'", inner);
}

static char *
subject_text (const char *subject, gboolean is_namespace)
{
  g_autofree char *value = quote (subject);

  if (*subject == '\0')
    return g_strdup ("");
  return g_strdup_printf (",%s=%s", is_namespace ? "arg0namespace" : "arg0", value);
}

static char *
rule_text (StateSyncBusPeer *peer, const char *subject, gboolean is_namespace)
{
  g_autofree char *filter = subject_text (subject, is_namespace);

  return g_strdup_printf ("type='signal',sender='%s',path='%s',interface='%s',"
                          "member='Invalidated'%s",
                          state_sync_bus_peer_get_bus_name (peer),
                          state_sync_bus_peer_get_object_path (peer),
                          state_sync_bus_service_interface_info ()->name, filter);
}

static void
call_bus (GObject *connection,
          const char *method,
          const char *rule,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
  g_dbus_connection_call (G_DBUS_CONNECTION (connection), "org.freedesktop.DBus",
                          "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
                          g_variant_new ("(s)", rule), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          callback, user_data);
}

/* One that is on its way is on the bus before it can be taken back. */
static void
ask (StateSyncBusPeer *peer,
     GObject *connection,
     const char *subject,
     gboolean is_namespace,
     GCancellable *cancellable,
     GAsyncReadyCallback callback,
     gpointer user_data)
{
  g_autofree char *rule = rule_text (peer, subject, is_namespace);

  call_bus (connection, "AddMatch", rule, callback, user_data);
}

static gboolean
ask_finish (GObject *connection, GAsyncResult *result, GError **error)
{
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (connection), result, error);

  if (answer == NULL)
    g_dbus_error_strip_remote_error (*error);
  return answer != NULL;
}

static void
take_back (StateSyncBusPeer *peer, GObject *connection, const char *subject, gboolean is_namespace)
{
  g_autofree char *rule = rule_text (peer, subject, is_namespace);

  call_bus (connection, "RemoveMatch", rule, NULL, NULL);
}

const StateSyncBusAsking state_sync_bus_match_rules = {
  .whom = whom,
  .can_share = can_share,
  .ask = ask,
  .ask_finish = ask_finish,
  .take_back = take_back,
};
