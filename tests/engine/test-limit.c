/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "engine/engine-fixture.h"
#include "engine/throttle.h"

#define NONE STATE_SYNC_EDGES_NONE
#define LEADING STATE_SYNC_EDGES_LEADING
#define TRAILING STATE_SYNC_EDGES_TRAILING
#define BOTH STATE_SYNC_EDGES_BOTH

/* What comes at which times, and when what is let through; in milliseconds. */
typedef struct
{
  const char *name;
  StateSyncThrottlePlan plan;
  const char *events;
  const char *passed;
} Row;

/* One event; a burst; events far apart; a burst, a pause and one more. */
#define ONE "0"
#define BURST "0 10 20 30 90 110 130"
#define APART "0 200 400"
#define WAVES "0 10 20 150 160 400"
#define ENDLESS "0 40 80 120 160 200 240"

static const Row rows[] = {
  { "off", { 0, NONE, 0, NONE, 0 }, BURST, BURST },

  { "throttle, no edge", { 0, NONE, 100, NONE, 0 }, BURST, "" },
  { "throttle, leading, one", { 0, NONE, 100, LEADING, 0 }, ONE, "0" },
  { "throttle, leading, burst", { 0, NONE, 100, LEADING, 0 }, BURST, "0 110" },
  { "throttle, leading, apart", { 0, NONE, 100, LEADING, 0 }, APART, "0 200 400" },
  { "throttle, leading, waves", { 0, NONE, 100, LEADING, 0 }, WAVES, "0 150 400" },
  { "throttle, trailing, one", { 0, NONE, 100, TRAILING, 0 }, ONE, "100" },
  { "throttle, trailing, burst", { 0, NONE, 100, TRAILING, 0 }, BURST, "100 200" },
  { "throttle, trailing, apart", { 0, NONE, 100, TRAILING, 0 }, APART, "100 300 500" },
  { "throttle, trailing, waves", { 0, NONE, 100, TRAILING, 0 }, WAVES, "100 200 500" },
  { "throttle, both, one", { 0, NONE, 100, BOTH, 0 }, ONE, "0" },
  { "throttle, both, burst", { 0, NONE, 100, BOTH, 0 }, BURST, "0 100 200" },
  { "throttle, both, apart", { 0, NONE, 100, BOTH, 0 }, APART, "0 200 400" },
  { "throttle, both, waves", { 0, NONE, 100, BOTH, 0 }, WAVES, "0 100 200 400" },

  { "debounce, no edge", { 50, NONE, 0, NONE, 0 }, BURST, "" },
  { "debounce, leading, one", { 50, LEADING, 0, NONE, 0 }, ONE, "0" },
  { "debounce, leading, burst", { 50, LEADING, 0, NONE, 0 }, BURST, "0 90" },
  { "debounce, leading, waves", { 50, LEADING, 0, NONE, 0 }, WAVES, "0 150 400" },
  { "debounce, trailing, one", { 50, TRAILING, 0, NONE, 0 }, ONE, "50" },
  { "debounce, trailing, burst", { 50, TRAILING, 0, NONE, 0 }, BURST, "80 180" },
  { "debounce, trailing, apart", { 50, TRAILING, 0, NONE, 0 }, APART, "50 250 450" },
  { "debounce, trailing, waves", { 50, TRAILING, 0, NONE, 0 }, WAVES, "70 210 450" },
  { "debounce, both, one", { 50, BOTH, 0, NONE, 0 }, ONE, "0" },
  { "debounce, both, burst", { 50, BOTH, 0, NONE, 0 }, BURST, "0 80 90 180" },
  { "debounce, both, apart", { 50, BOTH, 0, NONE, 0 }, APART, "0 200 400" },
  { "debounce, both, waves", { 50, BOTH, 0, NONE, 0 }, WAVES, "0 70 150 210 400" },

  /* What the debounce lets through goes on to the throttle: of each row above, the line with
   * that of the throttle's interval. */
  { "none and none", { 50, NONE, 100, NONE, 0 }, WAVES, "" },
  { "none and leading", { 50, NONE, 100, LEADING, 0 }, WAVES, "" },
  { "none and trailing", { 50, NONE, 100, TRAILING, 0 }, WAVES, "" },
  { "none and both", { 50, NONE, 100, BOTH, 0 }, WAVES, "" },
  { "leading and none", { 50, LEADING, 100, NONE, 0 }, WAVES, "" },
  { "leading and leading", { 50, LEADING, 100, LEADING, 0 }, WAVES, "0 150 400" },
  { "leading and trailing", { 50, LEADING, 100, TRAILING, 0 }, WAVES, "100 200 500" },
  { "leading and both", { 50, LEADING, 100, BOTH, 0 }, WAVES, "0 150 400" },
  { "trailing and none", { 50, TRAILING, 100, NONE, 0 }, WAVES, "" },
  { "trailing and leading", { 50, TRAILING, 100, LEADING, 0 }, WAVES, "70 210 450" },
  { "trailing and trailing", { 50, TRAILING, 100, TRAILING, 0 }, WAVES, "170 270 550" },
  { "trailing and both", { 50, TRAILING, 100, BOTH, 0 }, WAVES, "70 210 450" },
  { "both and none", { 50, BOTH, 100, NONE, 0 }, WAVES, "" },
  { "both and leading", { 50, BOTH, 100, LEADING, 0 }, WAVES, "0 150 400" },
  { "both and trailing", { 50, BOTH, 100, TRAILING, 0 }, WAVES, "100 200 300 500" },
  { "both and both", { 50, BOTH, 100, BOTH, 0 }, WAVES, "0 100 200 300 400" },

  /* A burst that does not end passes all the same. */
  { "at most, trailing", { 50, TRAILING, 0, NONE, 100 }, ENDLESS, "100 220 290" },
  { "at most, leading", { 50, LEADING, 0, NONE, 100 }, ENDLESS, "0 120 240" },
  { "at most, both", { 50, BOTH, 0, NONE, 100 }, ENDLESS, "0 100 120 220 240" },
  { "at most, no edge", { 50, NONE, 0, NONE, 100 }, ENDLESS, "" },
  { "at most, one", { 50, TRAILING, 0, NONE, 100 }, ONE, "50" },
  { "at most less than the silence", { 50, TRAILING, 0, NONE, 20 }, BURST, "20 40 110 130 150" },
  { "at most, then throttle", { 50, TRAILING, 200, BOTH, 100 }, ENDLESS, "100 300" },

  /* At once, and then when the burst is over. */
  { "ten in half a second",
    { 200, BOTH, 500, BOTH, 0 },
    "0 50 100 150 200 250 300 350 400 450",
    "0 650" },

  /* The debounce is the longer one. */
  { "long debounce", { 200, TRAILING, 100, BOTH, 0 }, WAVES, "360 600" },
  { "long debounce, leading", { 200, BOTH, 100, BOTH, 0 }, WAVES, "0 360 460" },
};

