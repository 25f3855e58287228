/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Services and windows that come and go. */

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "client/client-fixture.h"
#include "statesync/statesync.h"

#define N_KILLS 20

static void
test_service_restarts (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);

  test_client_write (self->writer, "t", "{\"a\":1}");
  window_start (window, "t");
  client_end_daemon (self, SIGKILL);
  window_assert_told (window, "available", "t", "no");
  window_wait_until (window, "t", 1, "{\"a\":1}");

  client_start_daemon (self, NULL);
  test_client_write (self->writer, "t", "{\"a\":2}");
  window_wait_until (window, "t", 2, "{\"a\":2}");
}

static void
test_window_restarts (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  Window *two = window_open (self->session, NULL);

  window_start (one, "t");
  for (guint round = 1; round <= 5; round++)
    {
      window_start (two, "t");
      window_do (two, "update t {\"a\":%u}", round);
      g_free (window_wait_for (two, "updated", "t"));
      test_process_end (window_get_process (two), SIGKILL);
      window_close (two);

      two = window_open (self->session, NULL);
      window_start (two, "t");
      client_assert_converged (self, (Window *[]){ one, two }, 2, "t");
      window_do (two, "drop t");
    }
  window_close (two);
}

/* The window that is killed takes nobody else's changes with it. */
static void
test_window_killed_in_a_burst (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);

  window_start (one, "t");
  window_start (two, "t");
  window_do (one, "quiet t");
  window_do (two, "flood t two");
  window_do (one, "burst t 50 one");
  g_free (window_wait_for (two, "shows", "t"));
  test_process_end (window_get_process (two), SIGKILL);
  window_assert_outcome (one, "burst", "t", "50 0");
  client_assert_converged (self, (Window *[]){ one }, 1, "t");
}

static void
order_stop (Fixture *self, int signal_number)
{
  g_autofree char *path = g_build_filename (test_session_get_folder (self->session), "stop", NULL);
  g_autofree char *order = g_strdup_printf ("%d 0", signal_number);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, order, -1, &error);
  g_assert_no_error (error);
}

/* A service that can be stopped inside the writing of a board, which is there for the writer's
 * sake if no window has one. */
static void
start_stopping_daemon (Fixture *self)
{
  g_autofree char *path = g_build_filename (test_session_get_folder (self->session), "stop", NULL);
  g_autofree char *name = test_client_dup_name (self->writer, "t");
  g_autoptr (GVariant) answer = NULL;

  test_session_set_env (self->session, "TEST_STOP_IN_BOARD", path);
  test_session_set_daemon (self->session, TEST_STATESYNCD_STOPPING);
  client_start_daemon (self, NULL);
  answer = test_client_call (self->writer, "MapSnapshot", g_variant_new ("(s)", name), NULL);
  g_assert_nonnull (answer);
}

/* Their boards are odd for ever: the windows pull from the next service, and follow on its boards.
 */
static void
test_killed_inside_a_board_write (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);
  Window *windows[] = { one, two };
  guint64 revision;

  start_stopping_daemon (self);
  for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
    window_start (windows[i], "t");
  for (guint round = 1; round <= 3; round++)
    {
      g_autofree char *text = g_strdup_printf ("{\"a\":%u}", 2 * round - 1);
      g_autofree char *next = g_strdup_printf ("{\"a\":%u}", 2 * round);

      order_stop (self, SIGKILL);
      g_assert_false (test_client_try_write (self->writer, "t", text, NULL, &revision, NULL));
      test_session_wait_for_no_owner (self->session);
      start_stopping_daemon (self);
      for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
        window_wait_until (windows[i], "t", 2 * round - 1, text);

      test_client_write (self->writer, "t", next);
      for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
        window_wait_until (windows[i], "t", 2 * round, next);
      if (!self->is_by_signal)
        g_assert_cmpuint (test_client_get_statistic (self->writer, "rings"), >, 0);
    }
}

static void
on_late_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GVariant **)user_data = test_client_call_finish (result, NULL);
}

