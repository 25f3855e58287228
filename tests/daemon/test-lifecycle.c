/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The daemon stops, is replaced, or loses its bus, while clients work: what was acknowledged is
 * stored, and every call is answered.
 */

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "statesync-service/sqlite-storage.h"
#include "support/raw-client.h"
#include "support/role.h"

#define MIB (1024 * 1024)

#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
assert_ended_well (GSubprocess *daemon)
{
  g_subprocess_wait (daemon, NULL, NULL);
  g_assert_true (g_subprocess_get_if_exited (daemon));
  g_assert_cmpint (g_subprocess_get_exit_status (daemon), ==, 0);
}

/* "REVISION DATA" of what is in the database, which nobody has open. */
static char *
dup_stored (TestSession *session, const char *topic)
{
  g_autoptr (StateSyncStorage) storage =
      STATE_SYNC_STORAGE (state_sync_sqlite_storage_new (test_session_get_database (session)));
  g_autoptr (StateSyncSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;
  GBytes *data;

  state_sync_storage_open (storage, &error);
  g_assert_no_error (error);
  snapshot = state_sync_storage_load (storage, topic, &error);
  g_assert_no_error (error);
  state_sync_storage_close (storage);

  g_assert_nonnull (snapshot);
  data = state_sync_snapshot_get_data (snapshot);
  return g_strdup_printf ("%" G_GUINT64_FORMAT " %.*s", state_sync_snapshot_get_revision (snapshot),
                          (int)g_bytes_get_size (data),
                          (const char *)g_bytes_get_data (data, NULL));
}

static char *
string_of_mib (gsize n_mib)
{
  gsize length = n_mib * MIB;
  char *text = g_strnfill (length, 'x');

  text[0] = text[length - 1] = '"';
  return text;
}

/* --- writes in flight --- */

typedef struct
{
  guint n_left;
  guint n_written;
} Flight;

static void
count_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Flight *flight = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = test_client_call_finish (result, &error);

  g_assert_no_error (error);
  g_variant_get (answer, "(t)", NULL);
  flight->n_left--;
  flight->n_written++;
}

/* They are on the bus, which has sent them on, when this returns. */
static void
send_writes (TestClient *client, Flight *flight, guint n_writes)
{
  flight->n_left += n_writes;
  for (guint i = 1; i <= n_writes; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      test_client_call_async (client, "Write", test_client_write_args ("t", text, NULL),
                              count_written, flight);
    }
  test_client_sync (client);
}

static void
wait_for_answers (Flight *flight)
{
  while (flight->n_left > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_stop_stores_and_answers_what_is_in_flight (gconstpointer data)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (GSubprocess) daemon = test_session_start_daemon (session, NULL);
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autofree char *stored = NULL;
  Flight flight = { 0 };

  send_writes (client, &flight, 500);
  g_subprocess_send_signal (daemon, GPOINTER_TO_INT (data));
  wait_for_answers (&flight);
  assert_ended_well (daemon);
  stored = dup_stored (session, "t");
  g_assert_cmpstr (stored, ==, "500 500");
}

/* So that the service has to store when it is told to stop: the writes have reached it. */
static void
send_large_writes (TestClient *client, Flight *flight)
{
  g_autofree char *text = string_of_mib (4);

  flight->n_left += 8;
  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *topic = g_strdup_printf ("large%u", i);

      test_client_call_async (client, "Write", test_client_write_args (topic, text, NULL),
                              count_written, flight);
    }
  test_client_sync (client);
}

/* It is started by a call while the one before it still has the database. */
static void
test_next_service_waits_for_the_one_that_stops (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autoptr (TestClient) other = test_client_new (test_session_get_address (session));
  g_autofree char *owner = NULL;
  Flight flight = { 0 };

  test_session_make_activatable (session, NULL);
  test_client_write (client, "t", "1");
  owner = test_session_wait_for_owner (session, NULL);
  send_large_writes (client, &flight);
  kill (test_session_get_owner_pid (session), SIGTERM);
  test_session_wait_for_no_owner (session);

  test_client_assert_snapshot (other, "t", 1, "1");
  g_assert_cmpuint (test_client_write (other, "large7", "1"), ==, 2);
  wait_for_answers (&flight);
}

/* What comes by the unique name once the service has let go of the other is told to come again. */
static void
test_late_call_is_told_to_come_again (void)
{
  for (;;)
    {
      g_autoptr (TestSession) session = test_session_new ();
      g_autoptr (GSubprocess) daemon = test_session_start_daemon (session, NULL);
      g_autofree char *owner = test_session_wait_for_owner (session, NULL);
      g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) answer = NULL;
      Flight flight = { 0 };

      send_large_writes (client, &flight);
      g_subprocess_send_signal (daemon, SIGTERM);
      test_session_wait_for_no_owner (session);
      answer = g_dbus_connection_call_sync (test_client_get_connection (client), owner,
                                            "/org/statesync/StateSync1", "org.statesync.StateSync1",
                                            "GetSnapshot", g_variant_new ("(s)", "t"), NULL,
                                            G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
      wait_for_answers (&flight);
      assert_ended_well (daemon);

      /* It may have been quicker than this. */
      if (answer != NULL || error->domain == G_DBUS_ERROR)
        continue;
      g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_UNAVAILABLE);
      g_dbus_error_strip_remote_error (error);
      g_assert_cmpstr (error->message, ==,
                       "The service is shutting down: call again, which starts it anew");
      return;
    }
}

