/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/snapshot.h"

struct _StateSyncSnapshot
{
  gatomicrefcount ref_count;
  guint64 revision;
  GBytes *data;
};

StateSyncSnapshot *
state_sync_snapshot_new (guint64 revision, GBytes *data)
{
  StateSyncSnapshot *snapshot = g_new (StateSyncSnapshot, 1);

  g_atomic_ref_count_init (&snapshot->ref_count);
  snapshot->revision = revision;
  snapshot->data = g_bytes_ref (data);
  return snapshot;
}

StateSyncSnapshot *
state_sync_snapshot_ref (StateSyncSnapshot *snapshot)
{
  g_atomic_ref_count_inc (&snapshot->ref_count);
  return snapshot;
}

void
state_sync_snapshot_unref (StateSyncSnapshot *snapshot)
{
  if (!g_atomic_ref_count_dec (&snapshot->ref_count))
    return;

  g_bytes_unref (snapshot->data);
  g_free (snapshot);
}

guint64
state_sync_snapshot_get_revision (StateSyncSnapshot *snapshot)
{
  return snapshot->revision;
}

/* (transfer none): the JSON text, exactly; no NUL follows it. */
GBytes *
state_sync_snapshot_get_data (StateSyncSnapshot *snapshot)
{
  return snapshot->data;
}
