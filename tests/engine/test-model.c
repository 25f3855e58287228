/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random schedules of all that may happen to an engine, and after each step what has to hold:
 *
 *  - within an instance the applied revisions rise; an instance that was left never comes back
 *  - at most one pull is in flight that anybody wants
 *  - there is no pull without a reason
 *  - nothing is applied or told, and no timer waits, once it is stopped
 *  - once all is quiet and the last change was told, it is up to date
 *
 * The world is one topic, served by instances one after the other, each with a counter of its own.
 * What is told may be lost, doubled, delayed; pulls may fail, hang, or be answered late with any
 * state that was there since they were sent; some answers are older than they may be.
 */

#include "engine/engine.h"
#include "support/memory-transport.h"
#include "support/virtual-clock.h"

#define N_SCHEDULES 5000
#define N_STEPS 60

typedef struct
{
  guint64 revision;
  guint instance;
} Told;

typedef struct
{
  TestVirtualClock *clock;
  TestMemoryTransport *transport;
  StateSyncEngine *engine;
  guint last_instance; /* how many there have been */
  GQueue told;         /* of Told: on its way */

  gboolean has_applied;
  guint applied_instance;
  guint64 applied_revision;
  gboolean is_stopped;
  gboolean is_quiet; /* nothing goes wrong any more */
  guint64 n_reasons; /* for a pull */
  guint depth;       /* of steps within callbacks */
} World;

static void step (World *world);

static gboolean
chance (guint percent)
{
  return g_test_rand_int_range (0, 100) < (int)percent;
}

static guint
pick (guint n)
{
  return (guint)g_test_rand_int_range (0, (int)n);
}

/* --- instances --- */

static const char *
name_of (guint instance, char buffer[16])
{
  g_snprintf (buffer, 16, ":1.%u", instance);
  return buffer;
}

static guint
instance_of (const char *name)
{
  return (guint)g_ascii_strtoull (name + strlen (":1."), NULL, 10);
}

static gboolean
is_served (World *world)
{
  return test_memory_transport_get_instance (world->transport) != NULL;
}

static void
serve (World *world, gboolean same)
{
  char name[16];

  world->n_reasons++;
  if (!same)
    {
      world->last_instance++;
      test_memory_transport_set (world->transport, pick (20));
    }
  test_memory_transport_set_instance (world->transport, name_of (world->last_instance, name));
}

/* --- the engine --- */

static gboolean
on_apply (StateSyncEngine *engine, StateSyncSnapshot *snapshot, gpointer user_data, GError **error)
{
  World *world = user_data;
  guint64 revision = state_sync_snapshot_get_revision (snapshot);
  guint instance = instance_of (state_sync_snapshot_get_instance (snapshot));

  g_assert_false (world->is_stopped);
  if (world->has_applied && instance == world->applied_instance)
    g_assert_cmpuint (revision, >, world->applied_revision);
  else if (world->has_applied)
    g_assert_cmpuint (instance, >, world->applied_instance);

  if (!world->is_quiet && chance (20))
    step (world);
  if (!world->is_quiet && chance (10))
    return FALSE;

  if (!world->is_stopped)
    {
      world->has_applied = TRUE;
      world->applied_instance = instance;
      world->applied_revision = revision;
    }
  return TRUE;
}

static void
on_sync_error (StateSyncEngine *engine, StateSyncFailure *failure, World *world)
{
  g_assert_false (world->is_stopped);
  if (!world->is_quiet && chance (20))
    step (world);
}

static void
on_notify (StateSyncEngine *engine, GParamSpec *pspec, World *world)
{
  g_assert_false (world->is_stopped);
  if (!world->is_quiet && chance (5))
    step (world);
}

static StateSyncPolicy *
random_policy (void)
{
  return g_object_new (
      STATE_SYNC_TYPE_POLICY, "max-attempts", 1 + pick (4), "retry-delay", pick (300), "debounce",
      chance (30) ? pick (100) : 0, "throttle", chance (30) ? pick (100) : 0, "debounce-edges",
      chance (50) ? STATE_SYNC_EDGES_TRAILING : STATE_SYNC_EDGES_BOTH, "throttle-edges",
      chance (50) ? STATE_SYNC_EDGES_TRAILING : STATE_SYNC_EDGES_BOTH, NULL);
}

