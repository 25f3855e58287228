/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "command/command-fixture.h"

static void
end_service (Fixture *self, int signal_number)
{
  g_free (test_session_wait_for_owner (self->session, NULL));
  kill (test_session_get_owner_pid (self->session), signal_number);
  test_session_wait_for_no_owner (self->session);
}

static void
test_first_state_and_each_newer_one (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) watch = start (self, "watch", "t");

  assert_line (watch, "t\t0\tnull");
  test_client_write (self->client, "t", "{\n\t\"a\": 1\n}\n");
  assert_line (watch, "t\t1\t{  \"a\": 1 }");
  test_client_write (self->client, "other", "1");
  test_client_write (self->client, "t", "null");
  assert_line (watch, "t\t2\tnull");
  assert_ends (watch, SIGTERM, 0);
}

static void
test_several_topics (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) watch = NULL;

  test_client_write (self->client, "a", "1");
  watch = start (self, "watch", "--json", "a", "b c");
  assert_line (watch, "{\"topic\":\"a\",\"revision\":\"1\",\"data\":1}");
  assert_line (watch, "{\"topic\":\"b c\",\"revision\":\"0\",\"data\":null}");
  test_client_write (self->client, "b c", "[\n]");
  assert_line (watch, "{\"topic\":\"b c\",\"revision\":\"1\",\"data\":[ ]}");
  test_client_write (self->client, "a", "2");
  assert_line (watch, "{\"topic\":\"a\",\"revision\":\"2\",\"data\":2}");
  assert_ends (watch, SIGINT, 0);
}

/* The bus's rules quote with apostrophes; a name may have some. */
static void
test_names_of_all_kinds (Fixture *self, gconstpointer data)
{
  static const char *const names[] = { "it's", "'",     "''",  "a',arg1='b", "a\\'b",
                                       "\\",   "x,y=z", "ü ☃", ":1.1",       "/org/x" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GSubprocess) watch = start (self, "watch", names[i]);
      g_autofree char *before = g_strconcat (names[i], "\t0\tnull", NULL);
      g_autofree char *after = g_strconcat (names[i], "\t1\t5", NULL);

      assert_line (watch, before);
      test_client_write (self->client, names[i], "5");
      assert_line (watch, after);
      assert_ends (watch, SIGTERM, 0);
    }
}

static void
test_burst_ends_on_the_last_state (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) watch = start (self, "watch", "t");
  guint64 last = 0;

  assert_line (watch, "t\t0\tnull");
  for (guint i = 1; i <= 500; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i * 2);

      test_client_write_with (self->client, "t", text, "{'durable': <false>}");
    }

  while (last < 500)
    {
      g_autofree char *line = test_role_read_line (watch);
      g_autofree char *expected = NULL;
      guint64 revision = g_ascii_strtoull (line + 2, NULL, 10);

      expected =
          g_strdup_printf ("t\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT, revision, revision * 2);
      g_assert_cmpstr (line, ==, expected);
      g_assert_cmpuint (revision, >, last);
      last = revision;
    }
  assert_ends (watch, SIGTERM, 0);
}

/* Returns when it has stopped. */
static void
stop_until_told (GSubprocess *process)
{
  pid_t pid = (pid_t)g_ascii_strtoll (g_subprocess_get_identifier (process), NULL, 10);
  siginfo_t info;

  g_subprocess_send_signal (process, SIGSTOP);
  g_assert_cmpint (waitid (P_PID, (id_t)pid, &info, WSTOPPED), ==, 0);
}

/* What comes while it does not run waits on the bus; then one pull serves for all. */
static void
test_burst_is_one_pull (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) watch = start (self, "watch", "t");
  guint64 pulls;

  assert_line (watch, "t\t0\tnull");
  pulls = test_client_get_statistic (self->client, "snapshots");
  stop_until_told (watch);
  for (guint i = 1; i <= 1000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      test_client_write_with (self->client, "t", text, "{'durable': <false>}");
    }
  test_client_sync (self->client);
  g_subprocess_send_signal (watch, SIGCONT);
  assert_line (watch, "t\t1000\t1000");
  g_assert_cmpuint (test_client_get_statistic (self->client, "snapshots") - pulls, <=, 2);
  assert_ends (watch, SIGTERM, 0);
}

