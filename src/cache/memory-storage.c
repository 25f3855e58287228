/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cache/memory-storage.h"

#include "statesync/enum-types.h"

#define FAILURE_MESSAGE "The storage was told to fail"

struct _StateSyncCacheMemoryStorage
{
  GObject parent_instance;

  StateSyncClock *clock;
  GHashTable *kept; /* key → GBytes */

  guint delay; /* in milliseconds */
  guint64 quota;
  StateSyncCacheOperations failing;
  char *failure_message; /* (nullable) */
};

static void storage_init (StateSyncCacheStorageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncCacheMemoryStorage,
                               state_sync_cache_memory_storage,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_CACHE_STORAGE, storage_init))

enum
{
  PROP_DELAY = 1,
  PROP_QUOTA,
  PROP_FAILING,
  PROP_FAILURE_MESSAGE,
  PROP_USED,
  N_PROPERTIES,
};

/* --- what it does --- */

static guint64
count_used (StateSyncCacheMemoryStorage *self)
{
  GHashTableIter iter;
  gpointer data;
  guint64 used = 0;

  g_hash_table_iter_init (&iter, self->kept);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    used += g_bytes_get_size (data);
  return used;
}

static void
answer_load (StateSyncCacheMemoryStorage *self, StateSyncCacheRequest *request)
{
  state_sync_cache_request_return_data (
      request, g_hash_table_lookup (self->kept, state_sync_cache_request_get_key (request)));
}

static void
answer_save (StateSyncCacheMemoryStorage *self, StateSyncCacheRequest *request)
{
  const char *key = state_sync_cache_request_get_key (request);
  GBytes *data = state_sync_cache_request_get_data (request);
  GBytes *before = g_hash_table_lookup (self->kept, key);
  guint64 others = count_used (self) - (before != NULL ? g_bytes_get_size (before) : 0);

  if (others + g_bytes_get_size (data) > self->quota)
    {
      state_sync_cache_request_return_error_literal (request, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                                                     "The storage is full");
      return;
    }
  g_hash_table_replace (self->kept, g_strdup (key), g_bytes_ref (data));
  state_sync_cache_request_return_done (request);
}

static void
answer_remove (StateSyncCacheMemoryStorage *self, StateSyncCacheRequest *request)
{
  g_hash_table_remove (self->kept, state_sync_cache_request_get_key (request));
  state_sync_cache_request_return_done (request);
}

static void
answer_clear (StateSyncCacheMemoryStorage *self, StateSyncCacheRequest *request)
{
  g_hash_table_remove_all (self->kept);
  state_sync_cache_request_return_done (request);
}

static void
answer_list (StateSyncCacheMemoryStorage *self, StateSyncCacheRequest *request)
{
  g_autofree char **keys = (char **)g_hash_table_get_keys_as_array (self->kept, NULL);

  state_sync_cache_request_return_keys (request, (const char *const *)keys);
}

/* --- when it does it --- */

typedef void (*AnswerFunc) (StateSyncCacheMemoryStorage *self, StateSyncCacheRequest *request);

typedef struct
{
  StateSyncCacheMemoryStorage *self;
  StateSyncCacheRequest *request;
  StateSyncCacheOperations operation;
  AnswerFunc func;
} Job;

static void
run (gpointer user_data)
{
  g_autofree Job *job = user_data;
  g_autoptr (StateSyncCacheMemoryStorage) self = job->self;
  g_autoptr (StateSyncCacheRequest) request = job->request;

  if (self->failing & job->operation)
    state_sync_cache_request_return_error_literal (
        request, G_IO_ERROR, G_IO_ERROR_FAILED,
        self->failure_message != NULL ? self->failure_message : FAILURE_MESSAGE);
  else
    job->func (self, request);
}

static void
begin (StateSyncCacheStorage *storage,
       StateSyncCacheRequest *request,
       StateSyncCacheOperations operation,
       AnswerFunc func)
{
  StateSyncCacheMemoryStorage *self = STATE_SYNC_CACHE_MEMORY_STORAGE (storage);
  Job *job = g_new (Job, 1);

  *job = (Job){ g_object_ref (self), g_object_ref (request), operation, func };
  if (self->delay > 0)
    state_sync_clock_add (self->clock, self->delay * (gint64)1000, run, job);
  else
    run (job);
}

static void
memory_storage_load (StateSyncCacheStorage *storage, StateSyncCacheRequest *request)
{
  begin (storage, request, STATE_SYNC_CACHE_OPERATIONS_LOAD, answer_load);
}

static void
memory_storage_save (StateSyncCacheStorage *storage, StateSyncCacheRequest *request)
{
  begin (storage, request, STATE_SYNC_CACHE_OPERATIONS_SAVE, answer_save);
}

static void
memory_storage_remove (StateSyncCacheStorage *storage, StateSyncCacheRequest *request)
{
  begin (storage, request, STATE_SYNC_CACHE_OPERATIONS_REMOVE, answer_remove);
}

static void
memory_storage_clear (StateSyncCacheStorage *storage, StateSyncCacheRequest *request)
{
  begin (storage, request, STATE_SYNC_CACHE_OPERATIONS_CLEAR, answer_clear);
}

