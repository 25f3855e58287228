/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Windows that change what they show. */

#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#include "client/client-fixture.h"
#include "statesync/statesync.h"

/* Visible before the call returns; one write; the echo needs no pull. */
static void
test_update (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);

  test_client_write (self->writer, "t", "{\"a\":1}");
  window_start (one, "t");
  window_start (two, "t");
  window_do (one, "update t {\"b\":2}");
  window_assert_told (one, "members", "t", "b");
  window_assert_told (one, "shows", "t", "1 {\"a\":1,\"b\":2}");
  window_assert_told (one, "returned", "t", "1 {\"a\":1,\"b\":2}");
  window_assert_told (one, "shows", "t", "2 {\"a\":1,\"b\":2}");
  window_assert_told (one, "updated", "t", "2");
  window_wait_until (two, "t", 2, "{\"a\":1,\"b\":2}");
  g_assert_cmpuint (window_get_counter (one, "t", "writes"), ==, 1);

  /* On a board the bell may come before the reply, and the pull is a look at memory. */
  if (self->is_by_signal)
    g_assert_cmpuint (window_get_counter (one, "t", "pulls"), ==, 1);
}

static void
test_update_is_taken_back (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);

  test_client_write (self->writer, "t", "{\"a\":1}");
  window_start (window, "t");
  window_do (window, "update-if t 7 {\"a\":2}");
  window_wait_until (window, "t", 1, "{\"a\":2}");
  window_wait_until (window, "t", 1, "{\"a\":1}");
  window_assert_told (window, "rejected", "t",
                      "{\"a\":2} Topic “t” is at revision 1, not at the expected 7: read it again "
                      "and retry");
}

/* The two windows answer each other from within `changed`. */
static void
test_ping_pong (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);

  window_start (one, "t");
  window_start (two, "t");
  window_do (one, "rally t 1 100");
  window_do (two, "rally t 0 100");
  window_do (two, "update t {\"n\":1}");
  window_wait_until (one, "t", 100, "{\"n\":100}");
  window_wait_until (two, "t", 100, "{\"n\":100}");
}

/* It answers itself: each change is made from within the `changed` of the one before. */
static void
test_change_from_within_changed (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);

  window_start (one, "t");
  window_start (two, "t");
  window_do (one, "rally t 0 20");
  window_do (one, "rally t 1 20");
  test_client_write (self->writer, "t", "{\"n\":1}");
  window_wait_until (one, "t", 1, "{\"n\":20}");
  window_do (one, "settle t");
  g_free (window_wait_for (one, "settled", "t"));
  client_assert_converged (self, (Window *[]){ one, two }, 2, "t");
  {
    g_autofree char *shown = window_wait_for_revision (two, "t", 2);

    g_assert_nonnull (strstr (shown, "{\"n\":20}"));
  }
}

static void
test_simultaneous (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);
  Window *windows[] = { one, two };

  window_start (one, "t");
  window_start (two, "t");
  for (guint round = 1; round <= 20; round++)
    {
      g_autofree char *data_of_both = NULL;
      guint64 revision;

      /* Different members: both are there. */
      window_do (one, "update t {\"a\":%u,\"c\":%u}", round, round);
      window_do (two, "update t {\"b\":%u,\"c\":-%u}", round, round);
      g_free (window_wait_for (one, "updated", "t"));
      g_free (window_wait_for (two, "updated", "t"));
      client_assert_converged (self, windows, 2, "t");

      /* The same member: it is one of the two, for all the same. */
      data_of_both = test_client_dup_snapshot (self->writer, "t", &revision);
      {
        g_autoptr (JsonNode) node = json_from_string (data_of_both, NULL);
        JsonObject *object = json_node_get_object (node);

        g_assert_cmpint (json_object_get_int_member (object, "a"), ==, round);
        g_assert_cmpint (json_object_get_int_member (object, "b"), ==, round);
        g_assert_cmpint (ABS (json_object_get_int_member (object, "c")), ==, round);
        g_assert_cmpuint (revision, ==, 2 * round);
      }
    }
}

/* Past the replica: the last one to arrive is what all see. */
static void
test_simultaneous_writes (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);
  Window *windows[] = { one, two };

  window_start (one, "t");
  window_start (two, "t");
  for (guint round = 1; round <= 20; round++)
    {
      window_do (one, "write t {\"one\":%u}", round);
      window_do (two, "write t {\"two\":%u}", round);
      g_free (window_wait_for (one, "written", "t"));
      g_free (window_wait_for (two, "written", "t"));
      client_assert_converged (self, windows, 2, "t");
    }
  window_do (one, "merge t {\"one\":0}");
  window_do (two, "merge t {\"two\":0}");
  g_free (window_wait_for (one, "written", "t"));
  g_free (window_wait_for (two, "written", "t"));
  client_assert_converged (self, windows, 2, "t");
  {
    guint64 revision;
    g_autofree char *stored = test_client_dup_snapshot (self->writer, "t", &revision);

    g_assert_nonnull (strstr (stored, "\"one\":0"));
    g_assert_nonnull (strstr (stored, "\"two\":0"));
    g_assert_cmpuint (revision, ==, 42);
  }
}

