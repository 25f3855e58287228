/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dconf-rate WRITERS WRITES SIZE KEYS: how many dconf_client_write_sync() per second succeed on
 * the session bus, with so many keys stored, when so many processes each send the next one when
 * they have the reply. Each write goes to one of the keys at random.
 */

#include <stdlib.h>

#include "bench/client.h"
#include "bench/clock.h"
#include "bench/crew.h"
#include "bench/dconf-keys.h"

typedef struct
{
  guint n_writers;
  guint n_writes; /* of each writer */
  gsize size;
  guint n_keys;
} Load;

static void
write_all (BenchCrew *crew, guint index, gpointer data)
{
  const Load *load = data;
  g_autoptr (DConfClient) client = dconf_client_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (index);

  bench_crew_await_start (crew);
  for (guint i = 0; i < load->n_writes; i++)
    {
      g_autofree char *key = bench_dconf_key (g_rand_int (random) % load->n_keys);
      g_autoptr (GError) error = NULL;

      if (!dconf_client_write_sync (client, key,
                                    g_variant_new_take_string (bench_document (load->size)), NULL,
                                    NULL, &error))
        g_error ("dconf: %s", error->message);
    }
  bench_crew_report_done (crew);
}

int
main (int argc, char **argv)
{
  BenchCrew *crew;
  Load load;
  gint64 start;

  if (argc != 5)
    g_error ("usage: dconf-rate WRITERS WRITES SIZE KEYS");

  load = (Load){
    .n_writers = (guint)atoi (argv[1]),
    .n_writes = (guint)atoi (argv[2]),
    .size = (gsize)atoi (argv[3]),
    .n_keys = (guint)atoi (argv[4]),
  };
  crew = bench_crew_new (load.n_writers, write_all, &load);
  bench_dconf_fill (load.n_keys, load.size);

  bench_crew_wait_ready (crew);
  start = bench_now ();
  bench_crew_start (crew);
  g_print ("%.1f\n", (double)load.n_writers * load.n_writes * 1e9 /
                         (double)(bench_crew_wait_done (crew) - start));
  bench_crew_free (crew);
  return 0;
}