static void
make_engine (World *world)
{
  g_autoptr (StateSyncPolicy) policy = random_policy ();

  world->engine = state_sync_engine_new_with_clock (
      STATE_SYNC_INVALIDATION_SOURCE (world->transport),
      STATE_SYNC_SNAPSHOT_PROVIDER (world->transport), "t", policy, on_apply, world, NULL,
      STATE_SYNC_CLOCK (world->clock));
  g_signal_connect (world->engine, "sync-error", G_CALLBACK (on_sync_error), world);
  g_signal_connect (world->engine, "notify::revision", G_CALLBACK (on_notify), world);
  g_signal_connect (world->engine, "notify::available", G_CALLBACK (on_notify), world);
  world->has_applied = FALSE;
  world->is_stopped = FALSE;
  world->n_reasons = 0;
}

static void
assert_stopped (World *world)
{
  g_assert_cmpuint (test_virtual_clock_get_n_timers (world->clock), ==, 0);
  g_assert_cmpuint (test_memory_transport_get_n_wanted (world->transport), ==, 0);
  g_assert_cmpuint (test_memory_transport_get_n_listening (world->transport), ==, 0);
}

static void
stop (World *world)
{
  state_sync_engine_stop (world->engine);
  world->is_stopped = TRUE;
  assert_stopped (world);
}

static void
start (World *world)
{
  world->n_reasons++;
  state_sync_engine_start_async (world->engine, NULL, NULL, NULL);
}

/* --- what may happen --- */

static void
change (World *world)
{
  Told *told;

  if (!is_served (world))
    return;
  test_memory_transport_write (world->transport);
  if (chance (20))
    return;

  for (guint n = chance (20) ? 2 : 1; n > 0; n--)
    {
      told = g_new (Told, 1);
      *told = (Told){ test_memory_transport_get_revision (world->transport), world->last_instance };
      g_queue_push_tail (&world->told, told);
    }
}

static void
deliver (World *world)
{
  guint n = g_queue_get_length (&world->told);
  g_autofree Told *told = n > 0 ? g_queue_pop_nth (&world->told, pick (n)) : NULL;
  char name[16];

  if (told == NULL)
    return;
  world->n_reasons++;
  test_memory_transport_tell (world->transport, told->revision,
                              chance (10) && told->instance == world->last_instance &&
                                      is_served (world)
                                  ? NULL
                                  : name_of (told->instance, name));
}

/* Any state since it was sent, of whom it was sent to; or of who serves, if nobody did then. */
static void
answer_truly (World *world, guint64 sent_revision, const char *sent_instance)
{
  guint64 revision = test_memory_transport_get_revision (world->transport);
  g_autofree char *instance = g_strdup (test_memory_transport_get_instance (world->transport));

  if (instance == NULL)
    {
      test_memory_transport_answer_error (world->transport);
      return;
    }
  if (g_strcmp0 (instance, sent_instance) == 0 && revision > sent_revision)
    revision -= pick ((guint)(revision - sent_revision) + 1);
  test_memory_transport_answer_with (world->transport, revision, instance);
}

static void
answer (World *world)
{
  guint n = test_memory_transport_get_n_waiting (world->transport);
  const char *sent_instance;
  guint64 sent_revision;
  gboolean is_wanted;

  if (n == 0)
    return;
  test_memory_transport_pick (world->transport, pick (n));
  is_wanted = test_memory_transport_peek (world->transport, &sent_revision, &sent_instance);

  if (is_wanted && !chance (20))
    answer_truly (world, sent_revision, sent_instance);
  else if (chance (50) || sent_instance == NULL)
    test_memory_transport_answer_error (world->transport);
  else if (chance (20))
    test_memory_transport_answer_nothing (world->transport);
  else
    {
      g_autofree char *instance = g_strdup (sent_instance);

      test_memory_transport_answer_with (
          world->transport, is_wanted ? pick ((guint)sent_revision + 1) : pick (100), instance);
    }
}

/* The reply of a write: of who serves, or late, of one that did. */
static void
accept (World *world)
{
  guint instance = chance (80) ? world->last_instance : 1 + pick (world->last_instance);
  guint64 revision = instance == world->last_instance
                         ? test_memory_transport_get_revision (world->transport)
                         : pick (100);
  g_autoptr (GBytes) data = g_bytes_new_static ("1", 1);
  g_autoptr (StateSyncSnapshot) snapshot = NULL;
  char name[16];

  if (!is_served (world))
    return;
  snapshot = state_sync_snapshot_new_from (revision, data, name_of (instance, name));
  state_sync_engine_accept (world->engine, snapshot);
}

