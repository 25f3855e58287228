/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "schema/outline.h"

G_BEGIN_DECLS

void state_sync_canonical_append (const StateSyncOutline *outline, StateSyncPlace place, GString *out);

G_END_DECLS