/* A service whose first answer is overtaken by signals of newer revisions: the topic is at as many
 * as it was asked for its state. */
typedef struct
{
  guint64 n_asked;
} Overtaken;

static gboolean
on_get_snapshot (StateSyncBusService *service,
                 GDBusMethodInvocation *invocation,
                 const char *topic,
                 Overtaken *self)
{
  self->n_asked++;
  for (guint i = 0; i < 5 && self->n_asked == 1; i++)
    state_sync_bus_service_emit_invalidated (service, topic, 2);
  state_sync_bus_service_complete_get_snapshot (service, invocation, self->n_asked, "0");
  return TRUE;
}

static int
play_overtaken (TestClient *client, const char *const *args)
{
  g_autoptr (StateSyncBusService) service = state_sync_bus_service_skeleton_new ();
  Overtaken self = { 0 };

  g_signal_connect (service, "handle-get-snapshot", G_CALLBACK (on_get_snapshot), &self);
  return play_service (client, service);
}

static void
test_what_comes_during_a_pull_leads_to_one_more (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) watch = NULL;

  g_object_unref (test_session_spawn_role (self->session, "overtaken", NULL));
  g_free (test_session_wait_for_owner (self->session, NULL));
  watch = start (self, "watch", "t");
  assert_line (watch, "t\t1\t0");
  assert_line (watch, "t\t2\t0");
  test_client_assert_snapshot (self->client, "t", 3, "0");
  assert_ends (watch, SIGTERM, 0);
}

static void
test_goes_on_after_a_kill (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) watch = NULL;

  test_client_write (self->client, "t", "1");
  watch = start (self, "watch", "t");
  assert_line (watch, "t\t1\t1");
  for (guint i = 2; i < 5; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autofree char *line = g_strdup_printf ("t\t%u\t%u", i, i);

      end_service (self, SIGKILL);
      test_client_write (self->client, "t", text);
      assert_line (watch, line);
    }
  assert_ends (watch, SIGTERM, 0);
}

/* The bus starts the service for it, though nobody else calls. */
static void
test_pull_cut_off_is_made_again (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) watch = NULL;
  pid_t service;

  test_client_write (self->client, "t", "1");
  service = test_session_get_owner_pid (self->session);
  kill (service, SIGSTOP);
  watch = start (self, "watch", "t");
  kill (service, SIGKILL);
  assert_line (watch, "t\t1\t1");
  assert_ends (watch, SIGTERM, 0);
}

/* A service that stopped is not called up only because somebody watches; when another comes up, one
 * pull is enough. */
static void
test_leaves_a_stopped_service_alone (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) watch = start (self, "watch", "t");
  guint64 pulls;

  assert_line (watch, "t\t0\tnull");
  end_service (self, SIGTERM);
  test_client_write (self->client, "t", "1");
  assert_line (watch, "t\t1\t1");
  pulls = test_client_get_statistic (self->client, "snapshots");
  g_assert_cmpuint (pulls, >=, 1);
  g_assert_cmpuint (pulls, <=, 2);
  assert_ends (watch, SIGTERM, 0);
}

/* Revisions of another instance are not compared: its first state is told, be it older. */
static void
test_another_instance_is_believed (Fixture *self, gconstpointer data)
{
  g_autofree char *other =
      g_build_filename (test_session_get_folder (self->session), "other.db", NULL);
  g_autoptr (GSubprocess) daemon = test_session_start_daemon (self->session, NULL);
  g_autoptr (GSubprocess) watch = NULL;
  g_autoptr (GSubprocess) second = NULL;

  test_client_write (self->client, "t", "1");
  test_client_write (self->client, "t", "2");
  watch = start (self, "watch", "t");
  assert_line (watch, "t\t2\t2");
  test_process_end (daemon, SIGTERM);
  test_session_wait_for_no_owner (self->session);

  second = test_session_start_daemon (self->session, WORDS ("--database", other));
  assert_line (watch, "t\t0\tnull");
  test_client_write (self->client, "t", "3");
  assert_line (watch, "t\t1\t3");
  assert_ends (watch, SIGTERM, 0);
}

