/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* list-insert ITEMS TURNS: what one element more, or less, in an array of so many costs this
 * process: in the list, from when its topic tells it until it has told its last listener; from the
 * invalidation of the topic on; and to make such a list anew, and tell that all of it is another.
 * The topic's state is in memory, so the bus is not counted. Where the list is told, the topic has
 * checked the new state and found what differs from the one before.
 */

#include <stdlib.h>
#include <unistd.h>

#include "bench/clock.h"
#include "bench/turns.h"
#include "support/text-transport.h"

#define N_PLACES 16

typedef struct
{
  char *all;
  char *without[N_PLACES]; /* one element, from the first to the last */
  guint n_turns;
  TestTextTransport *transport;
  StateSyncTopic *topic;
  StateSyncListModel *list;
  gint64 begun; /* when the list was about to be told */
  gint64 in_list;
  gint64 in_all;
  guint n_told;
} Bench;

static char *
make_text (guint n_items, guint left_out)
{
  g_autoptr (GString) text = g_string_new ("[");

  for (guint i = 0; i < n_items; i++)
    {
      if (i != left_out)
        g_string_append_printf (text,
                                "%s{\"id\":\"track-%u\",\"title\":\"The name of No. %u\","
                                "\"seconds\":%u,\"liked\":false}",
                                text->len > 1 ? "," : "", i, i, i % 600);
    }
  g_string_append_c (text, ']');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
on_items_changed (GListModel *list, guint position, guint n_removed, guint n_added, gpointer n_told)
{
  for (guint i = 0; i < n_added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, position + i);

      (*(guint *)n_told) += item != NULL;
    }
}

static StateSyncListModel *
make_list (Bench *self)
{
  StateSyncListModel *list = state_sync_list_model_new_for_array (self->topic, NULL, "id");

  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), &self->n_told);
  return list;
}

static void
before_list (StateSyncTopic *topic, const char *const *members, Bench *self)
{
  self->begun = bench_cpu_time (getpid ());
}

static void
after_list (StateSyncTopic *topic, const char *const *members, Bench *self)
{
  self->in_list = bench_cpu_time (getpid ()) - self->begun;
}

static void
change (Bench *self)
{
  guint place = self->n_turns / 2 % N_PLACES;
  const char *text = self->n_turns % 2 == 0 ? self->without[place] : self->all;
  gint64 start = bench_cpu_time (getpid ());

  test_text_transport_set (self->transport, text);
  self->in_all = bench_cpu_time (getpid ()) - start;
  self->n_turns++;
}

/* To be rid of the old list is not counted. */
static gint64
reset (Bench *self)
{
  gint64 start = bench_cpu_time (getpid ());
  g_autoptr (StateSyncListModel) list = make_list (self);
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (list));

  g_list_model_items_changed (G_LIST_MODEL (list), 0, n_items, n_items);
  return bench_cpu_time (getpid ()) - start;
}

static gint64
take_turn (guint side, gpointer data)
{
  Bench *self = data;

  if (side == 2)
    return reset (self);
  if (side == 1)
    return self->in_all;
  change (self);
  return self->in_list;
}

int
main (int argc, char **argv)
{
  Bench self = { 0 };
  guint n_items;

  if (argc != 3)
    g_error ("usage: list-insert ITEMS TURNS");

  n_items = (guint)atoi (argv[1]);
  self.all = make_text (n_items, n_items);
  for (guint i = 0; i < N_PLACES; i++)
    self.without[i] = make_text (n_items, i * (n_items - 1) / (N_PLACES - 1));
  self.transport = test_text_transport_new ();
  self.topic = test_text_transport_follow (self.transport);
  test_text_transport_set (self.transport, self.all);
  g_signal_connect (self.topic, "changed", G_CALLBACK (before_list), &self);
  self.list = make_list (&self);
  g_signal_connect (self.topic, "changed", G_CALLBACK (after_list), &self);

  bench_take_turns (3, (guint)atoi (argv[2]), take_turn, &self);
  if (self.n_told == 0)
    g_error ("nothing was told");
  return 0;
}
