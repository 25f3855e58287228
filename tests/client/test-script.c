/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The library inside this process: calls that wait, as scripts make them, and going on over
 * another connection. It is in no sandbox; in those ways it only calls as if it were. */

#include <malloc.h>
#include <signal.h>
#include <string.h>

#include "client/client-fixture.h"
#include "statesync/statesync.h"

static StateSyncClient *
new_client (Fixture *self,
            GDBusConnection *connection,
            const char *namespace_,
            StateSyncClientFlags flags)
{
  if (self->is_sandboxed)
    return state_sync_client_new_for_connection (connection, "org.freedesktop.portal.StateSync",
                                                 "/org/freedesktop/portal/StateSync", namespace_,
                                                 flags);
  return state_sync_client_new_for_connection (connection, "org.statesync.StateSync1",
                                               "/org/statesync/StateSync1", namespace_, flags);
}

static StateSyncClient *
make_client (Fixture *self, GDBusConnection *connection)
{
  return new_client (self, connection, "org.example.App",
                     self->is_by_signal ? STATE_SYNC_CLIENT_FLAGS_BY_SIGNAL
                                        : STATE_SYNC_CLIENT_FLAGS_NONE);
}

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);
  return node;
}

static void
assert_holds (StateSyncTopic *topic, guint64 revision, const char *text)
{
  GBytes *data = state_sync_topic_get_text (topic);

  g_assert_cmpuint (state_sync_topic_get_revision (topic), ==, revision);
  g_assert_cmpmem (g_bytes_get_data (data, NULL), g_bytes_get_size (data), text, strlen (text));
}

static void
wait_until_holds (StateSyncTopic *topic, guint64 revision)
{
  while (state_sync_topic_get_revision (topic) != revision)
    g_main_context_iteration (NULL, TRUE);
}

static StateSyncTopic *
start_topic (StateSyncClient *client, const char *name)
{
  g_autoptr (StateSyncTopic) topic = state_sync_client_get_topic (client, name);
  g_autoptr (GError) error = NULL;

  state_sync_topic_start_sync (topic, NULL, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&topic);
}

/* --- calls that wait --- */

static void
test_calls_wait (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) connection =
      test_bus_connect (test_session_get_address (self->session));
  g_autoptr (StateSyncClient) client = make_client (self, connection);
  g_autoptr (StateSyncTopic) topic = start_topic (client, "cart");
  g_autoptr (StateSyncTransaction) transaction = state_sync_client_begin (client);
  g_autoptr (JsonNode) one = parse ("{\"items\":1}");
  g_autoptr (JsonNode) two = parse ("{\"items\":2}");
  g_autoptr (JsonNode) paid = parse ("{\"paid\":true}");
  g_autoptr (GError) error = NULL;
  g_autofree guint64 *revisions = NULL;
  guint64 revision;
  gsize n_revisions;

  assert_holds (topic, 0, "null");
  g_assert_true (state_sync_topic_write_sync (topic, one, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL,
                                              &revision, &error));
  g_assert_cmpuint (revision, ==, 1);
  assert_holds (topic, 1, "{\"items\":1}");

  g_assert_true (state_sync_topic_merge_sync (topic, paid, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL,
                                              &revision, &error));
  g_assert_cmpuint (revision, ==, 2);
  assert_holds (topic, 2, "{\"items\":1,\"paid\":true}");

  g_assert_true (state_sync_topic_update_sync (topic, two, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL,
                                               &revision, &error));
  g_assert_cmpuint (revision, ==, 3);
  g_assert_true (state_sync_topic_settle_sync (topic, NULL, &error));
  g_assert_false (state_sync_topic_get_has_pending (topic));

  g_assert_false (state_sync_topic_write_sync (topic, one, STATE_SYNC_WRITE_FLAGS_IF_REVISION, 1,
                                               NULL, NULL, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_CONFLICT);
  g_clear_error (&error);

  state_sync_transaction_write (transaction, "cart", one, STATE_SYNC_WRITE_FLAGS_NONE, 0);
  state_sync_transaction_write (transaction, "orders", two, STATE_SYNC_WRITE_FLAGS_NONE, 0);
  revisions = state_sync_client_write_many_sync (client, transaction, NULL, &n_revisions, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_revisions, ==, 2);
  g_assert_cmpuint (revisions[0], ==, 4);
  g_assert_cmpuint (revisions[1], ==, 1);

  test_client_write (self->writer, "org.example.App.cart", "[5]");
  g_assert_true (state_sync_topic_refresh_sync (topic, NULL, &error));
  assert_holds (topic, 5, "[5]");
}

