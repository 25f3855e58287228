/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* bystander TURNS ADDRESS BARE-NAME: how long calls of somebody take who is not in a sandbox: a
 * snapshot in memory, a write that is not durable, a durable one; and the first two of the bare
 * service that has that name on the same bus.
 */

#include <stdlib.h>

#include "bench/client.h"
#include "bench/clock.h"
#include "bench/turns.h"

#define DATA_SIZE 1024

typedef struct
{
  GDBusConnection *connection;
  const char *bare_name;
  char *topic;
} Bystander;

static gint64
call_once (guint side, gpointer data)
{
  const Bystander *self = data;
  const char *name = side < 3 ? BENCH_BUS_NAME : self->bare_name;
  g_autofree char *document = bench_document (DATA_SIZE);
  gint64 start = bench_now ();

  if (side % 3 == 0)
    g_variant_unref (bench_call_to (self->connection, name, "GetSnapshot",
                                    g_variant_new ("(s)", self->topic), "(ts)"));
  else
    bench_write_to (self->connection, name, self->topic, document, side == 2);
  return bench_now () - start;
}

int
main (int argc, char **argv)
{
  g_autoptr (GDBusConnection) connection = NULL;
  g_autofree char *topic = bench_topic (0);
  Bystander bystander;

  if (argc != 4)
    g_error ("usage: bystander TURNS ADDRESS BARE-NAME");

  connection = bench_connect (argv[2]);
  bystander = (Bystander){ connection, argv[3], topic };
  bench_write (connection, topic, "1", FALSE);
  bench_take_turns (5, (guint)atoi (argv[1]), call_once, &bystander);
  return 0;
}
