/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A member's value as the state of an action, and back. */
gboolean            state_sync_is_state_type  (const GVariantType *type);
const GVariantType *state_sync_get_state_type (JsonNode *node);
GVariant           *state_sync_node_to_state  (JsonNode *node, const GVariantType *type);
JsonNode           *state_sync_state_to_node  (GVariant *state);

G_END_DECLS