static void
append (GString *text, guint msec)
{
  g_string_append_printf (text, text->len > 0 ? " %u" : "%u", msec);
}

/* Runs the machine by hand: it says itself when it wants to be asked again. */
static char *
run_row (const Row *row)
{
  g_auto (GStrv) events = g_strsplit (row->events, " ", -1);
  StateSyncThrottle throttle = { 0 };
  GString *passed = g_string_new (NULL);
  guint n = 0;

  for (;;)
    {
      gint64 event = events[n] != NULL ? g_ascii_strtoll (events[n], NULL, 10) * 1000 : G_MAXINT64;
      gint64 deadline = state_sync_throttle_get_deadline (&throttle, &row->plan);

      if (event == G_MAXINT64 && deadline == STATE_SYNC_THROTTLE_NEVER)
        return g_string_free (passed, FALSE);

      if (deadline <= event && state_sync_throttle_expire (&throttle, &row->plan, deadline))
        append (passed, (guint)(deadline / 1000));
      if (deadline <= event)
        continue;

      if (state_sync_throttle_trigger (&throttle, &row->plan, event))
        append (passed, (guint)(event / 1000));
      n++;
    }
}

static void
test_machine (gconstpointer data)
{
  const Row *row = data;
  g_autofree char *passed = run_row (row);

  g_assert_cmpstr (passed, ==, row->passed);
  g_assert_cmpint (state_sync_throttle_plan_is_closed (&row->plan), ==, row->passed[0] == '\0');
}

