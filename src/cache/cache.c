/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cache/cache-private.h"

#include "cache/record.h"
#include "cache/saver.h"
#include "engine/await.h"
#include "statesync/cache-file-storage.h"

/* By default: a burst is saved once it is over, or every five seconds. */
#define DEBOUNCE 500
#define MAX_WAIT 5000

#define LOAD_TIMEOUT 1000
#define COMPRESS_ABOVE 4096

G_DEFINE_FINAL_TYPE (StateSyncCache, state_sync_cache, G_TYPE_OBJECT)

enum
{
  PROP_APP_ID = 1,
  PROP_STORAGE,
  PROP_SAVE_POLICY,
  PROP_SCHEMA_VERSION,
  PROP_COMPRESS_ABOVE,
  PROP_TIME_TO_LIVE,
  PROP_LOAD_TIMEOUT,
  N_PROPERTIES,
};

enum
{
  EVENT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

gboolean
state_sync_cache_is_made (StateSyncCache *self)
{
  return STATE_SYNC_IS_CACHE (self) && self->storage != NULL;
}

void
state_sync_cache_set_clock (StateSyncCache *self, StateSyncClock *clock)
{
  g_set_object (&self->clock, clock);
}

/* --- events --- */

static void
count (StateSyncCache *self, const StateSyncCacheEventContext *context)
{
  StateSyncCacheStatistics *statistics = &self->statistics;

  switch (context->kind)
    {
    case STATE_SYNC_CACHE_EVENT_KIND_SAVE_COMPLETED:
      statistics->saves++;
      statistics->bytes_saved += context->n_bytes;
      statistics->last_save_date = state_sync_clock_date (self->clock);
      statistics->last_save_duration = context->duration;
      return;
    case STATE_SYNC_CACHE_EVENT_KIND_SAVE_FAILED:
      statistics->save_failures++;
      return;
    case STATE_SYNC_CACHE_EVENT_KIND_LOADED:
      statistics->hits++;
      statistics->last_load_duration = context->duration;
      break;
    case STATE_SYNC_CACHE_EVENT_KIND_MISSED:
      statistics->misses++;
      break;
    case STATE_SYNC_CACHE_EVENT_KIND_LOAD_FAILED:
    case STATE_SYNC_CACHE_EVENT_KIND_LATE:
      statistics->load_failures++;
      break;
    case STATE_SYNC_CACHE_EVENT_KIND_MIGRATED:
      statistics->migrated++;
      return;
    case STATE_SYNC_CACHE_EVENT_KIND_FOREIGN:
    case STATE_SYNC_CACHE_EVENT_KIND_DAMAGED:
    case STATE_SYNC_CACHE_EVENT_KIND_EXPIRED:
    case STATE_SYNC_CACHE_EVENT_KIND_MIGRATION_FAILED:
    case STATE_SYNC_CACHE_EVENT_KIND_INVALID:
      statistics->ignored++;
      break;
    case STATE_SYNC_CACHE_EVENT_KIND_SAVE_STARTED:
    case STATE_SYNC_CACHE_EVENT_KIND_CLEARED:
    case STATE_SYNC_CACHE_EVENT_KIND_CLEAR_FAILED:
      return;
    }
  statistics->bytes_loaded += context->n_bytes;
}

void
state_sync_cache_tell (StateSyncCache *self, const StateSyncCacheEventContext *context)
{
  g_autoptr (StateSyncCacheEvent) event = state_sync_cache_event_new (context);
  GQuark nick = state_sync_cache_event_get_nick (event);

  gboolean is_heard = g_signal_has_handler_pending (self, signals[EVENT], nick, FALSE) ||
                      g_signal_has_handler_pending (self, signals[EVENT], 0, FALSE);

  count (self, context);
  state_sync_cache_event_log (event, is_heard);
  g_signal_emit (self, signals[EVENT], nick, event);
}

/* --- what topics say --- */

/* @snapshot is the newest that is confirmed. */
void
state_sync_cache_keep (StateSyncCache *self, const char *topic, StateSyncSnapshot *snapshot)
{
  StateSyncSaver *saver = g_hash_table_lookup (self->savers, topic);

  if (saver == NULL)
    {
      saver = state_sync_saver_new (self, topic);
      g_hash_table_insert (self->savers, g_strdup (topic), saver);
    }
  state_sync_saver_keep (saver, snapshot);
}

void
state_sync_cache_leave (StateSyncCache *self, const char *topic)
{
  StateSyncSaver *saver = g_hash_table_lookup (self->savers, topic);

  if (saver != NULL)
    state_sync_saver_leave (saver);
}

/* --- flushing --- */

static gpointer
copy_name (gconstpointer name, gpointer user_data)
{
  return g_strdup (name);
}

/* Calls @func for each saver; what it calls may add and remove some. */
static void
for_each_saver (StateSyncCache *self,
                void (*func) (StateSyncSaver *saver, gpointer user_data),
                gpointer user_data)
{
  g_autoptr (GList) names = g_hash_table_get_keys (self->savers);
  GList *copies = g_list_copy_deep (names, copy_name, NULL);

  for (GList *l = copies; l != NULL; l = l->next)
    {
      StateSyncSaver *saver = g_hash_table_lookup (self->savers, l->data);

      if (saver != NULL)
        func (saver, user_data);
    }
  g_list_free_full (copies, g_free);
}

static void
flush_one (StateSyncSaver *saver, gpointer user_data)
{
  state_sync_saver_flush (saver, user_data);
}

/**
 * state_sync_cache_flush_async:
 * @self: a cache
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async) (nullable): called when nothing is unsaved, or something could not be
 *   saved
 * @user_data: (closure): for `callback`
 *
 * Saves now what would be saved later: what an app does before it ends.
 */
void
state_sync_cache_flush_async (StateSyncCache *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  StateSyncFlush *flush;
  GTask *task;

  g_return_if_fail (state_sync_cache_is_made (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_cache_flush_async);
  flush = state_sync_flush_new (task);
  for_each_saver (self, flush_one, flush);
  state_sync_flush_arrive (flush, NULL);
}

/**
 * state_sync_cache_flush_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: where to put the error: the first, if several topics could not be saved
 *
 * Ends [method@Cache.flush_async].
 *
 * Returns: `TRUE` if everything is saved
 */
gboolean
state_sync_cache_flush_finish (StateSyncCache *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * state_sync_cache_flush_sync:
 * @self: a cache
 * @cancellable: (nullable): to stop waiting
 * @error: where to put the error
 *
 * As [method@Cache.flush_async], but waits for the end, and runs the main context meanwhile. For
 * scripts, and for [signal@Gio.Application::shutdown], after which no main loop runs any more.
 *
 * Returns: `TRUE` if everything is saved
 */
gboolean
state_sync_cache_flush_sync (StateSyncCache *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_return_val_if_fail (state_sync_cache_is_made (self), FALSE);

  state_sync_cache_flush_async (self, cancellable, state_sync_await_callback, &result);
  state_sync_await (&result);
  return state_sync_cache_flush_finish (self, result, error);
}

/* --- forgetting --- */

/* What was asked of the storage is done, or not. */
static void
end_forgetting (GTask *task, const GError *error)
{
  StateSyncCacheEventContext context = {
    .kind = error == NULL ? STATE_SYNC_CACHE_EVENT_KIND_CLEARED
                          : STATE_SYNC_CACHE_EVENT_KIND_CLEAR_FAILED,
    .topic = g_task_get_task_data (task),
    .error = error,
  };

  state_sync_cache_tell (g_task_get_source_object (task), &context);
  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_removed (GObject *storage, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  state_sync_cache_storage_remove_finish (STATE_SYNC_CACHE_STORAGE (storage), result, &error);
  end_forgetting (task, error);
}

/**
 * state_sync_cache_remove_async:
 * @self: a cache
 * @topic: the topic's full name
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async) (nullable): called when it is removed
 * @user_data: (closure): for `callback`
 *
 * Forgets what is cached of a topic. A topic that is followed is saved again when it changes.
 */
void
state_sync_cache_remove_async (StateSyncCache *self,
                               const char *topic,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  StateSyncSaver *saver;
  GTask *task;

  g_return_if_fail (state_sync_cache_is_made (self));
  g_return_if_fail (topic != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_cache_remove_async);
  g_task_set_task_data (task, g_strdup (topic), g_free);
  saver = g_hash_table_lookup (self->savers, topic);
  if (saver != NULL)
    state_sync_saver_forget (saver);
  state_sync_cache_storage_remove_async (self->storage, topic, NULL, on_removed, task);
}

/**
 * state_sync_cache_remove_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: where to put the error
 *
 * Ends [method@Cache.remove_async].
 *
 * Returns: `TRUE` if nothing is cached of the topic any more
 */
gboolean
state_sync_cache_remove_finish (StateSyncCache *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_cleared (GObject *storage, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  state_sync_cache_storage_clear_finish (STATE_SYNC_CACHE_STORAGE (storage), result, &error);
  end_forgetting (task, error);
}

static void
forget_one (StateSyncSaver *saver, gpointer user_data)
{
  state_sync_saver_forget (saver);
}

/**
 * state_sync_cache_clear_async:
 * @self: a cache
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async) (nullable): called when it is empty
 * @user_data: (closure): for `callback`
 *
 * Forgets what is cached of all topics: when a user logs out, for instance. Topics that are
 * followed are saved again when they change.
 */
void
state_sync_cache_clear_async (StateSyncCache *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task;

  g_return_if_fail (state_sync_cache_is_made (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_cache_clear_async);
  for_each_saver (self, forget_one, NULL);
  state_sync_cache_storage_clear_async (self->storage, NULL, on_cleared, task);
}

/**
 * state_sync_cache_clear_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: where to put the error
 *
 * Ends [method@Cache.clear_async].
 *
 * Returns: `TRUE` if nothing is cached any more
 */
gboolean
state_sync_cache_clear_finish (StateSyncCache *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- migration --- */

/**
 * state_sync_cache_add_migration:
 * @self: a cache
 * @from_version: the schema version that it leads from, to the one after
 * @migrate: (scope notified) (closure user_data) (destroy destroy): the migration
 * @user_data: for `migrate`
 * @destroy: (nullable): called with `user_data` when `migrate` is not used any more
 *
 * Adds a step by which data that an older version of the app has cached is brought to
 * [property@Cache:schema-version]; in place of the one that led from that version before. The steps
 * are taken one after the other. Where one fails or is missing, the data is ignored.
 */
void
state_sync_cache_add_migration (StateSyncCache *self,
                                guint from_version,
                                StateSyncCacheMigrateFunc migrate,
                                gpointer user_data,
                                GDestroyNotify destroy)
{
  g_return_if_fail (state_sync_cache_is_made (self));
  g_return_if_fail (migrate != NULL);

  state_sync_migration_add_step (
      &self->migration, from_version,
      state_sync_callback_new (G_CALLBACK (migrate), user_data, destroy));
}

/**
 * state_sync_cache_set_validator:
 * @self: a cache
 * @validate: (nullable) (scope notified) (closure user_data) (destroy destroy): decides whether
 *   cached data can be shown; `NULL`: all can
 * @user_data: for `validate`
 * @destroy: (nullable): called with `user_data` when `validate` is not used any more
 *
 * Sets what has the last word on cached data: of all that is loaded, migrated or not.
 */
void
state_sync_cache_set_validator (StateSyncCache *self,
                                StateSyncCacheValidateFunc validate,
                                gpointer user_data,
                                GDestroyNotify destroy)
{
  g_return_if_fail (state_sync_cache_is_made (self));

  state_sync_migration_set_validator (
      &self->migration, state_sync_callback_new (G_CALLBACK (validate), user_data, destroy));
}

/* --- the object --- */

/**
 * state_sync_cache_new:
 * @app_id: the application id
 *
 * Makes a cache in files of the app's own, in the folder `APP_ID/statesync` of the user's caches.
 * For another storage, and other properties, use `g_object_new()`.
 *
 * Returns: (transfer full): a cache
 */
StateSyncCache *
state_sync_cache_new (const char *app_id)
{
  g_return_val_if_fail (g_application_id_is_valid (app_id), NULL);

  return g_object_new (STATE_SYNC_TYPE_CACHE, "app-id", app_id, NULL);
}

/**
 * state_sync_cache_get_app_id:
 * @self: a cache
 *
 * Tells whose it is.
 *
 * Returns: (transfer none): the application id
 */
const char *
state_sync_cache_get_app_id (StateSyncCache *self)
{
  g_return_val_if_fail (state_sync_cache_is_made (self), NULL);

  return self->app_id;
}

/**
 * state_sync_cache_get_storage:
 * @self: a cache
 *
 * Tells where it keeps things.
 *
 * Returns: (transfer none): the storage
 */
StateSyncCacheStorage *
state_sync_cache_get_storage (StateSyncCache *self)
{
  g_return_val_if_fail (state_sync_cache_is_made (self), NULL);

  return self->storage;
}

static void
look_unsaved (StateSyncSaver *saver, gpointer user_data)
{
  *(gboolean *)user_data |= state_sync_saver_has_unsaved (saver);
}

/**
 * state_sync_cache_get_has_unsaved:
 * @self: a cache
 *
 * Tells whether [method@Cache.flush_async] would have something to do.
 *
 * Returns: whether something waits to be saved, or is being saved
 */
gboolean
state_sync_cache_get_has_unsaved (StateSyncCache *self)
{
  gboolean has_unsaved = FALSE;

  g_return_val_if_fail (state_sync_cache_is_made (self), FALSE);

  for_each_saver (self, look_unsaved, &has_unsaved);
  return has_unsaved;
}

/**
 * state_sync_cache_get_statistics:
 * @self: a cache
 * @statistics: (out caller-allocates): where to put the figures
 *
 * Tells what it has done.
 */
void
state_sync_cache_get_statistics (StateSyncCache *self, StateSyncCacheStatistics *statistics)
{
  g_return_if_fail (state_sync_cache_is_made (self));
  g_return_if_fail (statistics != NULL);

  *statistics = self->statistics;
}

static void
state_sync_cache_set_property (GObject *object,
                               guint property_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  StateSyncCache *self = STATE_SYNC_CACHE (object);

  switch (property_id)
    {
    case PROP_APP_ID:
      self->app_id = g_value_dup_string (value);
      break;
    case PROP_STORAGE:
      self->storage = g_value_dup_object (value);
      break;
    case PROP_SAVE_POLICY:
      self->policy = g_value_dup_object (value);
      break;
    case PROP_SCHEMA_VERSION:
      self->schema_version = g_value_get_uint (value);
      break;
    case PROP_COMPRESS_ABOVE:
      self->compress_above = g_value_get_uint64 (value);
      break;
    case PROP_TIME_TO_LIVE:
      self->time_to_live = g_value_get_uint (value);
      break;
    case PROP_LOAD_TIMEOUT:
      self->load_timeout = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
state_sync_cache_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  const StateSyncCache *self = STATE_SYNC_CACHE (object);

  switch (property_id)
    {
    case PROP_APP_ID:
      g_value_set_string (value, self->app_id);
      break;
    case PROP_STORAGE:
      g_value_set_object (value, self->storage);
      break;
    case PROP_SAVE_POLICY:
      g_value_set_object (value, self->policy);
      break;
    case PROP_SCHEMA_VERSION:
      g_value_set_uint (value, self->schema_version);
      break;
    case PROP_COMPRESS_ABOVE:
      g_value_set_uint64 (value, self->compress_above);
      break;
    case PROP_TIME_TO_LIVE:
      g_value_set_uint (value, self->time_to_live);
      break;
    case PROP_LOAD_TIMEOUT:
      g_value_set_uint (value, self->load_timeout);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
state_sync_cache_constructed (GObject *object)
{
  StateSyncCache *self = STATE_SYNC_CACHE (object);

  G_OBJECT_CLASS (state_sync_cache_parent_class)->constructed (object);

  if (self->app_id == NULL || !g_application_id_is_valid (self->app_id))
    g_clear_object (&self->storage);
  else if (self->storage == NULL)
    self->storage = state_sync_cache_file_storage_new_for_app (self->app_id);
  if (self->policy == NULL)
    self->policy = g_object_new (STATE_SYNC_TYPE_POLICY, "debounce", DEBOUNCE, "debounce-max-wait",
                                 MAX_WAIT, NULL);
}

/* Nothing is being saved, for that holds the cache. */
static void
state_sync_cache_finalize (GObject *object)
{
  StateSyncCache *self = STATE_SYNC_CACHE (object);

  g_hash_table_unref (self->savers);
  state_sync_migration_clear (&self->migration);
  g_clear_object (&self->storage);
  g_clear_object (&self->policy);
  g_clear_object (&self->clock);
  g_free (self->app_id);

  G_OBJECT_CLASS (state_sync_cache_parent_class)->finalize (object);
}

#define FLAGS (G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS)

static void
install_properties (GObjectClass *object_class)
{
  GParamSpec *properties[N_PROPERTIES] = { NULL };

  /**
   * StateSyncCache:app-id:
   *
   * The application id. What another app has saved is ignored.
   */
  properties[PROP_APP_ID] = g_param_spec_string ("app-id", NULL, NULL, NULL, FLAGS);

  /**
   * StateSyncCache:storage:
   *
   * Where it keeps things; by default in files, as
   * [func@CacheFileStorage.new_for_app] makes them.
   */
  properties[PROP_STORAGE] =
      g_param_spec_object ("storage", NULL, NULL, STATE_SYNC_TYPE_CACHE_STORAGE, FLAGS);

  /**
   * StateSyncCache:save-policy:
   *
   * When a topic that changed is saved, and how often it is tried if that fails. By default half a
   * second after the last of a burst of changes, at most five seconds after the first; three
   * attempts. With a leading edge the first of a burst is saved at once. Without any edge a topic
   * is saved when nobody follows it any more, or by [method@Cache.flush_async].
   */
  properties[PROP_SAVE_POLICY] =
      g_param_spec_object ("save-policy", NULL, NULL, STATE_SYNC_TYPE_POLICY, FLAGS);

  /**
   * StateSyncCache:schema-version:
   *
   * Which version of the app's data is saved. Data of an older version is migrated, see
   * [method@Cache.add_migration]; that of a newer one is ignored.
   */
  properties[PROP_SCHEMA_VERSION] =
      g_param_spec_uint ("schema-version", NULL, NULL, 0, G_MAXUINT, 1, FLAGS);

  /**
   * StateSyncCache:compress-above:
   *
   * Data of more bytes than this is compressed, if it gets smaller by that; `G_MAXUINT64`: none is.
   */
  properties[PROP_COMPRESS_ABOVE] =
      g_param_spec_uint64 ("compress-above", NULL, NULL, 0, G_MAXUINT64, COMPRESS_ABOVE, FLAGS);

  /**
   * StateSyncCache:time-to-live:
   *
   * How old what is shown may be, in seconds; 0 = any age. A date of saving that is yet to come
   * counts as being as old as it is ahead: a clock that was put right by a few seconds does no
   * harm, and one that was years ahead does not keep a cache alive for years.
   */
  properties[PROP_TIME_TO_LIVE] = g_param_spec_uint ("time-to-live", NULL, NULL, 0, G_MAXUINT, 0,
                                                     G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * StateSyncCache:load-timeout:
   *
   * How long the start of a topic waits for the storage, in milliseconds; 0 = as long as it takes.
   */
  properties[PROP_LOAD_TIMEOUT] =
      g_param_spec_uint ("load-timeout", NULL, NULL, 0, G_MAXUINT, LOAD_TIMEOUT, FLAGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
state_sync_cache_class_init (StateSyncCacheClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = state_sync_cache_set_property;
  object_class->get_property = state_sync_cache_get_property;
  object_class->constructed = state_sync_cache_constructed;
  object_class->finalize = state_sync_cache_finalize;

  install_properties (object_class);

  /**
   * StateSyncCache::event:
   * @self: the cache
   * @event: what happened
   *
   * Something happened: something was saved, loaded, ignored, or went wrong. The signal's detail is
   * the nick of the event's [enum@CacheEventKind]: `event::save-failed`, for one. What went wrong
   * and nobody listens to is logged.
   */
  signals[EVENT] =
      g_signal_new ("event", STATE_SYNC_TYPE_CACHE, G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 1, STATE_SYNC_TYPE_CACHE_EVENT);
}

static void
state_sync_cache_init (StateSyncCache *self)
{
  self->clock = state_sync_clock_new_real ();
  self->savers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify)state_sync_saver_free);
}
