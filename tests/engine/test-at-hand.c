/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A provider that has the newest state at hand, in memory, is not asked for what is told. */

#include "engine/engine-fixture.h"

static void
follow (Fixture *self)
{
  fixture_follow (self);
  test_memory_transport_put_at_hand (self->transport);
}

/* Before any main loop runs. */
static void
test_is_taken_on_the_spot (Fixture *self, gconstpointer data)
{
  follow (self);
  for (guint i = 0; i < 3; i++)
    fixture_change (self);
  fixture_assert (self, "apply 2", "apply 3", "apply 4");
  fixture_assert_pulls (self, 1);
  fixture_assert_idle (self);
}

/* Who waits for a pull gets one: nothing is applied from within a call that says it does it later.
 */
static void
test_start_and_refresh_pull (Fixture *self, gconstpointer data)
{
  test_memory_transport_put_at_hand (self->transport);
  fixture_begin_start (self, "start");
  fixture_assert_nothing (self);
  fixture_run (self);
  fixture_assert (self, "apply 1", "start: ok");

  test_memory_transport_write (self->transport);
  fixture_begin_refresh (self, "refresh");
  fixture_assert_nothing (self);
  fixture_run (self);
  fixture_assert (self, "apply 2", "refresh: ok");
  fixture_assert_pulls (self, 2);
}

static void
test_older_is_pulled (Fixture *self, gconstpointer data)
{
  follow (self);
  test_memory_transport_put_other_at_hand (self->transport, 1, ":1.1");
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2");
  fixture_assert_pulls (self, 2);
}

static void
test_of_another_instance_is_pulled (Fixture *self, gconstpointer data)
{
  follow (self);
  test_memory_transport_put_other_at_hand (self->transport, 9, ":1.9");
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2");
  fixture_assert_pulls (self, 2);
}

/* Where nobody tells instances apart. */
static void
test_of_no_instance_is_taken (Fixture *self, gconstpointer data)
{
  follow (self);
  test_memory_transport_put_other_at_hand (self->transport, 9, NULL);
  fixture_change (self);
  fixture_assert (self, "apply 9");
  fixture_assert_pulls (self, 1);
}

static void
test_pull_under_way_comes_first (Fixture *self, gconstpointer data)
{
  follow (self);
  test_memory_transport_hold_pulls (self->transport);
  fixture_begin_refresh (self, "refresh");
  fixture_change (self);
  fixture_assert_nothing (self);
  test_memory_transport_let_go (self->transport);
  fixture_run (self);
  fixture_assert (self, "apply 2", "refresh: ok");
  fixture_assert_idle (self);
}

/* Reported once, and like a pull of which that is true not tried again. */
static void
test_can_not_be_applied (Fixture *self, gconstpointer data)
{
  follow (self);
  self->n_failing_applies = 1;
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2 fails", "error apply, snapshot 2");
  fixture_assert_pulls (self, 1);

  fixture_change (self);
  fixture_assert (self, "apply 3");
  fixture_assert_idle (self);
}

static void
test_is_limited (Fixture *self, gconstpointer data)
{
  fixture_remake (self, "org.example.topic", "throttle", 100, NULL);
  follow (self);
  for (guint i = 0; i < 100; i++)
    fixture_change (self);
  fixture_assert (self, "apply 2");
  fixture_advance (self, 100);
  fixture_assert (self, "apply 101");
  fixture_assert_pulls (self, 1);
}

static void
change (Fixture *self)
{
  fixture_change (self);
}

static void
test_change_from_within_apply (Fixture *self, gconstpointer data)
{
  follow (self);
  self->in_apply = change;
  fixture_change (self);
  fixture_run (self);
  fixture_assert (self, "apply 2", "apply 3");
  fixture_assert_idle (self);
}

static void
stop (Fixture *self)
{
  state_sync_engine_stop (self->engine);
}

static void
test_stop_from_within_apply (Fixture *self, gconstpointer data)
{
  follow (self);
  self->in_apply = stop;
  fixture_change (self);
  fixture_change (self);
  fixture_assert (self, "apply 2");
  fixture_assert_idle (self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/engine/at-hand/is-taken-on-the-spot", test_is_taken_on_the_spot);
  test_add ("/engine/at-hand/start-and-refresh-pull", test_start_and_refresh_pull);
  test_add ("/engine/at-hand/older-is-pulled", test_older_is_pulled);
  test_add ("/engine/at-hand/of-another-instance-is-pulled", test_of_another_instance_is_pulled);
  test_add ("/engine/at-hand/of-no-instance-is-taken", test_of_no_instance_is_taken);
  test_add ("/engine/at-hand/pull-under-way-comes-first", test_pull_under_way_comes_first);
  test_add ("/engine/at-hand/can-not-be-applied", test_can_not_be_applied);
  test_add ("/engine/at-hand/is-limited", test_is_limited);
  test_add ("/engine/at-hand/change-from-within-apply", test_change_from_within_apply);
  test_add ("/engine/at-hand/stop-from-within-apply", test_stop_from_within_apply);

  return g_test_run ();
}
