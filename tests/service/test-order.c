/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* In which order answers and signals reach a client, seen where they come off its socket. */

#include <stdio.h>
#include <stdlib.h>

#include "service/service-fixture.h"
#include "support/role.h"

/* What arrived on a connection: answers that bear a revision, and signals. */
typedef struct
{
  gboolean is_signal;
  guint64 revision;
} Arrival;

typedef struct
{
  GMutex mutex;
  GArray *arrivals; /* of Arrival */
  GDBusConnection *connection;
  guint filter;
} Trace;

/* On GDBus's thread. */
static GDBusMessage *
record (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer user_data)
{
  Trace *trace = user_data;
  GVariant *body = g_dbus_message_get_body (message);
  Arrival arrival = { 0 };

  if (!incoming || body == NULL)
    return message;

  if (g_strcmp0 (g_dbus_message_get_member (message), "Invalidated") == 0)
    {
      arrival.is_signal = TRUE;
      g_variant_get (body, "(&st)", NULL, &arrival.revision);
    }
  else if (g_variant_is_of_type (body, G_VARIANT_TYPE ("(t)")) ||
           g_variant_is_of_type (body, G_VARIANT_TYPE ("(ts)")))
    {
      g_variant_get_child (body, 0, "t", &arrival.revision);
    }
  else
    {
      return message;
    }

  g_mutex_lock (&trace->mutex);
  g_array_append_val (trace->arrivals, arrival);
  g_mutex_unlock (&trace->mutex);
  return message;
}

static Trace *
trace_new (TestClient *client)
{
  Trace *trace = g_new0 (Trace, 1);

  g_mutex_init (&trace->mutex);
  trace->arrivals = g_array_new (FALSE, FALSE, sizeof (Arrival));
  trace->connection = test_client_get_connection (client);
  trace->filter = g_dbus_connection_add_filter (trace->connection, record, trace, NULL);
  return trace;
}

/* (transfer full): all that has arrived; no more is recorded. */
static GArray *
trace_end (Trace *trace)
{
  GArray *arrivals;

  g_dbus_connection_remove_filter (trace->connection, trace->filter);
  g_mutex_lock (&trace->mutex);
  arrivals = g_steal_pointer (&trace->arrivals);
  g_mutex_unlock (&trace->mutex);
  g_mutex_clear (&trace->mutex);
  g_free (trace);
  return arrivals;
}

/* No signal came before the answer to the write that it announces. */
static void
assert_answers_first (GArray *arrivals)
{
  guint64 answered = 0;

  for (guint i = 0; i < arrivals->len; i++)
    {
      const Arrival *arrival = &g_array_index (arrivals, Arrival, i);

      if (arrival->is_signal)
        g_assert_cmpuint (arrival->revision, <=, answered);
      else
        answered = MAX (answered, arrival->revision);
    }
}

static void
test_answer_before_signal (Fixture *self, gconstpointer data)
{
  Trace *trace;
  g_autoptr (GArray) arrivals = NULL;

  test_client_follow (self->client, "t");
  trace = trace_new (self->client);
  for (guint i = 1; i <= 100; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      test_client_write_with (self->client, "t", text, i % 2 == 0 ? "{'durable': <false>}" : NULL);
    }
  test_client_wait_for_signal (self->client, "t", 100);

  arrivals = trace_end (trace);
  g_assert_cmpuint (arrivals->len, ==, 200);
  assert_answers_first (arrivals);
}

static void
count_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  guint *n_left = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED = test_client_call_finish (result, &error);

  g_assert_no_error (error);
  (*n_left)--;
}

