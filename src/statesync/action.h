/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <statesync/topic.h>

G_BEGIN_DECLS

STATE_SYNC_AVAILABLE_IN_ALL
GAction *state_sync_topic_create_action           (StateSyncTopic *self, const char *path);
STATE_SYNC_AVAILABLE_IN_ALL
GAction *state_sync_topic_create_action_with_type (StateSyncTopic *self, const char *path, const GVariantType *type);
STATE_SYNC_AVAILABLE_IN_ALL
void     state_sync_topic_add_actions             (StateSyncTopic *self, GActionMap *map, const char *prefix);
STATE_SYNC_AVAILABLE_IN_ALL
void     state_sync_topic_remove_actions          (StateSyncTopic *self, GActionMap *map);

G_END_DECLS
