/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One topic's saves. At most one snapshot waits, the newest; at most one is being saved:
 *
 *   keep ─► waiting ─ limiter, flush, leave ─► due ─► packed, on a thread ─► storage
 *              ▲                                                                │
 *              └──────────────── failed, unless a newer one waits ──────────────┘
 *
 * What is due while another is being saved is saved right after that, so saves of a topic never
 * overtake each other. What could not be saved waits again, for the retry that the policy plans or,
 * after the last attempt, for whatever comes next: a newer snapshot, a flush, the end of following.
 * After that it is given up.
 *
 * A save holds the cache, but not the thread's part in it: whoever is last to let go of the cache
 * does so in the cache's own thread. The cache holds the savers. So a saver is there when its save
 * is over. It goes with the topic: once nobody follows that and nothing is unsaved.
 *
 * Events are told when all is as it will be, for a handler may do anything with the cache.
 */

#include "cache/saver.h"

#include "cache/record.h"
#include "engine/limiter.h"
#include "engine/policy.h"

struct _StateSyncSaver
{
  StateSyncCache *cache; /* the owner */
  char *topic;

  StateSyncSnapshot *waiting; /* (nullable) */
  gboolean is_due;
  gboolean is_saving;
  gboolean is_forgotten; /* what is being saved is not wanted any more */
  gboolean is_left;

  StateSyncLimiter *limiter; /* (nullable): if the plan limits anything */
  guint n_failures;          /* in a row */
  guint retry_id;
  GList *flushes; /* of StateSyncFlush */
};

/* What a save is about. The thread has it while it makes the bytes. */
typedef struct
{
  StateSyncCache *cache; /* owned */
  char *topic;
  StateSyncRecord record;
  gint64 began;
  GBytes *bytes;
} Save;

static void begin (StateSyncSaver *self);

/* --- who waits --- */

/* @task: (transfer full) */
StateSyncFlush *
state_sync_flush_new (GTask *task)
{
  StateSyncFlush *self = g_new0 (StateSyncFlush, 1);

  /* Who makes it counts as one, so that it does not end while they add savers. */
  *self = (StateSyncFlush){ .task = task, .n_left = 1 };
  return self;
}

/* One of those that are waited for has tried. */
void
state_sync_flush_arrive (StateSyncFlush *self, const GError *error)
{
  if (self->error == NULL && error != NULL)
    self->error = g_error_copy (error);
  if (--self->n_left > 0)
    return;

  if (self->error != NULL)
    g_task_return_error (self->task, self->error);
  else
    g_task_return_boolean (self->task, TRUE);
  g_object_unref (self->task);
  g_free (self);
}

/* --- the save under way --- */

static void
save_free (Save *save)
{
  state_sync_record_clear (&save->record);
  g_clear_pointer (&save->bytes, g_bytes_unref);
  g_free (save->topic);
  g_object_unref (save->cache);
  g_free (save);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Save, save_free)

static void
tell (const Save *save, StateSyncCacheEventContext context)
{
  StateSyncCache *cache = save->cache;

  context.topic = save->topic;
  context.revision = state_sync_snapshot_get_revision (save->record.snapshot);
  context.schema_version = cache->schema_version;
  context.n_bytes = save->bytes != NULL ? g_bytes_get_size (save->bytes) : 0;
  state_sync_cache_tell (cache, &context);
}

static void
on_retry (gpointer user_data)
{
  StateSyncSaver *self = user_data;

  self->retry_id = 0;
  self->is_due = TRUE;
  begin (self);
}

/* It waits again, unless a newer one does; the delay until then if it is tried again. */
static gboolean
put_back (StateSyncSaver *self, const Save *save, guint *delay)
{
  const StateSyncRetryPlan *plan = &state_sync_policy_get_plan (self->cache->policy)->retry;
  gboolean will_retry = state_sync_retry_next (plan, ++self->n_failures, delay);

  if (self->waiting == NULL && (will_retry || !self->is_left))
    self->waiting = state_sync_snapshot_ref (save->record.snapshot);
  if (!will_retry)
    self->n_failures = 0;
  else if (self->retry_id == 0)
    self->retry_id =
        state_sync_clock_add (self->cache->clock, *delay * (gint64)1000, on_retry, self);
  return will_retry;
}

static void
remove_if_idle (StateSyncSaver *self)
{
  if (self->is_left && !self->is_saving && self->waiting == NULL)
    g_hash_table_remove (self->cache->savers, self->topic);
}

/* The save is over: the next begins, or those who wait are told.
 * @error: (nullable) */
static void
end_save (const Save *save, const GError *error)
{
  StateSyncCache *cache = save->cache;
  StateSyncSaver *self = g_hash_table_lookup (cache->savers, save->topic);
  StateSyncCacheEventContext context = { .kind = STATE_SYNC_CACHE_EVENT_KIND_SAVE_COMPLETED };
  gboolean was_forgotten = self->is_forgotten;
  g_autoptr (GList) flushes = NULL;

  self->is_saving = FALSE;
  self->is_forgotten = FALSE;
  self->is_due = self->is_due && self->waiting != NULL;
  context.duration = state_sync_clock_now (cache->clock) - save->began;
  if (error == NULL)
    {
      self->n_failures = 0;
    }
  else
    {
      context.kind = STATE_SYNC_CACHE_EVENT_KIND_SAVE_FAILED;
      context.error = error;
      context.will_retry = !was_forgotten && put_back (self, save, &context.next_delay);
    }

  begin (self);
  if (!self->is_saving)
    flushes = g_steal_pointer (&self->flushes);
  remove_if_idle (self);
  tell (save, context);
  for (GList *l = flushes; l != NULL; l = l->next)
    state_sync_flush_arrive (l->data, error);
}

