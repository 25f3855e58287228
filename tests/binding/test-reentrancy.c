/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Handlers that do something else with the topic, the object or the binding while they are told:
 * over a service in memory. */

#include <string.h>

#include "binding/feed.h"
#include "binding/lamp.h"

typedef struct
{
  TestFeed *feed;
  StateSyncTopic *topic;
  TestLamp *lamp;
  GSimpleActionGroup *actions;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->feed = test_feed_new ();
  test_feed_write (self->feed, "{\"level\":4}");
  self->topic = test_feed_get_topic (self->feed);
  self->lamp = test_lamp_new ();
  self->actions = g_simple_action_group_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->actions);
  g_clear_object (&self->lamp);
  g_clear_object (&self->topic);
  g_clear_object (&self->feed);
}

static void
bind (Fixture *self, const char *name, StateSyncBindFlags flags)
{
  state_sync_topic_bind (self->topic, name, self->lamp, name, flags);
}

static int
get_level (Fixture *self)
{
  int level;

  g_object_get (self->lamp, "level", &level, NULL);
  return level;
}

static void
update (Fixture *self, const char *text)
{
  g_autoptr (JsonNode) patch = json_from_string (text, NULL);

  state_sync_topic_update_async (self->topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL,
                                 NULL);
}

/* --- bindings --- */

static void
correct_level (Fixture *self)
{
  if (get_level (self) == 5)
    update (self, "{\"level\":6}");
}

/* The app does not want what it is told, and says so to the topic. */
static void
test_topic_corrected (Fixture *self, gconstpointer data)
{
  test_feed_start (self->topic);
  g_signal_connect_swapped (self->lamp, "notify::level", G_CALLBACK (correct_level), self);
  bind (self, "level", STATE_SYNC_BIND_FLAGS_DEFAULT);
  test_feed_show (self->feed, self->topic, "{\"level\":5}");
  g_assert_cmpint (get_level (self), ==, 6);
}

static void
test_topic_corrected_when_bound (Fixture *self, gconstpointer data)
{
  test_feed_write (self->feed, "{\"level\":5}");
  test_feed_start (self->topic);
  g_signal_connect_swapped (self->lamp, "notify::level", G_CALLBACK (correct_level), self);
  bind (self, "level", STATE_SYNC_BIND_FLAGS_GET);
  g_assert_cmpint (get_level (self), ==, 6);
}

static void
unbind (Fixture *self)
{
  state_sync_unbind (self->lamp, "level");
}

/* Nobody serves: the object is made insensitive, and its app lets go. */
static void
test_unbound_when_made_insensitive (Fixture *self, gconstpointer data)
{
  test_feed_start (self->topic);
  test_feed_serve (self->feed, FALSE);
  g_signal_connect_swapped (self->lamp, "notify::sensitive", G_CALLBACK (unbind), self);
  bind (self, "level", STATE_SYNC_BIND_FLAGS_DEFAULT);
  g_assert_finalize_object (g_steal_pointer (&self->lamp));
  test_feed_serve (self->feed, TRUE);
}

static void
bind_anew (Fixture *self)
{
  g_signal_handlers_disconnect_by_func (self->lamp, bind_anew, self);
  bind (self, "level", STATE_SYNC_BIND_FLAGS_GET);
}

static void
test_bound_anew_when_made_insensitive (Fixture *self, gconstpointer data)
{
  test_feed_start (self->topic);
  test_feed_serve (self->feed, FALSE);
  g_signal_connect_swapped (self->lamp, "notify::sensitive", G_CALLBACK (bind_anew), self);
  bind (self, "level", STATE_SYNC_BIND_FLAGS_DEFAULT);
  test_feed_serve (self->feed, TRUE);
  test_feed_start (self->topic);
  g_assert_cmpint (get_level (self), ==, 4);
  g_object_set (self->lamp, "level", 7, NULL);
  g_assert_cmpuint (test_feed_get_n_commits (self->feed), ==, 0);
}

static void
unbind_and_stop (Fixture *self)
{
  unbind (self);
  state_sync_topic_stop (self->topic);
  g_clear_object (&self->topic);
}

