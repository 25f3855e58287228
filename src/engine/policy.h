/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/policy.h>

#include "engine/retry.h"
#include "engine/throttle.h"

G_BEGIN_DECLS

/* What a policy comes down to. */
typedef struct
{
  StateSyncRetryPlan retry;
  StateSyncThrottlePlan throttle;
} StateSyncPlan;

const StateSyncPlan *state_sync_policy_get_plan (StateSyncPolicy *policy);

G_END_DECLS
