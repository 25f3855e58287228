/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service/peer.h"

G_BEGIN_DECLS

/* One connection on which the service can be called, and the peers that it reaches. */
typedef struct _StateSyncLink StateSyncLink;

typedef struct
{
  void (*left)   (StateSyncPeer *peer, gpointer user_data);
  void (*closed) (StateSyncLink *link, gpointer user_data); /* which may free it */
} StateSyncLinkFuncs;

typedef void (*StateSyncPeerFunc) (StateSyncPeer *peer, gpointer user_data);

StateSyncLink        *state_sync_link_new              (GDBusConnection *connection, StateSyncCommittedView *view, const StateSyncLinkFuncs *funcs, gpointer user_data);
void                  state_sync_link_free             (StateSyncLink *self);

gboolean              state_sync_link_is_on_bus        (StateSyncLink *self);
StateSyncPeer        *state_sync_link_find_peer        (StateSyncLink *self, const char *name);

void                  state_sync_link_foreach_peer     (StateSyncLink *self, StateSyncPeerFunc func, gpointer user_data);

GDBusConnection      *state_sync_link_get_connection   (StateSyncLink *self);
StateSyncDirectReads *state_sync_link_get_direct_reads (StateSyncLink *self);

G_END_DECLS
