/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* lone-write WRITES DISK ADDRESS TOPICS...: how long a durable write takes until its reply when
 * nobody else writes. It goes to one of TOPICS topics at random. After a write to the last bus
 * comes one fdatasync of 4 KiB in the file DISK, unless that is "none": what a service that
 * stores nothing is to be compared with.
 */

#include <stdlib.h>

#include "bench/client.h"
#include "bench/clock.h"
#include "bench/disk.h"
#include "bench/turns.h"

#define DATA_SIZE 1024

typedef struct
{
  GPtrArray *connections;
  GArray *topics; /* of guint, for each connection */
  GRand *random;
  BenchDisk *disk; /* (nullable) */
} Writer;

static gint64
write_once (guint side, gpointer data)
{
  Writer *self = data;
  guint n_topics = g_array_index (self->topics, guint, side);
  g_autofree char *topic = bench_topic (g_rand_int (self->random) % n_topics);
  g_autofree char *document = bench_document (DATA_SIZE);
  gint64 start = bench_now ();

  bench_write (g_ptr_array_index (self->connections, side), topic, document, TRUE);
  if (self->disk != NULL && side == self->connections->len - 1)
    bench_disk_sync (self->disk, document);
  return bench_now () - start;
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) topics = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (BenchDisk) disk = NULL;
  Writer writer = { .connections = connections, .topics = topics, .random = random };

  if (argc < 5 || argc % 2 == 0)
    g_error ("usage: lone-write WRITES DISK ADDRESS TOPICS...");

  for (int i = 3; i < argc; i += 2)
    {
      guint n_topics = (guint)atoi (argv[i + 1]);

      g_ptr_array_add (connections, bench_connect (argv[i]));
      g_array_append_val (topics, n_topics);
    }

  writer.disk = disk = bench_disk_open (argv[2]);
  bench_take_turns (connections->len, (guint)atoi (argv[1]), write_once, &writer);
  return 0;
}
