/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/client.h>

#include "engine/clock.h"

G_BEGIN_DECLS

StateSyncInvalidationSource *state_sync_client_get_source   (StateSyncClient *self);
StateSyncSnapshotProvider   *state_sync_client_get_provider (StateSyncClient *self);
StateSyncWriter             *state_sync_client_get_writer   (StateSyncClient *self);
StateSyncClock              *state_sync_client_get_clock    (StateSyncClient *self);
gboolean                     state_sync_client_look_revision (StateSyncClient *self, const char *topic, guint64 *revision);
gboolean                     state_sync_client_shows_first  (StateSyncClient *self);

/* From now on the topic's name stands for a new replica. */
void                         state_sync_client_forget_topic (StateSyncClient *self, StateSyncTopic *topic);

G_END_DECLS
