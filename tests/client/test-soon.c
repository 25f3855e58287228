/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When changes that follow one another are sent: the real service, and a clock that is turned by
 * hand. */

#include "client/topic-private.h"
#include "support/role.h"
#include "support/virtual-clock.h"

typedef struct
{
  TestSession *session;
  GSubprocess *daemon;
  GDBusConnection *connection;
  TestVirtualClock *clock;
  StateSyncTopic *topic;
  GPtrArray *rejected; /* of char: patches */
} Fixture;

static void
on_rejected (StateSyncTopic *topic, JsonNode *patch, const GError *error, gpointer user_data)
{
  Fixture *self = user_data;

  g_ptr_array_add (self->rejected, json_to_string (patch, FALSE));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncClient) client = NULL;
  g_autoptr (GError) error = NULL;

  self->session = test_session_new ();
  self->daemon = test_session_start_daemon (self->session, NULL);
  self->connection = test_bus_connect (test_session_get_address (self->session));
  client = state_sync_client_new_for_connection (self->connection, "org.statesync.StateSync1",
                                                 "/org/statesync/StateSync1", NULL,
                                                 STATE_SYNC_CLIENT_FLAGS_NONE);
  self->clock = test_virtual_clock_new ();
  g_set_object (&client->clock, STATE_SYNC_CLOCK (self->clock));

  self->rejected = g_ptr_array_new_with_free_func (g_free);
  self->topic = state_sync_client_get_topic (client, "t");
  g_signal_connect (self->topic, "write-rejected", G_CALLBACK (on_rejected), self);
  state_sync_topic_start_sync (self->topic, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->topic);
  g_object_unref (self->clock);
  g_object_unref (self->connection);
  g_object_unref (self->daemon);
  g_ptr_array_unref (self->rejected);
  test_session_free (self->session);
}

/* --- what happens, and what is to be seen --- */

static void
change (Fixture *self, StateSyncTempo tempo, const char *key, const char *text)
{
  g_autofree char *json = g_strdup_printf ("{\"%s\":%s}", key, text);
  g_autoptr (JsonNode) patch = json_from_string (json, NULL);
  g_autoptr (GError) error = NULL;

  state_sync_topic_update_soon (self->topic, key, patch, tempo, &error);
  g_assert_no_error (error);
}

static void
assert_data (Fixture *self, const char *expected)
{
  g_autofree char *text = json_to_string (state_sync_topic_get_data (self->topic), FALSE);

  g_assert_cmpstr (text, ==, expected);
}

/* What was sent is confirmed: as that many revisions in all. */
static void
assert_settles (Fixture *self, guint64 revision)
{
  g_assert_false (state_sync_topic_is_held (self->topic));
  while (state_sync_topic_get_has_pending (self->topic))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (state_sync_topic_get_revision (self->topic), ==, revision);
}

static void
assert_waits (Fixture *self)
{
  g_assert_true (state_sync_topic_is_held (self->topic));
  g_assert_null (self->topic->writing);
}

/* --- the tests --- */

static void
test_typed_goes_at_a_pause (Fixture *self, gconstpointer data)
{
  change (self, STATE_SYNC_TEMPO_TYPED, "name", "\"a\"");
  assert_data (self, "{\"name\":\"a\"}");
  test_virtual_clock_advance (self->clock, 250);
  change (self, STATE_SYNC_TEMPO_TYPED, "name", "\"ab\"");
  test_virtual_clock_advance (self->clock, 299);
  assert_data (self, "{\"name\":\"ab\"}");
  assert_waits (self);
  test_virtual_clock_advance (self->clock, 1);
  assert_settles (self, 1);
}

static void
test_typed_without_a_pause (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 15; i++)
    {
      g_autofree char *text = g_strdup_printf ("\"%u\"", i);

      change (self, STATE_SYNC_TEMPO_TYPED, "name", text);
      test_virtual_clock_advance (self->clock, i < 14 ? 100 : 99);
      assert_waits (self);
    }
  test_virtual_clock_advance (self->clock, 1);
  assert_settles (self, 1);
  assert_data (self, "{\"name\":\"14\"}");
}

