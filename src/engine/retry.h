/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How often to try, and how long to wait in between. Times in milliseconds. */
typedef struct
{
  guint max_attempts; /* the first one counts */
  guint first_delay;
  double multiplier; /* at least 1 */
  guint max_delay;
} StateSyncRetryPlan;

gboolean state_sync_retry_next (const StateSyncRetryPlan *plan, guint attempt, guint *delay);

G_END_DECLS
