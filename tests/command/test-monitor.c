/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>

#include "command/command-fixture.h"

static char *
start_service (Fixture *self)
{
  test_client_write (self->client, "first", "1");
  return test_session_wait_for_owner (self->session, NULL);
}

/* The line of the service's appearance, with which all that follows is subscribed to. */
static void
assert_appeared (GSubprocess *monitor, const char *owner)
{
  g_autofree char *line = g_strconcat ("appeared\t", owner, NULL);

  assert_line (monitor, line);
}

static void
test_each_signal (Fixture *self, gconstpointer data)
{
  g_autofree char *owner = start_service (self);
  g_autoptr (GSubprocess) monitor = start (self, "monitor");

  assert_appeared (monitor, owner);
  test_client_write (self->client, "a", "1");
  assert_line (monitor, "changed\ta\t1");
  test_client_write (self->client, "it's b", "1");
  assert_line (monitor, "changed\tit's b\t1");
  test_client_write (self->client, "a", "null");
  assert_line (monitor, "changed\ta\t2");
  assert_ends (monitor, SIGTERM, 0);
}

static void
test_as_json (Fixture *self, gconstpointer data)
{
  g_autofree char *owner = start_service (self);
  g_autofree char *appeared = g_strdup_printf ("{\"event\":\"appeared\",\"owner\":\"%s\"}", owner);
  g_autoptr (GSubprocess) monitor = start (self, "monitor", "--json");

  assert_line (monitor, appeared);
  test_client_write (self->client, "a", "1");
  assert_line (monitor, "{\"event\":\"changed\",\"topic\":\"a\",\"revision\":\"1\"}");
  kill (test_session_get_owner_pid (self->session), SIGKILL);
  assert_line (monitor, "{\"event\":\"vanished\"}");
  assert_ends (monitor, SIGINT, 0);
}

/* Also of namespaces that the bus can't filter on, having not the form of its own names. */
static void
test_only_the_namespace (Fixture *self, gconstpointer data)
{
  static const char *const namespaces[] = {
    "org.example.Editor", "editor", "my things", "cache:1", "it's", "ü"
  };
  g_autofree char *owner = start_service (self);

  for (guint i = 0; i < G_N_ELEMENTS (namespaces); i++)
    {
      g_autoptr (GSubprocess) monitor = start (self, "monitor", namespaces[i]);
      g_autofree char *inside = g_strconcat (namespaces[i], ".a b", NULL);
      g_autofree char *beside = g_strconcat (namespaces[i], "2", NULL);
      g_autofree char *own_line = g_strdup_printf ("changed\t%s\t1", namespaces[i]);
      g_autofree char *inside_line = g_strdup_printf ("changed\t%s\t1", inside);

      assert_appeared (monitor, owner);
      test_client_write (self->client, namespaces[i], "1");
      assert_line (monitor, own_line);
      test_client_write (self->client, beside, "1");
      test_client_write (self->client, inside, "1");
      assert_line (monitor, inside_line);
      assert_ends (monitor, SIGTERM, 0);
    }
}

static void
test_tells_of_the_service_and_starts_none (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) monitor = start (self, "monitor");
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  assert_line (monitor, "vanished");
  first = start_service (self);
  assert_appeared (monitor, first);
  assert_line (monitor, "changed\tfirst\t1");
  kill (test_session_get_owner_pid (self->session), SIGKILL);
  assert_line (monitor, "vanished");
  test_session_wait_for_no_owner (self->session);
  second = start_service (self);
  assert_appeared (monitor, second);
  assert_ends (monitor, SIGTERM, 0);
}

static void
test_ends_when_nobody_reads (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) monitor = start (self, "monitor");

  assert_line (monitor, "vanished");
  g_input_stream_close (g_subprocess_get_stdout_pipe (monitor), NULL, NULL);
  assert_ends (monitor, 0, 0);
  assert_error_line (monitor, "");
}

static void
test_ends_with_the_bus (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) monitor = start (self, "monitor");

  assert_line (monitor, "vanished");
  test_session_end_bus (self->session);
  assert_ends (monitor, 0, 6);
  assert_error_line (monitor, "statesync: The session bus is gone: start again on a new one\n");
  assert_line (monitor, NULL);
}

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);
  test_add ("/command/monitor/each-signal", test_each_signal);
  test_add ("/command/monitor/as-json", test_as_json);
  test_add ("/command/monitor/only-the-namespace", test_only_the_namespace);
  test_add ("/command/monitor/tells-of-the-service-and-starts-none",
            test_tells_of_the_service_and_starts_none);
  test_add ("/command/monitor/ends-when-nobody-reads", test_ends_when_nobody_reads);
  test_add ("/command/monitor/ends-with-the-bus", test_ends_with_the_bus);
  return g_test_run ();
}
