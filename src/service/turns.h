/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _StateSyncPeer StateSyncPeer;
typedef struct _StateSyncCall StateSyncCall;

/* Who may call next, so that nobody waits for a peer that asks for much or does not read. */
typedef struct _StateSyncTurns StateSyncTurns;

/* What is kept for it with each peer. */
typedef struct
{
  StateSyncTurns *turns; /* NULL before anything is sent */
  GQueue waiting;        /* of StateSyncCall */
  guint n_reading;
  gsize answered_bytes; /* since it was last asked whether they are read */
  gsize in_flight_bytes;
  gboolean is_full; /* until it is known to read */
  guint n_holds;
  GSource *poll_source;
} StateSyncTurn;

/* A peer that was full is no more. */
typedef void (*StateSyncReadsFunc) (StateSyncPeer *peer, gpointer user_data);

StateSyncTurns *state_sync_turns_new    (StateSyncReadsFunc reads, gpointer user_data);
void            state_sync_turns_free   (StateSyncTurns *self);

void            state_sync_turns_take   (StateSyncTurns *self, StateSyncCall *call);
void            state_sync_turns_end    (StateSyncTurns *self, StateSyncCall *call, gsize bytes, gsize counted_bytes);
void            state_sync_turns_count  (StateSyncTurns *self, StateSyncPeer *peer, gsize bytes);

/* While it is held, no call of the peer gets its turn. */
void            state_sync_turns_hold   (StateSyncPeer *peer);
void            state_sync_turns_release (StateSyncPeer *peer);
void            state_sync_turns_forget (StateSyncTurns *self, StateSyncPeer *peer);
void            state_sync_turns_finish (StateSyncTurns *self);

G_END_DECLS