static void
refresh (World *world)
{
  world->n_reasons++;
  state_sync_engine_refresh_async (world->engine, NULL, NULL, NULL);
}

static void
change_instance (World *world)
{
  if (is_served (world) && chance (50))
    test_memory_transport_set_instance (world->transport, NULL);
  else
    serve (world, !is_served (world) && chance (40));
}

static void
advance (World *world)
{
  if (world->depth == 1)
    test_virtual_clock_advance (world->clock, pick (400));
}

static const struct
{
  guint weight;
  void (*func) (World *world);
} happenings[] = {
  { 30, change }, { 25, deliver },        { 20, answer }, { 12, advance }, { 4, accept },
  { 4, refresh }, { 3, change_instance }, { 3, start },   { 1, stop },
};

static void
step (World *world)
{
  guint n = pick (102);

  world->depth++;
  for (guint i = 0; i < G_N_ELEMENTS (happenings); i++)
    {
      if (n < happenings[i].weight)
        {
          happenings[i].func (world);
          break;
        }
      n -= happenings[i].weight;
    }
  world->depth--;
}

static void
check (World *world)
{
  StateSyncCounters counters;

  state_sync_engine_get_counters (world->engine, &counters);
  g_assert_cmpuint (test_memory_transport_get_n_wanted (world->transport), <=, 1);
  g_assert_cmpuint (test_virtual_clock_get_n_timers (world->clock), <=, 2);
  g_assert_cmpuint (counters.pulls - counters.retries, <=, world->n_reasons);
  if (world->is_stopped)
    assert_stopped (world);
  else if (world->has_applied)
    g_assert_cmpuint (state_sync_engine_get_revision (world->engine), ==, world->applied_revision);
}

/* --- the end --- */

static void
settle (World *world)
{
  char name[16];

  world->is_quiet = TRUE;
  if (!is_served (world))
    serve (world, chance (50));
  if (world->is_stopped)
    {
      g_object_unref (world->engine);
      make_engine (world);
    }

  /* A failure that was on its way may still be the last one of a start. */
  test_memory_transport_let_go (world->transport);
  test_virtual_clock_advance (world->clock, 100 * 1000);
  start (world);
  test_virtual_clock_advance (world->clock, 100 * 1000);

  while (!g_queue_is_empty (&world->told))
    deliver (world);
  test_memory_transport_tell (world->transport,
                              test_memory_transport_get_revision (world->transport),
                              name_of (world->last_instance, name));
  test_virtual_clock_advance (world->clock, 100 * 1000);
}

static void
assert_up_to_date (World *world)
{
  g_assert_cmpint (state_sync_engine_get_state (world->engine), ==, STATE_SYNC_LIFECYCLE_RUNNING);
  g_assert_true (state_sync_engine_get_available (world->engine));
  g_assert_cmpuint (world->applied_instance, ==, world->last_instance);
  g_assert_cmpuint (world->applied_revision, ==,
                    test_memory_transport_get_revision (world->transport));
  g_assert_cmpuint (test_virtual_clock_get_n_timers (world->clock), ==, 0);
  g_assert_cmpuint (test_memory_transport_get_n_wanted (world->transport), ==, 0);
}

static void
run_schedule (void)
{
  World world = { .clock = test_virtual_clock_new (),
                  .transport = test_memory_transport_new (NULL) };

  serve (&world, FALSE);
  test_memory_transport_hold_pulls (world.transport);
  make_engine (&world);
  for (guint i = 0; i < N_STEPS; i++)
    {
      if (world.is_stopped && chance (50))
        {
          g_object_unref (world.engine);
          make_engine (&world);
        }
      step (&world);
      check (&world);
    }

  settle (&world);
  assert_up_to_date (&world);

  stop (&world);
  test_virtual_clock_advance (world.clock, 100 * 1000);
  g_assert_finalize_object (world.engine);
  g_assert_finalize_object (world.transport);
  g_assert_finalize_object (world.clock);
}

static void
test_schedules (void)
{
  for (guint i = 0; i < N_SCHEDULES; i++)
    run_schedule ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/model/schedules", test_schedules);

  return g_test_run ();
}