/* Sends so many writes to "t" before it looks at an answer. */
static void
write_at_once (TestClient *client, guint n_writes)
{
  guint n_left = n_writes;

  for (guint i = 1; i <= n_writes; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      test_client_call_async (client, "Write", test_client_write_args ("t", text, NULL),
                              count_answer, &n_left);
    }
  while (n_left > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_answer_before_signal_of_many_at_once (Fixture *self, gconstpointer data)
{
  Trace *trace;
  g_autoptr (GArray) arrivals = NULL;

  test_client_follow (self->client, "t");
  trace = trace_new (self->client);
  write_at_once (self->client, 500);
  test_client_wait_for_signal (self->client, "t", 500);

  arrivals = trace_end (trace);
  assert_answers_first (arrivals);
}

/* Writes that are committed together may share a signal: it bears the last revision, and none
 * goes back. */
static void
test_shared_signal_bears_the_last_revision (Fixture *self, gconstpointer data)
{
  Trace *trace;
  g_autoptr (GArray) arrivals = NULL;
  guint64 last = 0;

  test_client_follow (self->other, "t");
  trace = trace_new (self->other);
  write_at_once (self->client, 500);
  test_client_wait_for_signal (self->other, "t", 500);

  arrivals = trace_end (trace);
  g_assert_cmpuint (test_client_get_statistic (self->client, "commits"), <, 500);
  for (guint i = 0; i < arrivals->len; i++)
    {
      const Arrival *arrival = &g_array_index (arrivals, Arrival, i);

      g_assert_cmpuint (arrival->revision, >, last);
      last = arrival->revision;
    }
  g_assert_cmpuint (last, ==, 500);
}

static void
test_no_signal_for_no_change (Fixture *self, gconstpointer data)
{
  test_client_follow (self->other, NULL);
  test_client_write (self->client, "t", "1");
  test_client_write (self->client, "t", "1");
  test_client_write (self->client, "never", "null");
  assert_call (self->client, "WriteMany",
               write_many_args (test_client_write_args ("t", "1", NULL),
                                test_client_write_args ("t", "1", NULL), NULL),
               "([1, 1],)");
  test_client_write (self->client, "t", "2");

  test_client_wait_for_signal (self->other, "t", 2);
  g_assert_cmpuint (test_client_get_n_signals (self->other, "t"), ==, 2);
  g_assert_cmpuint (test_client_get_n_signals (self->other, "never"), ==, 0);
}

/* --- a signal says what can be read --- */

typedef struct
{
  TestClient *reader;
  guint n_checked;
} Check;

/* Another connection reads as soon as the signal is there. */
static void
read_what_is_announced (GDBusConnection *connection,
                        const char *sender,
                        const char *path,
                        const char *interface,
                        const char *signal,
                        GVariant *args,
                        gpointer user_data)
{
  Check *check = user_data;
  guint64 announced, read;

  g_variant_get (args, "(&st)", NULL, &announced);
  g_free (test_client_dup_snapshot (check->reader, "t", &read));
  g_assert_cmpuint (read, >=, announced);
  check->n_checked++;
}

/* Writes 1, 2, 3 … to the topic, so many times, with these options. */
static int
play_writer (TestClient *client, const char *const *args)
{
  guint n_writes = (guint)atoi (args[1]);

  for (guint i = 1; i <= n_writes; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      test_client_write_with (client, args[0], text, args[2]);
    }
  return 0;
}

static void
test_signal_after_the_change_can_be_read (Fixture *self, gconstpointer data)
{
  Check check = { .reader = self->other };
  g_autoptr (GSubprocess) writer = NULL;
  guint subscription = g_dbus_connection_signal_subscribe (
      test_client_get_connection (self->client), NULL, "org.statesync.StateSync1", "Invalidated",
      NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, read_what_is_announced, &check, NULL);

  test_client_follow (self->other, "t");
  test_client_sync (self->client);
  writer =
      test_session_spawn_role (self->session, "writer", (const char *[]){ "t", "300", "{}", NULL });
  test_client_wait_for_signal (self->other, "t", 300);
  g_assert_cmpint (test_process_finish (writer, NULL, NULL), ==, 0);
  g_assert_cmpuint (check.n_checked, >, 0);
  g_dbus_connection_signal_unsubscribe (test_client_get_connection (self->client), subscription);
}

/* What one client is told keeps its order: a snapshot that comes after a signal is not older. */
static void
test_snapshot_after_a_signal_is_not_older (Fixture *self, gconstpointer data)
{
  Trace *trace;
  g_autoptr (GArray) arrivals = NULL;
  g_autoptr (GSubprocess) writer = NULL;
  guint64 revision = 0;
  guint64 announced = 0;

  test_client_follow (self->client, "t");
  trace = trace_new (self->client);
  writer = test_session_spawn_role (self->session, "writer",
                                    (const char *[]){ "t", "1000", "{'durable': <false>}", NULL });
  while (revision < 1000)
    g_free (test_client_dup_snapshot (self->client, "t", &revision));
  test_client_wait_for_signal (self->client, "t", 1000);
  g_assert_cmpint (test_process_finish (writer, NULL, NULL), ==, 0);

  arrivals = trace_end (trace);
  for (guint i = 0; i < arrivals->len; i++)
    {
      const Arrival *arrival = &g_array_index (arrivals, Arrival, i);

      if (arrival->is_signal)
        announced = arrival->revision;
      else
        g_assert_cmpuint (arrival->revision, >=, announced);
    }
}

/* Whoever subscribes, then pulls, ends where the writer did, whenever it begins. */
static void
test_subscribed_before_the_pull_misses_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) followers =
      g_ptr_array_new_with_free_func ((GDestroyNotify)test_client_free);
  g_autoptr (GSubprocess) writer =
      test_session_spawn_role (self->session, "writer", (const char *[]){ "t", "500", "{}", NULL });
  guint64 pulled = 0;

  while (pulled < 500)
    {
      TestClient *follower = test_client_new (test_session_get_address (self->session));

      g_ptr_array_add (followers, follower);
      test_client_follow (follower, "t");
      g_free (test_client_dup_snapshot (follower, "t", &pulled));
      if (pulled == 500)
        break;

      /* It is heard before the next one begins, which so begins later. */
      test_client_wait_for_signal (follower, "t", MIN (pulled + 50, 500));
    }

  g_assert_cmpuint (followers->len, >, 1);
  for (guint i = 0; i < followers->len - 1; i++)
    test_client_wait_for_signal (g_ptr_array_index (followers, i), "t", 500);
  g_assert_cmpint (test_process_finish (writer, NULL, NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  static const TestRole roles[] = { { "writer", play_writer }, { 0 } };

  test_init (&argc, &argv, roles);

  test_add ("/service/order/answer-before-signal", test_answer_before_signal);
  test_add ("/service/order/answer-before-signal-of-many-at-once",
            test_answer_before_signal_of_many_at_once);
  test_add ("/service/order/shared-signal-bears-the-last-revision",
            test_shared_signal_bears_the_last_revision);
  test_add ("/service/order/no-signal-for-no-change", test_no_signal_for_no_change);
  test_add ("/service/order/signal-after-the-change-can-be-read",
            test_signal_after_the_change_can_be_read);
  test_add ("/service/order/snapshot-after-a-signal-is-not-older",
            test_snapshot_after_a_signal_is_not_older);
  test_add ("/service/order/subscribed-before-the-pull-misses-nothing",
            test_subscribed_before_the_pull_misses_nothing);

  return g_test_run ();
}
