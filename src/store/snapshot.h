/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One state of a topic: revision and JSON text. Immutable, so threads share it without locks. */
typedef struct _StateSyncSnapshot StateSyncSnapshot;

StateSyncSnapshot *state_sync_snapshot_new          (guint64 revision, GBytes *data);
StateSyncSnapshot *state_sync_snapshot_ref          (StateSyncSnapshot *snapshot);
void               state_sync_snapshot_unref        (StateSyncSnapshot *snapshot);

guint64            state_sync_snapshot_get_revision (StateSyncSnapshot *snapshot);
GBytes            *state_sync_snapshot_get_data     (StateSyncSnapshot *snapshot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncSnapshot, state_sync_snapshot_unref)

G_END_DECLS
