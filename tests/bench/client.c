/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench/client.h"

#include "bench/clock.h"

GDBusConnection *
bench_connect (const char *address)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection =
      g_dbus_connection_new_for_address_sync (address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);

  if (connection == NULL)
    g_error ("no bus at %s: %s", address, error->message);
  return connection;
}

/* @arguments: (transfer floating) */
GVariant *
bench_call_to (GDBusConnection *connection,
               const char *bus_name,
               const char *method,
               GVariant *arguments,
               const char *reply_type)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply = g_dbus_connection_call_sync (
      connection, bus_name, BENCH_OBJECT_PATH, BENCH_INTERFACE, method, arguments,
      G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  if (reply == NULL)
    g_error ("%s: %s", method, error->message);
  return reply;
}

GVariant *
bench_call (GDBusConnection *connection,
            const char *method,
            GVariant *arguments,
            const char *reply_type)
{
  return bench_call_to (connection, BENCH_BUS_NAME, method, arguments, reply_type);
}

void
bench_write_to (GDBusConnection *connection,
                const char *bus_name,
                const char *topic,
                const char *data,
                gboolean durable)
{
  g_autoptr (GVariant) reply = NULL;
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  if (!durable)
    g_variant_builder_add (&options, "{sv}", "durable", g_variant_new_boolean (FALSE));
  reply = bench_call_to (connection, bus_name, "Write",
                         g_variant_new ("(ssa{sv})", topic, data, &options), "(t)");
}

void
bench_write (GDBusConnection *connection, const char *topic, const char *data, gboolean durable)
{
  bench_write_to (connection, BENCH_BUS_NAME, topic, data, durable);
}

char *
bench_topic (guint64 index)
{
  return g_strdup_printf ("org.example.Bench.topic%" G_GUINT64_FORMAT, index);
}

/* A settings document of @size bytes or somewhat less that no other call gives again. */
char *
bench_document (gsize size)
{
  g_autoptr (GString) text = g_string_sized_new (size);

  g_string_append_printf (text, "{\"stamp\":%" G_GINT64_FORMAT, bench_now ());
  for (guint i = 0; text->len + strlen (",\"setting000\":\"some value\"}") <= size; i++)
    g_string_append_printf (text, ",\"setting%03u\":\"some value\"", i);
  g_string_append_c (text, '}');
  return g_string_free (g_steal_pointer (&text), FALSE);
}
