/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dconf-follow FOLLOWERS CHANGES SIZE KEYS: how long it takes from dconf_client_write_sync() of
 * one of so many stored keys until the last of so many processes holds its value. They watch the
 * folder that the keys are in, and read when they are told. A change is written when all have the
 * one before.
 */

#include <stdlib.h>

#include "bench/client.h"
#include "bench/clock.h"
#include "bench/crew.h"
#include "bench/dconf-keys.h"
#include "bench/turns.h"

typedef struct
{
  BenchCrew *crew;
  char *key;
  guint n_keys;
  gsize size;
  DConfClient *client;
} Side;

/* In a process of its own, as the followers are to be forked before there are threads, and to be
 * told of nothing but the changes. */
static void
fill (BenchCrew *crew, guint index, gpointer data)
{
  const Side *self = data;

  bench_dconf_fill (self->n_keys, self->size);
  bench_crew_report_done (crew);
}

static void
on_changed (DConfClient *client,
            const char *prefix,
            const char *const *changes,
            const char *tag,
            gpointer user_data)
{
  Side *self = user_data;
  g_autoptr (GVariant) value = dconf_client_read (client, self->key);

  if (value == NULL)
    g_error ("dconf: no value at %s", self->key);
  bench_crew_report_done (self->crew);
}

static void
follow (BenchCrew *crew, guint index, gpointer data)
{
  Side self = { .crew = crew, .key = bench_dconf_key (0) };
  g_autoptr (DConfClient) client = dconf_client_new ();

  g_signal_connect (client, "changed", G_CALLBACK (on_changed), &self);
  dconf_client_watch_sync (client, BENCH_DCONF_FOLDER);
  bench_crew_await_start (crew);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

static gint64
change (guint side, gpointer data)
{
  Side *self = data;
  g_autofree char *document = bench_document (self->size);
  g_autoptr (GError) error = NULL;
  gint64 start;

  bench_crew_expect (self->crew);
  start = bench_now ();
  if (!dconf_client_write_sync (self->client, self->key, g_variant_new_string (document), NULL,
                                NULL, &error))
    g_error ("dconf: %s", error->message);
  return bench_crew_wait_done (self->crew) - start;
}

int
main (int argc, char **argv)
{
  g_autoptr (DConfClient) client = NULL;
  g_autofree char *key = bench_dconf_key (0);
  Side writer = { .key = key };
  BenchCrew *filler;

  if (argc != 5)
    g_error ("usage: dconf-follow FOLLOWERS CHANGES SIZE KEYS");

  writer.size = (gsize)atoi (argv[3]);
  writer.n_keys = (guint)atoi (argv[4]);
  filler = bench_crew_new (1, fill, &writer);
  bench_crew_wait_done (filler);
  bench_crew_free (filler);

  writer.crew = bench_crew_new ((guint)atoi (argv[1]), follow, NULL);
  bench_crew_wait_ready (writer.crew);
  writer.client = client = dconf_client_new ();
  bench_crew_start (writer.crew);
  bench_take_turns (1, (guint)atoi (argv[2]), change, &writer);
  bench_crew_free (writer.crew);
  return 0;
}
