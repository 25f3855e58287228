/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "schema/loader.h"

G_BEGIN_DECLS

/* How keywords are read whose value has a member, or an element, for each name. */
gboolean state_sync_members_read_properties         (StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error);
gboolean state_sync_members_read_pattern_properties (StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error);
gboolean state_sync_members_read_definitions        (StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error);
gboolean state_sync_members_read_dependent_schemas  (StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error);
gboolean state_sync_members_read_required           (StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error);
gboolean state_sync_members_read_dependent_required (StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error);

G_END_DECLS
