/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fill TOPICS SIZE Write|WriteMany ADDRESS: stores so many topics, one by one or many at once. */

#include <stdlib.h>

#include "bench/client.h"

#define N_AT_ONCE 1000

static void
write_one_by_one (GDBusConnection *connection, guint n_topics, gsize size)
{
  for (guint i = 0; i < n_topics; i++)
    {
      g_autofree char *topic = bench_topic (i);
      g_autofree char *document = bench_document (size);

      bench_write (connection, topic, document, TRUE);
    }
}

static void
write_many (GDBusConnection *connection, guint from, guint to, gsize size)
{
  g_autoptr (GVariant) reply = NULL;
  GVariantBuilder writes;

  g_variant_builder_init (&writes, G_VARIANT_TYPE ("a(ssa{sv})"));
  for (guint i = from; i < to; i++)
    {
      g_autofree char *topic = bench_topic (i);
      g_autofree char *document = bench_document (size);

      g_variant_builder_add (&writes, "(ssa{sv})", topic, document, NULL);
    }
  reply = bench_call (connection, "WriteMany", g_variant_new ("(a(ssa{sv}))", &writes), "(at)");
}

static void
write_many_at_once (GDBusConnection *connection, guint n_topics, gsize size)
{
  for (guint i = 0; i < n_topics; i += N_AT_ONCE)
    write_many (connection, i, MIN (i + N_AT_ONCE, n_topics), size);
}

int
main (int argc, char **argv)
{
  g_autoptr (GDBusConnection) connection = NULL;
  guint n_topics;
  gsize size;

  if (argc != 5)
    g_error ("usage: fill TOPICS SIZE Write|WriteMany ADDRESS");

  n_topics = (guint)atoi (argv[1]);
  size = (gsize)atoi (argv[2]);
  connection = bench_connect (argv[4]);
  if (g_str_equal (argv[3], "Write"))
    write_one_by_one (connection, n_topics, size);
  else
    write_many_at_once (connection, n_topics, size);
  return 0;
}
