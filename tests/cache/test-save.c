/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When what is confirmed is saved, and what becomes of what can't be. */

#include "cache/cache-fixture.h"

#define NONE STATE_SYNC_EDGES_NONE
#define LEADING STATE_SYNC_EDGES_LEADING
#define TRAILING STATE_SYNC_EDGES_TRAILING
#define BOTH STATE_SYNC_EDGES_BOTH

/* What is confirmed at which times, and when a save begins; in milliseconds. */
typedef struct
{
  const char *name;
  guint debounce;
  StateSyncEdges debounce_edges;
  guint max_wait;
  guint throttle;
  StateSyncEdges throttle_edges;
  const char *changes;
  const char *saves;
} Row;

#define ONE "0"
#define BURST "0 10 20 30 90 110 130"
#define ENDLESS "0 40 80 120 160 200 240"

static const Row rows[] = {
  { "at-once", 0, NONE, 0, 0, NONE, BURST, BURST },
  { "debounce/none", 50, NONE, 0, 0, NONE, BURST, "" },
  { "debounce/leading", 50, LEADING, 0, 0, NONE, BURST, "0 90" },
  { "debounce/trailing", 50, TRAILING, 0, 0, NONE, BURST, "80 180" },
  { "debounce/both", 50, BOTH, 0, 0, NONE, BURST, "0 80 90 180" },
  { "debounce/one/leading", 50, LEADING, 0, 0, NONE, ONE, "0" },
  { "debounce/one/trailing", 50, TRAILING, 0, 0, NONE, ONE, "50" },
  { "debounce/one/both", 50, BOTH, 0, 0, NONE, ONE, "0" },
  { "throttle/none", 0, NONE, 0, 100, NONE, BURST, "" },
  { "throttle/leading", 0, NONE, 0, 100, LEADING, BURST, "0 110" },
  { "throttle/trailing", 0, NONE, 0, 100, TRAILING, BURST, "100 200" },
  { "throttle/both", 0, NONE, 0, 100, BOTH, BURST, "0 100 200" },
  { "debounce-throttle/both", 50, BOTH, 0, 100, BOTH, "0 10 20 150 160 400", "0 100 200 400" },
  { "debounce-throttle/trailing", 50, TRAILING, 0, 100, BOTH, BURST, "80 180" },
  { "endless/without-max-wait", 50, TRAILING, 0, 0, NONE, ENDLESS, "290" },
  { "endless/max-wait", 50, TRAILING, 100, 0, NONE, ENDLESS, "100 220 290" },
  { "endless/max-wait-leading", 50, LEADING, 100, 0, NONE, ENDLESS, "0 120 240" },
  { "endless/max-wait-both", 50, BOTH, 100, 0, NONE, ENDLESS, "0 100 120 220 240" },
};

/* In steps of ten milliseconds, up to a time at which nothing waits any more. */
static void
test_row (Fixture *self, gconstpointer data)
{
  const Row *row = data;
  g_auto (GStrv) changes = g_strsplit (row->changes, " ", -1);
  g_autoptr (GString) saves = g_string_new (NULL);
  g_autoptr (StateSyncPolicy) policy =
      g_object_new (STATE_SYNC_TYPE_POLICY, "debounce", row->debounce, "debounce-edges",
                    row->debounce_edges, "debounce-max-wait", row->max_wait, "throttle",
                    row->throttle, "throttle-edges", row->throttle_edges, NULL);
  guint64 revision = 0;
  gint last_change = 0;
  gint last_save = -1;
  g_autofree char *newest = NULL;

  fixture_remake (self, "app-id", APP_ID, "storage", self->storage, "save-policy", policy, NULL);
  for (gint now = 0; now <= 1000; now += 10)
    {
      g_autofree char *text = g_strdup_printf ("%d", now);

      if (g_strcmp0 (changes[revision], text) == 0)
        {
          fixture_keep (self, ++revision, text);
          last_change = now;
        }
      fixture_wait (self);
      if (self->log->len > 0)
        {
          g_string_append_printf (saves, saves->len > 0 ? " %d" : "%d", now);
          last_save = now;
          g_assert_cmpuint (self->log->len, ==, 2);
          g_ptr_array_set_size (self->log, 0);
        }
      fixture_advance (self, 10);
    }
  g_assert_cmpstr (saves->str, ==, row->saves);
  g_assert_cmpuint (test_virtual_clock_get_n_timers (self->clock), ==, 0);

  /* Whatever the edges leave out, a flush saves. */
  g_assert_cmpint (state_sync_cache_get_has_unsaved (self->cache), ==, last_change > last_save);
  g_assert_true (fixture_flush (self, NULL));
  newest = g_strdup_printf ("%" G_GUINT64_FORMAT " %s", revision, changes[revision - 1]);
  fixture_assert_loads (self, newest);
}

