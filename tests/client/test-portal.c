/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is the sandbox-facing name's alone: signals are asked for of the service. */

#include <signal.h>
#include <string.h>

#include "client/bus-watch.h"
#include "client/poor-service.h"
#include "statesync/statesync.h"

#define N_TOPICS 100

typedef struct
{
  TestSession *session;
  TestClient *writer;
  GSubprocess *service; /* (nullable) */
} Fixture;

static void
set_up_without_service (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->writer = test_client_new (test_session_get_address (self->session));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  set_up_without_service (self, data);
  self->service = test_session_start_daemon (self->session, NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_client_free (self->writer);
  g_clear_object (&self->service);
  test_session_free (self->session);
}

static void
restart_service (Fixture *self)
{
  test_process_end (self->service, SIGKILL);
  g_clear_object (&self->service);
  test_session_wait_for_no_owner (self->session);
  self->service = test_session_start_daemon (self->session, NULL);
}

static StateSyncClient *
make_client (GDBusConnection *connection, gboolean by_portal, StateSyncClientFlags flags)
{
  return state_sync_client_new_for_connection (
      connection, by_portal ? "org.freedesktop.portal.StateSync" : "org.statesync.StateSync1",
      by_portal ? "/org/freedesktop/portal/StateSync" : "/org/statesync/StateSync1",
      "org.example.App", flags);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  state_sync_topic_start_finish (STATE_SYNC_TOPIC (source), result, &error);
  g_object_set_data_full (source, "outcome", g_strdup (error != NULL ? error->message : "started"),
                          g_free);
}

static const char *
wait_for_start (StateSyncTopic *topic)
{
  while (g_object_get_data (G_OBJECT (topic), "outcome") == NULL)
    g_main_context_iteration (NULL, TRUE);
  return g_object_get_data (G_OBJECT (topic), "outcome");
}

/* All are started in one turn of the main loop. */
static GPtrArray *
start_topics (StateSyncClient *client, guint n_topics)
{
  GPtrArray *topics = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_topics; i++)
    {
      g_autofree char *name = g_strdup_printf ("topic-%u", i);
      StateSyncTopic *topic = state_sync_client_get_topic (client, name);

      state_sync_topic_start_async (topic, NULL, on_started, NULL);
      g_ptr_array_add (topics, topic);
    }
  return topics;
}

static void
wait_for_revision (StateSyncTopic *topic, guint64 revision)
{
  while (state_sync_topic_get_revision (topic) != revision)
    g_main_context_iteration (NULL, TRUE);
}

static guint
count_calls (const char *messages, const char *method)
{
  g_autofree char *line = g_strdup_printf (" call %s\n", method);
  const char *found = strstr (messages, line);

  if (found == NULL)
    return 0;
  while (found > messages && found[-1] != '\n')
    found--;
  return (guint)g_ascii_strtoull (found, NULL, 10);
}

/* The first is asked for alone, and those that wait for that answer together. An instance that is
 * started anew is asked for all. */
static void
test_asked_together (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) connection =
      test_bus_connect (test_session_get_address (self->session));
  g_autoptr (StateSyncClient) client =
      make_client (connection, TRUE, STATE_SYNC_CLIENT_FLAGS_BY_SIGNAL);
  g_autoptr (BusWatch) watch = bus_watch_new (test_session_get_address (self->session));
  g_autoptr (GPtrArray) topics = start_topics (client, N_TOPICS);
  g_autofree char *messages = NULL;

  for (guint round = 1; round <= 2; round++)
    {
      for (guint i = 0; i < N_TOPICS; i++)
        {
          StateSyncTopic *topic = g_ptr_array_index (topics, i);

          g_assert_cmpstr (wait_for_start (topic), ==, "started");
          test_client_write (self->writer, state_sync_topic_get_name (topic),
                             round == 1 ? "1" : "2");
          wait_for_revision (topic, round);
        }
      g_free (messages);
      messages = bus_watch_take (watch, self->writer);
      g_assert_cmpuint (count_calls (messages, "Subscribe"), <=, 2);

      restart_service (self);
    }
}

/* One is refused, and with it those that were asked for together; in the end it is alone. */
static void
test_one_is_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) connection =
      test_bus_connect (test_session_get_address (self->session));
  g_autoptr (StateSyncClient) client = NULL;
  g_autoptr (GPtrArray) topics = NULL;

  /* A client that has seen nobody serve would start, and be refused only after that. */
  self->service = poor_service_start (self->session, "refuses topic-37");
  client = make_client (connection, TRUE, STATE_SYNC_CLIENT_FLAGS_BY_SIGNAL);
  topics = start_topics (client, N_TOPICS);
  for (guint i = 0; i < N_TOPICS; i++)
    g_assert_cmpstr (wait_for_start (g_ptr_array_index (topics, i)), ==,
                     i == 37 ? "No" : "started");
  for (guint i = 0; i < N_TOPICS; i++)
    {
      StateSyncTopic *topic = g_ptr_array_index (topics, i);

      if (i == 37)
        continue;
      test_client_write (self->writer, state_sync_topic_get_name (topic), "1");
      wait_for_revision (topic, i < 37 ? i + 1 : i);
    }
}

