/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a topic reads as that was never written. */

#include <string.h>

#include "store/store-fixture.h"

#define LARGE "\"0123456789012345678901234567890123456789012345678901234567890123\""

static guint n_warnings;

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if (level != G_LOG_LEVEL_WARNING)
    return g_log_writer_default (level, fields, n_fields, user_data);

  n_warnings++;
  return G_LOG_WRITER_HANDLED;
}

static GBytes *
initial_data (const char *topic, gpointer user_data)
{
  Fixture *self = user_data;

  g_ptr_array_add (self->events, g_strdup_printf ("asked for %s", topic));
  if (g_str_equal (topic, "settings"))
    return g_bytes_new_static ("{\"a\": 1}", 8);
  if (g_str_equal (topic, "broken"))
    return g_bytes_new_static ("{\"a\": 1", 7);
  if (g_str_equal (topic, "large"))
    return g_bytes_new_static (LARGE, strlen (LARGE));
  return NULL;
}

static const FixtureRules rules = { .initial_data = initial_data };

static void
test_read_at_revision_0 (Fixture *self, gconstpointer data)
{
  fixture_read_topics (self, "read", "settings", "other");
  fixture_settle (self);
  fixture_list (self, "list", "");
  fixture_settle (self);
  fixture_assert (self, "asked for settings", "asked for other", "read: 0 {\"a\": 1}, 0 null",
                  "list: ");
  g_assert_cmpuint (test_memory_storage_get_n_commits (self->storage), ==, 0);
}

static void
copy_text (StateSyncSnapshot *snapshot, gpointer user_data)
{
  GBytes *data = state_sync_snapshot_get_data (snapshot);

  *(char **)user_data = g_strndup (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
}

static void
test_seen_by_other_threads (Fixture *self, gconstpointer data)
{
  StateSyncCommittedView *view = state_sync_store_get_committed_view (self->store);
  g_autofree char *text = NULL;

  fixture_read_topics (self, "read", "settings");
  fixture_settle (self);
  g_assert_true (state_sync_committed_view_look (view, "settings", copy_text, &text));
  g_assert_cmpstr (text, ==, "{\"a\": 1}");
}

static void
test_merged_into (Fixture *self, gconstpointer data)
{
  fixture_merge (self, "patch", "settings", "{\"b\":2}");
  fixture_settle (self);
  fixture_list (self, "list", "");
  fixture_settle (self);
  fixture_assert (self, "asked for settings", "patch: 1", "changed settings 1", "list: settings 1");
  fixture_assert_stored (self, "settings", "1 {\"a\": 1,\"b\":2}");
}

static void
test_still_never_written (Fixture *self, gconstpointer data)
{
  fixture_write (self, "no change", "settings", "{\"a\": 1}");
  fixture_settle (self);
  fixture_write_if (self, "never written", "settings", "1", 0);
  fixture_settle (self);
  fixture_write_if (self, "no longer", "settings", "2", 0);
  fixture_settle (self);
  fixture_assert (self, "asked for settings", "no change: 0", "never written: 1",
                  "changed settings 1", "no longer: Conflict");
}

/* Once it was written, nothing but what was written counts. */
static void
test_deleted_is_absent (Fixture *self, gconstpointer data)
{
  test_memory_storage_put (self->storage, "settings", 3, "null");
  fixture_read_topics (self, "read", "settings");
  fixture_settle (self);
  fixture_assert (self, "read: 3 null");
}

static void
test_deleting_it_is_a_change (Fixture *self, gconstpointer data)
{
  fixture_write (self, "delete", "settings", "null");
  fixture_settle (self);
  fixture_read_topics (self, "read", "settings");
  fixture_assert (self, "asked for settings", "delete: 1", "changed settings 1", "read: 1 null");
  fixture_assert_stored (self, "settings", "1 null");
}

/* What is not used leaves memory, and is asked for again when it comes back. */
static void
test_forgotten_and_asked_again (Fixture *self, gconstpointer data)
{
  g_autofree char *large = g_strnfill (1024 * 1024, '1');

  fixture_read_topics (self, "first", "settings");
  fixture_settle (self);
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *topic = g_strdup_printf ("topic.%u", i);

      test_memory_storage_put (self->storage, topic, 1, large);
      fixture_read_topics (self, "r", topic);
      fixture_settle (self);
    }
  g_ptr_array_set_size (self->events, 0);
  fixture_read_topics (self, "again", "settings");
  fixture_settle (self);
  fixture_assert (self, "asked for settings", "again: 0 {\"a\": 1}");
}

static void
test_bad_data_is_not_used (Fixture *self, gconstpointer data)
{
  n_warnings = 0;
  fixture_read_topics (self, "read", "broken", "large");
  fixture_settle (self);
  fixture_assert (self, "asked for broken", "asked for large", "read: 0 null, 0 null");
  g_assert_cmpuint (n_warnings, ==, 2);
}

static void
test_not_asked_when_a_load_fails (Fixture *self, gconstpointer data)
{
  test_memory_storage_fail_loads (self->storage, TRUE);
  fixture_read_topics (self, "read", "settings");
  fixture_settle (self);
  test_memory_storage_fail_loads (self->storage, FALSE);
  fixture_assert (self, "read: Storage");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_warnings, NULL, NULL);

#define ADD(name, func) test_add_with ("/store/initial/" name, &rules, func)
  ADD ("read-at-revision-0", test_read_at_revision_0);
  ADD ("seen-by-other-threads", test_seen_by_other_threads);
  ADD ("merged-into", test_merged_into);
  ADD ("still-never-written", test_still_never_written);
  ADD ("deleted-is-absent", test_deleted_is_absent);
  ADD ("deleting-it-is-a-change", test_deleting_it_is_a_change);
  ADD ("forgotten-and-asked-again", test_forgotten_and_asked_again);
  ADD ("bad-data-is-not-used", test_bad_data_is_not_used);
  ADD ("not-asked-when-a-load-fails", test_not_asked_when_a_load_fails);
#undef ADD
  return g_test_run ();
}
