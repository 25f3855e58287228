/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* follow FOLLOWERS CHANGES ADDRESS...: how long it takes from a write that is not durable until
 * the last of so many processes holds the data, by signal and pull. Each process follows on all
 * buses; a change is written when all have the one before.
 */

#include <stdlib.h>

#include "bench/client.h"
#include "bench/clock.h"
#include "bench/crew.h"
#include "bench/turns.h"

#define DATA_SIZE 1024

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

static void
begin_following (BenchCrew *crew, const char *address)
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

static void
follow (BenchCrew *crew, guint index, gpointer data)
{
  char **addresses = data;

  for (guint i = 0; addresses[i] != NULL; i++)
    begin_following (crew, addresses[i]);

  bench_crew_await_start (crew);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

typedef struct
{
  BenchCrew *crew;
  GPtrArray *connections;
  char *topic;
} Writer;

static gint64
change (guint side, gpointer data)
{
  Writer *self = data;
  g_autofree char *document = bench_document (DATA_SIZE);
  gint64 start;

  bench_crew_expect (self->crew);
  start = bench_now ();
  bench_write (g_ptr_array_index (self->connections, side), self->topic, document, FALSE);
  return bench_crew_wait_done (self->crew) - start;
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) connections = NULL;
  g_autofree char *topic = NULL;
  Writer writer;

  if (argc < 4)
    g_error ("usage: follow FOLLOWERS CHANGES ADDRESS...");

  writer.crew = bench_crew_new ((guint)atoi (argv[1]), follow, argv + 3);
  connections = writer.connections = bench_connect_all (argv + 3);
  topic = writer.topic = bench_topic (0);

  bench_crew_wait_ready (writer.crew);
  bench_crew_start (writer.crew);
  bench_take_turns (connections->len, (guint)atoi (argv[2]), change, &writer);
  bench_crew_free (writer.crew);
  return 0;
}
