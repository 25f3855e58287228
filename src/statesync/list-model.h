/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/item.h>
#include <statesync/topic.h>

G_BEGIN_DECLS

/**
 * StateSyncListModel:
 *
 * A part of a topic as a list of [class@Item]s, for GTK's list widgets: the elements of an array,
 * or the members of an object in their order. It follows the topic, which the app starts.
 *
 * |[<!-- language="C" -->
 * tracks = state_sync_list_model_new_for_array (playlist, "tracks", "id");
 * selection = gtk_single_selection_new (G_LIST_MODEL (tracks));
 * ]|
 *
 * From one state of the topic to the next as many items as possible stay where they are, and
 * [signal@Gio.ListModel::items-changed] is emitted for each place where others go or come. An item
 * that moved is the same object at another place. One that was edited stays where it is, and tells
 * by its properties; all items hold what is new before the first handler runs.
 *
 * What an item is known by is its *key*: the name of a member; in an array what the element has in
 * its key member, if that is a string or a number, as it is written. An element without a key is
 * known by its content, as it is written: if that is edited, one item goes and another comes.
 * Several with the same key, or the same content, are items of their own and are told apart by
 * their order.
 *
 * If the part is not there, or is no array or no object, the list is empty.
 */
#define STATE_SYNC_TYPE_LIST_MODEL (state_sync_list_model_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncListModel, state_sync_list_model, STATE_SYNC, LIST_MODEL, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncListModel *state_sync_list_model_new_for_array   (StateSyncTopic *topic, const char *path, const char *key_member);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncListModel *state_sync_list_model_new_for_members (StateSyncTopic *topic, const char *path);

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncTopic     *state_sync_list_model_get_topic       (StateSyncListModel *self);
STATE_SYNC_AVAILABLE_IN_ALL
const char         *state_sync_list_model_get_path        (StateSyncListModel *self);
STATE_SYNC_AVAILABLE_IN_ALL
const char         *state_sync_list_model_get_key_member  (StateSyncListModel *self);

G_END_DECLS
