/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/snapshot.h"

struct _StateSyncSnapshot
{
  gatomicrefcount ref_count;
  guint64 revision;
  GBytes *data;
  GRefString *instance; /* (nullable) interned: an instance serves many snapshots */
};

G_DEFINE_BOXED_TYPE (StateSyncSnapshot,
                     state_sync_snapshot,
                     state_sync_snapshot_ref,
                     state_sync_snapshot_unref)

/**
 * state_sync_snapshot_new:
 * @revision: the revision
 * @data: the data: one JSON text, without a terminating NUL
 *
 * Makes a snapshot of which is not known who gave it.
 *
 * Returns: (transfer full): a new snapshot
 */
StateSyncSnapshot *
state_sync_snapshot_new (guint64 revision, GBytes *data)
{
  return state_sync_snapshot_new_from (revision, data, NULL);
}

/**
 * state_sync_snapshot_new_from:
 * @revision: the revision
 * @data: the data: one JSON text, without a terminating NUL
 * @instance: (nullable): who gave it; on the bus, the unique name of the service
 *
 * Makes a snapshot.
 *
 * Returns: (transfer full): a new snapshot
 */
StateSyncSnapshot *
state_sync_snapshot_new_from (guint64 revision, GBytes *data, const char *instance)
{
  StateSyncSnapshot *snapshot = g_new (StateSyncSnapshot, 1);

  g_atomic_ref_count_init (&snapshot->ref_count);
  snapshot->revision = revision;
  snapshot->data = g_bytes_ref (data);
  snapshot->instance = instance != NULL ? g_ref_string_new_intern (instance) : NULL;
  return snapshot;
}

/**
 * state_sync_snapshot_ref:
 * @snapshot: a snapshot
 *
 * Takes a reference, from any thread.
 *
 * Returns: (transfer full): `snapshot`
 */
StateSyncSnapshot *
state_sync_snapshot_ref (StateSyncSnapshot *snapshot)
{
  g_atomic_ref_count_inc (&snapshot->ref_count);
  return snapshot;
}

/**
 * state_sync_snapshot_unref:
 * @snapshot: (transfer full): a snapshot
 *
 * Drops a reference, from any thread.
 */
void
state_sync_snapshot_unref (StateSyncSnapshot *snapshot)
{
  if (!g_atomic_ref_count_dec (&snapshot->ref_count))
    return;

  g_bytes_unref (snapshot->data);
  g_clear_pointer (&snapshot->instance, g_ref_string_release);
  g_free (snapshot);
}

/**
 * state_sync_snapshot_get_revision:
 * @snapshot: a snapshot
 *
 * Gives the revision; 0 means that the topic was never written.
 *
 * Returns: the revision
 */
guint64
state_sync_snapshot_get_revision (StateSyncSnapshot *snapshot)
{
  return snapshot->revision;
}

/**
 * state_sync_snapshot_get_data:
 * @snapshot: a snapshot
 *
 * Gives the data: the JSON text, exactly. No NUL follows it.
 *
 * Returns: (transfer none): the data
 */
GBytes *
state_sync_snapshot_get_data (StateSyncSnapshot *snapshot)
{
  return snapshot->data;
}

/**
 * state_sync_snapshot_get_instance:
 * @snapshot: a snapshot
 *
 * Tells who gave the snapshot.
 *
 * Returns: (transfer none) (nullable): the instance, or `NULL` if that is not known
 */
const char *
state_sync_snapshot_get_instance (StateSyncSnapshot *snapshot)
{
  return snapshot->instance;
}
