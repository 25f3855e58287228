/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How much each caller has under way, so that none fills the memory that is there for all.
 * Everything here may be called from any thread. */
typedef struct _StateSyncCallers StateSyncCallers;

/* What one call takes of it, until it is freed. */
typedef struct _StateSyncShare StateSyncShare;

StateSyncCallers *state_sync_callers_new            (void);
StateSyncCallers *state_sync_callers_ref            (StateSyncCallers *self);
void              state_sync_callers_unref          (StateSyncCallers *self);

StateSyncShare   *state_sync_callers_admit          (StateSyncCallers *self, gconstpointer connection, const char *name, guint64 bytes, GError **error);
void              state_sync_share_free             (StateSyncShare *share);
gboolean          state_sync_share_is_only          (StateSyncShare *share);

gint64            state_sync_callers_get_idle_since (StateSyncCallers *self);
guint64           state_sync_callers_get_n_refused  (StateSyncCallers *self);

G_END_DECLS