/* --- under load --- */

/* Writes to a topic of its own until there is input. No call may fail, and each write is the next
 * revision; prints the last one. */
static int
play_writer (TestClient *client, const char *const *args)
{
  guint64 revision = 0;

  while (!test_role_is_told ())
    {
      g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, revision + 1);

      g_assert_cmpuint (test_client_write (client, args[0], text), ==, revision + 1);
      revision++;
      test_client_assert_snapshot (client, args[0], revision, text);
    }
  printf ("%" G_GUINT64_FORMAT "\n", revision);
  return 0;
}

typedef struct
{
  GSubprocess *writers[3];
} Load;

static const char *const load_topics[] = { "a", "b", "c" };

static void
load_start (Load *load, TestSession *session)
{
  for (guint i = 0; i < G_N_ELEMENTS (load->writers); i++)
    load->writers[i] = test_session_spawn_role (session, "writer", ARGS (load_topics[i]));
}

/* Nothing failed, and all that they wrote is there. */
static void
load_end (Load *load, TestClient *client)
{
  for (guint i = 0; i < G_N_ELEMENTS (load->writers); i++)
    {
      g_autofree char *line = NULL;

      test_role_tell (load->writers[i], "stop");
      line = test_role_read_line (load->writers[i]);
      g_assert_nonnull (line);
      test_client_assert_snapshot (client, load_topics[i], g_ascii_strtoull (line, NULL, 10), line);
      g_assert_cmpint (test_process_finish (load->writers[i], NULL, NULL), ==, 0);
      g_object_unref (load->writers[i]);
    }
}

/* So that the load is on the service that is there now. */
static void
wait_for_change (TestClient *client, const char *topic)
{
  test_client_wait_for_signal (client, topic, test_client_get_last_signal (client, topic) + 1);
}

static void
test_stopped_under_load (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autofree char *owner = NULL;
  Load load;

  test_session_make_activatable (session, NULL);
  test_client_follow (client, NULL);
  load_start (&load, session);
  for (guint round = 0; round < 15; round++)
    {
      g_autofree char *previous = g_steal_pointer (&owner);

      owner = test_session_wait_for_owner (session, previous);
      wait_for_change (client, load_topics[round % G_N_ELEMENTS (load_topics)]);
      kill (test_session_get_owner_pid (session), SIGTERM);
    }
  load_end (&load, client);
}

static void
test_replaced_under_load (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autoptr (GSubprocess) daemon = test_session_start_daemon (session, NULL);
  g_autofree char *owner = test_session_wait_for_owner (session, NULL);
  Load load;

  test_client_follow (client, NULL);
  load_start (&load, session);
  for (guint round = 0; round < 10; round++)
    {
      g_autoptr (GSubprocess) replaced = g_steal_pointer (&daemon);
      g_autofree char *previous = g_steal_pointer (&owner);

      wait_for_change (client, load_topics[round % G_N_ELEMENTS (load_topics)]);
      daemon = test_session_start_daemon (session, ARGS ("--replace"));
      owner = test_session_wait_for_owner (session, previous);
      assert_ended_well (replaced);
    }
  load_end (&load, client);
}

static void
test_replace_where_there_is_none (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (GSubprocess) daemon G_GNUC_UNUSED =
      test_session_start_daemon (session, ARGS ("--replace"));
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));

  g_assert_cmpuint (test_client_write (client, "t", "1"), ==, 1);
}

/* --- nobody calls --- */

static void
test_idle_service_stops_and_the_next_call_starts_it (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autofree char *owner = NULL;

  test_session_make_activatable (session, ARGS ("--idle-timeout=1"));
  test_client_write_with (client, "t", "1", "{'durable': <false>}");
  owner = test_session_wait_for_owner (session, NULL);
  test_session_wait_for_no_owner (session);
  test_client_assert_snapshot (client, "t", 1, "1");
}

/* --- the bus goes --- */

static void
test_bus_goes (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (GSubprocess) daemon =
      test_session_spawn_daemon (session, G_SUBPROCESS_FLAGS_STDERR_PIPE, NULL);
  g_autofree char *owner G_GNUC_UNUSED = test_session_wait_for_owner (session, NULL);
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autofree char *errors = NULL;
  g_autofree char *stored = NULL;

  test_client_write_with (client, "t", "1", "{'durable': <false>}");
  test_session_end_bus (session);
  g_assert_cmpint (test_process_finish (daemon, NULL, &errors), ==, 0);
  g_assert_nonnull (strstr (errors, "the session bus is gone; stopping"));
  g_assert_null (strstr (errors, "another service"));
  stored = dup_stored (session, "t");
  g_assert_cmpstr (stored, ==, "1 1");
}