/* A window that asks meanwhile finds a board that is odd, and goes on when the service does. */
static void
test_stopped_inside_a_board_write (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);
  g_autofree char *name = test_client_dup_name (self->writer, "t");
  g_autoptr (GVariant) answer = NULL;

  start_stopping_daemon (self);
  test_client_write (self->writer, "t", "{\"a\":1}");
  window_start (window, "t");
  order_stop (self, SIGSTOP);
  test_client_call_async (self->writer, "Write", test_client_write_args (name, "{\"a\":2}", NULL),
                          on_late_answer, &answer);
  g_dbus_connection_flush_sync (test_client_get_connection (self->writer), NULL, NULL);
  test_process_wait_until_stopped (self->daemon);

  window_do (window, "refresh t");
  window_wait_until (window, "t", 1, "{\"a\":1}");
  g_subprocess_send_signal (self->daemon, SIGCONT);
  window_wait_until (window, "t", 2, "{\"a\":2}");
  while (answer == NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* Another database is another history: what it holds counts, also if its revision is lower. */
static void
test_revision_goes_back (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);
  g_autofree char *path =
      g_build_filename (test_session_get_folder (self->session), "another.db", NULL);
  const char *args[] = { "--database", path, NULL };

  for (guint i = 1; i <= 5; i++)
    test_client_write (self->writer, "t", i % 2 == 0 ? "{\"a\":0}" : "{\"a\":1}");
  window_start (one, "t");
  window_start (two, "t");
  window_wait_until (one, "t", 5, "{\"a\":1}");
  client_end_daemon (self, SIGTERM);
  client_start_daemon (self, args);
  window_wait_until (one, "t", 0, "null");
  window_wait_until (two, "t", 0, "null");

  window_do (one, "update t {\"b\":1}");
  window_wait_until (one, "t", 1, "{\"b\":1}");
  window_wait_until (two, "t", 1, "{\"b\":1}");
}

static void
test_replaced (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);
  const char *args[] = { "--replace", NULL };

  window_start (one, "t");
  window_start (two, "t");
  for (guint round = 1; round <= 3; round++)
    {
      g_autoptr (GSubprocess) before = g_object_ref (self->daemon);
      g_autofree char *text = g_strdup_printf ("{\"a\":%u}", round);

      window_do (one, "update t %s", text);
      client_start_daemon (self, args);
      g_assert_true (g_subprocess_wait_check (before, NULL, NULL));
      g_free (window_wait_for (one, "updated", "t"));
      window_wait_until (one, "t", round, text);
      window_wait_until (two, "t", round, text);
    }
}

static void
start_in_vain (Window *window)
{
  g_autofree char *outcome = NULL;

  window_do (window, "start t");
  outcome = window_wait_for (window, "started", "t");
  g_assert_true (g_str_has_prefix (outcome, "not: "));
}

/* Nobody serves and nobody can be started: everything is as before. Who tries again later follows,
 * and so does who leaves it at that. */
static void
test_absent_at_start (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) patient = window_open (self->session, NULL);
  g_autoptr (Window) busy = window_open (self->session, NULL);

  start_in_vain (patient);
  start_in_vain (busy);
  client_start_daemon (self, NULL);
  test_client_write (self->writer, "t", "{\"a\":1}");
  window_start (busy, "t");
  window_wait_until (busy, "t", 1, "{\"a\":1}");
  window_wait_until (patient, "t", 1, "{\"a\":1}");
  test_client_write (self->writer, "t", "{\"a\":2}");
  window_wait_until (busy, "t", 2, "{\"a\":2}");
  window_wait_until (patient, "t", 2, "{\"a\":2}");
}

static void
test_activated (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);

  test_session_make_activatable (self->session, NULL);
  window_start (one, "t");
  window_start (two, "t");
  window_do (one, "update t {\"a\":1}");
  window_wait_until (one, "t", 1, "{\"a\":1}");
  window_wait_until (two, "t", 1, "{\"a\":1}");

  /* The next who needs it starts it again. */
  kill (test_session_get_owner_pid (self->session), SIGKILL);
  window_assert_outcome (two, "available", "t", "no");
  window_do (one, "update t {\"a\":2}");
  window_wait_until (one, "t", 2, "{\"a\":2}");
  window_wait_until (two, "t", 2, "{\"a\":2}");
}