/* What comes while a save is under way is saved right after it, once. */
static void
test_during_a_save (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncPolicy) policy = state_sync_policy_new ();

  fixture_remake (self, "app-id", APP_ID, "storage", self->storage, "save-policy", policy, NULL);
  g_object_set (self->storage, "delay", 100, NULL);
  fixture_keep (self, 1, "1");
  fixture_keep (self, 2, "2");
  fixture_keep (self, 3, "3");
  fixture_assert_told (self, "save-started 1", NULL);
  g_assert_cmpuint (fixture_get_statistics (self).superseded, ==, 1);

  while (self->n_saving > 0)
    test_virtual_clock_advance (self->clock, 100);
  fixture_assert_told (self, "save-started 3", "save-completed 1", "save-completed 3", NULL);
  g_object_set (self->storage, "delay", 0, NULL);
  fixture_assert_loads (self, "3 3");
}

static void
test_retry (Fixture *self, gconstpointer data)
{
  fixture_save (self, 1, "1");
  g_object_set (self->storage, "failing", STATE_SYNC_CACHE_OPERATIONS_SAVE, "failure-message", "no",
                NULL);
  fixture_keep (self, 2, "2");
  fixture_advance (self, 500);
  fixture_assert_told (self, "save-started 2", "save-failed 2, again in 500: no", NULL);
  fixture_advance (self, 500);
  fixture_assert_told (self, "save-started 2", "save-failed 2, again in 1000: no", NULL);
  fixture_advance (self, 1000);
  fixture_assert_told (self, "save-started 2", "save-failed 2: no", NULL);
  fixture_assert_loads (self, "1 1");
  fixture_assert_told (self, "loaded 1", NULL);

  /* It is not given up: the next occasion saves it. */
  g_object_set (self->storage, "failing", STATE_SYNC_CACHE_OPERATIONS_NONE, NULL);
  g_assert_true (fixture_flush (self, NULL));
  fixture_assert_told (self, "save-started 2", "save-completed 2", NULL);
  g_assert_cmpuint (fixture_get_statistics (self).save_failures, ==, 3);
  g_assert_cmpuint (fixture_get_statistics (self).saves, ==, 2);
}

/* A retry saves what is newest then. */
static void
test_newer_before_the_retry (Fixture *self, gconstpointer data)
{
  g_object_set (self->storage, "quota", (guint64)300, NULL);
  {
    g_autofree char *filler = g_strnfill (400, '1');

    fixture_keep (self, 1, filler);
  }
  fixture_advance (self, 500);
  fixture_assert_told (self, "save-started 1", "save-failed 1, again in 500: The storage is full",
                       NULL);
  fixture_advance (self, 100);
  fixture_keep (self, 2, "2");
  fixture_advance (self, 400);
  fixture_assert_told (self, "save-started 2", "save-completed 2", NULL);
  fixture_advance (self, 2000);
  fixture_assert_told (self, NULL);
  fixture_assert_loads (self, "2 2");
}

