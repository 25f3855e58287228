/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/snapshot.h"
#include "protocol/write.h"

G_BEGIN_DECLS

/* The names of what is in a topic's folder. */
#define STATE_SYNC_STATE_NAME     "state"
#define STATE_SYNC_LOCK_NAME      "lock"
#define STATE_SYNC_STAGED_PREFIX  "next."

/* The most data that a topic holds: the service's default. */
#define STATE_SYNC_STATE_MAX_BYTES ((guint64)16 * 1024 * 1024)

/* One topic's file under its lock: found, changed, staged beside it, put in its place. */
typedef struct _StateSyncEdit StateSyncEdit;

StateSyncEdit     *state_sync_edit_begin        (const char *root, const char *topic, const char *instance, GError **error);
void               state_sync_edit_end          (StateSyncEdit *self);

gboolean           state_sync_edit_apply        (StateSyncEdit *self, const StateSyncWrite *write, GError **error);
gboolean           state_sync_edit_stage        (StateSyncEdit *self, GError **error);
gboolean           state_sync_edit_publish      (StateSyncEdit *self, GError **error);
gboolean           state_sync_edit_sync         (StateSyncEdit *self, GError **error);

const char        *state_sync_edit_get_topic    (StateSyncEdit *self);
StateSyncSnapshot *state_sync_edit_get_snapshot (StateSyncEdit *self);

StateSyncSnapshot *state_sync_state_read        (const char *root, const char *topic, const char *instance, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncEdit, state_sync_edit_end)

G_END_DECLS
