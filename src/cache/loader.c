/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is cached of a topic, once it has passed:
 *
 *   storage ─► unpacked and checked, on a thread ─► age ─► migration ─► validator
 *
 * Whatever does not pass is told of and left where it is: the next save replaces it. Nothing here
 * is an error to who loads, as the service is still to be asked. The storage is not waited for
 * longer than the load's timeout, for a storage that hangs must not hold up a start.
 *
 * The age is the time between the date on which it was saved and now, whichever comes first: when
 * clocks were set, nobody can tell how old it is, and what is far ahead is as good as far behind.
 */

#include "cache/cache-private.h"

#include "cache/record.h"
#include "protocol/name.h"

typedef struct
{
  StateSyncCache *cache; /* owned */
  char *topic;
  GTask *task;               /* (nullable): NULL once it is answered */
  GCancellable *cancellable; /* of the request to the storage */
  guint timer;
  gint64 began;

  GBytes *bytes; /* (nullable): what the storage gave */

  /* What the thread makes of it. */
  StateSyncRecord record;
  StateSyncRecordVerdict verdict;
  const char *reason;
} Load;

static void
load_clear (gpointer data)
{
  Load *load = data;

  state_sync_record_clear (&load->record);
  g_clear_pointer (&load->bytes, g_bytes_unref);
  g_object_unref (load->cancellable);
  g_free (load->topic);
  g_object_unref (load->cache);
}

static void
load_unref (Load *load)
{
  g_rc_box_release_full (load, load_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Load, load_unref)

/* @snapshot: (nullable) */
static void
answer (Load *load, StateSyncSnapshot *snapshot)
{
  g_autoptr (GTask) task = g_steal_pointer (&load->task);

  if (snapshot != NULL)
    g_task_return_pointer (task, state_sync_snapshot_ref (snapshot),
                           (GDestroyNotify)state_sync_snapshot_unref);
  else
    g_task_return_pointer (task, NULL, NULL);
}

static void
tell (Load *load, StateSyncCacheEventContext context)
{
  context.topic = load->topic;
  if (load->record.snapshot != NULL)
    context.revision = state_sync_snapshot_get_revision (load->record.snapshot);
  context.n_bytes = load->bytes != NULL ? g_bytes_get_size (load->bytes) : 0;
  state_sync_cache_tell (load->cache, &context);
}

/* It is told of, and there is nothing to show. */
static void
ignore (Load *load, StateSyncCacheEventKind kind, const GError *error)
{
  tell (load, (StateSyncCacheEventContext){ .kind = kind, .error = error });
  answer (load, NULL);
}

/* --- what was found --- */

static gint64
age_of (Load *load)
{
  gint64 now = state_sync_clock_date (load->cache->clock);
  gint64 saved = (gint64)MIN (load->record.date, G_MAXINT64);

  return now > saved ? now - saved : saved - now;
}

static gboolean
is_fresh (Load *load)
{
  StateSyncCache *cache = load->cache;
  gint64 age = age_of (load);
  g_autoptr (GError) error = NULL;

  if (cache->time_to_live == 0 || age <= cache->time_to_live * (gint64)G_USEC_PER_SEC)
    return TRUE;

  error = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                       "What is cached is %" G_GINT64_FORMAT " s old, and may be %u s",
                       age / G_USEC_PER_SEC, cache->time_to_live);
  tell (load, (StateSyncCacheEventContext){
                  .kind = STATE_SYNC_CACHE_EVENT_KIND_EXPIRED,
                  .error = error,
                  .age = age,
              });
  return FALSE;
}

/* (nullable): the data in the current schema version. */
static GBytes *
migrate (Load *load)
{
  StateSyncCache *cache = load->cache;
  GBytes *data = state_sync_snapshot_get_data (load->record.snapshot);
  StateSyncCacheEventContext context = {
    .kind = STATE_SYNC_CACHE_EVENT_KIND_MIGRATED,
    .schema_version = (guint)MIN (load->record.schema_version, G_MAXUINT),
  };
  g_autoptr (GError) error = NULL;
  GBytes *migrated;

  if (load->record.schema_version == cache->schema_version)
    return g_bytes_ref (data);

  migrated =
      state_sync_migration_run (&cache->migration, cache, load->topic, load->record.schema_version,
                                cache->schema_version, data, &error);
  if (migrated == NULL)
    context.kind = STATE_SYNC_CACHE_EVENT_KIND_MIGRATION_FAILED;
  context.error = error;
  tell (load, context);
  return migrated;
}

