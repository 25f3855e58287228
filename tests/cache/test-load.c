/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is shown of what was kept, and what is ignored. */

#include "cache/cache-fixture.h"

#include <string.h>

#define DAY (24 * 60 * 60 * (gint64)G_USEC_PER_SEC)
#define NOON (20000 * DAY)

static void
test_round_trip (Fixture *self, gconstpointer data)
{
  StateSyncCacheStatistics statistics;

  fixture_assert_loads (self, "nothing");
  fixture_assert_told (self, "missed 0", NULL);
  fixture_save (self, 7, "{\"a\": 1.10}");
  fixture_assert_loads (self, "7 {\"a\": 1.10}");
  fixture_assert_told (self, "loaded 7", NULL);

  statistics = fixture_get_statistics (self);
  g_assert_cmpuint (statistics.saves, ==, 1);
  g_assert_cmpuint (statistics.bytes_saved, >, strlen ("{\"a\": 1.10}"));
  g_assert_cmpuint (statistics.bytes_loaded, ==, statistics.bytes_saved);
  g_assert_cmpint (statistics.last_save_date, ==, G_USEC_PER_SEC);
  g_assert_cmpuint (statistics.hits, ==, 1);
  g_assert_cmpuint (statistics.misses, ==, 1);
  g_assert_cmpuint (statistics.ignored, ==, 0);
}

/* A name that no topic may have is asked of nobody. */
static void
test_no_name (Fixture *self, gconstpointer data)
{
  g_autoptr (GTask) unused G_GNUC_UNUSED = NULL;

  g_object_set (self->storage, "failing", STATE_SYNC_CACHE_OPERATIONS_ALL, NULL);
  state_sync_cache_load_async (self->cache, "a\nb", NULL, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  fixture_assert_told (self, NULL);
}

/* --- age --- */

static void
test_time_to_live (Fixture *self, gconstpointer data)
{
  test_virtual_clock_set_date (self->clock, NOON);
  fixture_save (self, 1, "1");
  g_object_set (self->cache, "time-to-live", 60, NULL);

  test_virtual_clock_set_date (self->clock, NOON + 60 * G_USEC_PER_SEC);
  fixture_assert_loads (self, "1 1");
  fixture_assert_told (self, "loaded 1", NULL);
  test_virtual_clock_set_date (self->clock, NOON + 60 * G_USEC_PER_SEC + 1);
  fixture_assert_loads (self, "nothing");
  fixture_assert_told (self, "expired 1: What is cached is 60 s old, and may be 60 s", NULL);
  g_assert_cmpuint (fixture_get_statistics (self).ignored, ==, 1);

  g_object_set (self->cache, "time-to-live", 4295, NULL); /* more than 2^32 microseconds */
  fixture_assert_loads (self, "1 1");

  /* It is not lost: who takes any age finds it. */
  g_object_set (self->cache, "time-to-live", 0, NULL);
  fixture_assert_loads (self, "1 1");
}

/* A date of saving that is yet to come is as old as it is ahead. */
static void
test_clock_goes_back (Fixture *self, gconstpointer data)
{
  test_virtual_clock_set_date (self->clock, NOON);
  fixture_save (self, 1, "1");
  g_object_set (self->cache, "time-to-live", 60, NULL);

  test_virtual_clock_set_date (self->clock, NOON - 60 * G_USEC_PER_SEC);
  fixture_assert_loads (self, "1 1");
  fixture_assert_told (self, "loaded 1", NULL);
  test_virtual_clock_set_date (self->clock, NOON - 60 * G_USEC_PER_SEC - 1);
  fixture_assert_loads (self, "nothing");
  fixture_assert_told (self, "expired 1: What is cached is 60 s old, and may be 60 s", NULL);

  /* Before 1970, for a clock without a battery. */
  test_virtual_clock_set_date (self->clock, -DAY);
  fixture_save (self, 2, "2");
  test_virtual_clock_set_date (self->clock, 30 * G_USEC_PER_SEC);
  fixture_assert_loads (self, "2 2");
  test_virtual_clock_set_date (self->clock, NOON);
  fixture_assert_loads (self, "nothing");

  /* Saving goes on by the time that never goes back. */
  fixture_keep (self, 3, "3");
  test_virtual_clock_set_date (self->clock, 0);
  fixture_advance (self, 500);
  g_object_set (self->cache, "time-to-live", 0, NULL);
  fixture_assert_loads (self, "3 3");
}

/* --- what is not what was saved --- */

static void
test_damaged (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) garbage = g_bytes_new_static ("garbage", 7);
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GBytes) part = NULL;

  fixture_save (self, 1, "1");
  whole = fixture_get_stored (self);
  part = g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (whole) - 1);
  fixture_set_stored (self, part);
  fixture_assert_loads (self, "nothing");
  fixture_assert_told (self, "damaged 0: What is cached is ignored until it is saved anew: its …",
                       NULL);
  fixture_set_stored (self, garbage);
  fixture_assert_loads (self, "nothing");
  fixture_assert_told (self, "foreign 0: What is cached is ignored until it is saved anew: it …",
                       NULL);
  g_assert_cmpuint (fixture_get_statistics (self).ignored, ==, 2);

  fixture_save (self, 2, "2");
  fixture_assert_loads (self, "2 2");
}