static void
test_same_state_is_told_once (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) watch = NULL;

  test_client_write (self->client, "t", "1");
  watch = start (self, "watch", "t", "u");
  assert_line (watch, "t\t1\t1");
  assert_line (watch, "u\t0\tnull");
  end_service (self, SIGKILL);
  test_client_write (self->client, "u", "1");
  assert_line (watch, "u\t1\t1");
  test_client_write (self->client, "t", "2");
  assert_line (watch, "t\t2\t2");
  assert_ends (watch, SIGTERM, 0);
}

static void
test_waits_for_a_service (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) watch = start (self, "watch", "t");

  assert_error_line (watch,
                     "statesync: The service org.statesync.StateSync1 can't be reached: see that "
                     "Statesync is installed (The name org.statesync.StateSync1 was "
                     "not provided by any .service files); trying again\n");
  g_object_unref (test_session_start_daemon (self->session, NULL));
  assert_line (watch, "t\t0\tnull");
  assert_ends (watch, SIGTERM, 0);
  assert_error_line (watch, "");
}

static void
test_ends_when_nobody_reads (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) watch = start (self, "watch", "t");

  assert_line (watch, "t\t0\tnull");
  g_input_stream_close (g_subprocess_get_stdout_pipe (watch), NULL, NULL);
  assert_ends (watch, 0, 0);
  assert_error_line (watch, "");
}

static void
test_ends_with_the_bus (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) watch = start (self, "watch", "t");

  assert_line (watch, "t\t0\tnull");
  test_session_end_bus (self->session);
  assert_ends (watch, 0, 6);
  assert_error_line (watch, "statesync: The session bus is gone: start again on a new one\n");
}

static void
test_refuses_at_once (Fixture *self, gconstpointer data)
{
  expect (self, 2, "", NULL, "watch");
  expect (self, 2, "", "statesync: A topic is named twice; see statesync watch --help\n", "watch",
          "a", "b", "a");
  expect (self, 5, "", NULL, "watch", "a", " b");
}

int
main (int argc, char **argv)
{
  static const TestRole roles[] = { { "overtaken", play_overtaken }, { 0 } };

  test_init (&argc, &argv, roles);
  test_add ("/command/watch/first-state-and-each-newer-one", test_first_state_and_each_newer_one);
  test_add ("/command/watch/several-topics", test_several_topics);
  test_add ("/command/watch/names-of-all-kinds", test_names_of_all_kinds);
  test_add ("/command/watch/burst-ends-on-the-last-state", test_burst_ends_on_the_last_state);
  test_add ("/command/watch/burst-is-one-pull", test_burst_is_one_pull);
  test_add_no_service ("/command/watch/what-comes-during-a-pull-leads-to-one-more",
                       test_what_comes_during_a_pull_leads_to_one_more);
  test_add ("/command/watch/goes-on-after-a-kill", test_goes_on_after_a_kill);
  test_add ("/command/watch/pull-cut-off-is-made-again", test_pull_cut_off_is_made_again);
  test_add ("/command/watch/leaves-a-stopped-service-alone", test_leaves_a_stopped_service_alone);
  test_add_no_service ("/command/watch/another-instance-is-believed",
                       test_another_instance_is_believed);
  test_add ("/command/watch/same-state-is-told-once", test_same_state_is_told_once);
  test_add_no_service ("/command/watch/waits-for-a-service", test_waits_for_a_service);
  test_add ("/command/watch/ends-when-nobody-reads", test_ends_when_nobody_reads);
  test_add ("/command/watch/ends-with-the-bus", test_ends_with_the_bus);
  test_add ("/command/watch/refuses-at-once", test_refuses_at_once);
  return g_test_run ();
}
