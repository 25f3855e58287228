/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where boards can't be, topics are followed by signal and pull, and nobody is told of it. */

#include <signal.h>

#include "client/client-fixture.h"
#include "client/poor-service.h"
#include "statesync/statesync.h"

static void
assert_current (Window *window, const char *expected)
{
  window_do (window, "current t");
  window_assert_outcome (window, "current", "t", expected);
}

static void
assert_no_errors (Window *window)
{
  g_assert_cmpuint (window_get_counter (window, "t", "errors"), ==, 0);
  g_assert_cmpuint (window_get_counter (window, "t", "retries"), ==, 0);
}

static void
write_number (Fixture *self, guint n)
{
  g_autofree char *text = g_strdup_printf ("{\"a\":%u}", n);

  test_client_write (self->writer, "t", text);
}

static void
assert_shows_number (Window *window, guint n)
{
  g_autofree char *text = g_strdup_printf ("{\"a\":%u}", n);

  window_wait_until (window, "t", n, text);
}

/* With the next service boards are tried again. */
static void
follow_daemon_instead (Fixture *self, GSubprocess *service, Window *window)
{
  test_process_end (service, SIGKILL);
  test_session_wait_for_no_owner (self->session);
  client_start_daemon (self, NULL);
  write_number (self, 1);
  assert_shows_number (window, 1);
  assert_current (window, self->is_by_signal ? "no" : "yes");
}

static void
follow_poor_service (Fixture *self, const char *fault)
{
  g_autoptr (GSubprocess) service = poor_service_start (self->session, fault);
  g_autoptr (Window) window = window_open (self->session, NULL);

  window_start (window, "t");
  for (guint i = 1; i <= 3; i++)
    {
      write_number (self, i);
      assert_shows_number (window, i);
      assert_current (window, "no");
    }
  assert_no_errors (window);

  follow_daemon_instead (self, service, window);
}

static void
test_old_service (Fixture *self, gconstpointer data)
{
  follow_poor_service (self, "old");
}

static void
test_no_doorbell (Fixture *self, gconstpointer data)
{
  follow_poor_service (self, "no-doorbell");
}

static void
test_unsealed_board (Fixture *self, gconstpointer data)
{
  follow_poor_service (self, "unsealed");
}

static void
test_foreign_board (Fixture *self, gconstpointer data)
{
  follow_poor_service (self, "foreign");
}

static void
test_closed_board (Fixture *self, gconstpointer data)
{
  follow_poor_service (self, "closed");
}

/* The service died as it wrote, as far as one can see: what it holds is pulled. */
static void
test_odd_sequence (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) service = poor_service_start (self->session, "odd");
  g_autoptr (Window) window = NULL;

  write_number (self, 1);
  window = window_open (self->session, NULL);
  window_start (window, "t");
  assert_shows_number (window, 1);
  assert_current (window, "no");
  write_number (self, 2);
  window_do (window, "refresh t");
  assert_shows_number (window, 2);
  assert_no_errors (window);

  follow_daemon_instead (self, service, window);
}

/* The board says so; then it is too small and another takes its place; then data fits again. */
static void
test_current (Fixture *self, gconstpointer data)
{
  static const gsize sizes[] = { 10, 100 * 1024, 2 * 1024 * 1024, 10 };
  g_autoptr (Window) window = window_open (self->session, NULL);

  window_start (window, "t");
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *filler = g_strnfill (sizes[i], 'x');
      g_autofree char *text = g_strdup_printf ("{\"a\":\"%s\",\"n\":%u}", filler, i);

      window_wait_until (window, "t", test_client_write (self->writer, "t", text), text);
      assert_current (window, self->is_by_signal ? "no" : "yes");
    }

  /* What is newer is seen without a message, also where nobody looks for it. */
  window_do (window, "ignore t");
  assert_current (window, self->is_by_signal ? "no" : "yes");
  test_client_write (self->writer, "t", "{}");
  assert_current (window, "no");
  window_do (window, "refresh t");
  g_free (window_wait_for (window, "refreshed", "t"));
  assert_current (window, self->is_by_signal ? "no" : "yes");

  /* Once nobody serves, nobody can tell. */
  client_end_daemon (self, SIGKILL);
  window_assert_outcome (window, "available", "t", "no");
  assert_current (window, "no");
  client_start_daemon (self, NULL);
  window_assert_outcome (window, "available", "t", "yes");
  window_do (window, "refresh t");
  g_free (window_wait_for (window, "refreshed", "t"));
  assert_no_errors (window);
}

/* A connection has one doorbell: whoever comes second must not take it from the first. */
static void
test_two_clients_on_a_connection (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);

  window_start (window, "t");
  window_do (window, "twin t");
  window_assert_outcome (window, "twin", "t", "0 null");
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *expected = g_strdup_printf ("%u {\"a\":%u}", i, i);

      write_number (self, i);
      window_assert_outcome (window, "twin", "t", expected);
      assert_shows_number (window, i);
    }
}

int
main (int argc, char **argv)
{
  const TestRole roles[] = { CLIENT_ROLES, POOR_SERVICE_ROLE, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  client_add_on_bus_without_service ("fallback", "old-service", test_old_service);
  client_add_on_bus_without_service ("fallback", "no-doorbell", test_no_doorbell);
  client_add_on_bus_without_service ("fallback", "unsealed-board", test_unsealed_board);
  client_add_on_bus_without_service ("fallback", "foreign-board", test_foreign_board);
  client_add_on_bus_without_service ("fallback", "closed-board", test_closed_board);
  client_add_on_bus_without_service ("fallback", "odd-sequence", test_odd_sequence);
  client_add ("fallback", "current", test_current);
  client_add ("fallback", "two-clients-on-a-connection", test_two_clients_on_a_connection);

  return g_test_run ();
}
