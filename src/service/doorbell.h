/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tells one peer that a board it has mapped was written, without a message. */
typedef struct _StateSyncDoorbell StateSyncDoorbell;

StateSyncDoorbell *state_sync_doorbell_new  (int *peer_end, GError **error);
void               state_sync_doorbell_free (StateSyncDoorbell *self);
gboolean           state_sync_doorbell_ring (StateSyncDoorbell *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncDoorbell, state_sync_doorbell_free)

G_END_DECLS