static void
test_dragged_goes_at_intervals (Fixture *self, gconstpointer data)
{
  change (self, STATE_SYNC_TEMPO_DRAGGED, "volume", "0");
  assert_settles (self, 1);
  for (guint i = 1; i <= 25; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      change (self, STATE_SYNC_TEMPO_DRAGGED, "volume", text);
      assert_waits (self);
      test_virtual_clock_advance (self->clock, 10);
      while (!state_sync_topic_is_held (self->topic) &&
             state_sync_topic_get_has_pending (self->topic))
        g_main_context_iteration (NULL, TRUE);
    }
  test_virtual_clock_advance (self->clock, 100);
  assert_settles (self, 4);
  assert_data (self, "{\"volume\":25}");
}

/* What is not of this kind neither waits nor overtakes. */
static void
test_other_changes_take_along (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonNode) patch = json_from_string ("{\"b\":2}", NULL);

  change (self, STATE_SYNC_TEMPO_TYPED, "a", "1");
  assert_waits (self);
  state_sync_topic_update_async (self->topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL,
                                 NULL);
  assert_settles (self, 1);
  assert_data (self, "{\"a\":1,\"b\":2}");
}

static void
test_settle_does_not_wait (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  change (self, STATE_SYNC_TEMPO_TYPED, "a", "1");
  state_sync_topic_settle_sync (self->topic, NULL, &error);
  g_assert_no_error (error);
  assert_settles (self, 1);
}

/* The topic's last holder may go meanwhile. */
static void
test_outlives_its_holder (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) reader = test_client_new (test_session_get_address (self->session));
  g_autofree char *written = NULL;
  guint64 revision;

  change (self, STATE_SYNC_TEMPO_TYPED, "a", "1");
  g_object_add_weak_pointer (G_OBJECT (self->topic), (gpointer *)&self->topic);
  g_object_unref (self->topic);
  g_assert_nonnull (self->topic);
  test_virtual_clock_advance (self->clock, 300);
  while (self->topic != NULL)
    g_main_context_iteration (NULL, TRUE);
  written = test_client_dup_snapshot (reader, "t", &revision);
  g_assert_cmpstr (written, ==, "{\"a\":1}");
}

/* One act of the user's is refused once, and what was typed of another member stays. */
static void
test_refused_as_one (Fixture *self, gconstpointer data)
{
  g_autofree char *text = NULL;

  change (self, STATE_SYNC_TEMPO_TYPED, "b", "\"b\"");
  text = g_strnfill (17 * 1024 * 1024, 'x');
  {
    g_autofree char *quoted = g_strdup_printf ("\"%s\"", text);

    change (self, STATE_SYNC_TEMPO_TYPED, "a", "\"x\"");
    change (self, STATE_SYNC_TEMPO_TYPED, "a", quoted);
  }
  test_virtual_clock_advance (self->clock, 300);
  assert_settles (self, 1);
  g_assert_cmpuint (self->rejected->len, ==, 1);
  assert_data (self, "{\"b\":\"b\"}");
}

static void
test_stopped (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonNode) patch = json_from_string ("{\"b\":2}", NULL);
  g_autoptr (GError) error = NULL;

  change (self, STATE_SYNC_TEMPO_TYPED, "a", "1");
  state_sync_topic_stop (self->topic);
  g_assert_cmpuint (test_virtual_clock_get_n_timers (self->clock), ==, 0);
  g_assert_false (
      state_sync_topic_update_soon (self->topic, "b", patch, STATE_SYNC_TEMPO_TYPED, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

#define test_add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);

  test_add ("/client/soon/typed-goes-at-a-pause", test_typed_goes_at_a_pause);
  test_add ("/client/soon/typed-without-a-pause", test_typed_without_a_pause);
  test_add ("/client/soon/dragged-goes-at-intervals", test_dragged_goes_at_intervals);
  test_add ("/client/soon/other-changes-take-along", test_other_changes_take_along);
  test_add ("/client/soon/settle-does-not-wait", test_settle_does_not_wait);
  test_add ("/client/soon/outlives-its-holder", test_outlives_its_holder);
  test_add ("/client/soon/refused-as-one", test_refused_as_one);
  test_add ("/client/soon/stopped", test_stopped);

  return g_test_run ();
}
