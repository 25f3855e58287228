/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The answer to one question: given once, from any thread, and waited for on one. */
typedef struct _StateSyncVerdict StateSyncVerdict;

StateSyncVerdict *state_sync_verdict_new      (void);
StateSyncVerdict *state_sync_verdict_ref      (StateSyncVerdict *self);
void              state_sync_verdict_unref    (StateSyncVerdict *self);

/* From any thread. */
void              state_sync_verdict_give     (StateSyncVerdict *self, GBytes *replacement, GError *refusal);

/* The asker's own. */
gboolean          state_sync_verdict_is_given (StateSyncVerdict *self);
void              state_sync_verdict_wait     (StateSyncVerdict *self, GSourceFunc func, gpointer user_data);
gboolean          state_sync_verdict_take     (StateSyncVerdict *self, GBytes **replacement, GError **refusal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncVerdict, state_sync_verdict_unref)

G_END_DECLS
