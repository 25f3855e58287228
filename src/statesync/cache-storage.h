/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <statesync/cache-request.h>

G_BEGIN_DECLS

/**
 * StateSyncCacheStorage:
 *
 * Where a [class@Cache] keeps its bytes, one piece under each key; keys are topics' full names.
 * [class@CacheFileStorage] keeps them in files, [class@CacheMemoryStorage] in memory. One of an
 * app's own may encrypt them, compress them in another way, or put them somewhere else; it can ask
 * another storage to do the rest.
 *
 * What it is given is to be given back as it was: what was changed on the way is noticed, and
 * ignored. Requests are to take effect in the order in which they come, and none may block.
 *
 * A request comes as an object, not as a callback, so that a storage can be written in any
 * language that has introspection.
 */
#define STATE_SYNC_TYPE_CACHE_STORAGE (state_sync_cache_storage_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_INTERFACE (StateSyncCacheStorage, state_sync_cache_storage, STATE_SYNC, CACHE_STORAGE, GObject)

/**
 * StateSyncCacheStorageInterface:
 * @parent_iface: the parent interface
 * @load: answers with what is kept under the request's key
 * @save: keeps the request's data under its key, in place of what was there
 * @remove: forgets what is kept under the request's key, if anything is
 * @clear: forgets everything
 * @list: answers with the keys under which something is kept, in any order
 *
 * What a storage implements.
 */
struct _StateSyncCacheStorageInterface
{
  GTypeInterface parent_iface;

  /**
   * StateSyncCacheStorageInterface::load:
   * @self: a storage
   * @request: what to load, and whom to give it to
   *
   * Answers with what is kept under the request's key: [method@CacheRequest.return_data].
   */
  void (*load) (StateSyncCacheStorage *self, StateSyncCacheRequest *request);

  /**
   * StateSyncCacheStorageInterface::save:
   * @self: a storage
   * @request: what to save
   *
   * Keeps the request's data under its key, in place of what was there: all of it or, if
   * that fails, what was there before.
   */
  void (*save) (StateSyncCacheStorage *self, StateSyncCacheRequest *request);

  /**
   * StateSyncCacheStorageInterface::remove:
   * @self: a storage
   * @request: what to remove
   *
   * Forgets what is kept under the request's key. If nothing is, that is done too.
   */
  void (*remove) (StateSyncCacheStorage *self, StateSyncCacheRequest *request);

  /**
   * StateSyncCacheStorageInterface::clear:
   * @self: a storage
   * @request: whom to tell when it is done
   *
   * Forgets everything.
   */
  void (*clear) (StateSyncCacheStorage *self, StateSyncCacheRequest *request);

  /**
   * StateSyncCacheStorageInterface::list:
   * @self: a storage
   * @request: whom to give it to
   *
   * Answers with the keys under which something is kept: [method@CacheRequest.return_keys].
   */
  void (*list) (StateSyncCacheStorage *self, StateSyncCacheRequest *request);
};

STATE_SYNC_AVAILABLE_IN_ALL
void      state_sync_cache_storage_load_async    (StateSyncCacheStorage *self,
                                                  const char *key,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
GBytes   *state_sync_cache_storage_load_finish   (StateSyncCacheStorage *self, GAsyncResult *result, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void      state_sync_cache_storage_save_async    (StateSyncCacheStorage *self,
                                                  const char *key,
                                                  GBytes *data,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean  state_sync_cache_storage_save_finish   (StateSyncCacheStorage *self, GAsyncResult *result, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void      state_sync_cache_storage_remove_async  (StateSyncCacheStorage *self,
                                                  const char *key,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean  state_sync_cache_storage_remove_finish (StateSyncCacheStorage *self, GAsyncResult *result, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void      state_sync_cache_storage_clear_async   (StateSyncCacheStorage *self,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean  state_sync_cache_storage_clear_finish  (StateSyncCacheStorage *self, GAsyncResult *result, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void      state_sync_cache_storage_list_async    (StateSyncCacheStorage *self,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
char    **state_sync_cache_storage_list_finish   (StateSyncCacheStorage *self, GAsyncResult *result, GError **error);

G_END_DECLS
