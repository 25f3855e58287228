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

/* What the engine tells by signals as well, to an owner that has thousands of engines: so it hears
 * of them for a fraction of the memory that signal handlers take. And `applied`: a snapshot was
 * applied, and the engine is free for whatever the owner makes of that. */
typedef struct
{
  void (*applied)           (gpointer user_data);
  void (*failed)            (StateSyncFailure *failure, gpointer user_data);
  void (*available_changed) (gpointer user_data);
  void (*state_changed)     (gpointer user_data);
} StateSyncEngineObserver;

void             state_sync_engine_set_observer   (StateSyncEngine *self, const StateSyncEngineObserver *observer, gpointer user_data);

G_END_DECLS
