/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/topic-private.h"
#include "values/path.h"

G_BEGIN_DECLS

/* One member of a topic, as what shows and changes it one by one needs it. */
JsonNode *state_sync_member_find   (StateSyncTopic *topic, const StateSyncPath *path);
gboolean  state_sync_member_is     (StateSyncTopic *topic, const StateSyncPath *path, JsonNode *value);
void      state_sync_member_update (StateSyncTopic *topic, const StateSyncPath *path, JsonNode *value, StateSyncTempo tempo);

G_END_DECLS
