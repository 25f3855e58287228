/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include <statesync/path.h>

G_BEGIN_DECLS

/* One member of a topic's data, however deep; its names, outermost first. It never changes. */
typedef struct _StateSyncPath StateSyncPath;

StateSyncPath     *state_sync_path_parse      (const char *text, GError **error);
void               state_sync_path_free       (StateSyncPath *self);

const char        *state_sync_path_get_text   (const StateSyncPath *self);
const char *const *state_sync_path_get_names  (const StateSyncPath *self);

/* Whether a topic's `changed` may be about the member. @members: (nullable): as the signal has it */
gboolean           state_sync_path_is_touched (const StateSyncPath *self, const char *const *members);

JsonNode          *state_sync_path_find       (const StateSyncPath *self, JsonNode *data);
JsonNode          *state_sync_path_find_member (const char *text, JsonNode *data);
JsonNode          *state_sync_path_make_patch (const StateSyncPath *self, JsonNode *data, JsonNode *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncPath, state_sync_path_free)

G_END_DECLS
