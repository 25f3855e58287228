/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* follow-cpu FOLLOWERS CHANGES SIZE pull|library ADDRESS PID...: how many microseconds of CPU a
 * change that is not durable costs so many processes that follow, each of them with all of its
 * threads, and the processes PID, together. The one that writes is not counted. A change is
 * written when all have the one before.
 */

#include <stdlib.h>

#include "bench/client.h"
#include "bench/clock.h"
#include "bench/follower.h"

#define FIRST_PID 6

static void
follow (BenchCrew *crew, guint index, gpointer data)
{
  char **side = data;

  bench_find_follower (side[0]) (crew, side[1]);
  bench_crew_await_start (crew);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

static gint64
total (BenchCrew *crew, char **pids)
{
  gint64 sum = bench_crew_get_cpu_time (crew);

  for (guint i = 0; pids[i] != NULL; i++)
    sum += bench_cpu_time (atoi (pids[i]));
  return sum;
}

static void
change (BenchCrew *crew, GDBusConnection *connection, const char *topic, gsize size)
{
  g_autofree char *document = bench_document (size);

  bench_crew_expect (crew);
  bench_write (connection, topic, document, FALSE);
  bench_crew_wait_done (crew);
}

int
main (int argc, char **argv)
{
  g_autoptr (GDBusConnection) connection = NULL;
  g_autofree char *topic = bench_topic (0);
  BenchCrew *crew;
  guint n_changes;
  gsize size;
  gint64 before;

  if (argc <= FIRST_PID)
    g_error ("usage: follow-cpu FOLLOWERS CHANGES SIZE pull|library ADDRESS PID...");

  crew = bench_crew_new ((guint)atoi (argv[1]), follow, argv + 4);
  n_changes = (guint)atoi (argv[2]);
  size = (gsize)atoi (argv[3]);
  connection = bench_connect (argv[5]);

  bench_crew_wait_ready (crew);
  bench_crew_start (crew);
  change (crew, connection, topic, size);
  before = total (crew, argv + FIRST_PID);
  for (guint i = 0; i < n_changes; i++)
    change (crew, connection, topic, size);
  g_print ("%.1f\n", (double)(total (crew, argv + FIRST_PID) - before) / 1000 / n_changes);
  bench_crew_free (crew);
  return 0;
}