static gboolean
validate (Load *load, GBytes *data)
{
  StateSyncCache *cache = load->cache;
  g_autoptr (GError) error = NULL;

  if (state_sync_migration_validate (&cache->migration, cache, load->topic, data, &error))
    return TRUE;
  tell (load, (StateSyncCacheEventContext){ .kind = STATE_SYNC_CACHE_EVENT_KIND_INVALID,
                                            .error = error });
  return FALSE;
}

/* What is sound passes the rules of the app. */
static void
judge (Load *load)
{
  g_autoptr (GBytes) data = is_fresh (load) ? migrate (load) : NULL;
  g_autoptr (StateSyncSnapshot) snapshot = NULL;

  if (data != NULL && validate (load, data))
    {
      snapshot =
          state_sync_snapshot_new (state_sync_snapshot_get_revision (load->record.snapshot), data);
      tell (load, (StateSyncCacheEventContext){
                      .kind = STATE_SYNC_CACHE_EVENT_KIND_LOADED,
                      .schema_version = load->cache->schema_version,
                      .age = age_of (load),
                      .duration = state_sync_clock_now (load->cache->clock) - load->began,
                  });
    }
  answer (load, snapshot);
}

static void
refuse (Load *load)
{
  g_autoptr (GError) error =
      g_error_new (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "What is cached is ignored until it is saved anew: %s", load->reason);

  ignore (load,
          load->verdict == STATE_SYNC_RECORD_FOREIGN ? STATE_SYNC_CACHE_EVENT_KIND_FOREIGN
                                                     : STATE_SYNC_CACHE_EVENT_KIND_DAMAGED,
          error);
}

static void
on_unpacked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Load) load = user_data;

  if (load->verdict == STATE_SYNC_RECORD_SOUND)
    judge (load);
  else
    refuse (load);
}

static void
run_unpack (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Load *load = task_data;

  load->verdict = state_sync_record_decode (load->bytes, load->cache->app_id, load->topic,
                                            &load->record, &load->reason);
  g_task_return_boolean (task, TRUE);
}

/* The task holds nothing: whoever is last to let go of the cache does so in the cache's thread. */
static void
unpack (Load *load)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_unpacked, g_rc_box_acquire (load));

  g_task_set_source_tag (task, unpack);
  g_task_set_task_data (task, load, NULL);
  g_task_run_in_thread (task, run_unpack);
}

/* --- asking for it --- */

static void
on_stored (GObject *storage, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Load) load = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      state_sync_cache_storage_load_finish (STATE_SYNC_CACHE_STORAGE (storage), result, &error);

  if (load->task == NULL)
    return;

  state_sync_clock_cancel (load->cache->clock, &load->timer);
  if (error != NULL)
    {
      ignore (load, STATE_SYNC_CACHE_EVENT_KIND_LOAD_FAILED, error);
    }
  else if (bytes == NULL)
    {
      ignore (load, STATE_SYNC_CACHE_EVENT_KIND_MISSED, NULL);
    }
  else
    {
      load->bytes = g_steal_pointer (&bytes);
      unpack (load);
    }
}

static void
on_late (gpointer user_data)
{
  Load *load = user_data;
  g_autoptr (Load) hold G_GNUC_UNUSED = g_rc_box_acquire (load);
  g_autoptr (GError) error =
      g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                   "The storage has not answered within %u ms: the topic starts without",
                   load->cache->load_timeout);

  load->timer = 0;
  g_cancellable_cancel (load->cancellable);
  ignore (load, STATE_SYNC_CACHE_EVENT_KIND_LATE, error);
}

void
state_sync_cache_load_async (StateSyncCache *self,
                             const char *topic,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (Load) load = NULL;

  g_task_set_source_tag (task, state_sync_cache_load_async);
  if (!state_sync_name_check (topic, NULL))
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }

  load = g_rc_box_new0 (Load);
  load->cache = g_object_ref (self);
  load->topic = g_strdup (topic);
  load->task = g_steal_pointer (&task);
  load->cancellable = g_cancellable_new ();
  load->began = state_sync_clock_now (self->clock);
  if (self->load_timeout > 0)
    load->timer =
        state_sync_clock_add (self->clock, self->load_timeout * (gint64)1000, on_late, load);
  state_sync_cache_storage_load_async (self->storage, topic, load->cancellable, on_stored,
                                       g_rc_box_acquire (load));
}

/* (transfer full) (nullable) */
StateSyncSnapshot *
state_sync_cache_load_finish (StateSyncCache *self, GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
