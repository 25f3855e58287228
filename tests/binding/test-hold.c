/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was not sent yet is sent when it is let go: over a service in memory, while time stands
 * still. */

#include "binding/feed.h"
#include "binding/lamp.h"
#include "client/client-private.h"
#include "support/virtual-clock.h"

typedef struct
{
  TestFeed *feed;
  TestVirtualClock *clock;
  StateSyncTopic *topic;
  TestLamp *lamp;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncClient) client = NULL;

  self->feed = test_feed_new ();
  test_feed_write (self->feed, "{\"name\":\"\",\"level\":3}");
  self->topic = test_feed_follow (self->feed);
  self->clock = test_virtual_clock_new ();
  g_object_get (self->topic, "client", &client, NULL);
  g_set_object (&client->clock, STATE_SYNC_CLOCK (self->clock));

  self->lamp = test_lamp_new ();
  state_sync_topic_bind (self->topic, "name", self->lamp, "name", STATE_SYNC_BIND_FLAGS_DEFAULT);
  g_object_set (self->lamp, "name", "attic", NULL);
  test_virtual_clock_advance (self->clock, 0);
  g_assert_cmpuint (test_feed_get_n_commits (self->feed), ==, 0);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->lamp);
  g_clear_object (&self->topic);
  g_clear_object (&self->clock);
  g_clear_object (&self->feed);
}

static void
assert_sent (Fixture *self, guint n_commits, const char *expected)
{
  g_autofree char *text = test_feed_dup_text (self->feed);

  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (test_feed_get_n_commits (self->feed), ==, n_commits);
}

static void
test_unbound (Fixture *self, gconstpointer data)
{
  state_sync_unbind (self->lamp, "name");
  assert_sent (self, 1, "{\"name\":\"attic\",\"level\":3}");
}

static void
test_object_goes (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->lamp);
  assert_sent (self, 1, "{\"name\":\"attic\",\"level\":3}");
}

/* The first of an action's changes goes at once, and takes along what is held. */
static void
test_action_goes (Fixture *self, gconstpointer data)
{
  GAction *action = state_sync_topic_create_action (self->topic, "level");

  g_action_activate (action, g_variant_new_int32 (4));
  assert_sent (self, 1, "{\"name\":\"attic\",\"level\":4}");
  test_virtual_clock_advance (self->clock, 0);
  g_action_activate (action, g_variant_new_int32 (5));
  assert_sent (self, 1, "{\"name\":\"attic\",\"level\":4}");
  g_assert_finalize_object (action);
  assert_sent (self, 2, "{\"name\":\"attic\",\"level\":5}");
}

#define test_add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/binding/hold/unbound", test_unbound);
  test_add ("/binding/hold/object-goes", test_object_goes);
  test_add ("/binding/hold/action-goes", test_action_goes);

  return g_test_run ();
}
