/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/topic-entry.h>

G_BEGIN_DECLS

StateSyncTopicEntry *state_sync_topic_entry_new           (const char *full_name, gsize name_offset, guint64 revision);
const char          *state_sync_topic_entry_get_full_name (StateSyncTopicEntry *self);
gboolean             state_sync_topic_entry_set           (StateSyncTopicEntry *self, guint64 revision);
void                 state_sync_topic_entry_tell          (StateSyncTopicEntry *self);

G_END_DECLS