static void
test_flush (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_flush (self, NULL));
  fixture_keep (self, 1, "1");
  g_assert_true (state_sync_cache_get_has_unsaved (self->cache));
  g_assert_true (fixture_flush (self, NULL));
  g_assert_false (state_sync_cache_get_has_unsaved (self->cache));
  fixture_assert_told (self, "save-started 1", "save-completed 1", NULL);

  /* The limit that it went past has nothing more to say. */
  fixture_advance (self, 10000);
  fixture_assert_told (self, NULL);

  g_object_set (self->storage, "failing", STATE_SYNC_CACHE_OPERATIONS_SAVE, NULL);
  fixture_keep (self, 2, "2");
  g_assert_false (fixture_flush (self, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  fixture_assert_told (self, "save-started 2", "save-failed 2, again in 500…", NULL);
}

static void
on_flushed (GObject *cache, GAsyncResult *result, gpointer user_data)
{
  g_assert_true (state_sync_cache_flush_finish (STATE_SYNC_CACHE (cache), result, NULL));
  ++*(guint *)user_data;
}

/* While one is being saved and a newer one waits, a flush is over after the newer one. */
static void
test_flush_during_a_save (Fixture *self, gconstpointer data)
{
  guint n_flushed = 0;

  g_object_set (self->storage, "delay", 100, NULL);
  fixture_keep (self, 1, "1");
  state_sync_cache_flush_async (self->cache, NULL, on_flushed, &n_flushed);
  fixture_keep (self, 2, "2");
  state_sync_cache_flush_async (self->cache, NULL, on_flushed, &n_flushed);
  while (n_flushed < 2)
    test_virtual_clock_advance (self->clock, 100);
  fixture_assert_told (self, "save-started 1", "save-started 2", "save-completed 1",
                       "save-completed 2", NULL);
  g_assert_false (state_sync_cache_get_has_unsaved (self->cache));

  /* Limits hold as before. */
  fixture_keep (self, 3, "3");
  fixture_assert_told (self, NULL);
  while (state_sync_cache_get_has_unsaved (self->cache))
    test_virtual_clock_advance (self->clock, 100);
}

static void
on_not_flushed (GObject *cache, GAsyncResult *result, gpointer user_data)
{
  g_assert_false (state_sync_cache_flush_finish (STATE_SYNC_CACHE (cache), result, NULL));
  ++*(guint *)user_data;
}

/* One that comes while what it would save is being saved waits for that, and asks for no more. */
static void
test_flush_twice (Fixture *self, gconstpointer data)
{
  guint n_flushed = 0;

  g_object_set (self->storage, "failing", STATE_SYNC_CACHE_OPERATIONS_SAVE, "failure-message", "no",
                NULL);
  fixture_keep (self, 1, "1");
  state_sync_cache_flush_async (self->cache, NULL, on_not_flushed, &n_flushed);
  state_sync_cache_flush_async (self->cache, NULL, on_not_flushed, &n_flushed);
  while (n_flushed < 2)
    g_main_context_iteration (NULL, TRUE);
  fixture_assert_told (self, "save-started 1", "save-failed 1, again in 500: no", NULL);

  g_object_set (self->storage, "failing", STATE_SYNC_CACHE_OPERATIONS_NONE, NULL);
  fixture_advance (self, 500);
  fixture_assert_told (self, "save-started 1", "save-completed 1", NULL);
}

/* Nobody follows the topic any more: it is saved now, and nothing is left of it. */
static void
test_leave (Fixture *self, gconstpointer data)
{
  fixture_keep (self, 1, "1");
  state_sync_cache_leave (self->cache, TOPIC);
  fixture_wait (self);
  fixture_assert_told (self, "save-started 1", "save-completed 1", NULL);
  g_assert_cmpuint (g_hash_table_size (self->cache->savers), ==, 0);

  /* It comes back while it is being saved. */
  fixture_keep (self, 2, "2");
  state_sync_cache_leave (self->cache, TOPIC);
  fixture_keep (self, 3, "3");
  fixture_wait (self);
  g_assert_cmpuint (g_hash_table_size (self->cache->savers), ==, 1);
  state_sync_cache_leave (self->cache, TOPIC);
  state_sync_cache_leave (self->cache, TOPIC);
  fixture_wait (self);
  g_assert_cmpuint (g_hash_table_size (self->cache->savers), ==, 0);
  fixture_assert_loads (self, "3 3");

  /* What can't be saved is given up in the end. */
  g_object_set (self->storage, "failing", STATE_SYNC_CACHE_OPERATIONS_SAVE, NULL);
  fixture_keep (self, 4, "4");
  state_sync_cache_leave (self->cache, TOPIC);
  fixture_wait (self);
  fixture_advance (self, 500);
  fixture_advance (self, 1000);
  g_assert_cmpuint (g_hash_table_size (self->cache->savers), ==, 0);
  fixture_assert_loads (self, "3 3");
}

/* Without edges: only at the end. */
static void
test_only_at_the_end (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncPolicy) policy =
      g_object_new (STATE_SYNC_TYPE_POLICY, "debounce", 1, "debounce-edges", NONE, NULL);

  fixture_remake (self, "app-id", APP_ID, "storage", self->storage, "save-policy", policy, NULL);
  fixture_keep (self, 1, "1");
  fixture_advance (self, 100000);
  fixture_assert_told (self, NULL);
  state_sync_cache_leave (self->cache, TOPIC);
  fixture_wait (self);
  fixture_assert_told (self, "save-started 1", "save-completed 1", NULL);
}

static void
on_cleared (GObject *cache, GAsyncResult *result, gpointer user_data)
{
  g_assert_true (state_sync_cache_clear_finish (STATE_SYNC_CACHE (cache), result, NULL));
  *(gboolean *)user_data = TRUE;
}

static void
on_removed (GObject *cache, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  state_sync_cache_remove_finish (STATE_SYNC_CACHE (cache), result, NULL);
}