/* What one client of a connection follows no more, another one of it may still follow. */
static void
test_two_clients_of_a_connection (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) connection =
      test_bus_connect (test_session_get_address (self->session));
  g_autoptr (StateSyncClient) client =
      make_client (connection, TRUE, STATE_SYNC_CLIENT_FLAGS_BY_SIGNAL);
  g_autoptr (StateSyncClient) other =
      make_client (connection, TRUE, STATE_SYNC_CLIENT_FLAGS_BY_SIGNAL);
  g_autoptr (StateSyncTopic) topic = state_sync_client_get_topic (client, "topic");
  g_autoptr (StateSyncTopic) twin = state_sync_client_get_topic (other, "topic");
  g_autoptr (StateSyncTopic) last = state_sync_client_get_topic (other, "last");
  g_autoptr (BusWatch) watch = bus_watch_new (test_session_get_address (self->session));
  g_autofree char *with_twin = NULL;
  g_autofree char *without = NULL;
  g_autoptr (GError) error = NULL;

  state_sync_topic_start_sync (topic, NULL, &error);
  g_assert_no_error (error);
  state_sync_topic_start_sync (twin, NULL, &error);
  g_assert_no_error (error);
  g_free (bus_watch_take (watch, self->writer));

  /* The refresh is sent after what ends with the topic. */
  state_sync_topic_stop (twin);
  state_sync_topic_refresh_sync (last, NULL, &error);
  g_assert_no_error (error);
  with_twin = bus_watch_take (watch, self->writer);
  g_assert_cmpuint (count_calls (with_twin, "Unsubscribe"), ==, 0);
  test_client_write (self->writer, state_sync_topic_get_name (topic), "1");
  wait_for_revision (topic, 1);

  state_sync_topic_stop (topic);
  state_sync_topic_refresh_sync (last, NULL, &error);
  g_assert_no_error (error);
  without = bus_watch_take (watch, self->writer);
  g_assert_cmpuint (count_calls (without, "Unsubscribe"), ==, 1);
}

/* Whoever ends following while it is asked for is not told of it; and a name that is followed again
 * is. */
static void
test_ended_while_asked (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) connection =
      test_bus_connect (test_session_get_address (self->session));
  g_autoptr (StateSyncClient) client =
      make_client (connection, TRUE, STATE_SYNC_CLIENT_FLAGS_BY_SIGNAL);
  g_autoptr (StateSyncTopic) last = state_sync_client_get_topic (client, "last");
  g_autoptr (BusWatch) watch = bus_watch_new (test_session_get_address (self->session));
  g_autofree char *messages = NULL;
  g_autoptr (GPtrArray) topics = NULL;
  g_autoptr (GError) error = NULL;
  guint64 n_signals;

  state_sync_topic_start_sync (last, NULL, &error);
  g_assert_no_error (error);
  topics = start_topics (client, N_TOPICS);
  for (guint i = 0; i < N_TOPICS; i++)
    state_sync_topic_stop (g_ptr_array_index (topics, i));
  state_sync_topic_refresh_sync (last, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_TOPICS; i++)
    g_assert_cmpstr (wait_for_start (g_ptr_array_index (topics, i)), !=, "started");
  messages = bus_watch_take (watch, self->writer);
  g_assert_cmpuint (count_calls (messages, "Unsubscribe"), <=, 2);

  state_sync_topic_stop (last);
  g_clear_object (&last);
  last = state_sync_client_get_topic (client, "last");
  state_sync_topic_start_sync (last, NULL, &error);
  g_assert_no_error (error);
  test_client_write (self->writer, state_sync_topic_get_name (last), "1");
  wait_for_revision (last, 1);

  n_signals = test_client_get_statistic (self->writer, "signals");
  for (guint i = 0; i < N_TOPICS; i++)
    test_client_write (self->writer, state_sync_topic_get_name (g_ptr_array_index (topics, i)),
                       "1");
  g_assert_cmpuint (test_client_get_statistic (self->writer, "signals") - n_signals, ==, N_TOPICS);
}

/* By both names it is one service, with one doorbell for the connection. */
static void
test_both_names_on_a_connection (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) connection =
      test_bus_connect (test_session_get_address (self->session));
  g_autoptr (StateSyncClient) one = make_client (connection, FALSE, STATE_SYNC_CLIENT_FLAGS_NONE);
  g_autoptr (StateSyncClient) other = make_client (connection, TRUE, STATE_SYNC_CLIENT_FLAGS_NONE);
  g_autoptr (StateSyncTopic) of_one = state_sync_client_get_topic (one, "t");
  g_autoptr (StateSyncTopic) of_other = state_sync_client_get_topic (other, "t");

  state_sync_topic_start_async (of_one, NULL, on_started, NULL);
  g_assert_cmpstr (wait_for_start (of_one), ==, "started");
  state_sync_topic_start_async (of_other, NULL, on_started, NULL);
  g_assert_cmpstr (wait_for_start (of_other), ==, "started");
  for (guint64 revision = 1; revision <= 5; revision++)
    {
      g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, revision);

      test_client_write (self->writer, state_sync_topic_get_name (of_one), text);
      wait_for_revision (of_one, revision);
      wait_for_revision (of_other, revision);
    }
}

int
main (int argc, char **argv)
{
  const TestRole roles[] = { POOR_SERVICE_ROLE, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  g_test_add ("/client/portal/asked-together", Fixture, NULL, set_up, test_asked_together,
              tear_down);
  g_test_add ("/client/portal/one-is-refused", Fixture, NULL, set_up_without_service,
              test_one_is_refused, tear_down);
  g_test_add ("/client/portal/ended-while-asked", Fixture, NULL, set_up, test_ended_while_asked,
              tear_down);
  g_test_add ("/client/portal/two-clients-of-a-connection", Fixture, NULL, set_up,
              test_two_clients_of_a_connection, tear_down);
  g_test_add ("/client/portal/both-names-on-a-connection", Fixture, NULL, set_up,
              test_both_names_on_a_connection, tear_down);

  return g_test_run ();
}
