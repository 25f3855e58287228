/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is left when nobody follows any more. */

#include "client/client-fixture.h"
#include "statesync/statesync.h"

#define N_CYCLES 10000

static GVariant *
call_bus (Fixture *self, const char *interface, const char *method, GVariant *args)
{
  g_autoptr (GError) error = NULL;
  GVariant *answer = g_dbus_connection_call_sync (
      test_client_get_connection (self->writer), "org.freedesktop.DBus", "/org/freedesktop/DBus",
      interface, method, args, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
  return answer;
}

/* On the whole bus. */
static guint
count_match_rules (Fixture *self)
{
  g_autoptr (GVariant) answer =
      call_bus (self, "org.freedesktop.DBus.Debug.Stats", "GetStats", NULL);
  g_autoptr (GVariant) stats = g_variant_get_child_value (answer, 0);
  guint32 n = 0;

  g_assert_true (g_variant_lookup (stats, "MatchRules", "u", &n) ||
                 g_variant_lookup (stats, "Match rules", "u", &n));
  return n;
}

typedef struct
{
  guint n_match_rules;
  guint n_window_fds;
  guint n_daemon_fds;
  guint64 n_boards;
} Inventory;

/* What the window has sent has arrived: it has an answer to something sent later. */
static Inventory
take_inventory (Fixture *self, Window *window)
{
  Inventory inventory;

  window_do (window, "refresh other");
  g_free (window_wait_for (window, "refreshed", "other"));
  inventory.n_match_rules = count_match_rules (self);
  inventory.n_window_fds = window_get_n_files (window);
  inventory.n_daemon_fds = test_process_get_n_files (self->daemon);
  inventory.n_boards = test_client_get_statistic (self->writer, "boards");
  return inventory;
}

static void
test_cycles (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);
  Inventory before, after;

  test_client_write (self->writer, "t", "{\"a\":1}");

  /* What is made once is made now. */
  window_do (window, "cycle other t 2");
  g_free (window_wait_for (window, "cycled", "other"));
  before = take_inventory (self, window);

  window_do (window, "cycle other t %u", N_CYCLES);
  window_assert_outcome (window, "cycled", "other", "0");
  after = take_inventory (self, window);
  g_test_message ("%u match rules, %u and %u descriptors", after.n_match_rules, after.n_window_fds,
                  after.n_daemon_fds);
  g_assert_cmpuint (after.n_match_rules, ==, before.n_match_rules);
  g_assert_cmpuint (after.n_window_fds, ==, before.n_window_fds);
  g_assert_cmpuint (after.n_daemon_fds, ==, before.n_daemon_fds);
  g_assert_cmpuint (after.n_boards, ==, 0);

  /* It still follows. */
  window_start (window, "t");
  g_assert_cmpuint (count_match_rules (self), ==,
                    self->is_by_signal && !self->is_sandboxed ? before.n_match_rules + 1
                                                              : before.n_match_rules);
  test_client_write (self->writer, "t", "{\"a\":2}");
  window_wait_until (window, "t", 2, "{\"a\":2}");
}

int
main (int argc, char **argv)
{
  const TestRole roles[] = { CLIENT_ROLES, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  client_add_on_bus ("leaks", "cycles", test_cycles);

  return g_test_run ();
}