/* Once, from within a handler. */
static void
on_changed_refresh (StateSyncTopic *topic, const char *const *members, guint *n_left)
{
  g_autoptr (GError) error = NULL;

  if (*n_left == 0)
    return;
  (*n_left)--;
  state_sync_topic_refresh_sync (topic, NULL, &error);
  g_assert_no_error (error);
}

static void
test_waits_within_changed (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) connection =
      test_bus_connect (test_session_get_address (self->session));
  g_autoptr (StateSyncClient) client = make_client (self, connection);
  g_autoptr (StateSyncTopic) topic = state_sync_client_get_topic (client, "cart");
  g_autoptr (GError) error = NULL;
  guint n_left = 3;

  test_client_write (self->writer, "org.example.App.cart", "1");
  g_signal_connect (topic, "changed", G_CALLBACK (on_changed_refresh), &n_left);
  state_sync_topic_start_sync (topic, NULL, &error);
  g_assert_no_error (error);
  assert_holds (topic, 1, "1");
  for (guint64 revision = 2; revision <= 3; revision++)
    {
      test_client_write (self->writer, "org.example.App.cart", revision == 2 ? "2" : "3");
      wait_until_holds (topic, revision);
    }
  g_assert_cmpuint (n_left, ==, 0);
}

/* A dialog, for one, with a main loop of its own. */
static void
on_changed_nest (StateSyncTopic *topic, const char *const *members, Fixture *self)
{
  if (state_sync_topic_get_revision (topic) > 1)
    return;

  test_client_write (self->writer, "org.example.App.cart", "2");
  wait_until_holds (topic, 2);
}

static void
test_follows_within_changed (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) connection =
      test_bus_connect (test_session_get_address (self->session));
  g_autoptr (StateSyncClient) client = make_client (self, connection);
  g_autoptr (StateSyncTopic) topic = state_sync_client_get_topic (client, "cart");
  g_autoptr (GError) error = NULL;

  test_client_write (self->writer, "org.example.App.cart", "1");
  g_signal_connect (topic, "changed", G_CALLBACK (on_changed_nest), self);
  state_sync_topic_start_sync (topic, NULL, &error);
  g_assert_no_error (error);
  assert_holds (topic, 2, "2");
}

/* --- what people are told --- */

static void
on_written (GObject *topic, GAsyncResult *result, gpointer user_data)
{
  g_assert_false (
      state_sync_topic_write_finish (STATE_SYNC_TOPIC (topic), result, NULL, user_data));
}

/* In the middle of a call. */
static void
test_service_leaves (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) connection =
      test_bus_connect (test_session_get_address (self->session));
  g_autoptr (StateSyncClient) client = make_client (self, connection);
  g_autoptr (StateSyncTopic) topic = start_topic (client, "cart");
  g_autoptr (JsonNode) one = parse ("1");
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (self->daemon, SIGSTOP);
  test_process_wait_until_stopped (self->daemon);
  state_sync_topic_write_async (topic, one, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, on_written,
                                &error);
  g_dbus_connection_flush_sync (connection, NULL, NULL);
  client_end_daemon (self, SIGKILL);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY);
  g_assert_cmpstr (error->message, ==, "The service left, or did not answer in time");
}

/* --- what is written --- */

/* What the library read it can write, in the same numbers. */
static void
test_numbers (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) connection =
      test_bus_connect (test_session_get_address (self->session));
  g_autoptr (StateSyncClient) client = make_client (self, connection);
  g_autoptr (StateSyncTopic) topic = NULL;
  g_autoptr (GError) error = NULL;

  test_client_write (self->writer, "org.example.App.cart",
                     "[1e22,1e308,1e-300,5e-324,0.1,-0.0,1.0,1.7976931348623157e308,"
                     "9223372036854775807,-1,\"\\u0001\\\"\\\\é\",{\"a\\n\":null},[],{},true]");
  topic = start_topic (client, "cart");
  state_sync_topic_write_sync (topic, state_sync_topic_get_data (topic),
                               STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_holds (topic, 2,
                "[1e+22,1e+308,1e-300,4.94065645841247e-324,0.1,-0.0,1.0,1.7976931348623157e+308,"
                "9223372036854775807,-1,\"\\u0001\\\"\\\\é\",{\"a\\u000a\":null},[],{},true]");
}

