/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

GBytes   *state_sync_json_node_to_bytes       (JsonNode *node);
JsonNode *state_sync_json_node_from_bytes     (GBytes *text);
JsonNode *state_sync_json_node_new_from_bytes (GBytes *text);

G_END_DECLS