static void
wait_for (gboolean *flag)
{
  while (!*flag)
    g_main_context_iteration (NULL, TRUE);
  *flag = FALSE;
}

/* What is cleared stays cleared: neither what waits nor what is being saved brings it back. */
static void
test_clear (Fixture *self, gconstpointer data)
{
  gboolean is_done = FALSE;

  fixture_save (self, 1, "1");
  fixture_keep (self, 2, "2");
  state_sync_cache_clear_async (self->cache, NULL, on_cleared, &is_done);
  wait_for (&is_done);
  fixture_advance (self, 10000);
  fixture_assert_told (self, "cleared 0", NULL);
  fixture_assert_loads (self, "nothing");
  fixture_assert_told (self, "missed 0", NULL);

  fixture_keep (self, 3, "3");
  test_virtual_clock_advance (self->clock, 500);
  state_sync_cache_clear_async (self->cache, NULL, on_cleared, &is_done);
  wait_for (&is_done);
  fixture_wait (self);
  g_ptr_array_set_size (self->log, 0);
  fixture_assert_loads (self, "nothing");

  /* A topic that is followed is saved again when it changes. */
  fixture_save (self, 4, "4");
  fixture_assert_loads (self, "4 4");
  g_ptr_array_set_size (self->log, 0);

  state_sync_cache_remove_async (self->cache, TOPIC, NULL, on_removed, &is_done);
  wait_for (&is_done);
  fixture_assert_told (self, "cleared 0", NULL);
  fixture_assert_loads (self, "nothing");
  g_ptr_array_set_size (self->log, 0);

  g_object_set (self->storage, "failing", STATE_SYNC_CACHE_OPERATIONS_ALL, NULL);
  state_sync_cache_remove_async (self->cache, TOPIC, NULL, on_removed, &is_done);
  wait_for (&is_done);
  fixture_assert_told (self, "clear-failed 0: The storage was told to fail", NULL);
}

static void
drop_all (StateSyncCache *cache, StateSyncCacheEvent *event, gpointer user_data)
{
  gboolean *is_done = user_data;

  if (state_sync_cache_event_get_kind (event) == STATE_SYNC_CACHE_EVENT_KIND_SAVE_STARTED)
    {
      state_sync_cache_clear_async (cache, NULL, NULL, NULL);
      state_sync_cache_leave (cache, TOPIC);
    }
  *is_done = state_sync_cache_event_get_kind (event) == STATE_SYNC_CACHE_EVENT_KIND_SAVE_FAILED;
}

/* A handler may do anything with the cache. */
static void
test_from_a_handler (Fixture *self, gconstpointer data)
{
  gboolean is_done = FALSE;

  g_signal_connect (self->cache, "event", G_CALLBACK (drop_all), &is_done);
  fixture_keep (self, 1, "1");
  state_sync_cache_flush_async (self->cache, NULL, NULL, NULL);
  wait_for (&is_done);
  g_assert_cmpuint (g_hash_table_size (self->cache->savers), ==, 0);
  g_signal_handlers_disconnect_by_data (self->cache, &is_done);
  fixture_assert_loads (self, "nothing");
}

/* A language's bare object, or one that is nobody's, does nothing. */
static void
test_bare (void)
{
  g_autoptr (StateSyncCache) bare = g_object_new (STATE_SYNC_TYPE_CACHE, NULL);
  g_autoptr (StateSyncCache) other = g_object_new (STATE_SYNC_TYPE_CACHE, "app-id", "no id", NULL);

  g_assert_false (state_sync_cache_is_made (bare));
  g_assert_false (state_sync_cache_is_made (other));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/cache/save/limit/", rows[i].name, NULL);

      g_test_add (path, Fixture, &rows[i], fixture_set_up, test_row, fixture_tear_down);
    }
  fixture_add ("/cache/save/during-a-save", test_during_a_save);
  fixture_add ("/cache/save/retry", test_retry);
  fixture_add ("/cache/save/newer-before-the-retry", test_newer_before_the_retry);
  fixture_add ("/cache/save/flush", test_flush);
  fixture_add ("/cache/save/flush-during-a-save", test_flush_during_a_save);
  fixture_add ("/cache/save/flush-twice", test_flush_twice);
  fixture_add ("/cache/save/leave", test_leave);
  fixture_add ("/cache/save/only-at-the-end", test_only_at_the_end);
  fixture_add ("/cache/save/clear", test_clear);
  fixture_add ("/cache/save/from-a-handler", test_from_a_handler);
  g_test_add_func ("/cache/save/bare", test_bare);

  return g_test_run ();
}