static void
test_too_deep (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) connection =
      test_bus_connect (test_session_get_address (self->session));
  g_autoptr (StateSyncClient) client = make_client (self, connection);
  g_autoptr (StateSyncTopic) topic = start_topic (client, "cart");
  g_autoptr (JsonNode) node = parse ("[]");
  g_autoptr (GError) error = NULL;

  for (guint depth = 1; depth < 600; depth++)
    {
      g_autoptr (JsonArray) array = json_array_new ();

      json_array_add_element (array, g_steal_pointer (&node));
      node = json_node_new (JSON_NODE_ARRAY);
      json_node_set_array (node, array);
    }
  state_sync_topic_write_sync (topic, node, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL, &error);
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_DATA);
}

/* GDBus closes a connection on which more than a message holds was to be sent. */
static void
test_too_large (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) connection =
      test_bus_connect (test_session_get_address (self->session));
  g_autoptr (StateSyncClient) client = make_client (self, connection);
  g_autoptr (StateSyncTopic) topic = start_topic (client, "cart");
  g_autoptr (StateSyncTransaction) transaction = state_sync_client_begin (client);
  g_autofree char *string = g_strnfill (15 * 1024 * 1024, 'x');
  g_autofree char *text = g_strdup_printf ("\"%s\"", string);
  g_autofree char *longer = g_strnfill (130 * 1024 * 1024, 'x');
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), longer);
  g_autoptr (GError) error = NULL;
  gsize n_revisions;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("part%u", i);

      state_sync_transaction_write_text (transaction, name, text, STATE_SYNC_WRITE_FLAGS_NONE, 0);
    }
  g_assert_null (
      state_sync_client_write_many_sync (client, transaction, NULL, &n_revisions, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_TOO_LARGE);
  g_clear_error (&error);

  g_assert_false (state_sync_topic_write_sync (topic, node, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL,
                                               NULL, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_TOO_LARGE);
  g_assert_false (g_dbus_connection_is_closed (connection));
}

/* --- what it costs --- */

#define N_IDLE 1000
#define MAX_BYTES_PER_TOPIC 2048

static GPtrArray *
start_many (StateSyncClient *client, guint first, guint n_topics)
{
  GPtrArray *topics = g_ptr_array_new_full (n_topics, g_object_unref);

  for (guint i = first; i < first + n_topics; i++)
    {
      g_autofree char *name = g_strdup_printf ("topic-%u", i);
      StateSyncTopic *topic = state_sync_client_get_topic (client, name);

      state_sync_topic_start_async (topic, NULL, NULL, NULL);
      g_ptr_array_add (topics, topic);
    }
  for (guint i = 0; i < n_topics; i++)
    {
      while (state_sync_topic_get_state (g_ptr_array_index (topics, i)) !=
             STATE_SYNC_LIFECYCLE_RUNNING)
        g_main_context_iteration (NULL, TRUE);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return topics;
}

/* All of it: topic, replica, engine, subscription, and the transport's share. */
static void
test_memory_of_an_idle_topic (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) connection =
      test_bus_connect (test_session_get_address (self->session));
  g_autoptr (StateSyncClient) client = make_client (self, connection);
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) topics = NULL;
  gsize before, bytes;

#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("the address sanitizer pads what is allocated");
  return;
#endif

  /* What is made once is made now. */
  first = start_many (client, 0, 100);
  before = mallinfo2 ().uordblks;
  topics = start_many (client, 100, N_IDLE);
  bytes = (mallinfo2 ().uordblks - before) / N_IDLE;
  g_test_message ("%" G_GSIZE_FORMAT " bytes for each topic", bytes);
  g_assert_cmpuint (bytes, <=, MAX_BYTES_PER_TOPIC);
}

/* --- another connection --- */

/* GDBus says that it is closed from its own thread, a little later. */
static void
lose (GDBusConnection *connection)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_close_sync (connection, NULL, &error);
  g_assert_no_error (error);
  while (!g_dbus_connection_is_closed (connection))
    g_thread_yield ();
}

