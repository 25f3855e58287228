/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/retry.h"

#include <math.h>

/* Whether to try again after attempt number @attempt (from 1) failed, and after how long. What
 * would be too long, or too large for any number, is max_delay. */
gboolean
state_sync_retry_next (const StateSyncRetryPlan *plan, guint attempt, guint *delay)
{
  double msec;

  if (attempt >= plan->max_attempts)
    return FALSE;

  msec = plan->first_delay > 0 ? plan->first_delay * pow (plan->multiplier, attempt - 1.0) : 0;
  *delay = msec < plan->max_delay ? (guint)msec : plan->max_delay;
  return TRUE;
}
