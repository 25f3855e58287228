/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* burst WRITES signal|boards ADDRESS: what a burst of so many writes by another process, many of
 * them on their way at once, costs a replica that follows by signal or on a board: how many pulls,
 * and how many microseconds of CPU for each write.
 */

#include <stdlib.h>
#include <unistd.h>

#include "bench/client.h"
#include "bench/clock.h"
#include "bench/crew.h"
#include "bench/replica.h"

#define DATA_SIZE 1024
#define N_UNDER_WAY 200

/* --- the one that writes --- */

typedef struct
{
  guint n_writes;
  const char *address;
} Load;

typedef struct
{
  GDBusConnection *connection;
  char *topic;
  guint n_sent;
  guint n_answered;
  guint n_writes;
} Burst;

static void send_next (Burst *self);

static void
on_written (GObject *connection, GAsyncResult *result, gpointer user_data)
{
  Burst *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (connection), result, &error);

  if (reply == NULL)
    g_error ("Write: %s", error->message);
  self->n_answered++;
  send_next (self);
}

static void
send_next (Burst *self)
{
  g_autofree char *document = NULL;
  GVariantBuilder options;

  if (self->n_sent == self->n_writes)
    return;

  self->n_sent++;
  document = bench_document (DATA_SIZE);
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "durable", g_variant_new_boolean (FALSE));
  g_dbus_connection_call (self->connection, BENCH_BUS_NAME, BENCH_OBJECT_PATH, BENCH_INTERFACE,
                          "Write", g_variant_new ("(ssa{sv})", self->topic, document, &options),
                          G_VARIANT_TYPE ("(t)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_written,
                          self);
}

static void
write_all (BenchCrew *crew, guint index, gpointer data)
{
  const Load *load = data;
  g_autofree char *topic = bench_topic (0);
  g_autoptr (GDBusConnection) connection = bench_connect (load->address);
  Burst burst = { .connection = connection, .topic = topic, .n_writes = load->n_writes };

  bench_crew_await_start (crew);
  for (guint i = 0; i < N_UNDER_WAY; i++)
    send_next (&burst);
  while (burst.n_answered < burst.n_writes)
    g_main_context_iteration (NULL, TRUE);
}

/* --- the one that follows --- */

static void
measure (BenchCrew *crew, StateSyncTopic *topic, guint n_writes)
{
  guint64 last = state_sync_topic_get_revision (topic) + n_writes;
  StateSyncCounters before;
  StateSyncCounters after;
  gint64 cpu_start;

  state_sync_topic_get_counters (topic, &before);
  cpu_start = bench_cpu_time (getpid ());
  bench_crew_start (crew);
  while (state_sync_topic_get_revision (topic) < last)
    g_main_context_iteration (NULL, TRUE);
  state_sync_topic_get_counters (topic, &after);

  g_print ("%" G_GUINT64_FORMAT "\n%.2f\n", after.pulls - before.pulls,
           (double)(bench_cpu_time (getpid ()) - cpu_start) / 1000 / n_writes);
}

int
main (int argc, char **argv)
{
  StateSyncTopic *topic;
  BenchCrew *crew;
  Load load;

  if (argc != 4)
    g_error ("usage: burst WRITES signal|boards ADDRESS");

  load = (Load){ (guint)atoi (argv[1]), argv[3] };
  crew = bench_crew_new (1, write_all, &load);
  topic = bench_start_replica (argv[3], g_str_equal (argv[2], "signal")
                                            ? STATE_SYNC_CLIENT_FLAGS_BY_SIGNAL
                                            : STATE_SYNC_CLIENT_FLAGS_NONE);
  bench_crew_wait_ready (crew);
  measure (crew, topic, load.n_writes);
  bench_crew_free (crew);
  return 0;
}
