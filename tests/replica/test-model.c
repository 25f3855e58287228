/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random schedules against the model. One that breaks a promise is made as short as it can be
 * and printed. STATESYNC_MODEL_SEED=N runs one schedule, `-m slow` many more. */

#include "replica/model-world.h"

#include <stdlib.h>

#define N_SEEDS 2000
#define N_SEEDS_SLOW 100000
#define MAX_STEPS 250

typedef struct
{
  guint n_peers;
  gboolean is_stormy;
  GArray *steps; /* of Step */
} Schedule;

static const char *const step_names[N_STEP_KINDS] = {
  "update", "foreign",    "take",  "pull",  "serve", "receive",
  "board",  "disconnect", "ghost", "crash", "store", "round",
};

/* How often each kind of step comes, by the mood of the schedule. */
static const guint weights[][N_STEP_KINDS] = {
  { 20, 6, 20, 12, 24, 24, 4, 0, 0, 0, 0, 10 }, /* nothing goes wrong */
  { 20, 4, 24, 12, 28, 28, 4, 2, 2, 2, 3, 10 }, /* now and then */
  { 16, 8, 24, 12, 24, 20, 3, 5, 4, 6, 3, 0 },  /* often */
  { 10, 0, 8, 4, 6, 6, 0, 2, 2, 1, 1, 40 },     /* seldom, while much goes on */
};

static StepKind
pick_kind (GRand *rand, guint mood)
{
  guint total = 0;
  guint dice;

  for (guint i = 0; i < N_STEP_KINDS; i++)
    total += weights[mood][i];

  dice = (guint)g_rand_int_range (rand, 0, (gint32)total);
  for (guint i = 0; i < N_STEP_KINDS; i++)
    {
      if (dice < weights[mood][i])
        return (StepKind)i;
      dice -= weights[mood][i];
    }
  g_assert_not_reached ();
}

static void
schedule_init (Schedule *self, guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint mood = (guint)g_rand_int_range (rand, 0, G_N_ELEMENTS (weights));
  guint n_steps = (guint)g_rand_int_range (rand, 10, MAX_STEPS);

  self->n_peers = (guint)g_rand_int_range (rand, 1, MODEL_MAX_PEERS + 1);
  self->is_stormy = g_rand_int_range (rand, 0, 4) == 0;
  self->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  for (guint i = 0; i < n_steps; i++)
    {
      Step step = { pick_kind (rand, mood), g_rand_int (rand) % MODEL_MAX_PEERS,
                    g_rand_int (rand) };

      g_array_append_val (self->steps, step);
    }
}

/* (nullable) (transfer full): the promise that is broken. */
static char *
run (const Schedule *schedule, const GArray *steps, Coverage *coverage)
{
  World world;
  char *failure;

  world_init (&world, schedule->n_peers, schedule->is_stormy, coverage);
  for (guint i = 0; i < steps->len && world.failure == NULL; i++)
    world_step (&world, &g_array_index (steps, Step, i));
  if (world.failure == NULL)
    world_drain (&world);
  if (world.failure == NULL)
    world_check_end (&world);
  failure = g_steal_pointer (&world.failure);
  world_clear (&world);
  return failure;
}

/* --- shrinking --- */

static GArray *
without (const GArray *steps, guint first, guint n)
{
  GArray *rest = g_array_new (FALSE, FALSE, sizeof (Step));

  g_array_append_vals (rest, &g_array_index (steps, Step, 0), first);
  if (first + n < steps->len)
    g_array_append_vals (rest, &g_array_index (steps, Step, first + n), steps->len - first - n);
  return rest;
}

/* Leaves out all that can be left out, in ever smaller pieces, while some promise stays broken. */
static void
shrink (Schedule *schedule)
{
  Coverage coverage = { 0 };

  for (guint size = schedule->steps->len; size > 0; size = size > 1 ? (size + 1) / 2 : 0)
    {
      for (guint first = 0; first < schedule->steps->len;)
        {
          g_autoptr (GArray) rest = without (schedule->steps, first, size);
          g_autofree char *failure = run (schedule, rest, &coverage);

          if (failure == NULL)
            {
              first += size;
              continue;
            }
          g_array_unref (schedule->steps);
          schedule->steps = g_steal_pointer (&rest);
        }
    }
}

static void
print_schedule (const Schedule *schedule, guint32 seed)
{
  Coverage coverage = { 0 };
  g_autofree char *failure = run (schedule, schedule->steps, &coverage);

  g_printerr ("Seed %u, %u peers%s: %s\n", seed, schedule->n_peers,
              schedule->is_stormy ? ", stormy" : "", failure);
  for (guint i = 0; i < schedule->steps->len; i++)
    {
      const Step *step = &g_array_index (schedule->steps, Step, i);

      g_printerr ("  %s, peer %u, dice 0x%x\n", step_names[step->kind],
                  step->peer % schedule->n_peers, step->dice);
    }
}

/* --- the tests --- */

static void
run_seed (guint32 seed, Coverage *coverage)
{
  Schedule schedule = { 0 };
  g_autofree char *failure = NULL;

  schedule_init (&schedule, seed);
  failure = run (&schedule, schedule.steps, coverage);
  if (failure != NULL)
    {
      shrink (&schedule);
      print_schedule (&schedule, seed);
      g_test_fail_printf ("Seed %u: %s", seed, failure);
    }
  g_array_unref (schedule.steps);
}

static void
test_schedules (void)
{
  const char *one = g_getenv ("STATESYNC_MODEL_SEED");
  guint32 n_seeds = g_test_slow () ? N_SEEDS_SLOW : N_SEEDS;
  Coverage coverage = { 0 };

  if (one != NULL)
    {
      run_seed ((guint32)strtoul (one, NULL, 10), &coverage);
      return;
    }

  for (guint32 seed = 0; seed < n_seeds && !g_test_failed (); seed++)
    run_seed (seed, &coverage);
  if (g_test_failed ())
    return;

  g_test_message ("%u confirmed, %u rejected, %u unknown; %u replies lost, %u writes unguarded, "
                  "%u in order, %u times several together, %u sent again after a crash took them",
                  coverage.confirmed, coverage.rejected, coverage.unknown, coverage.lost,
                  coverage.unguarded, coverage.in_order, coverage.together,
                  coverage.taken_back_by_crash);
  g_assert_cmpuint (coverage.confirmed, >, n_seeds);
  g_assert_cmpuint (coverage.rejected, >, n_seeds);
  g_assert_cmpuint (coverage.unknown, >, 0);
  g_assert_cmpuint (coverage.lost, >, n_seeds / 10);
  g_assert_cmpuint (coverage.unguarded, >, 0);
  g_assert_cmpuint (coverage.in_order, >, n_seeds / 10);
  g_assert_cmpuint (coverage.together, >, n_seeds);
  g_assert_cmpuint (coverage.taken_back_by_crash, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/replica/model/schedules", test_schedules);
  return g_test_run ();
}