static void
test_of_another_app (Fixture *self, gconstpointer data)
{
  fixture_save (self, 1, "1");
  fixture_remake (self, "app-id", "org.example.Other", "storage", self->storage, NULL);
  fixture_assert_loads (self, "nothing");
  fixture_assert_told (self,
                       "foreign 0: What is cached is ignored until it is saved anew: it is "
                       "of another app",
                       NULL);
}

/* Every byte changed, and cut off everywhere: as it was, or nothing. */
static void
test_every_byte (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) whole = NULL;
  g_autofree guint8 *copy = NULL;
  gsize length;

  fixture_save (self, 42, "{\"a\":[1,2,3]}");
  whole = fixture_get_stored (self);
  length = g_bytes_get_size (whole);
  copy = g_memdup2 (g_bytes_get_data (whole, NULL), length);
  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (GBytes) flipped = NULL;
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (whole, 0, i);

      copy[i] ^= 1;
      flipped = g_bytes_new (copy, length);
      copy[i] ^= 1;
      fixture_set_stored (self, flipped);
      fixture_assert_loads (self, "nothing");
      fixture_set_stored (self, part);
      fixture_assert_loads (self, "nothing");
    }
  g_assert_cmpuint (fixture_get_statistics (self).ignored, ==, 2 * length);
  fixture_set_stored (self, whole);
  fixture_assert_loads (self, "42 {\"a\":[1,2,3]}");
}

/* --- storages --- */

static void
test_load_fails (Fixture *self, gconstpointer data)
{
  fixture_save (self, 1, "1");
  g_object_set (self->storage, "failing", STATE_SYNC_CACHE_OPERATIONS_LOAD, NULL);
  fixture_assert_loads (self, "nothing");
  fixture_assert_told (self, "load-failed 0: The storage was told to fail", NULL);
  g_assert_cmpuint (fixture_get_statistics (self).load_failures, ==, 1);
}

static void
on_loaded (GObject *cache, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncSnapshot) snapshot =
      state_sync_cache_load_finish (STATE_SYNC_CACHE (cache), result);

  *(const char **)user_data = snapshot != NULL ? "something" : "nothing";
}

