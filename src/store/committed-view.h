/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/snapshot.h"

G_BEGIN_DECLS

/* The committed states that are in memory, for threads that are not the store's. */
typedef struct _StateSyncCommittedView StateSyncCommittedView;

typedef void (*StateSyncViewFunc) (StateSyncSnapshot *snapshot, gpointer user_data);

StateSyncCommittedView *state_sync_committed_view_new    (void);
StateSyncCommittedView *state_sync_committed_view_ref    (StateSyncCommittedView *self);
void                    state_sync_committed_view_unref  (StateSyncCommittedView *self);

/* From any thread. */
gboolean                state_sync_committed_view_look   (StateSyncCommittedView *self, const char *topic, StateSyncViewFunc func, gpointer user_data);

/* The store's own. */
void                    state_sync_committed_view_begin  (StateSyncCommittedView *self);
void                    state_sync_committed_view_set    (StateSyncCommittedView *self, const char *topic, StateSyncSnapshot *snapshot);
void                    state_sync_committed_view_end    (StateSyncCommittedView *self);
void                    state_sync_committed_view_remove (StateSyncCommittedView *self, const char *topic);
void                    state_sync_committed_view_close  (StateSyncCommittedView *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncCommittedView, state_sync_committed_view_unref)

G_END_DECLS
