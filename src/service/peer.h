/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "access/identity.h"
#include "access/pace.h"
#include "service/boards.h"
#include "service/direct-reads.h"
#include "service/turns.h"

G_BEGIN_DECLS

/* Who is at the other end: one connection to the bus, or the other end of a connection without
 * one. It is the same for all its calls, and lives until it has left and they are over. */
struct _StateSyncPeer
{
  grefcount ref_count;
  GDBusConnection *connection; /* owned; ours, on which it is reached */
  char *name;                  /* its unique name; NULL without a bus */
  StateSyncDirectReads *direct_reads; /* owned; of that connection */
  gboolean has_left;

  StateSyncIdentity *identity; /* (nullable): NULL until it is known who it is */
  gboolean reads_all;          /* it may read every topic */
  StateSyncPace *pace;         /* (nullable): its app's */
  GQueue arrivals;             /* of StateSyncCall: those that wait for that */

  StateSyncTurn turn;
  StateSyncReader reader;
  GPtrArray *listeners; /* (nullable): the audience's */
};

StateSyncPeer *state_sync_peer_new   (GDBusConnection *connection, const char *name, StateSyncDirectReads *direct_reads);
StateSyncPeer *state_sync_peer_ref   (StateSyncPeer *self);
void           state_sync_peer_unref (StateSyncPeer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncPeer, state_sync_peer_unref)

G_END_DECLS
