/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is there after the service has stopped or was killed, and when. */

#include <signal.h>

#include "service/service-fixture.h"

static const char soft[] = "{'durable': <false>}";

static void
test_durable_survives_a_kill (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, "a", "1");
  test_client_write_with (self->client, "b", "2", "{'durable': <true>}");
  fixture_restart_after (self, SIGKILL);
  test_client_assert_snapshot (self->client, "a", 1, "1");
  test_client_assert_snapshot (self->client, "b", 1, "2");
}

static void
test_many_with_one_durable_survives_a_kill (Fixture *self, gconstpointer data)
{
  assert_call (self->client, "WriteMany",
               write_many_args (test_client_write_args ("a", "1", soft),
                                test_client_write_args ("b", "2", NULL),
                                test_client_write_args ("c", "3", soft), NULL),
               "([1, 1, 1],)");
  fixture_restart_after (self, SIGKILL);
  test_client_assert_snapshot (self->client, "a", 1, "1");
  test_client_assert_snapshot (self->client, "b", 1, "2");
  test_client_assert_snapshot (self->client, "c", 1, "3");
}

/* A durable write stores what it found: its revision says that the one before is there too. */
static void
test_durable_on_top_stores_both (Fixture *self, gconstpointer data)
{
  test_client_write_with (self->client, "t", "{\"a\":1}", soft);
  test_client_write_with (self->client, "t", "{\"b\":2}", "{'mode': <'merge'>}");
  fixture_restart_after (self, SIGKILL);
  test_client_assert_snapshot (self->client, "t", 2, "{\"a\":1,\"b\":2}");
}

static void
test_not_durable_is_visible_and_announced_at_once (Fixture *self, gconstpointer data)
{
  /* It is in memory from then on, so that nothing has to be waited for. */
  test_client_assert_snapshot (self->client, "t", 0, "null");
  test_client_follow (self->other, "t");
  for (guint64 revision = 1; revision <= 20; revision++)
    {
      g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, revision);

      g_assert_cmpuint (test_client_write_with (self->client, "t", text, soft), ==, revision);
      test_client_assert_snapshot (self->other, "t", revision, text);
      test_client_wait_for_signal (self->other, "t", revision);
    }
  assert_call (self->other, "ListTopics", g_variant_new ("(s)", ""), "([('t', 20)],)");
}

static void
test_not_durable_is_stored_by_itself (Fixture *self, gconstpointer data)
{
  test_client_write_with (self->client, "a", "1", soft);
  test_client_write_with (self->client, "b", "2", soft);
  while (test_client_get_statistic (self->client, "commits") == 0)
    g_assert_cmpuint (test_client_get_statistic (self->client, "writes"), ==, 2);
  g_assert_cmpuint (test_client_get_statistic (self->client, "topics"), ==, 2);

  fixture_restart_after (self, SIGKILL);
  test_client_assert_snapshot (self->client, "a", 1, "1");
  test_client_assert_snapshot (self->client, "b", 1, "2");
}

static void
test_not_durable_survives_a_stop (Fixture *self, gconstpointer data)
{
  for (guint i = 1; i <= 100; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      test_client_write_with (self->client, "t", text, soft);
    }
  test_client_write_with (self->client, "gone", "1", soft);
  test_client_write_with (self->client, "gone", "null", soft);
  fixture_restart_after (self, SIGTERM);
  test_client_assert_snapshot (self->client, "t", 100, "100");
  test_client_assert_snapshot (self->client, "gone", 2, "null");
}

/* However much is lost by a kill, the revision goes on from what is stored. */
static void
test_not_durable_lost_by_a_kill_leaves_no_gap (Fixture *self, gconstpointer data)
{
  guint64 revision;

  test_client_write (self->client, "t", "1");
  test_client_write_with (self->client, "t", "2", soft);
  fixture_restart_after (self, SIGKILL);
  g_free (test_client_dup_snapshot (self->client, "t", &revision));
  g_assert_cmpuint (revision, >=, 1);
  g_assert_cmpuint (revision, <=, 2);
  g_assert_cmpuint (test_client_write (self->client, "t", "3"), ==, revision + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/service/durability/durable-survives-a-kill", test_durable_survives_a_kill);
  test_add ("/service/durability/many-with-one-durable-survives-a-kill",
            test_many_with_one_durable_survives_a_kill);
  test_add ("/service/durability/durable-on-top-stores-both", test_durable_on_top_stores_both);
  test_add ("/service/durability/not-durable-is-visible-and-announced-at-once",
            test_not_durable_is_visible_and_announced_at_once);
  test_add ("/service/durability/not-durable-is-stored-by-itself",
            test_not_durable_is_stored_by_itself);
  test_add ("/service/durability/not-durable-survives-a-stop", test_not_durable_survives_a_stop);
  test_add ("/service/durability/not-durable-lost-by-a-kill-leaves-no-gap",
            test_not_durable_lost_by_a_kill_leaves_no_gap);

  return g_test_run ();
}
