/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who waits for a change may stop to, at any time, and the change goes on: over a service in memory
 * that has yet to answer. */

#include "binding/feed.h"

typedef struct
{
  TestFeed *feed;
  StateSyncTopic *topic;
  GCancellable *cancellable;
  GAsyncResult *result; /* (nullable) */
} Fixture;

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Fixture *)user_data)->result = g_object_ref (result);
}

static void
update (Fixture *self)
{
  g_autoptr (JsonNode) patch = json_from_string ("{\"a\":1}", NULL);

  state_sync_topic_update_async (self->topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0,
                                 self->cancellable, on_done, self);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->feed = test_feed_new ();
  self->topic = test_feed_follow (self->feed);
  self->cancellable = g_cancellable_new ();
  test_feed_hold_commits (self->feed);
}

static void
run_until_done (Fixture *self)
{
  while (self->result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* The change is made, whoever waited for it. */
static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autofree char *text = NULL;

  test_feed_let_go (self->feed);
  while (state_sync_topic_get_has_pending (self->topic))
    g_main_context_iteration (NULL, TRUE);
  text = test_feed_dup_text (self->feed);
  g_assert_cmpstr (text, ==, "{\"a\":1}");

  g_clear_object (&self->result);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->topic);
  g_clear_object (&self->feed);
}

static void
test_update_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  update (self);
  g_cancellable_cancel (self->cancellable);
  run_until_done (self);
  g_assert_false (state_sync_topic_update_finish (self->topic, self->result, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (state_sync_topic_get_has_pending (self->topic));
}

static void
test_update_not_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 revision;

  update (self);
  test_feed_let_go (self->feed);
  run_until_done (self);
  state_sync_topic_update_finish (self->topic, self->result, &revision, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (revision, ==, 1);
}

static void
test_update_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_feed_refuse (self->feed, "no");
  update (self);
  test_feed_let_go (self->feed);
  run_until_done (self);
  g_assert_false (state_sync_topic_update_finish (self->topic, self->result, NULL, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED);

  test_feed_refuse (self->feed, NULL);
  g_clear_object (&self->result);
  update (self);
}

static void
test_settle_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) patch = json_from_string ("{\"a\":1}", NULL);

  state_sync_topic_update_async (self->topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL,
                                 NULL);
  state_sync_topic_settle_async (self->topic, self->cancellable, on_done, self);
  g_cancellable_cancel (self->cancellable);
  run_until_done (self);
  g_assert_false (state_sync_topic_settle_finish (self->topic, self->result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (state_sync_topic_get_has_pending (self->topic));
}

#define test_add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/binding/waiting/update-cancelled", test_update_cancelled);
  test_add ("/binding/waiting/update-not-cancelled", test_update_not_cancelled);
  test_add ("/binding/waiting/update-refused", test_update_refused);
  test_add ("/binding/waiting/settle-cancelled", test_settle_cancelled);

  return g_test_run ();
}