static gboolean
is_lossless (const StateSyncThrottlePlan *plan)
{
  return (plan->debounce == 0 || (plan->debounce_edges & TRAILING) != 0) &&
         (plan->throttle == 0 || (plan->throttle_edges & TRAILING) != 0);
}

/* An engine pulls when the machine lets something through, unless a pull before has brought that
 * already; and without a trailing edge that is missing, it is up to date in the end. */
static void
test_engine (Fixture *self, gconstpointer data)
{
  const Row *row = data;
  g_auto (GStrv) events = g_strsplit (row->events, " ", -1);
  g_auto (GStrv) passed = g_strsplit (row->passed, " ", -1);
  guint n_pulls = 1;
  guint n = 0;

  fixture_remake (self, "t", "debounce", row->plan.debounce, "debounce-edges",
                  row->plan.debounce_edges, "throttle", row->plan.throttle, "throttle-edges",
                  row->plan.throttle_edges, "debounce-max-wait", row->plan.debounce_max_wait, NULL);
  fixture_follow (self);

  for (guint msec = 0; msec <= 1000; msec += 10)
    {
      g_autofree char *now = g_strdup_printf ("%u", msec);

      fixture_run (self);
      if (g_strcmp0 (events[n], now) == 0)
        {
          fixture_change (self);
          fixture_run (self);
          n++;
        }
      if (test_memory_transport_get_n_pulls (self->transport) > n_pulls)
        g_assert_true (g_strv_contains ((const char *const *)passed, now));
      n_pulls = test_memory_transport_get_n_pulls (self->transport);
      fixture_advance (self, 10);
    }

  fixture_assert_idle (self);
  if (row->passed[0] == '\0')
    fixture_assert_pulls (self, 1);
  if (is_lossless (&row->plan))
    g_assert_cmpuint (state_sync_engine_get_revision (self->engine), ==,
                      test_memory_transport_get_revision (self->transport));
}

/* --- more than one row can say --- */

/* A main loop that comes late lets through what was due before what comes now. */
static void
test_late_main_loop (void)
{
  StateSyncThrottlePlan plan = { 0, NONE, 100, TRAILING, 0 };
  StateSyncThrottle throttle = { 0 };

  g_assert_false (state_sync_throttle_trigger (&throttle, &plan, 0));
  g_assert_true (state_sync_throttle_trigger (&throttle, &plan, 150 * 1000));
  g_assert_cmpint (state_sync_throttle_get_deadline (&throttle, &plan), ==, 250 * 1000);
}

static void
test_longest_intervals (void)
{
  StateSyncThrottlePlan plan = { G_MAXUINT, TRAILING, G_MAXUINT, TRAILING, G_MAXUINT };
  StateSyncThrottle throttle = { 0 };
  gint64 interval = G_MAXUINT * (gint64)1000;

  g_assert_false (state_sync_throttle_trigger (&throttle, &plan, 0));
  g_assert_cmpint (state_sync_throttle_get_deadline (&throttle, &plan), ==, interval);
  g_assert_false (state_sync_throttle_expire (&throttle, &plan, interval));
  g_assert_true (state_sync_throttle_expire (&throttle, &plan, 2 * interval));
}

/* A burst does not cost a timer for each event. */
static void
test_burst_costs_few_timers (Fixture *self, gconstpointer data)
{
  fixture_remake (self, "t", "debounce", 100, NULL);
  fixture_follow (self);
  for (guint i = 0; i < 10000; i++)
    {
      fixture_change (self);
      fixture_advance (self, i % 1000 == 0);
    }
  fixture_advance (self, 100);
  g_assert_cmpuint (test_virtual_clock_get_n_added (self->clock), ==, 2);
  fixture_assert (self, "apply 10001");
  fixture_assert_pulls (self, 2);
  fixture_assert_idle (self);
}

static void
test_refresh_is_not_throttled (Fixture *self, gconstpointer data)
{
  fixture_remake (self, "t", "debounce", 100, "throttle", 100, NULL);
  fixture_follow (self);
  for (guint i = 0; i < 3; i++)
    {
      test_memory_transport_write (self->transport);
      fixture_refresh (self, "refresh");
    }
  fixture_assert (self, "apply 2", "refresh: ok", "apply 3", "refresh: ok", "apply 4",
                  "refresh: ok");
}

