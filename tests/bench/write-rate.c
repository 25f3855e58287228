/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* write-rate WRITERS WRITES durable|soft SIZE TOPICS ADDRESS PID: how many writes per second are
 * answered when so many processes each send the next one when they have the reply, and how many
 * microseconds of CPU the service, process PID, needs for each. Each write goes to one of TOPICS
 * topics at random.
 */

#include <stdlib.h>

#include "bench/client.h"
#include "bench/clock.h"
#include "bench/crew.h"

typedef struct
{
  guint n_writers;
  guint n_writes; /* of each writer */
  gboolean durable;
  gsize size;
  guint n_topics;
  const char *address;
  pid_t service;
} Load;

static void
write_all (BenchCrew *crew, guint index, gpointer data)
{
  const Load *load = data;
  g_autoptr (GDBusConnection) connection = bench_connect (load->address);
  g_autoptr (GRand) random = g_rand_new_with_seed (index);

  bench_crew_await_start (crew);
  for (guint i = 0; i < load->n_writes; i++)
    {
      g_autofree char *topic = bench_topic (g_rand_int (random) % load->n_topics);
      g_autofree char *document = bench_document (load->size);

      bench_write (connection, topic, document, load->durable);
    }
  bench_crew_report_done (crew);
}

static void
measure (Load *load)
{
  BenchCrew *crew = bench_crew_new (load->n_writers, write_all, load);
  double n_writes = (double)load->n_writers * load->n_writes;
  gint64 cpu_start, start, time;

  bench_crew_wait_ready (crew);
  cpu_start = bench_cpu_time (load->service);
  start = bench_now ();
  bench_crew_start (crew);
  time = bench_crew_wait_done (crew) - start;

  g_print ("%.1f\n%.2f\n", n_writes * 1e9 / (double)time,
           (double)(bench_cpu_time (load->service) - cpu_start) / 1000 / n_writes);
  bench_crew_free (crew);
}

int
main (int argc, char **argv)
{
  Load load;

  if (argc != 8)
    g_error ("usage: write-rate WRITERS WRITES durable|soft SIZE TOPICS ADDRESS PID");

  load = (Load){
    .n_writers = (guint)atoi (argv[1]),
    .n_writes = (guint)atoi (argv[2]),
    .durable = g_str_equal (argv[3], "durable"),
    .size = (gsize)atoi (argv[4]),
    .n_topics = (guint)atoi (argv[5]),
    .address = argv[6],
    .service = atoi (argv[7]),
  };
  measure (&load);
  return 0;
}
