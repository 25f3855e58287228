/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "statesync-service/storage.h"

G_DEFINE_INTERFACE (StateSyncStorage, state_sync_storage, G_TYPE_OBJECT)

static void
state_sync_storage_default_init (StateSyncStorageInterface *iface)
{
}

/**
 * state_sync_storage_open:
 * @self: a storage
 * @error: where to put the error
 *
 * Makes the storage ready. What is asked of it after a failure fails too.
 *
 * Returns: `TRUE` if it is ready
 */
gboolean
state_sync_storage_open (StateSyncStorage *self, GError **error)
{
  return STATE_SYNC_STORAGE_GET_IFACE (self)->open (self, error);
}

/**
 * state_sync_storage_load:
 * @self: a storage
 * @topic: a topic
 * @error: where to put the error
 *
 * Gives what is stored of a topic.
 *
 * Returns: (transfer full) (nullable): the stored state; `NULL` without an error if it was never
 *   written
 */
StateSyncSnapshot *
state_sync_storage_load (StateSyncStorage *self, const char *topic, GError **error)
{
  return STATE_SYNC_STORAGE_GET_IFACE (self)->load (self, topic, error);
}

/**
 * state_sync_storage_commit:
 * @self: a storage
 * @changes: (array length=n_changes): the changes; no topic occurs twice
 * @n_changes: how many there are
 * @error: where to put the error
 *
 * Stores all changes or none, and returns after they are on stable storage.
 *
 * Returns: `TRUE` if they are stored
 */
gboolean
state_sync_storage_commit (StateSyncStorage *self,
                           const StateSyncChange *changes,
                           gsize n_changes,
                           GError **error)
{
  return STATE_SYNC_STORAGE_GET_IFACE (self)->commit (self, changes, n_changes, error);
}

/**
 * state_sync_storage_list:
 * @self: a storage
 * @namespace_: a namespace; `""` for all
 * @func: (scope call): to be called for each topic
 * @user_data: (closure): for `func`
 * @error: where to put the error
 *
 * Calls `func` for every topic that was ever written and is inside the namespace, in the order of
 * the bytes of their names.
 *
 * Returns: `TRUE` if it was told of all
 */
gboolean
state_sync_storage_list (StateSyncStorage *self,
                         const char *namespace_,
                         StateSyncStorageListFunc func,
                         gpointer user_data,
                         GError **error)
{
  return STATE_SYNC_STORAGE_GET_IFACE (self)->list (self, namespace_, func, user_data, error);
}

/**
 * state_sync_storage_total:
 * @self: a storage
 * @totals: (out caller-allocates): where to put the totals
 * @error: where to put the error
 *
 * Tells how much is stored.
 *
 * Returns: `TRUE` if it is told
 */
gboolean
state_sync_storage_total (StateSyncStorage *self, StateSyncStorageTotals *totals, GError **error)
{
  return STATE_SYNC_STORAGE_GET_IFACE (self)->total (self, totals, error);
}

/**
 * state_sync_storage_has_versions:
 * @self: a storage
 *
 * Tells whether it can keep a version of the application's data.
 *
 * Returns: `TRUE` if it can
 */
gboolean
state_sync_storage_has_versions (StateSyncStorage *self)
{
  return STATE_SYNC_STORAGE_GET_IFACE (self)->commit_version != NULL;
}

/**
 * state_sync_storage_get_version:
 * @self: a storage, which has versions
 * @version: (out): where to put the version
 * @error: where to put the error
 *
 * Tells of which version the application's data is: 0 unless it was ever told.
 *
 * Returns: `TRUE` if it is told
 */
gboolean
state_sync_storage_get_version (StateSyncStorage *self, guint32 *version, GError **error)
{
  return STATE_SYNC_STORAGE_GET_IFACE (self)->get_version (self, version, error);
}

/**
 * state_sync_storage_commit_version:
 * @self: a storage, which has versions
 * @version: the version of the application's data
 * @changes: (array length=n_changes): the changes; no topic occurs twice
 * @n_changes: how many there are, which may be none
 * @error: where to put the error
 *
 * Stores the changes and the version: all or none.
 *
 * Returns: `TRUE` if all is stored
 */
gboolean
state_sync_storage_commit_version (StateSyncStorage *self,
                                   guint32 version,
                                   const StateSyncChange *changes,
                                   gsize n_changes,
                                   GError **error)
{
  return STATE_SYNC_STORAGE_GET_IFACE (self)->commit_version (self, version, changes, n_changes,
                                                              error);
}

/**
 * state_sync_storage_tidy:
 * @self: a storage
 *
 * Gives it a moment for house-keeping.
 */
void
state_sync_storage_tidy (StateSyncStorage *self)
{
  StateSyncStorageInterface *iface = STATE_SYNC_STORAGE_GET_IFACE (self);

  if (iface->tidy != NULL)
    iface->tidy (self);
}

/**
 * state_sync_storage_close:
 * @self: a storage
 *
 * Lets go of everything.
 */
void
state_sync_storage_close (StateSyncStorage *self)
{
  STATE_SYNC_STORAGE_GET_IFACE (self)->close (self);
}
