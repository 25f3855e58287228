/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "binding/feed.h"

typedef struct
{
  TestFeed *feed;
  StateSyncTopic *topic;
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
test_found (Fixture *self, gconstpointer data)
{
  JsonNode *columns;

  test_feed_show (self->feed, self->topic,
                  "{\"name\": \"Ada\", \"view\": {\"columns\": 3, \"a.b\": [1], \"old\": null}}");
  g_assert_cmpstr (json_node_get_string (state_sync_topic_get_member (self->topic, "name")), ==,
                   "Ada");
  columns = state_sync_topic_get_member (self->topic, "view.columns");
  g_assert_cmpint (json_node_get_int (columns), ==, 3);
  g_assert_true (JSON_NODE_HOLDS_ARRAY (state_sync_topic_get_member (self->topic, "view.a\\.b")));
  g_assert_true (JSON_NODE_HOLDS_OBJECT (state_sync_topic_get_member (self->topic, "view")));
}

static void
test_absent (Fixture *self, gconstpointer data)
{
  static const char *const states[] = {
    "null", "[1]", "\"name\"", "{}", "{\"view\": 1}", "{\"view\": {\"columns\": null}}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      test_feed_show (self->feed, self->topic, states[i]);
      g_assert_null (state_sync_topic_get_member (self->topic, "view.columns"));
    }
}

static void
test_unknown_yet (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncTopic) topic = test_feed_get_topic (self->feed);

  g_assert_null (state_sync_topic_get_member (topic, "name"));
}

/* What was asked for shows before it is confirmed, and goes when it is refused. */
static void
test_pending (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonNode) patch = json_from_string ("{\"name\": \"Bo\"}", NULL);

  test_feed_show (self->feed, self->topic, "{\"name\": \"Ada\"}");
  test_feed_refuse (self->feed, "no");
  state_sync_topic_update_async (self->topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL,
                                 NULL);
  g_assert_cmpstr (json_node_get_string (state_sync_topic_get_member (self->topic, "name")), ==,
                   "Bo");
  state_sync_topic_settle_sync (self->topic, NULL, NULL);
  g_assert_cmpstr (json_node_get_string (state_sync_topic_get_member (self->topic, "name")), ==,
                   "Ada");
}

static void
test_no_path (Fixture *self, gconstpointer data)
{
  if (g_test_subprocess ())
    {
      state_sync_topic_get_member (self->topic, "view..columns");
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*view..columns*is not a path: at byte 5 a name is missing*");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*func) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "found", test_found },     { "absent", test_absent },   { "unknown-yet", test_unknown_yet },
    { "pending", test_pending }, { "no-path", test_no_path },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/binding/member/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].func, tear_down);
    }
  return g_test_run ();
}
