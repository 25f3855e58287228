/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "binding/member.h"

/* (transfer none) (nullable): what the member holds now; null is absence */
JsonNode *
state_sync_member_find (StateSyncTopic *topic, const StateSyncPath *path)
{
  JsonNode *node = state_sync_path_find (path, state_sync_topic_get_data (topic));

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

/* Whether the member holds this already. */
gboolean
state_sync_member_is (StateSyncTopic *topic, const StateSyncPath *path, JsonNode *value)
{
  JsonNode *node = state_sync_member_find (topic, path);

  if (node == NULL)
    return JSON_NODE_HOLDS_NULL (value);
  return json_node_equal (node, value);
}

/* The member is @value from now on: shown at once, and sent soon. */
void
state_sync_member_update (StateSyncTopic *topic,
                          const StateSyncPath *path,
                          JsonNode *value,
                          StateSyncTempo tempo)
{
  g_autoptr (JsonNode) patch =
      state_sync_path_make_patch (path, state_sync_topic_get_data (topic), value);
  g_autoptr (GError) error = NULL;

  if (!state_sync_topic_update_soon (topic, state_sync_path_get_text (path), patch, tempo, &error))
    state_sync_topic_report (topic, STATE_SYNC_PHASE_WRITE, error);
}

/**
 * state_sync_topic_get_member:
 * @self: a topic
 * @path: the path of a member, as [func@path_is_valid] describes it
 *
 * Gives one member of what [method@Topic.get_data] gives. It is found whatever others wrote: a
 * topic that holds no object has no members, and one that is `null` is not there.
 *
 * Returns: (transfer none) (nullable): what the member holds, of any type; `NULL` if there is no
 *   such member. Reference it to keep it beyond the next change
 */
JsonNode *
state_sync_topic_get_member (StateSyncTopic *self, const char *path)
{
  g_return_val_if_fail (state_sync_topic_is_made (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  return state_sync_path_find_member (path, state_sync_topic_get_data (self));
}
