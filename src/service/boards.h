/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/snapshot.h"
#include "service/doorbell.h"

G_BEGIN_DECLS

typedef struct _StateSyncPeer StateSyncPeer;

/* The topics that somebody follows in shared memory, and who. */
typedef struct _StateSyncBoards StateSyncBoards;

/* Whether the peer may know the topic. */
typedef gboolean (*StateSyncMayKnowFunc) (StateSyncPeer *peer, const char *topic, gpointer user_data);

/* What is kept for it with each peer. */
typedef struct
{
  StateSyncDoorbell *doorbell; /* (nullable) */
  GHashTable *topics;          /* (nullable): those that it has mapped */
} StateSyncReader;

StateSyncBoards *state_sync_boards_new           (void);
void             state_sync_boards_free          (StateSyncBoards *self);

/* What peers ask for. One that has left may ask for nothing any more. */
int              state_sync_boards_open_doorbell (StateSyncPeer *peer, GError **error);
int              state_sync_boards_map           (StateSyncBoards *self, StateSyncPeer *peer, const char *topic, StateSyncSnapshot *snapshot, GError **error);
void             state_sync_boards_unmap         (StateSyncBoards *self, StateSyncPeer *peer, const char *topic);
void             state_sync_boards_forget        (StateSyncBoards *self, StateSyncPeer *peer);

/* Those of its topics that the peer may not know any more are closed. */
void             state_sync_boards_revoke        (StateSyncBoards *self, StateSyncPeer *peer, StateSyncMayKnowFunc may_know, gpointer user_data);

/* A commit: all its boards are written, then shown; rung when the writers have been told. */
void             state_sync_boards_write         (StateSyncBoards *self, const char *topic, StateSyncSnapshot *snapshot);
void             state_sync_boards_show          (StateSyncBoards *self);
void             state_sync_boards_ring          (StateSyncBoards *self, const char *topic);

guint            state_sync_boards_get_n_boards  (StateSyncBoards *self);
guint64          state_sync_boards_get_n_rings   (StateSyncBoards *self);

G_END_DECLS
