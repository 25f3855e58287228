/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/store-fixture.h"

static guint n_warnings;

/* A warning is what a test here provokes, not a reason to abort. */
static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if (level != G_LOG_LEVEL_WARNING)
    return g_log_writer_default (level, fields, n_fields, user_data);

  n_warnings++;
  return G_LOG_WRITER_HANDLED;
}

static void
load (Fixture *self, const char *topic)
{
  fixture_read_topics (self, "load", topic);
  fixture_settle (self);
  g_ptr_array_set_size (self->events, 0);
}

static void
wait_until_stored (Fixture *self, const char *topic, const char *expected)
{
  for (;;)
    {
      g_autofree char *state = test_memory_storage_dup_state (self->storage, topic);

      if (g_strcmp0 (state, expected) == 0)
        return;
      g_main_context_iteration (NULL, TRUE);
    }
}

static void
test_visible_at_once_stored_soon (Fixture *self, gconstpointer data)
{
  load (self, "t");
  fixture_write_soft (self, "w", "t", "1");
  fixture_assert (self, "w: 1", "changed t 1");
  fixture_assert_stored (self, "t", NULL);
  fixture_read_topics (self, "r", "t");
  fixture_assert (self, "r: 1 1");
  wait_until_stored (self, "t", "1 1");
}

static void
test_many_changes_one_commit (Fixture *self, gconstpointer data)
{
  load (self, "t");
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      fixture_write_soft (self, "w", "t", text);
    }
  wait_until_stored (self, "t", "100 99");
  g_assert_cmpuint (test_memory_storage_get_n_commits (self->storage), ==, 1);
}

static void
test_waits_for_a_durable_write_before_it (Fixture *self, gconstpointer data)
{
  load (self, "t");
  load (self, "u");
  test_memory_storage_hold (self->storage);
  fixture_write (self, "durable", "t", "1");
  fixture_write_soft (self, "same topic", "t", "2");
  fixture_write_soft (self, "other topic", "u", "1");
  fixture_assert (self, "other topic: 1", "changed u 1");
  test_memory_storage_let_go (self->storage);
  fixture_settle (self);
  fixture_assert (self, "durable: 1", "same topic: 2", "changed t 2");
}

/* A durable write that changes nothing says that what it found is stored. */
static void
test_durable_write_stores_what_it_finds (Fixture *self, gconstpointer data)
{
  load (self, "t");
  fixture_write_soft (self, "soft", "t", "1");
  fixture_write (self, "durable", "t", "1");
  fixture_settle (self);
  fixture_assert (self, "soft: 1", "changed t 1", "durable: 1");
  fixture_assert_stored (self, "t", "1 1");
}

static void
test_durable_write_on_top_falls_back_to_it (Fixture *self, gconstpointer data)
{
  load (self, "t");
  fixture_write_soft (self, "soft", "t", "1");
  test_memory_storage_fail_commits (self->storage, 1);
  fixture_write (self, "durable", "t", "2");
  fixture_settle (self);
  fixture_read_topics (self, "r", "t");
  fixture_assert (self, "soft: 1", "changed t 1", "durable: Storage", "r: 1 1");
  wait_until_stored (self, "t", "1 1");
}

static void
test_failed_flush_is_tried_again (Fixture *self, gconstpointer data)
{
  load (self, "t");
  test_memory_storage_fail_commits (self->storage, 1);
  fixture_write_soft (self, "w", "t", "1");
  wait_until_stored (self, "t", "1 1");
  g_assert_cmpuint (n_warnings, ==, 1);
}

static void
test_change_during_flush_is_stored_after (Fixture *self, gconstpointer data)
{
  load (self, "t");
  test_memory_storage_hold (self->storage);
  fixture_write_soft (self, "one", "t", "1");
  fixture_write (self, "block", "u", "1");
  fixture_wait_for_hold (self);
  fixture_write_soft (self, "two", "t", "2");
  test_memory_storage_let_go (self->storage);
  wait_until_stored (self, "t", "2 2");
}

static void
test_close_stores_it (Fixture *self, gconstpointer data)
{
  load (self, "t");
  fixture_write_soft (self, "w", "t", "1");
  fixture_write_soft (self, "not loaded", "u", "1");
  fixture_close (self);
  fixture_assert_stored (self, "t", "1 1");
  fixture_assert_stored (self, "u", "1 1");
}

static void
test_many_with_one_durable_is_durable (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) writes =
      g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);

  g_ptr_array_add (writes, write_of ("a", "1", STATE_SYNC_WRITE_REPLACE, FALSE));
  g_ptr_array_add (writes, write_of ("b", "1", STATE_SYNC_WRITE_REPLACE, TRUE));
  fixture_write_array (self, "w", writes);
  fixture_settle (self);
  fixture_assert_stored (self, "a", "1 1");
  fixture_assert_stored (self, "b", "1 1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_warnings, NULL, NULL);

  test_add ("/store/volatile/visible-at-once-stored-soon", test_visible_at_once_stored_soon);
  test_add ("/store/volatile/many-changes-one-commit", test_many_changes_one_commit);
  test_add ("/store/volatile/waits-for-a-durable-write-before-it",
            test_waits_for_a_durable_write_before_it);
  test_add ("/store/volatile/durable-write-stores-what-it-finds",
            test_durable_write_stores_what_it_finds);
  test_add ("/store/volatile/durable-write-on-top-falls-back-to-it",
            test_durable_write_on_top_falls_back_to_it);
  test_add ("/store/volatile/failed-flush-is-tried-again", test_failed_flush_is_tried_again);
  test_add ("/store/volatile/change-during-flush-is-stored-after",
            test_change_during_flush_is_stored_after);
  test_add ("/store/volatile/close-stores-it", test_close_stores_it);
  test_add ("/store/volatile/many-with-one-durable-is-durable",
            test_many_with_one_durable_is_durable);

  return g_test_run ();
}
