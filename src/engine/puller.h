/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/snapshot-provider.h>

#include "engine/clock.h"
#include "engine/retry.h"

G_BEGIN_DECLS

typedef struct _StateSyncPullInFlight StateSyncPullInFlight;

/* What the owner is called for. */
typedef struct
{
  void (*answered) (StateSyncSnapshot *snapshot, const GError *error, gpointer owner);
  void (*retry_due) (gpointer owner);
} StateSyncPullerFuncs;

/* Embedded in its owner. The owner sets the upper part before anything else. */
typedef struct
{
  StateSyncSnapshotProvider *provider; /* these four are the owner's */
  const char *topic;
  StateSyncClock *clock;
  const StateSyncRetryPlan *plan;
  const StateSyncPullerFuncs *funcs;
  gpointer owner;

  StateSyncPullInFlight *in_flight; /* (nullable) */
  guint retry_timer;
  guint attempt; /* 0 = idle */
  guint serial;
} StateSyncPuller;

void               state_sync_puller_send       (StateSyncPuller *self);
gboolean           state_sync_puller_retry      (StateSyncPuller *self, guint *delay);
void               state_sync_puller_reset      (StateSyncPuller *self);

StateSyncSnapshot *state_sync_puller_peek       (StateSyncPuller *self);
gboolean           state_sync_puller_is_busy    (const StateSyncPuller *self);
gboolean           state_sync_puller_is_waiting (const StateSyncPuller *self);

G_END_DECLS