static void
test_goes_on_over_another (Fixture *self, gconstpointer data)
{
  const char *address = test_session_get_address (self->session);
  g_autoptr (GDBusConnection) first = test_bus_connect (address);
  g_autoptr (GDBusConnection) second = test_bus_connect (address);
  g_autoptr (StateSyncClient) client = make_client (self, first);
  g_autoptr (StateSyncTopic) topic = start_topic (client, "cart");
  g_autoptr (JsonNode) patch = parse ("{\"mine\":1}");
  g_autoptr (GError) error = NULL;

  test_client_write (self->writer, "org.example.App.cart", "{\"a\":1}");
  wait_until_holds (topic, 1);

  lose (first);
  while (state_sync_topic_get_available (topic))
    g_main_context_iteration (NULL, TRUE);
  assert_holds (topic, 1, "{\"a\":1}");

  test_client_write (self->writer, "org.example.App.cart", "{\"a\":2}");
  state_sync_topic_update_async (topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL, NULL);
  assert_holds (topic, 1, "{\"a\":1,\"mine\":1}");

  state_sync_client_set_connection (client, second);
  g_assert_true (state_sync_topic_settle_sync (topic, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (state_sync_topic_get_available (topic));
  assert_holds (topic, 3, "{\"a\":2,\"mine\":1}");

  test_client_write (self->writer, "org.example.App.cart", "{\"a\":4}");
  wait_until_holds (topic, 4);
}

/* What the app moves to while the one before is still there. */
static void
test_moves_to_another (Fixture *self, gconstpointer data)
{
  const char *address = test_session_get_address (self->session);
  g_autoptr (GDBusConnection) first = test_bus_connect (address);
  g_autoptr (GDBusConnection) second = test_bus_connect (address);
  g_autoptr (StateSyncClient) client = make_client (self, first);
  g_autoptr (StateSyncClient) other = NULL;
  g_autoptr (StateSyncTopic) topic = start_topic (client, "cart");
  g_autoptr (StateSyncTopic) others = NULL;

  state_sync_client_set_connection (client, second);
  g_assert_false (state_sync_client_get_available (client));
  test_client_write (self->writer, "org.example.App.cart", "1");
  wait_until_holds (topic, 1);
  g_assert_true (state_sync_client_get_available (client));

  /* And nothing is left of it there. */
  other = make_client (self, first);
  others = start_topic (other, "cart");
  test_client_write (self->writer, "org.example.App.cart", "2");
  wait_until_holds (topic, 2);
  wait_until_holds (others, 2);
  g_assert_cmpint (state_sync_topic_is_current (others), ==, !self->is_by_signal);

  g_object_unref (g_steal_pointer (&topic));
  test_client_write (self->writer, "org.example.App.cart", "3");
  wait_until_holds (others, 3);
}

/* Once more before the bus has answered. */
static void
test_moves_twice (Fixture *self, gconstpointer data)
{
  const char *address = test_session_get_address (self->session);
  g_autoptr (GDBusConnection) first = test_bus_connect (address);
  g_autoptr (GDBusConnection) second = test_bus_connect (address);
  g_autoptr (StateSyncClient) client = make_client (self, first);
  g_autoptr (StateSyncTopic) topic = start_topic (client, "cart");

  state_sync_client_set_connection (client, second);
  state_sync_client_set_connection (client, first);
  state_sync_client_set_connection (client, second);
  lose (first);
  for (guint64 revision = 1; revision < 10; revision++)
    {
      test_client_write (self->writer, "org.example.App.cart", revision % 2 == 0 ? "2" : "1");
      wait_until_holds (topic, revision);
    }
}

static void
iterate (guint times)
{
  for (guint i = 0; i < times; i++)
    g_main_context_iteration (NULL, FALSE);
}

/* The bus was restarted and went again, or the app is given what is closed already. */
static void
test_moves_to_what_is_lost (Fixture *self, gconstpointer data)
{
  const char *address = test_session_get_address (self->session);
  g_autoptr (GDBusConnection) first = test_bus_connect (address);
  g_autoptr (StateSyncClient) client = make_client (self, first);
  g_autoptr (StateSyncTopic) topic = start_topic (client, "cart");
  guint64 revision = 0;

  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (GDBusConnection) closed = test_bus_connect (address);
      g_autoptr (GDBusConnection) lost = test_bus_connect (address);
      g_autoptr (GDBusConnection) good = test_bus_connect (address);
      g_autoptr (StateSyncTopic) other = NULL;
      g_autofree char *name = g_strdup_printf ("other%u", round);

      lose (closed);
      state_sync_client_set_connection (client, closed);
      iterate (round % 4);
      state_sync_client_set_connection (client, lost);
      iterate (round % 3);
      lose (lost);
      iterate (round);

      state_sync_client_set_connection (client, good);
      for (guint i = 0; i < 2; i++)
        {
          g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, ++revision);

          test_client_write (self->writer, "org.example.App.cart", text);
          wait_until_holds (topic, revision);
        }
      other = start_topic (client, name);
      g_assert_true (state_sync_topic_get_available (topic));
    }
}