static void
memory_storage_list (StateSyncCacheStorage *storage, StateSyncCacheRequest *request)
{
  begin (storage, request, STATE_SYNC_CACHE_OPERATIONS_LIST, answer_list);
}

static void
storage_init (StateSyncCacheStorageInterface *iface)
{
  iface->load = memory_storage_load;
  iface->save = memory_storage_save;
  iface->remove = memory_storage_remove;
  iface->clear = memory_storage_clear;
  iface->list = memory_storage_list;
}

/* --- the object --- */

/**
 * state_sync_cache_memory_storage_new:
 *
 * Makes an empty storage that answers at once and never fails.
 *
 * Returns: (transfer full): a storage
 */
StateSyncCacheStorage *
state_sync_cache_memory_storage_new (void)
{
  return g_object_new (STATE_SYNC_TYPE_CACHE_MEMORY_STORAGE, NULL);
}

/**
 * state_sync_cache_memory_storage_get_used:
 * @self: a storage
 *
 * Tells how full it is.
 *
 * Returns: how many bytes it keeps
 */
guint64
state_sync_cache_memory_storage_get_used (StateSyncCacheMemoryStorage *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_CACHE_MEMORY_STORAGE (self), 0);

  return count_used (self);
}

void
state_sync_cache_memory_storage_set_clock (StateSyncCacheMemoryStorage *self, StateSyncClock *clock)
{
  g_set_object (&self->clock, clock);
}

static void
state_sync_cache_memory_storage_set_property (GObject *object,
                                              guint property_id,
                                              const GValue *value,
                                              GParamSpec *pspec)
{
  StateSyncCacheMemoryStorage *self = STATE_SYNC_CACHE_MEMORY_STORAGE (object);

  switch (property_id)
    {
    case PROP_DELAY:
      self->delay = g_value_get_uint (value);
      break;
    case PROP_QUOTA:
      self->quota = g_value_get_uint64 (value);
      break;
    case PROP_FAILING:
      self->failing = g_value_get_flags (value);
      break;
    case PROP_FAILURE_MESSAGE:
      g_free (self->failure_message);
      self->failure_message = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
state_sync_cache_memory_storage_get_property (GObject *object,
                                              guint property_id,
                                              GValue *value,
                                              GParamSpec *pspec)
{
  StateSyncCacheMemoryStorage *self = STATE_SYNC_CACHE_MEMORY_STORAGE (object);

  switch (property_id)
    {
    case PROP_DELAY:
      g_value_set_uint (value, self->delay);
      break;
    case PROP_QUOTA:
      g_value_set_uint64 (value, self->quota);
      break;
    case PROP_FAILING:
      g_value_set_flags (value, self->failing);
      break;
    case PROP_FAILURE_MESSAGE:
      g_value_set_string (value, self->failure_message);
      break;
    case PROP_USED:
      g_value_set_uint64 (value, count_used (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
state_sync_cache_memory_storage_finalize (GObject *object)
{
  StateSyncCacheMemoryStorage *self = STATE_SYNC_CACHE_MEMORY_STORAGE (object);

  g_clear_object (&self->clock);
  g_hash_table_unref (self->kept);
  g_free (self->failure_message);

  G_OBJECT_CLASS (state_sync_cache_memory_storage_parent_class)->finalize (object);
}

static void
state_sync_cache_memory_storage_class_init (StateSyncCacheMemoryStorageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  GParamSpec *properties[N_PROPERTIES] = { NULL };

  object_class->set_property = state_sync_cache_memory_storage_set_property;
  object_class->get_property = state_sync_cache_memory_storage_get_property;
  object_class->finalize = state_sync_cache_memory_storage_finalize;

  /**
   * StateSyncCacheMemoryStorage:delay:
   *
   * How late requests that come from now on are answered, in milliseconds.
   */
  properties[PROP_DELAY] = g_param_spec_uint ("delay", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * StateSyncCacheMemoryStorage:quota:
   *
   * How many bytes it keeps at most: what would be more is refused with `G_IO_ERROR_NO_SPACE`.
   */
  properties[PROP_QUOTA] =
      g_param_spec_uint64 ("quota", NULL, NULL, 0, G_MAXUINT64, G_MAXUINT64, flags);

  /**
   * StateSyncCacheMemoryStorage:failing:
   *
   * What fails from now on.
   */
  properties[PROP_FAILING] =
      g_param_spec_flags ("failing", NULL, NULL, STATE_SYNC_TYPE_CACHE_OPERATIONS,
                          STATE_SYNC_CACHE_OPERATIONS_NONE, flags);

  /**
   * StateSyncCacheMemoryStorage:failure-message:
   *
   * What is said where it fails; `NULL` for a sentence of its own.
   */
  properties[PROP_FAILURE_MESSAGE] =
      g_param_spec_string ("failure-message", NULL, NULL, NULL, flags);

  /**
   * StateSyncCacheMemoryStorage:used:
   *
   * How many bytes it keeps. Nobody is notified of it.
   */
  properties[PROP_USED] = g_param_spec_uint64 ("used", NULL, NULL, 0, G_MAXUINT64, 0,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
state_sync_cache_memory_storage_init (StateSyncCacheMemoryStorage *self)
{
  self->clock = state_sync_clock_new_real ();
  self->kept =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  self->quota = G_MAXUINT64;
}
