/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/snapshot.h"

G_BEGIN_DECLS

GVariant *state_sync_snapshot_to_variant (StateSyncSnapshot *snapshot);

G_END_DECLS
