/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/engine.h>

#include "engine/clock.h"

G_BEGIN_DECLS

StateSyncEngine *state_sync_engine_new_with_clock (StateSyncInvalidationSource *source,
                                                   StateSyncSnapshotProvider *provider,
                                                   const char *topic,
                                                   StateSyncPolicy *policy,
                                                   StateSyncApplyFunc apply,
                                                   gpointer user_data,
                                                   GDestroyNotify destroy,
                                                   StateSyncClock *clock);

G_END_DECLS
