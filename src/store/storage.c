/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/storage.h"

G_DEFINE_INTERFACE (StateSyncStorage, state_sync_storage, G_TYPE_OBJECT)

static void
state_sync_storage_default_init (StateSyncStorageInterface *iface)
{
}

gboolean
state_sync_storage_open (StateSyncStorage *self, GError **error)
{
  return STATE_SYNC_STORAGE_GET_IFACE (self)->open (self, error);
}

StateSyncSnapshot *
state_sync_storage_load (StateSyncStorage *self, const char *topic, GError **error)
{
  return STATE_SYNC_STORAGE_GET_IFACE (self)->load (self, topic, error);
}

gboolean
state_sync_storage_commit (StateSyncStorage *self,
                           const StateSyncChange *changes,
                           gsize n_changes,
                           GError **error)
{
  return STATE_SYNC_STORAGE_GET_IFACE (self)->commit (self, changes, n_changes, error);
}

gboolean
state_sync_storage_list (StateSyncStorage *self,
                         const char *namespace_,
                         StateSyncStorageListFunc func,
                         gpointer user_data,
                         GError **error)
{
  return STATE_SYNC_STORAGE_GET_IFACE (self)->list (self, namespace_, func, user_data, error);
}

gboolean
state_sync_storage_total (StateSyncStorage *self, StateSyncStorageTotals *totals, GError **error)
{
  return STATE_SYNC_STORAGE_GET_IFACE (self)->total (self, totals, error);
}

gboolean
state_sync_storage_has_versions (StateSyncStorage *self)
{
  return STATE_SYNC_STORAGE_GET_IFACE (self)->commit_version != NULL;
}

gboolean
state_sync_storage_get_version (StateSyncStorage *self, guint32 *version, GError **error)
{
  return STATE_SYNC_STORAGE_GET_IFACE (self)->get_version (self, version, error);
}

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

void
state_sync_storage_tidy (StateSyncStorage *self)
{
  StateSyncStorageInterface *iface = STATE_SYNC_STORAGE_GET_IFACE (self);

  if (iface->tidy != NULL)
    iface->tidy (self);
}

void
state_sync_storage_close (StateSyncStorage *self)
{
  STATE_SYNC_STORAGE_GET_IFACE (self)->close (self);
}
