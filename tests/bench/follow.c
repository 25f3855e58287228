/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* follow FOLLOWERS CHANGES SIZE soft|durable DISK (pull|library ADDRESS)...: how long it takes
 * from a write until the last of so many processes holds the data. Each process follows on all
 * buses, in the way named before the bus; a change is written when all have the one before.
 *
 * Before a write to the last bus comes one fdatasync of 4 KiB in the file DISK, unless that is
 * "none": what a service that stores nothing is to be compared with.
 */

#include <stdlib.h>

#include "bench/client.h"
#include "bench/clock.h"
#include "bench/disk.h"
#include "bench/follower.h"
#include "bench/turns.h"

#define FIRST_SIDE 6

static void
follow (BenchCrew *crew, guint index, gpointer data)
{
  char **sides = data;

  for (guint i = 0; sides[i] != NULL; i += 2)
    bench_find_follower (sides[i]) (crew, sides[i + 1]);

  bench_crew_await_start (crew);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

typedef struct
{
  BenchCrew *crew;
  GPtrArray *connections;
  char *topic;
  gsize size;
  gboolean is_durable;
  BenchDisk *disk; /* (nullable) */
} Writer;

static gint64
change (guint side, gpointer data)
{
  Writer *self = data;
  g_autofree char *document = bench_document (self->size);
  gint64 start;

  bench_crew_expect (self->crew);
  start = bench_now ();
  if (self->disk != NULL && side == self->connections->len - 1)
    bench_disk_sync (self->disk, document);
  bench_write (g_ptr_array_index (self->connections, side), self->topic, document,
               self->is_durable);
  return bench_crew_wait_done (self->crew) - start;
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (BenchDisk) disk = NULL;
  g_autofree char *topic = bench_topic (0);
  Writer writer = { .connections = connections, .topic = topic };

  if (argc < FIRST_SIDE + 2 || argc % 2 != 0)
    g_error ("usage: follow FOLLOWERS CHANGES SIZE soft|durable DISK (pull|library ADDRESS)...");

  writer.size = (gsize)atoi (argv[3]);
  writer.is_durable = g_str_equal (argv[4], "durable");
  writer.disk = disk = bench_disk_open (argv[5]);
  writer.crew = bench_crew_new ((guint)atoi (argv[1]), follow, argv + FIRST_SIDE);
  for (int i = FIRST_SIDE; i < argc; i += 2)
    g_ptr_array_add (connections, bench_connect (argv[i + 1]));

  bench_crew_wait_ready (writer.crew);
  bench_crew_start (writer.crew);
  bench_take_turns (connections->len, (guint)atoi (argv[2]), change, &writer);
  bench_crew_free (writer.crew);
  return 0;
}
