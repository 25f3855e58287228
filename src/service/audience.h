/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service/boards.h"
#include "service/turns.h"

G_BEGIN_DECLS

/* Who is told what changes by signals of its own. */
typedef struct _StateSyncAudience StateSyncAudience;

StateSyncAudience *state_sync_audience_new         (StateSyncTurns *turns, StateSyncMayKnowFunc may_know, gpointer user_data);
void               state_sync_audience_free        (StateSyncAudience *self);

gboolean           state_sync_audience_subscribe   (StateSyncAudience *self, StateSyncPeer *peer, const char *object_path, const char *const *names, GError **error);
void               state_sync_audience_unsubscribe (StateSyncAudience *self, StateSyncPeer *peer, const char *object_path, const char *const *names);
void               state_sync_audience_add         (StateSyncAudience *self, StateSyncPeer *peer, const char *object_path);
void               state_sync_audience_leave       (StateSyncAudience *self, StateSyncPeer *peer, const char *object_path);
void               state_sync_audience_forget      (StateSyncAudience *self, StateSyncPeer *peer);

void               state_sync_audience_tell        (StateSyncAudience *self, const char *topic, guint64 revision);
void               state_sync_audience_catch_up    (StateSyncAudience *self, StateSyncPeer *peer);
guint64            state_sync_audience_get_n_told  (StateSyncAudience *self);

G_END_DECLS
