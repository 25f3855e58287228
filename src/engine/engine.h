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

/* What the engine tells by signals as well. An owner that has thousands of engines hears of them
 * so for a fraction of the memory that signal handlers take. */
typedef struct
{
  void (*failed)            (StateSyncFailure *failure, gpointer user_data);
  void (*available_changed) (gpointer user_data);
  void (*state_changed)     (gpointer user_data);
} StateSyncEngineObserver;

void             state_sync_engine_set_observer   (StateSyncEngine *self, const StateSyncEngineObserver *observer, gpointer user_data);

G_END_DECLS
