/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When an invalidation may become a refresh, or a change a save. Debounce and throttle are the same
 * machine, a window of time with two edges; they differ in two points only:
 *
 *             event within the window    after the trailing edge let one through
 *  debounce   begins the window anew     the window is closed
 *  throttle   leaves it as it is         a new window begins: one refresh per interval
 *
 * A debounce's window can be bounded: a burst without end then passes once in that time.
 *
 * An event that finds the window closed opens it, and is let through at once (leading edge) or
 * becomes pending. One that finds it open becomes pending. When the window ends, what is pending
 * is let through (trailing edge) or forgotten.
 *
 * With both limits an event goes through the debounce first, and what that lets through goes on
 * to the throttle. All is a function of the times that are handed in; nobody here looks at a
 * clock. A time is only waited for while something is pending that the trailing edge will let
 * through, so who is idle needs no timer.
 */

#include "engine/throttle.h"

typedef struct
{
  gint64 interval; /* in microseconds */
  gint64 max_wait; /* 0 = none */
  StateSyncEdges edges;
  gboolean is_debounce;
} Limit;

static Limit
debounce_of (const StateSyncThrottlePlan *plan)
{
  return (Limit){ plan->debounce * (gint64)1000, plan->debounce_max_wait * (gint64)1000,
                  plan->debounce_edges, TRUE };
}

static Limit
throttle_of (const StateSyncThrottlePlan *plan)
{
  return (Limit){ plan->throttle * (gint64)1000, 0, plan->throttle_edges, FALSE };
}

/* --- one window --- */

static gboolean
window_trigger (StateSyncWindow *window, Limit limit, gint64 now)
{
  gboolean is_open = now < window->until;

  if (limit.interval == 0)
    return TRUE;

  if (!is_open)
    window->since = now;
  if (!is_open || limit.is_debounce)
    window->until = now + limit.interval;
  if (limit.max_wait > 0)
    window->until = MIN (window->until, window->since + limit.max_wait);
  window->is_pending = is_open || (limit.edges & STATE_SYNC_EDGES_LEADING) == 0;
  return !window->is_pending;
}

static gboolean
window_waits (const StateSyncWindow *window, Limit limit)
{
  return limit.interval > 0 && window->is_pending && (limit.edges & STATE_SYNC_EDGES_TRAILING) != 0;
}

static gboolean
window_expire (StateSyncWindow *window, Limit limit, gint64 now)
{
  if (!window_waits (window, limit) || now < window->until)
    return FALSE;

  window->is_pending = FALSE;
  if (!limit.is_debounce)
    window->until = now + limit.interval;
  return TRUE;
}

static gint64
window_get_deadline (const StateSyncWindow *window, Limit limit)
{
  return window_waits (window, limit) ? window->until : STATE_SYNC_THROTTLE_NEVER;
}

/* --- one behind the other --- */

gboolean
state_sync_throttle_plan_is_off (const StateSyncThrottlePlan *plan)
{
  return plan->debounce == 0 && plan->throttle == 0;
}

/* Whether nothing is ever let through. */
gboolean
state_sync_throttle_plan_is_closed (const StateSyncThrottlePlan *plan)
{
  return (plan->debounce > 0 && plan->debounce_edges == STATE_SYNC_EDGES_NONE) ||
         (plan->throttle > 0 && plan->throttle_edges == STATE_SYNC_EDGES_NONE);
}

/* It is @now. TRUE if something that was held back is let through. */
gboolean
state_sync_throttle_expire (StateSyncThrottle *self, const StateSyncThrottlePlan *plan, gint64 now)
{
  gboolean passed = window_expire (&self->debounce, debounce_of (plan), now) &&
                    window_trigger (&self->throttle, throttle_of (plan), now);

  return window_expire (&self->throttle, throttle_of (plan), now) || passed;
}

/* Something came at @now. TRUE if it is let through at once. What should have expired before,
 * but for a main loop that was late, does so first. */
gboolean
state_sync_throttle_trigger (StateSyncThrottle *self, const StateSyncThrottlePlan *plan, gint64 now)
{
  gboolean passed = state_sync_throttle_expire (self, plan, now);

  if (window_trigger (&self->debounce, debounce_of (plan), now) &&
      window_trigger (&self->throttle, throttle_of (plan), now))
    return TRUE;
  return passed;
}

/* When to expire next; STATE_SYNC_THROTTLE_NEVER = not before something comes. */
gint64
state_sync_throttle_get_deadline (const StateSyncThrottle *self, const StateSyncThrottlePlan *plan)
{
  return MIN (window_get_deadline (&self->debounce, debounce_of (plan)),
              window_get_deadline (&self->throttle, throttle_of (plan)));
}
