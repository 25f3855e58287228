/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "access/peer-process.h"

G_BEGIN_DECLS

/* Looks at processes on a few threads, each look within a deadline. Belongs to the main context in
 * which it was made. */
typedef struct _StateSyncLooker StateSyncLooker;

typedef StateSyncIdentity *(*StateSyncLookFunc) (const StateSyncCredentials *credentials, GError **error);

StateSyncLooker   *state_sync_looker_new         (void);
StateSyncLooker   *state_sync_looker_new_full    (StateSyncLookFunc look, guint n_threads, guint deadline_msec);
StateSyncLooker   *state_sync_looker_ref         (StateSyncLooker *self);
void               state_sync_looker_unref       (StateSyncLooker *self);

/* @credentials: (transfer full) */
void               state_sync_looker_look_async  (StateSyncLooker *self, StateSyncCredentials *credentials, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StateSyncIdentity *state_sync_looker_look_finish (StateSyncLooker *self, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncLooker, state_sync_looker_unref)

G_END_DECLS
