/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What it costs, in messages on the bus. */

#include <signal.h>
#include <string.h>

#include "client/bus-watch.h"
#include "client/client-fixture.h"
#include "statesync/statesync.h"

/* Who calls for the first time has the service ask the bus who that is: that is over. */
static BusWatch *
watch_new (Fixture *self)
{
  test_client_write (self->writer, "first", "1");
  return bus_watch_new (test_session_get_address (self->session));
}

/* All that it says as it starts is said before this is answered. */
static void
say_hello (Window *window)
{
  window_do (window, "refresh other");
  g_free (window_wait_for (window, "refreshed", "other"));
}

/* In a sandbox who follows by signal gets one of its own beside that for all. */
static const char *
messages_of_a_write (Fixture *self)
{
  return self->is_sandboxed && self->is_by_signal
             ? "1 call Write\n1 reply Write\n2 signal Invalidated\n"
             : "1 call Write\n1 reply Write\n1 signal Invalidated\n";
}

/* Nobody else writes: a call, its reply, the signal; no pull. */
static void
test_confirmed_update (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);
  g_autoptr (BusWatch) watch = watch_new (self);

  test_client_write (self->writer, "t", "{\"a\":1}");
  say_hello (window);
  window_start (window, "t");
  test_client_follow (self->writer, "t");
  g_free (bus_watch_take (watch, self->writer));
  for (guint round = 2; round <= 4; round++)
    {
      g_autofree char *messages = NULL;

      window_do (window, "update t {\"a\":%u}", round);
      g_free (window_wait_for (window, "updated", "t"));
      window_do (window, "settle t");
      g_free (window_wait_for (window, "settled", "t"));
      test_client_wait_for_signal (self->writer, "t", round);
      messages = bus_watch_take (watch, self->writer);
      g_assert_cmpstr (messages, ==, messages_of_a_write (self));
    }
}

/* What one process with @n windows on a topic makes go over the bus in its life there. */
static char *
count_life (Fixture *self, BusWatch *watch, guint n, guint round)
{
  g_autoptr (Window) window = window_open (self->session, NULL);
  g_autofree char *start = NULL;
  g_autofree char *life = NULL;
  guint64 revision;

  say_hello (window);
  start = bus_watch_take (watch, self->writer);

  window_do (window, "hold t %u", n);
  g_free (window_wait_for (window, "held", "t"));
  window_do (window, "update t {\"a\":%u}", round);
  g_free (window_wait_for (window, "updated", "t"));
  revision = test_client_write (self->writer, "t", round % 2 == 0 ? "{\"b\":1}" : "{\"b\":2}");
  window_wait_until (window, "t", revision, round % 2 == 0 ? "{\"b\":1}" : "{\"b\":2}");
  test_client_wait_for_signal (self->writer, "t", revision);
  life = bus_watch_take (watch, self->writer);
  test_process_end (window_get_process (window), SIGKILL);
  return g_steal_pointer (&life);
}

/* Two lives with one window, and two with twenty: one of each way to follow. */
static void
test_twenty_windows (Fixture *self, gconstpointer data)
{
  g_autoptr (BusWatch) watch = watch_new (self);
  g_autofree char *one = NULL;
  g_autofree char *other = NULL;
  g_autofree char *twenty_of_one = NULL;
  g_autofree char *twenty_of_other = NULL;

  test_client_follow (self->writer, "t");
  one = count_life (self, watch, 1, 1);
  other = count_life (self, watch, 1, 2);
  twenty_of_one = count_life (self, watch, 20, 3);
  twenty_of_other = count_life (self, watch, 20, 4);
  g_assert_nonnull (strstr (one, "2 call Write\n"));
  g_assert_cmpstr (twenty_of_one, ==, one);
  g_assert_cmpstr (twenty_of_other, ==, other);
}

/* By signal all topics are asked for in one call; on boards each is mapped. */
static void
test_many_topics (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);
  g_autoptr (BusWatch) watch = watch_new (self);
  g_autofree char *messages = NULL;

  say_hello (window);
  g_free (bus_watch_take (watch, self->writer));
  window_do (window, "start-many t 50");
  g_free (window_wait_for (window, "held", "t"));
  messages = bus_watch_take (watch, self->writer);
  g_test_message ("%s", messages);
  g_assert_null (strstr (messages, "GetSnapshot\n"));
  if (self->is_by_signal)
    g_assert_nonnull (strstr (messages, "1 call GetSnapshots\n"));
}

/* One bell and no descriptor for each; a change of one of them sends nothing but itself. */
static void
test_a_thousand_topics (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);
  g_autoptr (BusWatch) watch = watch_new (self);
  g_autofree char *start = NULL;
  g_autofree char *change = NULL;
  guint n_files;

  say_hello (window);
  g_free (bus_watch_take (watch, self->writer));
  n_files = window_get_n_files (window);

  window_do (window, "start-many t 1000");
  g_free (window_wait_for (window, "held", "t"));
  start = bus_watch_take (watch, self->writer);
  g_test_message ("%s", start);

  /* GDBus closes what came with a message when it has let go of that. */
  while (window_get_n_files (window) > n_files + 1)
    g_thread_yield ();
  if (!self->is_by_signal)
    {
      g_assert_nonnull (strstr (start, "1 call OpenDoorbell\n"));
      g_assert_cmpuint (test_client_get_statistic (self->writer, "boards"), ==, 1000);
    }

  test_client_follow (self->writer, NULL);
  g_free (bus_watch_take (watch, self->writer));
  test_client_write (self->writer, "t500", "1");
  test_client_wait_for_signal (self->writer, "t500", 1);
  change = bus_watch_take (watch, self->writer);
  if (!self->is_by_signal)
    g_assert_cmpstr (change, ==, messages_of_a_write (self));
  window_wait_until (window, "t500", 1, "1");
}

/* A window is not woken for topics that it doesn't follow. */
static void
test_other_topics (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);
  g_autoptr (BusWatch) watch = watch_new (self);
  g_autofree char *messages = NULL;

  say_hello (window);
  window_start (window, "t");
  test_client_follow (self->writer, "u");
  g_free (bus_watch_take (watch, self->writer));
  for (guint i = 1; i <= 10; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      test_client_write (self->writer, "u", text);
    }
  window_assert_silent (window, "t");
  test_client_wait_for_signal (self->writer, "u", 10);
  messages = bus_watch_take (watch, self->writer);
  g_assert_cmpstr (messages, ==, "10 call Write\n10 reply Write\n10 signal Invalidated\n");
  g_assert_cmpuint (window_get_counter (window, "t", "invalidations"), ==, 0);
}

int
main (int argc, char **argv)
{
  const TestRole roles[] = { CLIENT_ROLES, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  client_add_on_bus ("messages", "confirmed-update", test_confirmed_update);
  client_add_on_bus ("messages", "twenty-windows", test_twenty_windows);
  client_add_on_bus ("messages", "many-topics", test_many_topics);
  client_add_on_bus ("messages", "a-thousand-topics", test_a_thousand_topics);
  client_add_on_bus ("messages", "other-topics", test_other_topics);

  return g_test_run ();
}
