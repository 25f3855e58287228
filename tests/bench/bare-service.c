/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* bare-service [NAME]: the bare pattern that the service is measured against: it answers and
 * signals, and does not check, parse, count or store anything. It holds the last text that it was
 * given.
 */

#include <gio/gio.h>

#include "bench/client.h"

static const char introspection[] =
    "<node><interface name='" BENCH_INTERFACE "'>"
    "<method name='Write'>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='t' direction='out'/>"
    "</method>"
    "<method name='GetSnapshot'>"
    "<arg type='s' direction='in'/>"
    "<arg type='t' direction='out'/><arg type='s' direction='out'/>"
    "</method>"
    "<signal name='Invalidated'><arg type='s'/><arg type='t'/></signal>"
    "</interface></node>";

typedef struct
{
  guint64 revision;
  GVariant *data;
} State;

static void
write_state (State *state,
             GDBusConnection *connection,
             GVariant *parameters,
             GDBusMethodInvocation *invocation)
{
  const char *topic;

  g_clear_pointer (&state->data, g_variant_unref);
  g_variant_get (parameters, "(&s@s@a{sv})", &topic, &state->data, NULL);
  state->revision++;
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(t)", state->revision));
  g_dbus_connection_emit_signal (connection, NULL, BENCH_OBJECT_PATH, BENCH_INTERFACE,
                                 "Invalidated", g_variant_new ("(st)", topic, state->revision),
                                 NULL);
}

static void
on_method_call (GDBusConnection *connection,
                const char *sender,
                const char *object_path,
                const char *interface_name,
                const char *method_name,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer user_data)
{
  State *state = user_data;

  if (g_str_equal (method_name, "Write"))
    write_state (state, connection, parameters, invocation);
  else
    g_dbus_method_invocation_return_value (invocation,
                                           g_variant_new ("(t@s)", state->revision, state->data));
}

int
main (int argc, char **argv)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_method_call };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (introspection, NULL);
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  State state = { .data = g_variant_ref_sink (g_variant_new_string ("null")) };

  if (connection == NULL)
    g_error ("no session bus");

  g_dbus_connection_register_object (connection, BENCH_OBJECT_PATH, node->interfaces[0], &vtable,
                                     &state, NULL, NULL);
  g_bus_own_name_on_connection (connection, argc > 1 ? argv[1] : BENCH_BUS_NAME,
                                G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
  g_main_loop_run (loop);
  return 0;
}
