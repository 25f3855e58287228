/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stands before a storage, and lets nobody at the topics before they are of the version that the
 * application wants (migration.c). If that can't be had, opening fails, and whatever is asked
 * after that is told why: what is not migrated is neither read nor written.
 */

#include "store/versioned-storage.h"

struct _StateSyncVersionedStorage
{
  GObject parent_instance;

  StateSyncStorage *inner;
  StateSyncMigration *migration;
  GError *open_error;
};

static void iface_init (StateSyncStorageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncVersionedStorage,
                               state_sync_versioned_storage,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_STORAGE, iface_init))

static gboolean
check_open (StateSyncVersionedStorage *self, GError **error)
{
  if (self->open_error == NULL)
    return TRUE;

  g_propagate_error (error, g_error_copy (self->open_error));
  return FALSE;
}

static gboolean
storage_open (StateSyncStorage *storage, GError **error)
{
  StateSyncVersionedStorage *self = STATE_SYNC_VERSIONED_STORAGE (storage);

  if (state_sync_storage_open (self->inner, &self->open_error))
    state_sync_migration_run (self->migration, self->inner, &self->open_error);
  return check_open (self, error);
}

static StateSyncSnapshot *
storage_load (StateSyncStorage *storage, const char *topic, GError **error)
{
  StateSyncVersionedStorage *self = STATE_SYNC_VERSIONED_STORAGE (storage);

  return check_open (self, error) ? state_sync_storage_load (self->inner, topic, error) : NULL;
}

static gboolean
storage_commit (StateSyncStorage *storage,
                const StateSyncChange *changes,
                gsize n_changes,
                GError **error)
{
  StateSyncVersionedStorage *self = STATE_SYNC_VERSIONED_STORAGE (storage);

  return check_open (self, error) &&
         state_sync_storage_commit (self->inner, changes, n_changes, error);
}

static gboolean
storage_list (StateSyncStorage *storage,
              const char *namespace_,
              StateSyncStorageListFunc func,
              gpointer user_data,
              GError **error)
{
  StateSyncVersionedStorage *self = STATE_SYNC_VERSIONED_STORAGE (storage);

  return check_open (self, error) &&
         state_sync_storage_list (self->inner, namespace_, func, user_data, error);
}

static gboolean
storage_total (StateSyncStorage *storage, StateSyncStorageTotals *totals, GError **error)
{
  StateSyncVersionedStorage *self = STATE_SYNC_VERSIONED_STORAGE (storage);

  return check_open (self, error) && state_sync_storage_total (self->inner, totals, error);
}

static void
storage_tidy (StateSyncStorage *storage)
{
  StateSyncVersionedStorage *self = STATE_SYNC_VERSIONED_STORAGE (storage);

  if (check_open (self, NULL))
    state_sync_storage_tidy (self->inner);
}

static void
storage_close (StateSyncStorage *storage)
{
  state_sync_storage_close (STATE_SYNC_VERSIONED_STORAGE (storage)->inner);
}

static void
iface_init (StateSyncStorageInterface *iface)
{
  iface->open = storage_open;
  iface->load = storage_load;
  iface->commit = storage_commit;
  iface->list = storage_list;
  iface->total = storage_total;
  iface->tidy = storage_tidy;
  iface->close = storage_close;
}

/* @version: of the application's data, as it is wanted.
 * @migrate: (nullable): how topics come from one version to the next; without it they stay as they
 *   are. Called in the main context in which the storage is made. */
StateSyncStorage *
state_sync_versioned_storage_new (StateSyncStorage *storage,
                                  guint32 version,
                                  guint64 max_data_size,
                                  StateSyncMigrateFunc migrate,
                                  gpointer user_data,
                                  GDestroyNotify destroy)
{
  StateSyncVersionedStorage *self = g_object_new (STATE_SYNC_TYPE_VERSIONED_STORAGE, NULL);

  self->inner = g_object_ref (storage);
  self->migration = state_sync_migration_new (version, max_data_size, migrate, user_data, destroy);
  return STATE_SYNC_STORAGE (self);
}

static void
state_sync_versioned_storage_finalize (GObject *object)
{
  StateSyncVersionedStorage *self = STATE_SYNC_VERSIONED_STORAGE (object);

  state_sync_migration_free (self->migration);
  g_object_unref (self->inner);
  g_clear_error (&self->open_error);

  G_OBJECT_CLASS (state_sync_versioned_storage_parent_class)->finalize (object);
}

static void
state_sync_versioned_storage_class_init (StateSyncVersionedStorageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = state_sync_versioned_storage_finalize;
}

static void
state_sync_versioned_storage_init (StateSyncVersionedStorage *self)
{
}