/* --- nobody listens --- */

static void
test_nobody_reads_its_log (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (GSubprocess) daemon =
      test_session_spawn_daemon (session, G_SUBPROCESS_FLAGS_STDERR_PIPE, ARGS ("--verbose"));
  g_autofree char *owner G_GNUC_UNUSED = test_session_wait_for_owner (session, NULL);
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autofree char *stored = NULL;

  g_input_stream_close (g_subprocess_get_stderr_pipe (daemon), NULL, NULL);
  test_client_write (client, "t", "1");
  test_client_write_with (client, "t", "2", "{'durable': <false>}");
  g_subprocess_send_signal (daemon, SIGTERM);
  assert_ended_well (daemon);
  stored = dup_stored (session, "t");
  g_assert_cmpstr (stored, ==, "2 2");
}

/* --- a peer that does not read --- */

/* Its calls wait for it; they are refused, and nobody waits for them. */
static void
test_stops_though_a_peer_does_not_read (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (GSubprocess) daemon = test_session_start_daemon (session, NULL);
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autoptr (TestRawClient) peer = test_raw_client_new (test_session_get_address (session));
  g_autofree char *large = string_of_mib (1);
  guint32 first = 0;
  guint n_refused = 0;

  test_client_write (client, "large", large);
  test_client_write (client, "small", "1");
  for (guint i = 0; i < 30; i++)
    {
      guint32 serial = test_raw_client_call (peer, "GetSnapshot", g_variant_new ("(s)", "large"));

      if (i == 0)
        first = serial;
    }
  while (test_client_get_unread (client, test_raw_client_get_name (peer), "OutgoingBytes") <
         16 * MIB)
    test_client_assert_snapshot (client, "small", 1, "1");

  g_subprocess_send_signal (daemon, SIGTERM);
  assert_ended_well (daemon);
  for (guint32 serial = first; serial < first + 30; serial++)
    {
      g_autoptr (GDBusMessage) answer = test_raw_client_wait_for_answer (peer, serial);
      const char *name = g_dbus_message_get_error_name (answer);

      if (name == NULL)
        continue;
      g_assert_cmpstr (name, ==, "org.statesync.StateSync1.Error.Unavailable");
      n_refused++;
    }
  g_assert_cmpuint (n_refused, >, 0);
}

/* --- memory --- */

/* Without calls it gives back what large data took. The sanitizers have a heap of their own. */
static void
test_memory_goes_back_when_it_is_quiet (void)
{
#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("the heap is the sanitizer's");
#else
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (GSubprocess) daemon = test_session_start_daemon (session, NULL);
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autofree char *large = string_of_mib (15);

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t%u", i);

      test_client_write (client, topic, large);
      test_client_assert_snapshot (client, topic, 1, large);
      test_client_write (client, topic, "null");
    }
  while (test_process_get_resident_kib (daemon) > 48 * 1024)
    g_usleep (G_USEC_PER_SEC / 10);
#endif
}

int
main (int argc, char **argv)
{
  static const TestRole roles[] = { { "writer", play_writer }, { 0 } };

  test_init (&argc, &argv, roles);

  g_test_add_data_func ("/daemon/lifecycle/sigterm-stores-and-answers-what-is-in-flight",
                        GINT_TO_POINTER (SIGTERM), test_stop_stores_and_answers_what_is_in_flight);
  g_test_add_data_func ("/daemon/lifecycle/sigint-stores-and-answers-what-is-in-flight",
                        GINT_TO_POINTER (SIGINT), test_stop_stores_and_answers_what_is_in_flight);
  g_test_add_func ("/daemon/lifecycle/next-service-waits-for-the-one-that-stops",
                   test_next_service_waits_for_the_one_that_stops);
  g_test_add_func ("/daemon/lifecycle/late-call-is-told-to-come-again",
                   test_late_call_is_told_to_come_again);
  g_test_add_func ("/daemon/lifecycle/stopped-under-load", test_stopped_under_load);
  g_test_add_func ("/daemon/lifecycle/replaced-under-load", test_replaced_under_load);
  g_test_add_func ("/daemon/lifecycle/replace-where-there-is-none",
                   test_replace_where_there_is_none);
  g_test_add_func ("/daemon/lifecycle/idle-service-stops-and-the-next-call-starts-it",
                   test_idle_service_stops_and_the_next_call_starts_it);
  g_test_add_func ("/daemon/lifecycle/bus-goes", test_bus_goes);
  g_test_add_func ("/daemon/lifecycle/nobody-reads-its-log", test_nobody_reads_its_log);
  g_test_add_func ("/daemon/lifecycle/stops-though-a-peer-does-not-read",
                   test_stops_though_a_peer_does_not_read);
  g_test_add_func ("/daemon/lifecycle/memory-goes-back-when-it-is-quiet",
                   test_memory_goes_back_when_it_is_quiet);

  return g_test_run ();
}
