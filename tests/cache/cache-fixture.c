/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cache/cache-fixture.h"

#include <string.h>

#include "support/await.h"

static void
on_event (StateSyncCache *cache, StateSyncCacheEvent *event, gpointer user_data)
{
  Fixture *self = user_data;
  StateSyncCacheEventKind kind = state_sync_cache_event_get_kind (event);
  const GError *error = state_sync_cache_event_get_error (event);
  g_autoptr (GEnumClass) kinds = g_type_class_ref (STATE_SYNC_TYPE_CACHE_EVENT_KIND);
  GString *line = g_string_new (g_enum_get_value (kinds, (int)kind)->value_nick);

  g_string_append_printf (line, " %" G_GUINT64_FORMAT, state_sync_cache_event_get_revision (event));
  if (state_sync_cache_event_get_will_retry (event))
    g_string_append_printf (line, ", again in %u", state_sync_cache_event_get_next_delay (event));
  if (error != NULL)
    g_string_append_printf (line, ": %s", error->message);
  g_ptr_array_add (self->log, g_string_free (line, FALSE));

  if (kind == STATE_SYNC_CACHE_EVENT_KIND_SAVE_STARTED)
    self->n_saving++;
  else if (kind == STATE_SYNC_CACHE_EVENT_KIND_SAVE_COMPLETED ||
           kind == STATE_SYNC_CACHE_EVENT_KIND_SAVE_FAILED)
    self->n_saving--;
}

static void
take_up (Fixture *self)
{
  state_sync_cache_set_clock (self->cache, STATE_SYNC_CLOCK (self->clock));
  g_signal_connect (self->cache, "event", G_CALLBACK (on_event), self);
}

void
fixture_remake (Fixture *self, const char *first_property, ...)
{
  va_list args;

  g_signal_handlers_disconnect_by_data (self->cache, self);
  g_clear_object (&self->cache);
  va_start (args, first_property);
  self->cache =
      STATE_SYNC_CACHE (g_object_new_valist (STATE_SYNC_TYPE_CACHE, first_property, args));
  va_end (args);
  take_up (self);
}

void
fixture_use (Fixture *self, StateSyncCacheStorage *storage)
{
  g_object_unref (self->storage);
  self->storage = storage;
  fixture_remake (self, "app-id", APP_ID, "storage", storage, NULL);
}

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  self->clock = test_virtual_clock_new ();
  self->log = g_ptr_array_new_with_free_func (g_free);
  self->storage = state_sync_cache_memory_storage_new ();
  state_sync_cache_memory_storage_set_clock (STATE_SYNC_CACHE_MEMORY_STORAGE (self->storage),
                                             STATE_SYNC_CLOCK (self->clock));
  self->cache =
      g_object_new (STATE_SYNC_TYPE_CACHE, "app-id", APP_ID, "storage", self->storage, NULL);
  test_virtual_clock_set_date (self->clock, G_USEC_PER_SEC);
  take_up (self);
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (self->cache, self);
  g_assert_finalize_object (self->cache);
  g_assert_cmpuint (test_virtual_clock_get_n_timers (self->clock), ==, 0);
  g_object_unref (self->storage);
  g_ptr_array_unref (self->log);
  g_object_unref (self->clock);
}

void
fixture_add (const char *path, void (*func) (Fixture *self, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down);
}

/* --- doing --- */

void
fixture_keep (Fixture *self, guint64 revision, const char *text)
{
  g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (revision, data);

  state_sync_cache_keep (self->cache, TOPIC, snapshot);
}

void
fixture_wait (Fixture *self)
{
  while (self->n_saving > 0)
    g_main_context_iteration (NULL, TRUE);
}

void
fixture_advance (Fixture *self, guint msec)
{
  test_virtual_clock_advance (self->clock, msec);
  fixture_wait (self);
}

gboolean
fixture_flush (Fixture *self, GError **error)
{
  return state_sync_cache_flush_sync (self->cache, NULL, error);
}

void
fixture_save (Fixture *self, guint64 revision, const char *text)
{
  g_autoptr (GError) error = NULL;

  fixture_keep (self, revision, text);
  fixture_flush (self, &error);
  g_assert_no_error (error);
  g_ptr_array_set_size (self->log, 0);
}

char *
fixture_load (Fixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (StateSyncSnapshot) snapshot = NULL;
  GBytes *data;

  state_sync_cache_load_async (self->cache, TOPIC, test_await_callback, &result);
  test_await (&result);
  snapshot = state_sync_cache_load_finish (self->cache, result);
  if (snapshot == NULL)
    return g_strdup ("nothing");

  data = state_sync_snapshot_get_data (snapshot);
  return g_strdup_printf ("%" G_GUINT64_FORMAT " %.*s", state_sync_snapshot_get_revision (snapshot),
                          (int)g_bytes_get_size (data), (char *)g_bytes_get_data (data, NULL));
}

void
fixture_assert_loads (Fixture *self, const char *expected)
{
  g_autofree char *loaded = fixture_load (self);

  g_assert_cmpstr (loaded, ==, expected);
}

GBytes *
fixture_get_stored (Fixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  state_sync_cache_storage_load_async (self->storage, TOPIC, NULL, test_await_callback, &result);
  test_await (&result);
  return state_sync_cache_storage_load_finish (self->storage, result, NULL);
}

void
fixture_set_stored (Fixture *self, GBytes *bytes)
{
  g_autoptr (GAsyncResult) result = NULL;

  state_sync_cache_storage_save_async (self->storage, TOPIC, bytes, NULL, test_await_callback,
                                       &result);
  test_await (&result);
  g_assert_true (state_sync_cache_storage_save_finish (self->storage, result, NULL));
}

/* --- what came of it --- */

static void
assert_line (const char *line, const char *expected)
{
  if (g_str_has_suffix (expected, "…"))
    {
      g_autofree char *start = g_strndup (expected, strlen (expected) - strlen ("…"));

      if (g_str_has_prefix (line, start))
        return;
    }
  g_assert_cmpstr (line, ==, expected);
}

void
fixture_assert_told (Fixture *self, ...)
{
  const char *expected;
  guint n = 0;
  va_list args;

  va_start (args, self);
  while ((expected = va_arg (args, const char *)) != NULL)
    {
      g_assert_cmpuint (n, <, self->log->len);
      assert_line (g_ptr_array_index (self->log, n), expected);
      n++;
    }
  va_end (args);
  for (guint i = n; i < self->log->len; i++)
    g_test_message ("also told: %s", (char *)g_ptr_array_index (self->log, i));
  g_assert_cmpuint (n, ==, self->log->len);
  g_ptr_array_set_size (self->log, 0);
}

StateSyncCacheStatistics
fixture_get_statistics (Fixture *self)
{
  StateSyncCacheStatistics statistics;

  state_sync_cache_get_statistics (self->cache, &statistics);
  return statistics;
}
