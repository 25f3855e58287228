/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include <statesync/version-macros.h>

G_BEGIN_DECLS

/**
 * StateSyncTopicEntry:
 *
 * A topic in a [class@TopicsModel]: that it is there, and how often it was changed. It is the same
 * object for as long as the topic holds data.
 */
#define STATE_SYNC_TYPE_TOPIC_ENTRY (state_sync_topic_entry_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncTopicEntry, state_sync_topic_entry, STATE_SYNC, TOPIC_ENTRY, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
const char *state_sync_topic_entry_get_name     (StateSyncTopicEntry *self);
STATE_SYNC_AVAILABLE_IN_ALL
guint64     state_sync_topic_entry_get_revision (StateSyncTopicEntry *self);

G_END_DECLS