static void
test_stopped_when_told (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncTopic) topic = g_object_ref (self->topic);

  test_feed_start (topic);
  bind (self, "level", STATE_SYNC_BIND_FLAGS_DEFAULT);
  g_signal_connect_swapped (self->lamp, "notify::level", G_CALLBACK (unbind_and_stop), self);
  test_feed_write (self->feed, "{\"level\":5}");
  while (self->topic != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
drop_lamp (Fixture *self)
{
  g_clear_object (&self->lamp);
}

static void
test_object_dropped_when_told (Fixture *self, gconstpointer data)
{
  test_feed_start (self->topic);
  bind (self, "level", STATE_SYNC_BIND_FLAGS_DEFAULT);
  g_signal_connect_swapped (self->lamp, "notify::level", G_CALLBACK (drop_lamp), self);
  test_feed_show (self->feed, self->topic, "{\"level\":5}");
  g_assert_null (self->lamp);
}

static void
dispose_lamp (Fixture *self)
{
  g_object_run_dispose (G_OBJECT (self->lamp));
}

static void
test_object_disposed_when_told (Fixture *self, gconstpointer data)
{
  test_feed_start (self->topic);
  bind (self, "level", STATE_SYNC_BIND_FLAGS_DEFAULT);
  g_signal_connect_swapped (self->topic, "changed", G_CALLBACK (dispose_lamp), self);
  g_object_set (self->lamp, "level", 7, NULL);
  test_feed_show (self->feed, self->topic, "{\"level\":5}");
  g_assert_cmpint (get_level (self), ==, 7);
}

/* --- actions --- */

static void
rename_members (Fixture *self)
{
  g_signal_handlers_disconnect_by_func (self->actions, rename_members, self);
  update (self, "{\"a\":null,\"b\":null,\"c\":null,\"d\":true}");
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
assert_actions (Fixture *self, const char *expected)
{
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (self->actions));
  g_autofree char *joined = NULL;

  g_qsort_with_data (names, (gint)g_strv_length (names), sizeof *names, compare_names, NULL);
  joined = g_strjoinv (" ", names);
  g_assert_cmpstr (joined, ==, expected);
}

static void
test_written_when_action_added (Fixture *self, gconstpointer data)
{
  test_feed_write (self->feed, "{\"a\":true,\"b\":true,\"c\":true}");
  test_feed_start (self->topic);
  g_signal_connect_swapped (self->actions, "action-added", G_CALLBACK (rename_members), self);
  state_sync_topic_add_actions (self->topic, G_ACTION_MAP (self->actions), NULL);
  assert_actions (self, "d");
}

static void
test_written_when_action_removed (Fixture *self, gconstpointer data)
{
  test_feed_write (self->feed, "{\"a\":true,\"b\":true,\"c\":true}");
  test_feed_start (self->topic);
  state_sync_topic_add_actions (self->topic, G_ACTION_MAP (self->actions), NULL);
  g_signal_connect_swapped (self->actions, "action-removed", G_CALLBACK (rename_members), self);
  test_feed_show (self->feed, self->topic, "{\"c\":true,\"e\":true}");
  assert_actions (self, "d e");
}

static void
remove_actions (Fixture *self)
{
  state_sync_topic_remove_actions (self->topic, G_ACTION_MAP (self->actions));
}

static void
test_ended_when_action_added (Fixture *self, gconstpointer data)
{
  test_feed_write (self->feed, "{\"a\":true,\"b\":true,\"c\":true}");
  test_feed_start (self->topic);
  g_signal_connect_swapped (self->actions, "action-added", G_CALLBACK (remove_actions), self);
  state_sync_topic_add_actions (self->topic, G_ACTION_MAP (self->actions), NULL);
  g_clear_object (&self->actions);
}

static void
test_ended_when_action_removed (Fixture *self, gconstpointer data)
{
  test_feed_write (self->feed, "{\"a\":true,\"b\":true,\"c\":true}");
  test_feed_start (self->topic);
  state_sync_topic_add_actions (self->topic, G_ACTION_MAP (self->actions), NULL);
  g_signal_connect_swapped (self->actions, "action-removed", G_CALLBACK (remove_actions), self);
  test_feed_show (self->feed, self->topic, "{\"d\":true}");
  assert_actions (self, "");
}

static void
drop_actions (Fixture *self)
{
  g_clear_object (&self->actions);
}

static void
test_map_dropped_when_action_added (Fixture *self, gconstpointer data)
{
  test_feed_write (self->feed, "{\"a\":true}");
  test_feed_start (self->topic);
  state_sync_topic_add_actions (self->topic, G_ACTION_MAP (self->actions), NULL);
  g_signal_connect_swapped (self->actions, "action-added", G_CALLBACK (drop_actions), self);
  test_feed_show (self->feed, self->topic, "{\"a\":true,\"b\":true,\"c\":true}");
  g_assert_null (self->actions);
}

/* --- appliers --- */

static JsonNode *
write_while_mapping (JsonNode *node, GObject *object, gpointer user_data, GError **error)
{
  Fixture *self = user_data;

  if (json_object_get_int_member (json_node_get_object (node), "level") == 5)
    update (self, "{\"level\":6}");
  return json_node_ref (node);
}

static void
test_written_while_mapped (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncApplier) applier = NULL;

  test_feed_write (self->feed, "{\"level\":5}");
  test_feed_start (self->topic);
  applier = state_sync_applier_new (self->topic, G_OBJECT (self->lamp),
                                    STATE_SYNC_APPLIER_MODE_PATCH, NULL, NULL, NULL);
  state_sync_applier_set_map (applier, write_while_mapping, self, NULL);
  state_sync_applier_start (applier);
  g_assert_cmpint (get_level (self), ==, 6);
  state_sync_applier_stop (applier);
}

#define test_add(path, func)                                                                       \
  g_test_add ("/binding/reentrancy/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("topic-corrected", test_topic_corrected);
  test_add ("topic-corrected-when-bound", test_topic_corrected_when_bound);
  test_add ("unbound-when-made-insensitive", test_unbound_when_made_insensitive);
  test_add ("bound-anew-when-made-insensitive", test_bound_anew_when_made_insensitive);
  test_add ("stopped-when-told", test_stopped_when_told);
  test_add ("object-dropped-when-told", test_object_dropped_when_told);
  test_add ("object-disposed-when-told", test_object_disposed_when_told);
  test_add ("written-when-action-added", test_written_when_action_added);
  test_add ("written-when-action-removed", test_written_when_action_removed);
  test_add ("ended-when-action-added", test_ended_when_action_added);
  test_add ("ended-when-action-removed", test_ended_when_action_removed);
  test_add ("map-dropped-when-action-added", test_map_dropped_when_action_added);
  test_add ("written-while-mapped", test_written_while_mapped);

  return g_test_run ();
}
