/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The real clock, threads' contexts, the log, and what an idle engine costs. */

#include <malloc.h>

#include "engine/clock.h"
#include "engine/engine.h"
#include "support/memory-transport.h"
#include "support/virtual-clock.h"

static void
set_true (gpointer user_data)
{
  gboolean *flag = user_data;

  g_assert_false (*flag);
  *flag = TRUE;
}

static void
wait_for (gboolean *flag)
{
  while (!*flag)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
}

/* --- the real clock --- */

static void
test_clock_waits (void)
{
  g_autoptr (StateSyncClock) clock = state_sync_clock_new_real ();
  gint64 before = state_sync_clock_now (clock);
  gboolean first = FALSE, second = FALSE;

  g_assert_cmpuint (state_sync_clock_add (clock, 20 * 1000, set_true, &second), >, 0);
  g_assert_cmpuint (state_sync_clock_add (clock, 1, set_true, &first), >, 0);
  wait_for (&second);
  g_assert_true (first);
  g_assert_cmpint (state_sync_clock_now (clock) - before, >=, 20 * 1000);
}

static void
test_clock_cancels (void)
{
  g_autoptr (StateSyncClock) clock = state_sync_clock_new_real ();
  gboolean cancelled = FALSE, other = FALSE;
  guint id = state_sync_clock_add (clock, 0, set_true, &cancelled);

  state_sync_clock_cancel (clock, &id);
  g_assert_cmpuint (id, ==, 0);
  state_sync_clock_cancel (clock, &id);
  state_sync_clock_add (clock, 1000, set_true, &other);
  wait_for (&other);
  g_assert_false (cancelled);
}

/* --- a thread of its own --- */

typedef struct
{
  GThread *thread;
  guint n_applied;
  gboolean is_started;
} Window;

static gboolean
count_apply (StateSyncEngine *engine,
             StateSyncSnapshot *snapshot,
             gpointer user_data,
             GError **error)
{
  Window *window = user_data;

  g_assert_true (window->thread == g_thread_self ());
  window->n_applied++;
  return TRUE;
}

static void
on_started (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Window *window = user_data;

  g_assert_true (window->thread == g_thread_self ());
  g_assert_true (state_sync_engine_start_finish (STATE_SYNC_ENGINE (object), result, NULL));
  window->is_started = TRUE;
}