static void
on_start_failed (GObject *topic, GAsyncResult *result, gpointer user_data)
{
  g_assert_false (state_sync_topic_start_finish (STATE_SYNC_TOPIC (topic), result, user_data));
}

/* A topic that never followed is told. */
static void
test_starts_on_what_is_lost (Fixture *self, gconstpointer data)
{
  const char *address = test_session_get_address (self->session);
  g_autoptr (GDBusConnection) closed = test_bus_connect (address);
  g_autoptr (GDBusConnection) good = test_bus_connect (address);
  g_autoptr (StateSyncClient) client = NULL;
  g_autoptr (StateSyncTopic) topic = NULL;
  g_autoptr (GError) error = NULL;

  lose (closed);
  client = make_client (self, closed);
  topic = state_sync_client_get_topic (client, "cart");
  state_sync_topic_start_async (topic, NULL, on_start_failed, &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_clear_error (&error);

  state_sync_client_set_connection (client, good);
  g_assert_true (state_sync_topic_start_sync (topic, NULL, &error));
  test_client_write (self->writer, "org.example.App.cart", "1");
  wait_until_holds (topic, 1);
}

/* One that the bus can't filter by: each topic has a rule of its own. */
static void
test_any_namespace (Fixture *self, gconstpointer data)
{
  const char *const namespaces[] = { "a b", "é", "1", "a..b", "a,b", "a'b", "*", "org.example" };
  g_autoptr (TestClient) writer = test_client_new (test_session_get_address (self->session));

  for (guint i = 0; i < G_N_ELEMENTS (namespaces); i++)
    {
      g_autoptr (GDBusConnection) connection =
          test_bus_connect (test_session_get_address (self->session));
      g_autoptr (StateSyncClient) client =
          new_client (self, connection, namespaces[i],
                      STATE_SYNC_CLIENT_FLAGS_WHOLE_NAMESPACE | STATE_SYNC_CLIENT_FLAGS_BY_SIGNAL);
      g_autoptr (StateSyncTopic) topic = start_topic (client, "cart");

      test_client_write (writer, state_sync_topic_get_name (topic), "1");
      wait_until_holds (topic, 1);
    }
}

int
main (int argc, char **argv)
{
  const TestRole roles[] = { CLIENT_ROLES, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  client_add_on_bus ("script", "calls-wait", test_calls_wait);
  client_add_on_bus ("script", "waits-within-changed", test_waits_within_changed);
  client_add_on_bus ("script", "follows-within-changed", test_follows_within_changed);
  client_add_on_bus ("script", "service-leaves", test_service_leaves);
  client_add_on_bus ("script", "memory-of-an-idle-topic", test_memory_of_an_idle_topic);
  client_add_on_bus ("reconnect", "goes-on-over-another", test_goes_on_over_another);
  client_add_on_bus ("reconnect", "moves-to-another", test_moves_to_another);
  client_add_on_bus ("reconnect", "moves-twice", test_moves_twice);
  client_add_on_bus ("reconnect", "moves-to-what-is-lost", test_moves_to_what_is_lost);
  client_add_on_bus ("reconnect", "starts-on-what-is-lost", test_starts_on_what_is_lost);
  client_add_on_bus ("script", "numbers", test_numbers);
  client_add_on_bus ("script", "too-deep", test_too_deep);
  client_add_on_bus ("script", "too-large", test_too_large);
  client_add_on_bus ("script", "any-namespace", test_any_namespace);

  return g_test_run ();
}
