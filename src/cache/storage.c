/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "statesync/cache-storage.h"

#include "cache/request.h"

G_DEFINE_INTERFACE (StateSyncCacheStorage, state_sync_cache_storage, G_TYPE_OBJECT)

static void
state_sync_cache_storage_default_init (StateSyncCacheStorageInterface *iface)
{
}

typedef void (*AskFunc) (StateSyncCacheStorage *self, StateSyncCacheRequest *request);

/* @key, @data: (nullable) */
static void
ask (StateSyncCacheStorage *self,
     AskFunc func,
     const char *key,
     GBytes *data,
     GCancellable *cancellable,
     GAsyncReadyCallback callback,
     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (StateSyncCacheRequest) request = state_sync_cache_request_new (key, data, task);

  g_task_set_source_tag (task, func);
  func (self, request);
}

static gboolean
finish (StateSyncCacheStorage *self, GAsyncResult *result, gpointer *answer, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gpointer value;

  value = g_task_propagate_pointer (G_TASK (result), &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (answer != NULL)
    *answer = value;
  return TRUE;
}

/**
 * state_sync_cache_storage_load_async:
 * @self: a storage
 * @key: the key
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async) (nullable): called when it is done
 * @user_data: (closure): for `callback`
 *
 * Asks for what is kept under a key.
 */
void
state_sync_cache_storage_load_async (StateSyncCacheStorage *self,
                                     const char *key,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_return_if_fail (STATE_SYNC_IS_CACHE_STORAGE (self));
  g_return_if_fail (key != NULL);

  ask (self, STATE_SYNC_CACHE_STORAGE_GET_IFACE (self)->load, key, NULL, cancellable, callback,
       user_data);
}

/**
 * state_sync_cache_storage_load_finish:
 * @self: a storage
 * @result: what the callback got
 * @error: where to put the error
 *
 * Ends [method@CacheStorage.load_async].
 *
 * Returns: (transfer full) (nullable): what was saved; `NULL` without an error if nothing was
 */
GBytes *
state_sync_cache_storage_load_finish (StateSyncCacheStorage *self,
                                      GAsyncResult *result,
                                      GError **error)
{
  gpointer answer = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return finish (self, result, &answer, error) ? answer : NULL;
}

/**
 * state_sync_cache_storage_save_async:
 * @self: a storage
 * @key: the key
 * @data: what to keep
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async) (nullable): called when it is done
 * @user_data: (closure): for `callback`
 *
 * Keeps data under a key, in place of what was there.
 */
void
state_sync_cache_storage_save_async (StateSyncCacheStorage *self,
                                     const char *key,
                                     GBytes *data,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_return_if_fail (STATE_SYNC_IS_CACHE_STORAGE (self));
  g_return_if_fail (key != NULL);
  g_return_if_fail (data != NULL);

  ask (self, STATE_SYNC_CACHE_STORAGE_GET_IFACE (self)->save, key, data, cancellable, callback,
       user_data);
}

/**
 * state_sync_cache_storage_save_finish:
 * @self: a storage
 * @result: what the callback got
 * @error: where to put the error
 *
 * Ends [method@CacheStorage.save_async].
 *
 * Returns: `TRUE` if it is done
 */
gboolean
state_sync_cache_storage_save_finish (StateSyncCacheStorage *self,
                                      GAsyncResult *result,
                                      GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return finish (self, result, NULL, error);
}

/**
 * state_sync_cache_storage_remove_async:
 * @self: a storage
 * @key: the key
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async) (nullable): called when it is done
 * @user_data: (closure): for `callback`
 *
 * Forgets what is kept under a key, if anything is.
 */
void
state_sync_cache_storage_remove_async (StateSyncCacheStorage *self,
                                       const char *key,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_return_if_fail (STATE_SYNC_IS_CACHE_STORAGE (self));
  g_return_if_fail (key != NULL);

  ask (self, STATE_SYNC_CACHE_STORAGE_GET_IFACE (self)->remove, key, NULL, cancellable, callback,
       user_data);
}

/**
 * state_sync_cache_storage_remove_finish:
 * @self: a storage
 * @result: what the callback got
 * @error: where to put the error
 *
 * Ends [method@CacheStorage.remove_async].
 *
 * Returns: `TRUE` if it is done
 */
gboolean
state_sync_cache_storage_remove_finish (StateSyncCacheStorage *self,
                                        GAsyncResult *result,
                                        GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return finish (self, result, NULL, error);
}

/**
 * state_sync_cache_storage_clear_async:
 * @self: a storage
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async) (nullable): called when it is done
 * @user_data: (closure): for `callback`
 *
 * Forgets everything.
 */
void
state_sync_cache_storage_clear_async (StateSyncCacheStorage *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_return_if_fail (STATE_SYNC_IS_CACHE_STORAGE (self));

  ask (self, STATE_SYNC_CACHE_STORAGE_GET_IFACE (self)->clear, NULL, NULL, cancellable, callback,
       user_data);
}

/**
 * state_sync_cache_storage_clear_finish:
 * @self: a storage
 * @result: what the callback got
 * @error: where to put the error
 *
 * Ends [method@CacheStorage.clear_async].
 *
 * Returns: `TRUE` if it is done
 */
gboolean
state_sync_cache_storage_clear_finish (StateSyncCacheStorage *self,
                                       GAsyncResult *result,
                                       GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return finish (self, result, NULL, error);
}

/**
 * state_sync_cache_storage_list_async:
 * @self: a storage
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async) (nullable): called when it is done
 * @user_data: (closure): for `callback`
 *
 * Asks for the keys under which something is kept.
 */
void
state_sync_cache_storage_list_async (StateSyncCacheStorage *self,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_return_if_fail (STATE_SYNC_IS_CACHE_STORAGE (self));

  ask (self, STATE_SYNC_CACHE_STORAGE_GET_IFACE (self)->list, NULL, NULL, cancellable, callback,
       user_data);
}

/**
 * state_sync_cache_storage_list_finish:
 * @self: a storage
 * @result: what the callback got
 * @error: where to put the error
 *
 * Ends [method@CacheStorage.list_async].
 *
 * Returns: (transfer full) (array zero-terminated=1): the keys
 */
char **
state_sync_cache_storage_list_finish (StateSyncCacheStorage *self,
                                      GAsyncResult *result,
                                      GError **error)
{
  gpointer answer = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (!finish (self, result, &answer, error))
    return NULL;
  return answer != NULL ? answer : g_new0 (char *, 1);
}
