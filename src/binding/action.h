/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/action.h>

#include "values/path.h"

G_BEGIN_DECLS

/* @path: (transfer full) @type: (nullable): as of the member, once there is one */
GAction *state_sync_action_new      (StateSyncTopic *topic, StateSyncPath *path, const char *name, const GVariantType *type);
char    *state_sync_action_dup_name (const char *path);

/* Whether the action can have what the member holds now. */
gboolean state_sync_action_fits     (GAction *action);

G_END_DECLS
