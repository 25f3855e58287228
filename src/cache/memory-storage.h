/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/cache-memory-storage.h>

#include "engine/clock.h"

G_BEGIN_DECLS

/* From now on late answers are late in this time. */
void state_sync_cache_memory_storage_set_clock (StateSyncCacheMemoryStorage *self, StateSyncClock *clock);

G_END_DECLS
