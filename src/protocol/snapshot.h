/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync/snapshot.h"

G_BEGIN_DECLS

gboolean state_sync_snapshot_is_null (StateSyncSnapshot *snapshot);

G_END_DECLS
