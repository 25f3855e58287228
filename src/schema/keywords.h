/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "schema/loader.h"

G_BEGIN_DECLS

gboolean state_sync_keyword_read (StateSyncLoader *loader, StateSyncNode *node, StateSyncJsonName name, StateSyncPlace value, GError **error);

G_END_DECLS
