/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the tests of the service stand on: bus, daemon, clients and processes of roles. */

#include <signal.h>
#include <stdio.h>

#include "support/role.h"

static void
test_daemon_serves (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (GSubprocess) daemon = test_session_start_daemon (session, NULL);
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));

  test_client_follow (client, "t");
  g_assert_cmpuint (test_client_write (client, "t", "{\"a\":1}"), ==, 1);
  test_client_wait_for_signal (client, "t", 1);
  test_client_assert_snapshot (client, "t", 1, "{\"a\":1}");

  test_process_end (daemon, SIGTERM);
  g_assert_cmpint (g_subprocess_get_exit_status (daemon), ==, 0);
  test_session_wait_for_no_owner (session);
}

static void
test_bus_starts_it_again_after_a_kill (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  test_session_make_activatable (session, NULL);
  g_assert_cmpuint (test_client_write (client, "t", "1"), ==, 1);
  first = test_session_wait_for_owner (session, NULL);

  kill (test_session_get_owner_pid (session), SIGKILL);
  test_session_wait_for_no_owner (session);
  test_client_assert_snapshot (client, "t", 1, "1");
  second = test_session_wait_for_owner (session, first);
  g_assert_cmpstr (first, !=, second);
}

static int
play_writer (TestClient *client, const char *const *args)
{
  printf ("%" G_GUINT64_FORMAT "\n", test_client_write (client, args[0], args[1]));
  while (getchar () != '\n')
    ;
  printf ("%" G_GUINT64_FORMAT "\n", test_client_write (client, args[0], args[2]));
  return 7;
}

static void
test_role_plays_in_a_process_of_its_own (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (GSubprocess) daemon G_GNUC_UNUSED = test_session_start_daemon (session, NULL);
  g_autoptr (GSubprocess) writer =
      test_session_spawn_role (session, "writer", (const char *[]){ "t", "1", "2", NULL });
  g_autofree char *first = test_role_read_line (writer);
  g_autofree char *second = NULL;

  g_assert_cmpstr (first, ==, "1");
  test_role_tell (writer, "go on");
  second = test_role_read_line (writer);
  g_assert_cmpstr (second, ==, "2");
  g_assert_null (test_role_read_line (writer));
  g_assert_cmpint (test_process_finish (writer, NULL, NULL), ==, 7);
}

int
main (int argc, char **argv)
{
  static const TestRole roles[] = { { "writer", play_writer }, { 0 } };

  test_init (&argc, &argv, roles);

  g_test_add_func ("/service/session/daemon-serves", test_daemon_serves);
  g_test_add_func ("/service/session/bus-starts-it-again-after-a-kill",
                   test_bus_starts_it_again_after_a_kill);
  g_test_add_func ("/service/session/role-plays-in-a-process-of-its-own",
                   test_role_plays_in_a_process_of_its_own);

  return g_test_run ();
}