/* What is changed while nobody serves is kept, shown, and sent when somebody does. */
static void
test_update_while_absent (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);

  test_client_write (self->writer, "t", "{\"a\":1}");
  window_start (one, "t");
  window_start (two, "t");
  client_end_daemon (self, SIGKILL);
  window_assert_outcome (one, "available", "t", "no");
  window_do (one, "update t {\"b\":1}");
  window_do (one, "update t {\"c\":1}");
  window_wait_until (one, "t", 1, "{\"a\":1,\"b\":1,\"c\":1}");
  client_start_daemon (self, NULL);
  g_free (window_wait_for (one, "updated", "t"));
  g_free (window_wait_for (one, "updated", "t"));
  client_assert_converged (self, (Window *[]){ one, two }, 2, "t");
  {
    guint64 revision;
    g_autofree char *stored = test_client_dup_snapshot (self->writer, "t", &revision);

    g_assert_cmpstr (stored, ==, "{\"a\":1,\"b\":1,\"c\":1}");
    g_assert_cmpuint (revision, <=, 3);
  }
}

/* Made, taken back where refused: nothing is lost and nothing is made twice. */
static guint
end_flood (Window *window, guint *n_refused)
{
  g_autofree char *outcome = NULL;
  guint n_made, n;

  window_do (window, "enough t");
  outcome = window_wait_for (window, "flooded", "t");
  g_assert_cmpint (sscanf (outcome, "%u %u", &n_made, &n), ==, 2);
  *n_refused += n;
  return n_made;
}

static void
test_killed_again_and_again (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);
  Window *windows[] = { one, two };
  g_autofree char *owner = NULL;
  g_autofree char *expected_one = NULL;
  g_autofree char *expected_two = NULL;
  g_autofree char *stored = NULL;
  guint n_one, n_two;
  guint n_refused = 0;
  guint64 revision;

  test_session_make_activatable (self->session, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      window_start (windows[i], "t");
      window_do (windows[i], "quiet t");
    }
  test_client_follow (self->writer, "t");
  window_do (one, "flood t one");
  window_do (two, "flood t two");

  owner = test_session_wait_for_owner (self->session, NULL);
  for (guint round = 0; round < N_KILLS; round++)
    {
      guint64 before = 0;
      g_autofree char *previous = g_steal_pointer (&owner);

      /* Wherever it is: some changes later, and a little. */
      g_free (test_client_dup_snapshot (self->writer, "t", &before));
      test_client_wait_for_signal (self->writer, "t", before + 1 + round % 3);
      g_usleep ((gulong)g_test_rand_int_range (0, 3000));
      kill (test_session_get_owner_pid (self->session), SIGKILL);
      owner = test_session_wait_for_owner (self->session, previous);
    }

  n_one = end_flood (one, &n_refused);
  n_two = end_flood (two, &n_refused);
  client_assert_converged (self, windows, 2, "t");

  /* A window may hear of the next service so late that the other has written there by then. Whether
   * its changes are in effect, if the reply was lost, nobody knows then, and it is told so. */
  g_assert_cmpuint (n_refused, <, (n_one + n_two) / 2);
  if (n_refused > 0)
    return;

  stored = test_client_dup_snapshot (self->writer, "t", &revision);
  g_test_message ("%u and %u updates, at revision %" G_GUINT64_FORMAT ": %s", n_one, n_two,
                  revision, stored);
  expected_one = g_strdup_printf ("\"one-%u\":%u", n_one, n_one);
  expected_two = g_strdup_printf ("\"two-%u\":%u", n_two, n_two);
  g_assert_nonnull (strstr (stored, expected_one));
  g_assert_nonnull (strstr (stored, expected_two));
  g_assert_cmpuint (strlen (stored), ==, strlen (expected_one) + strlen (expected_two) + 3);
}

int
main (int argc, char **argv)
{
  const TestRole roles[] = { CLIENT_ROLES, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  client_add ("restart", "service-restarts", test_service_restarts);
  client_add ("restart", "window-restarts", test_window_restarts);
  client_add ("restart", "window-killed-in-a-burst", test_window_killed_in_a_burst);
  client_add_on_bus_without_service ("restart", "killed-inside-a-board-write",
                                     test_killed_inside_a_board_write);
  client_add_on_bus_without_service ("restart", "stopped-inside-a-board-write",
                                     test_stopped_inside_a_board_write);
  client_add ("restart", "revision-goes-back", test_revision_goes_back);
  client_add_on_bus ("restart", "replaced", test_replaced);
  client_add_on_bus_without_service ("restart", "absent-at-start", test_absent_at_start);
  client_add_on_bus_without_service ("restart", "activated", test_activated);
  client_add ("restart", "update-while-absent", test_update_while_absent);
  client_add_on_bus_without_service ("restart", "killed-again-and-again",
                                     test_killed_again_and_again);

  return g_test_run ();
}