/* With the policy's own delays and the real clock; the transport fails once. */
static gpointer
run_window (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (TestMemoryTransport) transport = test_memory_transport_new (":1.1");
  g_autoptr (StateSyncPolicy) policy =
      g_object_new (STATE_SYNC_TYPE_POLICY, "retry-delay", 1, "debounce", 1, NULL);
  g_autoptr (StateSyncEngine) engine = NULL;
  Window window = { .thread = g_thread_self () };

  g_main_context_push_thread_default (context);
  engine = state_sync_engine_new (STATE_SYNC_INVALIDATION_SOURCE (transport),
                                  STATE_SYNC_SNAPSHOT_PROVIDER (transport), "t", policy,
                                  count_apply, &window, NULL);
  test_memory_transport_fail (transport, 1);
  state_sync_engine_start_async (engine, NULL, on_started, &window);
  wait_for (&window.is_started);

  test_memory_transport_write (transport);
  test_memory_transport_tell (transport, 1, NULL);
  while (window.n_applied < 2)
    g_main_context_iteration (context, TRUE);

  state_sync_engine_stop (engine);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_any_thread (void)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("window", run_window, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* --- the log --- */

static void
fail_once (void)
{
  g_autoptr (TestMemoryTransport) transport = test_memory_transport_new (":1.1");
  g_autoptr (StateSyncEngine) engine = state_sync_engine_new (
      STATE_SYNC_INVALIDATION_SOURCE (transport), STATE_SYNC_SNAPSHOT_PROVIDER (transport),
      "org.example.topic", NULL, NULL, NULL, NULL);

  test_memory_transport_fail (transport, 1);
  state_sync_engine_refresh_async (engine, NULL, NULL, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  state_sync_engine_stop (engine);
}

/* What nobody listens to is not swallowed. */
static void
test_unheard_failure_is_logged (void)
{
  if (g_test_subprocess ())
    {
      fail_once ();
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr (
      "*Topic *org.example.topic* at revision 0, get-snapshot: failed by the test; "
      "trying again in 500 ms*");
}

/* One that goes on failing is told of when it begins and when nobody tries any more. */
static void
test_failures_in_a_row_are_logged_once (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (TestVirtualClock) clock = test_virtual_clock_new ();
      g_autoptr (TestMemoryTransport) transport = test_memory_transport_new (":1.1");
      g_autoptr (StateSyncEngine) engine = state_sync_engine_new_with_clock (
          STATE_SYNC_INVALIDATION_SOURCE (transport), STATE_SYNC_SNAPSHOT_PROVIDER (transport),
          "org.example.topic", NULL, NULL, NULL, NULL, STATE_SYNC_CLOCK (clock));

      test_memory_transport_fail (transport, 3);
      state_sync_engine_refresh_async (engine, NULL, NULL, NULL);
      test_virtual_clock_advance (clock, 1500);
      g_assert_cmpuint (test_memory_transport_get_n_pulls (transport), ==, 3);
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*failed by the test; trying again in 500 ms\n*failed by the test\n*");
  g_test_trap_assert_stderr_unmatched ("*trying again in 1000 ms*");
}

static void
test_debug_log (void)
{
  if (g_test_subprocess ())
    {
      g_setenv ("G_MESSAGES_DEBUG", "statesync", TRUE);
      fail_once ();
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*Topic *org.example.topic* at revision 0: pulling*");
}

static void
run_with_switch (const char *value)
{
  if (g_test_subprocess ())
    {
      g_setenv ("STATESYNC_DEBUG", value, TRUE);
      fail_once ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

static void
test_switch (gconstpointer value)
{
  run_with_switch (value);
  if (!g_test_subprocess ())
    g_test_trap_assert_stderr ("*Topic *org.example.topic* at revision 0: pulling*");
}

static void
test_switch_for_others (void)
{
  run_with_switch ("org.example.other,org.example.topic.inner,");
  if (!g_test_subprocess ())
    g_test_trap_assert_stderr_unmatched ("*Topic *org.example.topic* at revision 0: pulling*");
}

static void
test_answered_twice (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (TestMemoryTransport) transport = test_memory_transport_new (":1.1");

      test_memory_transport_answer_twice (transport);
      state_sync_snapshot_provider_get_snapshot_async (STATE_SYNC_SNAPSHOT_PROVIDER (transport),
                                                       "org.example.topic", NULL, NULL, NULL);
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*org.example.topic*answered twice*");
}

/* --- what it costs --- */

#define N_ENGINES 1000

/* Engine, subscription and their share of everything else, beyond what a replica adds to it. */
#define MAX_BYTES_PER_ENGINE 1024

static void
test_memory_of_an_idle_engine (void)
{
  g_autoptr (TestMemoryTransport) transport = test_memory_transport_new (":1.1");
  g_autoptr (GPtrArray) engines = g_ptr_array_new_full (N_ENGINES, g_object_unref);
  gsize before = 0, bytes;

#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("the address sanitizer pads what is allocated");
  return;
#endif

  for (guint i = 0; i <= N_ENGINES; i++)
    {
      g_autofree char *topic = g_strdup_printf ("org.example.App.topic%u", i);
      StateSyncEngine *engine = state_sync_engine_new (STATE_SYNC_INVALIDATION_SOURCE (transport),
                                                       STATE_SYNC_SNAPSHOT_PROVIDER (transport),
                                                       topic, NULL, NULL, NULL, NULL);

      state_sync_engine_start_async (engine, NULL, NULL, NULL);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_cmpint (state_sync_engine_get_state (engine), ==, STATE_SYNC_LIFECYCLE_RUNNING);
      g_ptr_array_add (engines, engine);

      /* The first one pays for the types. */
      if (i == 0)
        before = mallinfo2 ().uordblks;
    }

  bytes = (mallinfo2 ().uordblks - before) / N_ENGINES;
  g_test_message ("%" G_GSIZE_FORMAT " bytes per idle engine", bytes);
  g_assert_cmpuint (bytes, <, MAX_BYTES_PER_ENGINE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/mainloop/clock-waits", test_clock_waits);
  g_test_add_func ("/engine/mainloop/clock-cancels", test_clock_cancels);
  g_test_add_func ("/engine/mainloop/any-thread", test_any_thread);
  g_test_add_func ("/engine/mainloop/unheard-failure-is-logged", test_unheard_failure_is_logged);
  g_test_add_func ("/engine/mainloop/failures-in-a-row", test_failures_in_a_row_are_logged_once);
  g_test_add_func ("/engine/mainloop/debug-log", test_debug_log);
  g_test_add_data_func ("/engine/mainloop/switch-for-all", "all", test_switch);
  g_test_add_data_func ("/engine/mainloop/switch-for-the-topic", "a,org.example.topic",
                        test_switch);
  g_test_add_data_func ("/engine/mainloop/switch-for-its-namespace", "org.example", test_switch);
  g_test_add_func ("/engine/mainloop/switch-for-others", test_switch_for_others);
  g_test_add_func ("/engine/mainloop/answered-twice", test_answered_twice);
  g_test_add_func ("/engine/mainloop/memory-of-an-idle-engine", test_memory_of_an_idle_engine);

  return g_test_run ();
}