/* A storage that hangs is not waited for. */
static void
test_late (Fixture *self, gconstpointer data)
{
  const char *outcome = NULL;

  fixture_save (self, 1, "1");
  g_object_set (self->storage, "delay", 1001, NULL);
  state_sync_cache_load_async (self->cache, TOPIC, on_loaded, &outcome);
  test_virtual_clock_advance (self->clock, 999);
  g_assert_null (outcome);
  test_virtual_clock_advance (self->clock, 1);
  g_assert_cmpstr (outcome, ==, "nothing");
  fixture_assert_told (self,
                       "late 0: The storage has not answered within 1000 ms: the topic starts "
                       "without",
                       NULL);
  test_virtual_clock_advance (self->clock, 1);
  fixture_assert_told (self, NULL);

  g_object_set (self->storage, "delay", 999, NULL);
  outcome = NULL;
  state_sync_cache_load_async (self->cache, TOPIC, on_loaded, &outcome);
  test_virtual_clock_advance (self->clock, 999);
  while (outcome == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (outcome, ==, "something");
  fixture_assert_told (self, "loaded 1", NULL);
}

/* The memory storage's own promises: it lists what it has, and is full when it says. */
static void
on_listed (GObject *storage, GAsyncResult *result, gpointer user_data)
{
  *(char ***)user_data =
      state_sync_cache_storage_list_finish (STATE_SYNC_CACHE_STORAGE (storage), result, NULL);
}

static void
test_memory_storage (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) keys = NULL;
  guint64 used;

  fixture_save (self, 1, "1");
  state_sync_cache_storage_list_async (self->storage, NULL, on_listed, &keys);
  while (keys == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstrv (keys, ((const char *[]){ TOPIC, NULL }));

  used = state_sync_cache_memory_storage_get_used (STATE_SYNC_CACHE_MEMORY_STORAGE (self->storage));
  g_assert_cmpuint (used, ==, fixture_get_statistics (self).bytes_saved);
  g_object_set (self->storage, "quota", used, NULL);
  fixture_save (self, 2, "2");
  fixture_keep (self, 3, "33");
  g_assert_false (fixture_flush (self, NULL));
  fixture_assert_told (self, "save-started 3", "save-failed 3, again in 500: The storage is full",
                       NULL);
  fixture_assert_loads (self, "2 2");
}

/* --- migration --- */

static JsonNode *
add_member (
    StateSyncCache *cache, const char *topic, JsonNode *data, gpointer user_data, GError **error)
{
  g_assert_cmpstr (topic, ==, TOPIC);
  json_object_set_boolean_member (json_node_get_object (data), user_data, TRUE);
  return json_node_ref (data);
}

static JsonNode *
fail (StateSyncCache *cache, const char *topic, JsonNode *data, gpointer user_data, GError **error)
{
  if (user_data != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, user_data);
  return NULL;
}

static gboolean
refuse (
    StateSyncCache *cache, const char *topic, JsonNode *data, gpointer user_data, GError **error)
{
  if (json_object_has_member (json_node_get_object (data), "c"))
    return TRUE;
  if (user_data != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, user_data);
  return FALSE;
}

static void
remake_with_version (Fixture *self, guint version)
{
  fixture_remake (self, "app-id", APP_ID, "storage", self->storage, "schema-version", version,
                  NULL);
}

static void
test_migration (Fixture *self, gconstpointer data)
{
  fixture_save (self, 5, "{\"a\":1}");
  remake_with_version (self, 3);
  state_sync_cache_add_migration (self->cache, 1, add_member, (gpointer) "b", NULL);
  state_sync_cache_add_migration (self->cache, 2, add_member, (gpointer) "c", NULL);
  state_sync_cache_set_validator (self->cache, refuse, NULL, NULL);
  fixture_assert_loads (self, "5 {\"a\":1,\"b\":true,\"c\":true}");
  fixture_assert_told (self, "migrated 5", "loaded 5", NULL);
  g_assert_cmpuint (fixture_get_statistics (self).migrated, ==, 1);

  /* What is saved now is of the current version. */
  fixture_save (self, 6, "{\"c\":2}");
  fixture_assert_loads (self, "6 {\"c\":2}");
  fixture_assert_told (self, "loaded 6", NULL);
}

typedef struct
{
  const char *name;
  guint version;
  StateSyncCacheMigrateFunc steps[4]; /* from version 1, 2, 3 */
  const char *step_data;
  gboolean is_validated;
  const char *told;
} Chain;

static const Chain chains[] = {
  { "first-fails",
    4,
    { fail, add_member, add_member },
    "no",
    FALSE,
    "migration-failed 5: Migration from schema version 1: no" },
  { "middle-fails",
    4,
    { add_member, fail, add_member },
    "no",
    FALSE,
    "migration-failed 5: Migration from schema version 2: no" },
  { "last-fails",
    4,
    { add_member, add_member, fail },
    "no",
    FALSE,
    "migration-failed 5: Migration from schema version 3: no" },
  { "fails-in-silence",
    2,
    { fail },
    NULL,
    FALSE,
    "migration-failed 5: Migration from schema version 1: the step gave nothing" },
  { "first-missing",
    4,
    { NULL, add_member, add_member },
    "x",
    FALSE,
    "migration-failed 5: There is no migration from schema version 1: add one with "
    "state_sync_cache_add_migration()" },
  { "last-missing",
    4,
    { add_member, add_member },
    "x",
    FALSE,
    "migration-failed 5: There is no migration from schema version 3: add one with "
    "state_sync_cache_add_migration()" },
  { "newer",
    0,
    { NULL },
    NULL,
    FALSE,
    "migration-failed 5: It is of schema version 1 and this app knows 0: a newer version of the "
    "app "
    "saved it" },
  { "invalid", 1, { NULL }, NULL, TRUE, "invalid 5: c is missing" },
};

/* A step that fails is told of, and what is cached is left for a version that knows better. */
static void
test_chain (Fixture *self, gconstpointer data)
{
  const Chain *chain = data;

  fixture_save (self, 5, "{\"a\":1}");
  remake_with_version (self, chain->version);
  for (guint i = 0; i < G_N_ELEMENTS (chain->steps); i++)
    {
      if (chain->steps[i] != NULL)
        state_sync_cache_add_migration (self->cache, i + 1, chain->steps[i],
                                        (gpointer)chain->step_data, NULL);
    }
  if (chain->is_validated)
    state_sync_cache_set_validator (self->cache, refuse, (gpointer) "c is missing", NULL);

  fixture_assert_loads (self, "nothing");
  fixture_assert_told (self, chain->told, NULL);
  g_assert_cmpuint (fixture_get_statistics (self).ignored, ==, 1);
  g_assert_cmpuint (fixture_get_statistics (self).migrated, ==, 0);

  remake_with_version (self, 1);
  fixture_assert_loads (self, "5 {\"a\":1}");
}

/* What comes out of the chain is not valid. */
static void
test_migrated_to_invalid (Fixture *self, gconstpointer data)
{
  fixture_save (self, 5, "{\"a\":1}");
  remake_with_version (self, 2);
  state_sync_cache_add_migration (self->cache, 1, add_member, (gpointer) "b", NULL);
  state_sync_cache_set_validator (self->cache, refuse, NULL, NULL);
  fixture_assert_loads (self, "nothing");
  fixture_assert_told (self, "migrated 5", "invalid 5: The validator refused it", NULL);
}

static JsonNode *
make_infinite (
    StateSyncCache *cache, const char *topic, JsonNode *data, gpointer user_data, GError **error)
{
  return json_node_init_double (json_node_alloc (), 1e308 * 10);
}

static void
test_migrated_to_no_json (Fixture *self, gconstpointer data)
{
  fixture_save (self, 5, "1");
  remake_with_version (self, 2);
  state_sync_cache_add_migration (self->cache, 1, make_infinite, NULL, NULL);
  fixture_assert_loads (self, "nothing");
  fixture_assert_told (self, "migration-failed 5: The migration made something that is no JSON…",
                       NULL);
}

static void
count_destroyed (gpointer user_data)
{
  ++*(guint *)user_data;
}

/* Functions are let go when others take their place, and with the cache. */
static void
test_functions_are_let_go (Fixture *self, gconstpointer data)
{
  guint n_destroyed = 0;

  state_sync_cache_add_migration (self->cache, 1, fail, &n_destroyed, count_destroyed);
  state_sync_cache_add_migration (self->cache, 1, fail, &n_destroyed, count_destroyed);
  g_assert_cmpuint (n_destroyed, ==, 1);
  state_sync_cache_set_validator (self->cache, refuse, &n_destroyed, count_destroyed);
  state_sync_cache_set_validator (self->cache, NULL, NULL, NULL);
  g_assert_cmpuint (n_destroyed, ==, 2);
  remake_with_version (self, 1);
  g_assert_cmpuint (n_destroyed, ==, 3);
}

static void
on_detailed (StateSyncCache *cache, StateSyncCacheEvent *event, gpointer user_data)
{
  StateSyncCacheEvent **kept = user_data;

  g_clear_pointer (kept, state_sync_cache_event_unref);
  *kept = state_sync_cache_event_ref (event);
}

/* A handler can hear of one kind, and an event says all there is to say. */
static void
test_event (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncCacheEvent) event = NULL;

  test_virtual_clock_set_date (self->clock, NOON);
  g_signal_connect (self->cache, "event::save-completed", G_CALLBACK (on_detailed), &event);
  g_object_set (self->storage, "delay", 250, NULL);
  fixture_keep (self, 5, "1");
  while (event == NULL)
    test_virtual_clock_advance (self->clock, 250);
  g_assert_cmpint (state_sync_cache_event_get_kind (event), ==,
                   STATE_SYNC_CACHE_EVENT_KIND_SAVE_COMPLETED);
  g_assert_cmpstr (state_sync_cache_event_get_topic (event), ==, TOPIC);
  g_assert_cmpuint (state_sync_cache_event_get_revision (event), ==, 5);
  g_assert_cmpint (state_sync_cache_event_get_duration (event), >=, 250 * 1000);
  g_assert_cmpuint (state_sync_cache_event_get_n_bytes (event), ==,
                    fixture_get_statistics (self).bytes_saved);
  g_assert_null (state_sync_cache_event_get_error (event));
  g_signal_handlers_disconnect_by_data (self->cache, &event);

  g_object_set (self->storage, "delay", 0, NULL);
  test_virtual_clock_set_date (self->clock, NOON + DAY);
  g_signal_connect (self->cache, "event::loaded", G_CALLBACK (on_detailed), &event);
  fixture_assert_loads (self, "5 1");
  g_assert_cmpint (state_sync_cache_event_get_kind (event), ==, STATE_SYNC_CACHE_EVENT_KIND_LOADED);
  g_assert_cmpint (state_sync_cache_event_get_age (event), >, DAY - 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (state_sync_cache_event_get_schema_version (event), ==, 1);
  g_signal_handlers_disconnect_by_data (self->cache, &event);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  fixture_add ("/cache/load/round-trip", test_round_trip);
  fixture_add ("/cache/load/no-name", test_no_name);
  fixture_add ("/cache/load/time-to-live", test_time_to_live);
  fixture_add ("/cache/load/clock-goes-back", test_clock_goes_back);
  fixture_add ("/cache/load/damaged", test_damaged);
  fixture_add ("/cache/load/of-another-app", test_of_another_app);
  fixture_add ("/cache/load/every-byte", test_every_byte);
  fixture_add ("/cache/load/fails", test_load_fails);
  fixture_add ("/cache/load/late", test_late);
  fixture_add ("/cache/load/memory-storage", test_memory_storage);
  fixture_add ("/cache/load/migration", test_migration);
  fixture_add ("/cache/load/migrated-to-invalid", test_migrated_to_invalid);
  fixture_add ("/cache/load/migrated-to-no-json", test_migrated_to_no_json);
  fixture_add ("/cache/load/functions-are-let-go", test_functions_are_let_go);
  fixture_add ("/cache/load/event", test_event);
  for (guint i = 0; i < G_N_ELEMENTS (chains); i++)
    {
      g_autofree char *path = g_strconcat ("/cache/load/chain/", chains[i].name, NULL);

      g_test_add (path, Fixture, &chains[i], fixture_set_up, test_chain, fixture_tear_down);
    }

  return g_test_run ();
}
