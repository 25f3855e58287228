/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Topics that need not outlive the process. They are there for as long as the object is: a store
 * may be closed and another one opened over it. Nothing is copied, for snapshots never change.
 */

#include "statesync-service/memory-storage.h"

#include <string.h>

#include "protocol/name.h"
#include "protocol/snapshot.h"

struct _StateSyncMemoryStorage
{
  GObject parent_instance;

  GTree *topics; /* name → StateSyncSnapshot, in the order of the bytes of the names */
  StateSyncStorageTotals totals;
  guint32 version; /* of the application's data */
};

static void iface_init (StateSyncStorageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncMemoryStorage,
                               state_sync_memory_storage,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_STORAGE, iface_init))

static gboolean
storage_open (StateSyncStorage *storage, GError **error)
{
  return TRUE;
}

static void
storage_close (StateSyncStorage *storage)
{
}

/* --- reading --- */

static StateSyncSnapshot *
storage_load (StateSyncStorage *storage, const char *topic, GError **error)
{
  StateSyncMemoryStorage *self = STATE_SYNC_MEMORY_STORAGE (storage);
  StateSyncSnapshot *snapshot = g_tree_lookup (self->topics, topic);

  return snapshot != NULL ? state_sync_snapshot_ref (snapshot) : NULL;
}

static gboolean
storage_list (StateSyncStorage *storage,
              const char *namespace_,
              StateSyncStorageListFunc func,
              gpointer user_data,
              GError **error)
{
  StateSyncMemoryStorage *self = STATE_SYNC_MEMORY_STORAGE (storage);

  for (GTreeNode *node = g_tree_lower_bound (self->topics, namespace_); node != NULL;
       node = g_tree_node_next (node))
    {
      const char *topic = g_tree_node_key (node);
      StateSyncSnapshot *snapshot = g_tree_node_value (node);

      if (!g_str_has_prefix (topic, namespace_))
        break;
      if (namespace_[0] == '\0' || state_sync_name_is_in (topic, namespace_))
        func (topic, state_sync_snapshot_get_revision (snapshot),
              state_sync_snapshot_get_size (snapshot), user_data);
    }
  return TRUE;
}

static gboolean
storage_total (StateSyncStorage *storage, StateSyncStorageTotals *totals, GError **error)
{
  *totals = STATE_SYNC_MEMORY_STORAGE (storage)->totals;
  return TRUE;
}

/* --- writing --- */

/* What the totals count for a topic; @snapshot: (nullable). */
static StateSyncStorageTotals
counted (StateSyncSnapshot *snapshot)
{
  if (snapshot == NULL || state_sync_snapshot_is_null (snapshot))
    return (StateSyncStorageTotals){ 0 };
  return (StateSyncStorageTotals){ 1, g_bytes_get_size (state_sync_snapshot_get_data (snapshot)) };
}

static void
store (StateSyncMemoryStorage *self, const StateSyncChange *change)
{
  StateSyncStorageTotals before = counted (g_tree_lookup (self->topics, change->topic));
  StateSyncStorageTotals after = counted (change->snapshot);

  self->totals.topics += after.topics - before.topics;
  self->totals.bytes += after.bytes - before.bytes;
  g_tree_replace (self->topics, g_strdup (change->topic),
                  state_sync_snapshot_ref (change->snapshot));
}

static gboolean
storage_commit (StateSyncStorage *storage,
                const StateSyncChange *changes,
                gsize n_changes,
                GError **error)
{
  for (gsize i = 0; i < n_changes; i++)
    store (STATE_SYNC_MEMORY_STORAGE (storage), &changes[i]);
  return TRUE;
}

static gboolean
storage_get_version (StateSyncStorage *storage, guint32 *version, GError **error)
{
  *version = STATE_SYNC_MEMORY_STORAGE (storage)->version;
  return TRUE;
}

static gboolean
storage_commit_version (StateSyncStorage *storage,
                        guint32 version,
                        const StateSyncChange *changes,
                        gsize n_changes,
                        GError **error)
{
  STATE_SYNC_MEMORY_STORAGE (storage)->version = version;
  return storage_commit (storage, changes, n_changes, error);
}

/* --- the object --- */

static void
iface_init (StateSyncStorageInterface *iface)
{
  iface->open = storage_open;
  iface->load = storage_load;
  iface->commit = storage_commit;
  iface->list = storage_list;
  iface->total = storage_total;
  iface->get_version = storage_get_version;
  iface->commit_version = storage_commit_version;
  iface->close = storage_close;
}

/**
 * state_sync_memory_storage_new:
 *
 * Makes a storage that is empty.
 *
 * Returns: (transfer full): a new storage
 */
StateSyncMemoryStorage *
state_sync_memory_storage_new (void)
{
  return g_object_new (STATE_SYNC_TYPE_MEMORY_STORAGE, NULL);
}

static void
state_sync_memory_storage_finalize (GObject *object)
{
  g_tree_unref (STATE_SYNC_MEMORY_STORAGE (object)->topics);

  G_OBJECT_CLASS (state_sync_memory_storage_parent_class)->finalize (object);
}

static void
state_sync_memory_storage_class_init (StateSyncMemoryStorageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = state_sync_memory_storage_finalize;
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp (a, b);
}

static void
state_sync_memory_storage_init (StateSyncMemoryStorage *self)
{
  self->topics =
      g_tree_new_full (compare_names, NULL, g_free, (GDestroyNotify)state_sync_snapshot_unref);
}
