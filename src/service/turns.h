/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service/boards.h"
#include "service/call.h"
#include "service/direct-reads.h"

G_BEGIN_DECLS

/* Who may call next, so that nobody waits for a peer that asks for much or does not read. */
typedef struct _StateSyncTurns StateSyncTurns;

StateSyncTurns *state_sync_turns_new            (StateSyncDirectReads *direct_reads, StateSyncBoards *boards);
void            state_sync_turns_free           (StateSyncTurns *self);
void            state_sync_turns_set_connection (StateSyncTurns *self, GDBusConnection *connection);

void            state_sync_turns_take           (StateSyncTurns *self, StateSyncCall *call);
void            state_sync_turns_end            (StateSyncTurns *self, StateSyncCall *call, gsize bytes);
gboolean        state_sync_turns_has_left       (StateSyncCall *call);
void            state_sync_turns_finish         (StateSyncTurns *self);

G_END_DECLS
