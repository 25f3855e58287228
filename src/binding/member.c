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
                          StateSyncPace pace)
{
  g_autoptr (JsonNode) patch =
      state_sync_path_make_patch (path, state_sync_topic_get_data (topic), value);
  g_autoptr (GError) error = NULL;

  if (!state_sync_topic_update_soon (topic, state_sync_path_get_text (path), patch, pace, &error))
    state_sync_topic_report (topic, STATE_SYNC_PHASE_WRITE, error);
}
