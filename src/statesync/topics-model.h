/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/client.h>
#include <statesync/topic-entry.h>

G_BEGIN_DECLS

/**
 * StateSyncTopicsModel:
 *
 * The topics of a namespace that hold data, as a list of [class@TopicEntry] sorted by the bytes of
 * their names, for GTK's list widgets. Topics that are written for the first time come, those that
 * are deleted go, and an entry tells of each new revision, by whomever and over whatever service
 * instance a topic was changed:
 *
 * |[<!-- language="C" -->
 * documents = state_sync_topics_model_new (client, "documents");
 * g_signal_connect (documents, "items-changed", G_CALLBACK (on_documents_changed), window);
 * ]|
 *
 * The list begins to follow as it is made and ends with its last reference. What topics hold is not
 * read: [method@Client.get_topic] gives the topic of an entry.
 */
#define STATE_SYNC_TYPE_TOPICS_MODEL (state_sync_topics_model_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncTopicsModel, state_sync_topics_model, STATE_SYNC, TOPICS_MODEL, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncTopicsModel *state_sync_topics_model_new           (StateSyncClient *client, const char *namespace_);

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncClient      *state_sync_topics_model_get_client    (StateSyncTopicsModel *self);
STATE_SYNC_AVAILABLE_IN_ALL
const char           *state_sync_topics_model_get_namespace (StateSyncTopicsModel *self);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean              state_sync_topics_model_is_loading    (StateSyncTopicsModel *self);

G_END_DECLS
