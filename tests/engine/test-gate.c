/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/demand.h"
#include "engine/gate.h"

#define PASS STATE_SYNC_VERDICT_PASS
#define SAME STATE_SYNC_VERDICT_SAME
#define OLDER STATE_SYNC_VERDICT_OLDER

/* What is there, what comes, and what becomes of it. */
static const struct
{
  guint64 there;
  const char *whose;
  guint64 revision;
  const char *instance;
  StateSyncVerdict verdict;
} rows[] = {
  { 5, ":1.1", 6, ":1.1", PASS },
  { 5, ":1.1", 5, ":1.1", SAME },
  { 5, ":1.1", 4, ":1.1", OLDER },
  { 0, ":1.1", 0, ":1.1", SAME },
  { G_MAXUINT64 - 1, ":1.1", G_MAXUINT64, ":1.1", PASS },
  { G_MAXUINT64, ":1.1", G_MAXUINT64, ":1.1", SAME },
  { G_MAXUINT64, ":1.1", 0, ":1.1", OLDER },

  /* Another instance: whatever it has. */
  { 5, ":1.1", 6, ":1.2", PASS },
  { 5, ":1.1", 5, ":1.2", PASS },
  { 5, ":1.1", 0, ":1.2", PASS },
  { 5, ":1.1", 5, ":1.11", PASS },

  /* One that can't be told is no sign of another. */
  { 5, ":1.1", 5, "", SAME },
  { 5, ":1.1", 4, NULL, OLDER },
  { 5, "", 4, "", OLDER },
  { 5, "", 4, ":1.1", OLDER },
  { 5, "", 4, NULL, OLDER },
  { 5, NULL, 4, NULL, OLDER },
  { 5, NULL, 4, "", OLDER },

  /* What came while nobody served did not come from who serves now. */
  { 5, NULL, 4, ":1.1", PASS },
};

static void
test_verdicts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      StateSyncGate gate = { 0 };

      g_test_message ("row %u", i);
      state_sync_gate_set (&gate, rows[i].there, rows[i].whose);
      g_assert_cmpint (state_sync_gate_judge (&gate, rows[i].revision, rows[i].instance), ==,
                       rows[i].verdict);
      state_sync_gate_clear (&gate);
    }
}

static void
test_first_passes (void)
{
  static const char *const instances[] = { ":1.1", "", NULL };
  StateSyncGate gate = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (instances); i++)
    g_assert_cmpint (state_sync_gate_judge (&gate, 0, instances[i]), ==, PASS);
}

static void
test_name_stays_known (void)
{
  StateSyncGate gate = { 0 };

  state_sync_gate_set (&gate, 1, ":1.1");
  state_sync_gate_set (&gate, 2, NULL);
  state_sync_gate_set (&gate, 3, "");
  g_assert_cmpstr (gate.instance, ==, ":1.1");
  state_sync_gate_set (&gate, 1, ":1.2");
  g_assert_cmpstr (gate.instance, ==, ":1.2");
  g_assert_cmpuint (gate.revision, ==, 1);
  state_sync_gate_clear (&gate);
}

/* --- demands --- */

static void
test_no_demand_is_met (void)
{
  StateSyncGate gate = { 0 };
  StateSyncDemand demand = { 0 };

  g_assert_true (state_sync_demand_is_met (&demand, &gate));
}

static void
test_demand_is_met_by_the_newest_told (void)
{
  StateSyncGate gate = { 0 };
  StateSyncDemand demand = { 0 };

  state_sync_demand_add_revision (&demand, 3, ":1.1");
  state_sync_demand_add_revision (&demand, 7, ":1.1");
  state_sync_demand_add_revision (&demand, 5, ":1.1");
  g_assert_false (state_sync_demand_is_met (&demand, &gate));
  state_sync_gate_set (&gate, 6, ":1.1");
  g_assert_false (state_sync_demand_is_met (&demand, &gate));
  state_sync_gate_set (&gate, 7, ":1.1");
  g_assert_true (state_sync_demand_is_met (&demand, &gate));

  state_sync_demand_clear (&demand);
  g_assert_true (state_sync_demand_is_met (&demand, &gate));
  state_sync_gate_clear (&gate);
}

static void
test_forced_demand_is_never_met (void)
{
  StateSyncGate gate = { 0 };
  StateSyncDemand demand = { 0 };

  state_sync_gate_set (&gate, 9, ":1.1");
  state_sync_demand_add_revision (&demand, 3, ":1.1");
  state_sync_demand_force (&demand);
  g_assert_false (state_sync_demand_is_met (&demand, &gate));
  state_sync_demand_clear (&demand);
  state_sync_gate_clear (&gate);
}

/* What two instances told can't be compared. */
static void
test_demands_of_two_instances_are_forced (void)
{
  StateSyncGate gate = { 0 };
  StateSyncDemand demand = { 0 };

  state_sync_gate_set (&gate, 9, ":1.1");
  state_sync_demand_add_revision (&demand, 3, ":1.1");
  state_sync_demand_add_revision (&demand, 3, ":1.2");
  g_assert_false (state_sync_demand_is_met (&demand, &gate));
  state_sync_demand_clear (&demand);
  state_sync_gate_clear (&gate);
}

static void
test_demand_moves (void)
{
  StateSyncDemand one = { 0 };
  StateSyncDemand other = { 0 };

  state_sync_demand_add_revision (&one, 3, ":1.1");
  state_sync_demand_add_revision (&other, 2, ":1.1");
  one.is_due = TRUE;
  state_sync_demand_move (&one, &other);
  g_assert_false (one.has_revision);
  g_assert_false (one.is_due);
  g_assert_cmpuint (other.revision, ==, 3);
  g_assert_true (other.is_due);
  g_assert_false (other.is_forced);
  state_sync_demand_clear (&other);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/gate/verdicts", test_verdicts);
  g_test_add_func ("/engine/gate/first-passes", test_first_passes);
  g_test_add_func ("/engine/gate/name-stays-known", test_name_stays_known);
  g_test_add_func ("/engine/demand/none-is-met", test_no_demand_is_met);
  g_test_add_func ("/engine/demand/is-met-by-the-newest-told",
                   test_demand_is_met_by_the_newest_told);
  g_test_add_func ("/engine/demand/forced-is-never-met", test_forced_demand_is_never_met);
  g_test_add_func ("/engine/demand/of-two-instances-is-forced",
                   test_demands_of_two_instances_are_forced);
  g_test_add_func ("/engine/demand/moves", test_demand_moves);

  return g_test_run ();
}
