/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The bare pattern: told by the signal, it asks for the snapshot and holds the string. */

#include "bench/client.h"
#include "bench/follower.h"

typedef struct
{
  BenchCrew *crew;
  char *topic;
  char *held;
} Follower;

static void
hold (Follower *self, GVariant *snapshot)
{
  g_free (self->held);
  g_variant_get (snapshot, "(ts)", NULL, &self->held);
}

static void
on_pulled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Follower *self = user_data;
  g_autoptr (GVariant) snapshot =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (snapshot == NULL)
    g_error ("GetSnapshot failed");
  hold (self, snapshot);
  bench_crew_report_done (self->crew);
}

static void
on_invalidated (GDBusConnection *connection,
                const char *sender,
                const char *object_path,
                const char *interface_name,
                const char *signal_name,
                GVariant *parameters,
                gpointer user_data)
{
  Follower *self = user_data;

  g_dbus_connection_call (connection, BENCH_BUS_NAME, BENCH_OBJECT_PATH, BENCH_INTERFACE,
                          "GetSnapshot", g_variant_new ("(s)", self->topic),
                          G_VARIANT_TYPE ("(ts)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_pulled,
                          self);
}

void
bench_follow_by_pull (BenchCrew *crew, const char *address)
{
  GDBusConnection *connection = bench_connect (address);
  Follower *self = g_new0 (Follower, 1);
  g_autoptr (GVariant) snapshot = NULL;

  self->crew = crew;
  self->topic = bench_topic (0);
  g_dbus_connection_signal_subscribe (connection, BENCH_BUS_NAME, BENCH_INTERFACE, "Invalidated",
                                      BENCH_OBJECT_PATH, self->topic, G_DBUS_SIGNAL_FLAGS_NONE,
                                      on_invalidated, self, NULL);
  snapshot = bench_call (connection, "GetSnapshot", g_variant_new ("(s)", self->topic), "(ts)");
  hold (self, snapshot);
}