static void
on_saved (GObject *storage, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Save) save = user_data;
  g_autoptr (GError) error = NULL;

  state_sync_cache_storage_save_finish (STATE_SYNC_CACHE_STORAGE (storage), result, &error);
  end_save (save, error);
}

static void
on_packed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Save) save = user_data;
  StateSyncCache *cache = save->cache;
  const StateSyncSaver *self = g_hash_table_lookup (cache->savers, save->topic);

  if (self->is_forgotten)
    {
      g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                      "The cache was cleared before it was saved");

      end_save (save, error);
      return;
    }
  state_sync_cache_storage_save_async (cache->storage, save->topic, save->bytes, NULL, on_saved,
                                       save);
  save = NULL;
}

static void
run_pack (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Save *save = task_data;
  const StateSyncCache *cache = save->cache;

  save->bytes =
      state_sync_record_encode (&save->record, cache->app_id, save->topic, cache->compress_above);
  g_task_return_boolean (task, TRUE);
}

/* Saves what waits if that is due and nothing is being saved. */
static void
begin (StateSyncSaver *self)
{
  StateSyncCache *cache = self->cache;
  g_autoptr (GTask) task = NULL;
  Save *save;

  if (!self->is_due || self->is_saving || self->waiting == NULL)
    return;

  state_sync_clock_cancel (cache->clock, &self->retry_id);
  self->is_due = FALSE;
  self->is_saving = TRUE;
  save = g_new (Save, 1);
  *save = (Save){
    .cache = g_object_ref (cache),
    .topic = g_strdup (self->topic),
    .record = { g_steal_pointer (&self->waiting), cache->schema_version,
                (guint64)MAX (state_sync_clock_date (cache->clock), 0) },
    .began = state_sync_clock_now (cache->clock),
  };
  tell (save, (StateSyncCacheEventContext){ .kind = STATE_SYNC_CACHE_EVENT_KIND_SAVE_STARTED });

  task = g_task_new (NULL, NULL, on_packed, save);
  g_task_set_source_tag (task, begin);
  g_task_set_task_data (task, save, NULL);
  g_task_run_in_thread (task, run_pack);
}

/* --- what waits --- */

static void
on_limiter_passed (gpointer user_data)
{
  StateSyncSaver *self = user_data;

  self->is_due = TRUE;
  begin (self);
}

void
state_sync_saver_keep (StateSyncSaver *self, StateSyncSnapshot *snapshot)
{
  const StateSyncThrottlePlan *plan = &state_sync_policy_get_plan (self->cache->policy)->throttle;
  gboolean is_limited = !state_sync_throttle_plan_is_off (plan);

  if (self->waiting != NULL)
    self->cache->statistics.superseded++;
  state_sync_snapshot_ref (snapshot);
  g_clear_pointer (&self->waiting, state_sync_snapshot_unref);
  self->waiting = snapshot;
  self->is_left = FALSE;

  if (is_limited && self->limiter == NULL)
    self->limiter = state_sync_limiter_new (plan, self->cache->clock, on_limiter_passed, self);
  if (!is_limited || state_sync_limiter_trigger (self->limiter))
    on_limiter_passed (self);
}

/* @flush: (nullable): told once what is unsaved now has been tried */
void
state_sync_saver_flush (StateSyncSaver *self, StateSyncFlush *flush)
{
  if (!state_sync_saver_has_unsaved (self))
    return;

  if (flush != NULL)
    {
      flush->n_left++;
      self->flushes = g_list_append (self->flushes, flush);
    }
  self->is_due = TRUE;
  begin (self);
}

/* Nobody follows the topic any more: what waits is saved now, and then there is no saver. */
void
state_sync_saver_leave (StateSyncSaver *self)
{
  self->is_left = TRUE;
  if (state_sync_saver_has_unsaved (self))
    state_sync_saver_flush (self, NULL);
  else
    remove_if_idle (self);
}

/* What is unsaved is not wanted any more. */
void
state_sync_saver_forget (StateSyncSaver *self)
{
  state_sync_clock_cancel (self->cache->clock, &self->retry_id);
  g_clear_pointer (&self->waiting, state_sync_snapshot_unref);
  self->is_due = FALSE;
  self->is_forgotten = self->is_saving;
}

gboolean
state_sync_saver_has_unsaved (StateSyncSaver *self)
{
  return self->waiting != NULL || self->is_saving;
}

StateSyncSaver *
state_sync_saver_new (StateSyncCache *cache, const char *topic)
{
  StateSyncSaver *self = g_new0 (StateSyncSaver, 1);

  self->cache = cache;
  self->topic = g_strdup (topic);
  return self;
}

void
state_sync_saver_free (StateSyncSaver *self)
{
  state_sync_clock_cancel (self->cache->clock, &self->retry_id);
  g_clear_pointer (&self->limiter, state_sync_limiter_free);
  g_clear_pointer (&self->waiting, state_sync_snapshot_unref);
  g_free (self->topic);
  g_free (self);
}
