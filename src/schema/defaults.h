/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "schema/node.h"

G_BEGIN_DECLS

gboolean state_sync_default_make (const StateSyncOutline *schema, StateSyncNode *root, GBytes **text);

G_END_DECLS
