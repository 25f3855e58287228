/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/peer.h"

/* @name: (nullable) */
StateSyncPeer *
state_sync_peer_new (GDBusConnection *connection,
                     const char *name,
                     StateSyncDirectReads *direct_reads)
{
  StateSyncPeer *self = g_new0 (StateSyncPeer, 1);

  g_ref_count_init (&self->ref_count);
  self->connection = g_object_ref (connection);
  self->name = g_strdup (name);
  self->direct_reads = state_sync_direct_reads_ref (direct_reads);
  g_queue_init (&self->arrivals);
  g_queue_init (&self->turn.waiting);
  return self;
}

StateSyncPeer *
state_sync_peer_ref (StateSyncPeer *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

void
state_sync_peer_unref (StateSyncPeer *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->identity, state_sync_identity_unref);
  state_sync_direct_reads_unref (self->direct_reads);
  g_object_unref (self->connection);
  g_free (self->name);
  g_free (self);
}