/* What was held back then has nothing to bring any more. */
static void
test_refresh_takes_along_what_is_held_back (Fixture *self, gconstpointer data)
{
  fixture_remake (self, "t", "debounce", 100, NULL);
  fixture_follow (self);
  fixture_change (self);
  fixture_refresh (self, "refresh");
  fixture_assert (self, "apply 2", "refresh: ok");
  fixture_advance (self, 1000);
  fixture_assert_pulls (self, 2);
}

/* While a pull is under way the throttle goes on. */
static void
test_throttle_during_a_pull (Fixture *self, gconstpointer data)
{
  fixture_remake (self, "t", "throttle", 100, NULL);
  fixture_follow (self);
  test_memory_transport_hold_pulls (self->transport);
  fixture_change (self);
  fixture_advance (self, 10);
  fixture_change (self);
  test_memory_transport_answer_with (self->transport, 2, ":1.1");
  fixture_advance (self, 10);
  fixture_assert (self, "apply 2");
  fixture_assert_pulls (self, 2);
  fixture_advance (self, 79);
  fixture_assert_pulls (self, 2);
  fixture_advance (self, 1);
  fixture_assert_pulls (self, 3);
  test_memory_transport_let_go (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 3");
}

/* It says so once, and does what is left: the first pull, refreshes, new instances. */
static void
test_no_edge_is_reported (Fixture *self, gconstpointer data)
{
  fixture_remake (self, "t", "debounce", 10, "debounce-edges", NONE, NULL);
  fixture_start (self, "start");
  fixture_assert (self, "error throttle", "apply 1", "start: ok");
  fixture_change (self);
  fixture_advance (self, 1000);
  fixture_assert_nothing (self);
  fixture_refresh (self, "refresh");
  fixture_assert (self, "apply 2", "refresh: ok");
}

static void
test_policy_properties (void)
{
  g_autoptr (StateSyncPolicy) policy = state_sync_policy_new ();
  guint n_attempts, delay, max_delay, debounce, max_wait, throttle;
  double multiplier;
  StateSyncEdges debounce_edges, throttle_edges;

  g_object_get (policy, "max-attempts", &n_attempts, "retry-delay", &delay, "retry-multiplier",
                &multiplier, "retry-max-delay", &max_delay, "debounce", &debounce, "throttle",
                &throttle, "debounce-edges", &debounce_edges, "throttle-edges", &throttle_edges,
                "debounce-max-wait", &max_wait, NULL);
  g_assert_cmpuint (n_attempts, ==, 3);
  g_assert_cmpuint (delay, ==, 500);
  g_assert_cmpfloat (multiplier, ==, 2);
  g_assert_cmpuint (max_delay, ==, 10000);
  g_assert_cmpuint (debounce, ==, 0);
  g_assert_cmpuint (max_wait, ==, 0);
  g_assert_cmpuint (throttle, ==, 0);
  g_assert_cmpuint (debounce_edges, ==, TRAILING);
  g_assert_cmpuint (throttle_edges, ==, BOTH);
}

static void
add_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *name = g_strdelimit (g_strdup (rows[i].name), " ,", '-');
      g_autofree char *machine = g_strdup_printf ("/engine/limit/machine/%s", name);
      g_autofree char *engine = g_strdup_printf ("/engine/limit/engine/%s", name);

      g_test_add_data_func (machine, &rows[i], test_machine);
      g_test_add (engine, Fixture, &rows[i], fixture_set_up, test_engine, fixture_tear_down);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add_rows ();
  g_test_add_func ("/engine/limit/late-main-loop", test_late_main_loop);
  g_test_add_func ("/engine/limit/longest-intervals", test_longest_intervals);
  g_test_add_func ("/engine/limit/policy-properties", test_policy_properties);
  test_add ("/engine/limit/burst-costs-few-timers", test_burst_costs_few_timers);
  test_add ("/engine/limit/refresh-is-not-throttled", test_refresh_is_not_throttled);
  test_add ("/engine/limit/refresh-takes-along-what-is-held-back",
            test_refresh_takes_along_what_is_held_back);
  test_add ("/engine/limit/throttle-during-a-pull", test_throttle_during_a_pull);
  test_add ("/engine/limit/no-edge-is-reported", test_no_edge_is_reported);

  return g_test_run ();
}
