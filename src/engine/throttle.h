/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/policy.h>

G_BEGIN_DECLS

/* What limits refreshes. Intervals in milliseconds; 0 = that limit is off. */
typedef struct
{
  guint debounce;
  StateSyncEdges debounce_edges;
  guint throttle;
  StateSyncEdges throttle_edges;
  guint debounce_max_wait; /* 0 = as long as the burst lasts */
} StateSyncThrottlePlan;

/* The time after an event in which others are held back. */
typedef struct
{
  gint64 since; /* in microseconds, as all times here */
  gint64 until;
  gboolean is_pending;
} StateSyncWindow;

/* A debounce, a throttle, or the one behind the other. Zeroed = nothing came yet. */
typedef struct
{
  StateSyncWindow debounce;
  StateSyncWindow throttle;
} StateSyncThrottle;

#define STATE_SYNC_THROTTLE_NEVER G_MAXINT64

gboolean state_sync_throttle_plan_is_off    (const StateSyncThrottlePlan *plan);
gboolean state_sync_throttle_plan_is_closed (const StateSyncThrottlePlan *plan);

gboolean state_sync_throttle_trigger        (StateSyncThrottle *self, const StateSyncThrottlePlan *plan, gint64 now);
gboolean state_sync_throttle_expire         (StateSyncThrottle *self, const StateSyncThrottlePlan *plan, gint64 now);
gint64   state_sync_throttle_get_deadline   (const StateSyncThrottle *self, const StateSyncThrottlePlan *plan);

G_END_DECLS
