/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/clock.h"
#include "engine/throttle.h"

G_BEGIN_DECLS

/* A throttle with a clock: tells when what was triggered is let through. */
typedef struct _StateSyncLimiter StateSyncLimiter;

typedef void (*StateSyncLimiterFunc) (gpointer owner);

StateSyncLimiter *state_sync_limiter_new     (const StateSyncThrottlePlan *plan,
                                              StateSyncClock *clock,
                                              StateSyncLimiterFunc passed,
                                              gpointer owner);
void              state_sync_limiter_free    (StateSyncLimiter *self);
gboolean          state_sync_limiter_trigger (StateSyncLimiter *self);

G_END_DECLS
