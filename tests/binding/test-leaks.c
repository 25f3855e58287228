/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is left of objects that showed a topic: nothing, of 10,000 as of one. */

#include "binding/feed.h"
#include "values/many-properties.h"

#define N_CYCLES 10000

typedef struct
{
  TestFeed *feed;
  StateSyncTopic *topic;
  guint n_alive; /* of all objects that were made here */
  guint n_maps;  /* whose data was not given back */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->feed = test_feed_new ();
  self->topic = test_feed_follow (self->feed);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->topic);
  g_assert_finalize_object (self->feed);
}

static void
on_gone (gpointer user_data, GObject *object)
{
  ((Fixture *)user_data)->n_alive--;
}

static void
watch (Fixture *self, gpointer object)
{
  self->n_alive++;
  g_object_weak_ref (object, on_gone, self);
}

static JsonNode *
on_map (JsonNode *data, GObject *object, gpointer user_data, GError **error)
{
  return json_node_ref (data);
}

static void
on_map_gone (gpointer user_data)
{
  ((Fixture *)user_data)->n_maps--;
}

static gboolean
is_heard (StateSyncTopic *topic, const char *signal)
{
  return g_signal_has_handler_pending (topic, g_signal_lookup (signal, STATE_SYNC_TYPE_TOPIC), 0,
                                       TRUE);
}

static void
cycle_applier (Fixture *self, guint round)
{
  g_autoptr (TestMany) object = test_many_new ();
  g_autoptr (StateSyncApplier) applier = state_sync_applier_new (
      self->topic, G_OBJECT (object), STATE_SYNC_APPLIER_MODE_REPLACE, NULL, NULL, NULL);

  watch (self, object);
  watch (self, applier);
  self->n_maps++;
  state_sync_applier_set_map (applier, on_map, self, on_map_gone);
  state_sync_applier_start (applier);
  if (round % 2 == 0)
    state_sync_applier_stop (applier);
}

static void
cycle_value (Fixture *self, guint round)
{
  g_autoptr (StateSyncValue) value = state_sync_value_new (self->topic, "title");
  g_autofree char *title = NULL;

  watch (self, value);
  g_object_get (value, "string", &title, NULL);
  g_assert_cmpstr (title, ==, "a");
}

static void
test_cycles (Fixture *self, gconstpointer data)
{
  void (*const cycle) (Fixture *, guint) = data;
  g_autofree char *text = NULL;

  test_feed_show (self->feed, self->topic, "{\"title\": \"a\", \"tags\": [\"x\"], \"size\": null}");
  for (guint i = 0; i < N_CYCLES; i++)
    cycle (self, i);

  g_assert_cmpuint (self->n_alive, ==, 0);
  g_assert_cmpuint (self->n_maps, ==, 0);
  g_assert_false (is_heard (self->topic, "changed"));
  g_assert_false (is_heard (self->topic, "notify"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/binding/leaks/applier", Fixture, cycle_applier, set_up, test_cycles, tear_down);
  g_test_add ("/binding/leaks/value", Fixture, cycle_value, set_up, test_cycles, tear_down);

  return g_test_run ();
}
