/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/topic.h>

G_BEGIN_DECLS

/**
 * StateSyncBindFlags:
 * @STATE_SYNC_BIND_FLAGS_DEFAULT: both ways, as `GET` and `SET` together
 * @STATE_SYNC_BIND_FLAGS_GET: the property follows the member
 * @STATE_SYNC_BIND_FLAGS_SET: the member follows the property
 * @STATE_SYNC_BIND_FLAGS_NO_SENSITIVITY: the object's `sensitive` property is left alone
 * @STATE_SYNC_BIND_FLAGS_GET_NO_CHANGES: with `GET`: the property is set once, to the first value
 *   that is known, and does not follow later changes
 * @STATE_SYNC_BIND_FLAGS_INVERT_BOOLEAN: one is true while the other is false
 * @STATE_SYNC_BIND_FLAGS_OBJECT_FIRST: with `SET`: when both have a value at the beginning, the
 *   property's is taken and not the member's
 *
 * How a property and a member of a topic are bound.
 */
typedef enum
{
  STATE_SYNC_BIND_FLAGS_DEFAULT = 0,
  STATE_SYNC_BIND_FLAGS_GET = 1 << 0,
  STATE_SYNC_BIND_FLAGS_SET = 1 << 1,
  STATE_SYNC_BIND_FLAGS_NO_SENSITIVITY = 1 << 2,
  STATE_SYNC_BIND_FLAGS_GET_NO_CHANGES = 1 << 3,
  STATE_SYNC_BIND_FLAGS_INVERT_BOOLEAN = 1 << 4,
  STATE_SYNC_BIND_FLAGS_OBJECT_FIRST = 1 << 5,
} StateSyncBindFlags;

/**
 * StateSyncBindGetMapping:
 * @value: (inout): initialized to the type of the property: what the property shall be
 * @node: what the member holds; a node of type `JSON_NODE_NULL` if the topic has no such member
 * @user_data: what was given with the function
 *
 * Makes a property's value from a member's.
 *
 * Returns: `FALSE` if it can't: the property is left as it is
 */
typedef gboolean (*StateSyncBindGetMapping) (GValue *value, JsonNode *node, gpointer user_data);

/**
 * StateSyncBindSetMapping:
 * @value: what the property is
 * @user_data: what was given with the function
 *
 * Makes a member's value from a property's.
 *
 * Returns: (transfer full) (nullable): what the member shall hold, a node of type
 *   `JSON_NODE_NULL` to remove it; `NULL` if it can't: the member is left as it is
 */
typedef JsonNode *(*StateSyncBindSetMapping) (const GValue *value, gpointer user_data);

STATE_SYNC_AVAILABLE_IN_ALL
void state_sync_topic_bind               (StateSyncTopic *self,
                                          const char *path,
                                          gpointer object,
                                          const char *property,
                                          StateSyncBindFlags flags);
STATE_SYNC_AVAILABLE_IN_ALL
void state_sync_topic_bind_with_mapping  (StateSyncTopic *self,
                                          const char *path,
                                          gpointer object,
                                          const char *property,
                                          StateSyncBindFlags flags,
                                          StateSyncBindGetMapping get_mapping,
                                          StateSyncBindSetMapping set_mapping,
                                          gpointer user_data,
                                          GDestroyNotify destroy);
STATE_SYNC_AVAILABLE_IN_ALL
void state_sync_topic_bind_with_closures (StateSyncTopic *self,
                                          const char *path,
                                          gpointer object,
                                          const char *property,
                                          StateSyncBindFlags flags,
                                          GClosure *get_mapping,
                                          GClosure *set_mapping);
STATE_SYNC_AVAILABLE_IN_ALL
void state_sync_unbind                   (gpointer object, const char *property);

G_END_DECLS
