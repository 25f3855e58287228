/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/limiter.h"

struct _StateSyncLimiter
{
  const StateSyncThrottlePlan *plan; /* the owner's */
  StateSyncClock *clock;             /* the owner's */
  StateSyncLimiterFunc passed;
  gpointer owner;

  StateSyncThrottle throttle;
  guint timer;
  gint64 timer_deadline;
};

static void on_timer (gpointer user_data);

/* A debounce moves its deadline with each event: the timer is left as it is then, and set anew
 * when it fires. So a burst does not cost a timer per event. */
static void
set_timer (StateSyncLimiter *self, gint64 now)
{
  gint64 deadline = state_sync_throttle_get_deadline (&self->throttle, self->plan);

  if (deadline == STATE_SYNC_THROTTLE_NEVER ||
      (self->timer != 0 && self->timer_deadline <= deadline))
    return;

  state_sync_clock_cancel (self->clock, &self->timer);
  self->timer = state_sync_clock_add (self->clock, deadline - now, on_timer, self);
  self->timer_deadline = deadline;
}

static void
on_timer (gpointer user_data)
{
  StateSyncLimiter *self = user_data;
  gint64 now = state_sync_clock_now (self->clock);
  gboolean passed = state_sync_throttle_expire (&self->throttle, self->plan, now);

  self->timer = 0;
  set_timer (self, now);
  if (passed)
    self->passed (self->owner);
}

/* Something came: TRUE if it is let through at once. If not, @passed is called later, unless it
 * falls between the edges. */
gboolean
state_sync_limiter_trigger (StateSyncLimiter *self)
{
  gint64 now = state_sync_clock_now (self->clock);
  gboolean passed = state_sync_throttle_trigger (&self->throttle, self->plan, now);

  set_timer (self, now);
  return passed;
}

StateSyncLimiter *
state_sync_limiter_new (const StateSyncThrottlePlan *plan,
                        StateSyncClock *clock,
                        StateSyncLimiterFunc passed,
                        gpointer owner)
{
  StateSyncLimiter *self = g_new0 (StateSyncLimiter, 1);

  self->plan = plan;
  self->clock = clock;
  self->passed = passed;
  self->owner = owner;
  return self;
}

void
state_sync_limiter_free (StateSyncLimiter *self)
{
  state_sync_clock_cancel (self->clock, &self->timer);
  g_free (self);
}
