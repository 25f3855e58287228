/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Many changes, and few pulls. */

#include <json-glib/json-glib.h>

#include "client/client-fixture.h"
#include "statesync/statesync.h"

#define N_WINDOWS 5
#define N_CHANGES 50
/* How many pulls there are depends on how busy the machine is. What may not be is one for each
 * write or two; the benchmark has the figure for a quiet machine. */
#define MAX_PULLS (N_FOREIGN / 2)
#define N_FOREIGN 10000
#define N_UNDER_WAY 200

static void
open_windows (Fixture *self, Window **windows)
{
  for (guint i = 0; i < N_WINDOWS; i++)
    {
      windows[i] = window_open (self->session, NULL);
      window_start (windows[i], "t");
      window_do (windows[i], "quiet t");
    }
}

static void
close_windows (Window **windows)
{
  for (guint i = 0; i < N_WINDOWS; i++)
    window_close (windows[i]);
}

static JsonNode *
get_stored (Fixture *self, guint64 *revision)
{
  g_autofree char *text = test_client_dup_snapshot (self->writer, "t", revision);

  return json_from_string (text, NULL);
}

/* Each of a member of its own: all are there, each as its window made it. */
static void
test_five_windows (Fixture *self, gconstpointer data)
{
  Window *windows[N_WINDOWS];
  g_autoptr (JsonNode) stored = NULL;
  JsonObject *object;
  guint64 revision;

  open_windows (self, windows);
  for (guint i = 0; i < N_WINDOWS; i++)
    window_do (windows[i], "burst t %u w%u", N_CHANGES, i);
  for (guint i = 0; i < N_WINDOWS; i++)
    {
      g_autofree char *outcome = window_wait_for (windows[i], "burst", "t");

      g_assert_cmpstr (outcome, ==, G_STRINGIFY (N_CHANGES) " 0");
    }

  client_assert_converged (self, windows, N_WINDOWS, "t");
  stored = get_stored (self, &revision);
  object = json_node_get_object (stored);
  g_assert_cmpuint (json_object_get_size (object), ==, N_WINDOWS * N_CHANGES);
  g_assert_cmpuint (revision, <=, N_WINDOWS * N_CHANGES);
  for (guint i = 0; i < N_WINDOWS * N_CHANGES; i++)
    {
      g_autofree char *member = g_strdup_printf ("w%u-%u", i / N_CHANGES, i % N_CHANGES);

      g_assert_cmpint (json_object_get_int_member (object, member), ==, i % N_CHANGES);
    }
  close_windows (windows);
}

/* All of the same number: each adds one where nobody else did meanwhile. */
static void
test_tally (Fixture *self, gconstpointer data)
{
  Window *windows[N_WINDOWS];
  g_autofree char *text = NULL;
  guint64 revision;

  open_windows (self, windows);
  for (guint i = 0; i < N_WINDOWS; i++)
    window_do (windows[i], "tally t %u", N_CHANGES);
  for (guint i = 0; i < N_WINDOWS; i++)
    g_free (window_wait_for (windows[i], "tallied", "t"));

  client_assert_converged (self, windows, N_WINDOWS, "t");
  text = test_client_dup_snapshot (self->writer, "t", &revision);
  g_assert_cmpstr (text, ==, "{\"n\":250}");
  g_assert_cmpuint (revision, ==, N_WINDOWS * N_CHANGES);
  close_windows (windows);
}

static void
test_join_during_a_burst (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) writer = window_open (self->session, NULL);
  Window *windows[N_WINDOWS];

  window_start (writer, "t");
  window_do (writer, "quiet t");
  window_do (writer, "flood t a");
  for (guint i = 0; i < N_WINDOWS; i++)
    {
      windows[i] = window_open (self->session, NULL);
      window_do (windows[i], "quiet t");
      window_start (windows[i], "t");
    }
  window_do (writer, "enough t");
  g_free (window_wait_for (writer, "flooded", "t"));
  client_assert_converged (self, windows, N_WINDOWS, "t");
  close_windows (windows);
}

typedef struct
{
  TestClient *client;
  guint n_sent;
  guint n_answered;
} Burst;

static void send_next (Burst *self);

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Burst *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED = test_client_call_finish (result, &error);

  g_assert_no_error (error);
  self->n_answered++;
  send_next (self);
}

static void
send_next (Burst *self)
{
  g_autofree char *name = test_client_dup_name (self->client, "t");
  g_autofree char *text = NULL;

  if (self->n_sent == N_FOREIGN)
    return;
  text = g_strdup_printf ("{\"n\":%u}", ++self->n_sent);
  test_client_call_async (self->client, "Write",
                          test_client_write_args (name, text, "{'durable': <false>}"), on_written,
                          self);
}

/* Many are on their way at once, and nobody waits for the disk. */
static void
write_many_times (Fixture *self)
{
  Burst burst = { .client = self->writer };

  for (guint i = 0; i < N_UNDER_WAY; i++)
    send_next (&burst);
  while (burst.n_answered < N_FOREIGN)
    g_main_context_iteration (NULL, TRUE);
}

/* By signal each pull is a call; on a board it is a look at memory, which sends nothing. */
static void
test_foreign_writes (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);
  Window *windows[] = { one, two };
  guint64 n_snapshots;

  for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      window_start (windows[i], "t");
      window_do (windows[i], "quiet t");
    }
  n_snapshots = test_client_get_statistic (self->writer, "snapshots");
  write_many_times (self);
  client_assert_converged (self, windows, 2, "t");
  test_client_assert_snapshot (self->writer, "t", N_FOREIGN, "{\"n\":10000}");
  n_snapshots = test_client_get_statistic (self->writer, "snapshots") - n_snapshots;
  g_test_message ("%" G_GUINT64_FORMAT " snapshots for 2 windows", n_snapshots);
  g_assert_cmpuint (n_snapshots, <=, 2 * MAX_PULLS);
  for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      guint64 n_pulls = window_get_counter (windows[i], "t", "pulls");

      g_test_message ("%" G_GUINT64_FORMAT " pulls", n_pulls);
      if (self->is_by_signal)
        g_assert_cmpuint (n_pulls, <=, MAX_PULLS);
    }
}

int
main (int argc, char **argv)
{
  const TestRole roles[] = { CLIENT_ROLES, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  client_add ("burst", "five-windows", test_five_windows);
  client_add ("burst", "tally", test_tally);
  client_add ("burst", "join-during-a-burst", test_join_during_a_burst);
  client_add ("burst", "foreign-writes", test_foreign_writes);

  return g_test_run ();
}