/* Not from what is in the window, but from what it was based on. */
static void
test_compare_and_swap (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);

  window_start (one, "t");
  window_start (two, "t");
  window_do (one, "write-if t 0 {\"a\":1}");
  window_assert_told (one, "shows", "t", "1 {\"a\":1}");
  window_wait_until (two, "t", 1, "{\"a\":1}");
  window_do (two, "write-if t 0 {\"a\":2}");
  window_assert_outcome (
      two, "written", "t",
      "not: Topic “t” is at revision 1, not at the expected 0: read it again and "
      "retry");
  window_do (two, "write-if t 1 {\"a\":2}");
  window_wait_until (one, "t", 2, "{\"a\":2}");
  window_wait_until (two, "t", 2, "{\"a\":2}");
}

static void
test_write_many (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);

  window_start (one, "t");
  window_start (two, "t");
  window_start (two, "u");
  window_do (one, "write-both t u 0 {\"a\":1}");
  window_assert_outcome (one, "written", "t", "1 1");
  window_wait_until (two, "t", 1, "{\"a\":1}");
  window_wait_until (two, "u", 1, "{\"a\":1}");

  /* All or none. */
  window_do (one, "write-both t u 0 {\"a\":2}");
  window_assert_outcome (
      one, "written", "t",
      "not: Write 2 of 2: Topic “u” is at revision 1, not at the expected 0: read it again and "
      "retry");
  test_client_assert_snapshot (self->writer, "t", 1, "{\"a\":1}");
  test_client_assert_snapshot (self->writer, "u", 1, "{\"a\":1}");
}

static void
test_what_is_not_json (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);
  static const char *const orders[][2] = { { "update-nan t", "updated" },
                                           { "write-nan t", "written" } };

  test_client_write (self->writer, "t", "{\"a\":1}");
  window_start (window, "t");
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autofree char *outcome = NULL;

      window_do (window, "%s", orders[i][0]);
      outcome = window_wait_for (window, orders[i][1], "t");
      g_assert_true (g_str_has_prefix (outcome, "not: "));
    }
  window_wait_until (window, "t", 1, "{\"a\":1}");
  test_client_assert_snapshot (self->writer, "t", 1, "{\"a\":1}");
}

static void
test_settle (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);

  window_start (window, "t");
  window_do (window, "settle t");
  window_assert_told (window, "settled", "t", "0 null");
  window_do (window, "update t {\"a\":1}");
  window_do (window, "update t {\"b\":2}");
  window_do (window, "settle t");
  {
    g_autofree char *state = window_wait_for (window, "settled", "t");
    guint64 revision = 0;
    g_autofree char *stored = test_client_dup_snapshot (self->writer, "t", &revision);
    g_autofree char *expected = g_strdup_printf ("%" G_GUINT64_FORMAT " %s", revision, stored);

    g_assert_cmpstr (stored, ==, "{\"a\":1,\"b\":2}");
    g_assert_cmpstr (state, ==, expected);
  }
}

/* The window is gone before the service had a look. */
static void
test_pending_survives_its_window (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);

  window_start (one, "t");
  window_start (two, "t");
  g_subprocess_send_signal (self->daemon, SIGSTOP);
  window_do (one, "update t {\"a\":1}");
  window_do (one, "update t {\"b\":2}");
  window_do (one, "drop t");
  g_free (window_wait_for (one, "dropped", "t"));
  g_subprocess_send_signal (self->daemon, SIGCONT);
  g_free (window_wait_for (one, "updated", "t"));
  g_free (window_wait_for (one, "updated", "t"));
  window_wait_until (two, "t", 2, "{\"a\":1,\"b\":2}");
}

/* A topic that is not started yet keeps what is changed. */
static void
test_update_before_start (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);

  test_client_write (self->writer, "t", "{\"a\":1}");
  window_do (window, "update t {\"b\":2}");
  window_start (window, "t");
  window_wait_until (window, "t", 2, "{\"a\":1,\"b\":2}");
  test_client_assert_snapshot (self->writer, "t", 2, "{\"a\":1,\"b\":2}");
}

static void
test_update_unstarted (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);

  test_client_write (self->writer, "t", "{\"a\":1}");
  window_do (window, "update t {\"b\":2}");
  window_assert_outcome (window, "updated", "t", "2");
  test_client_assert_snapshot (self->writer, "t", 2, "{\"a\":1,\"b\":2}");

  /* Somebody else was there meanwhile. */
  test_client_write (self->writer, "t", "{\"a\":3}");
  window_do (window, "update t {\"b\":4}");
  window_assert_outcome (window, "updated", "t", "4");
  test_client_assert_snapshot (self->writer, "t", 4, "{\"a\":3,\"b\":4}");
}

int
main (int argc, char **argv)
{
  const TestRole roles[] = { CLIENT_ROLES, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  client_add ("write", "update", test_update);
  client_add ("write", "update-is-taken-back", test_update_is_taken_back);
  client_add ("write", "ping-pong", test_ping_pong);
  client_add ("write", "change-from-within-changed", test_change_from_within_changed);
  client_add ("write", "simultaneous", test_simultaneous);
  client_add ("write", "simultaneous-writes", test_simultaneous_writes);
  client_add ("write", "compare-and-swap", test_compare_and_swap);
  client_add ("write", "write-many", test_write_many);
  client_add ("write", "what-is-not-json", test_what_is_not_json);
  client_add ("write", "settle", test_settle);
  client_add ("write", "pending-survives-its-window", test_pending_survives_its_window);
  client_add ("write", "update-before-start", test_update_before_start);
  client_add ("write", "update-unstarted", test_update_unstarted);

  return g_test_run ();
}
