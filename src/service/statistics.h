/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/error.h"
#include "store/store.h"

G_BEGIN_DECLS

/* What the bus layer counts; the store counts its own part. */
typedef struct
{
  guint64 signals;
  guint64 snapshots;
  guint64 boards;
  guint64 rings;
  guint64 refusals[STATE_SYNC_N_ERRORS];
} StateSyncServiceCounters;

GVariant *state_sync_statistics_new (const StateSyncServiceCounters *service,
                                     const StateSyncCommitCounters *store,
                                     const StateSyncStorageTotals *totals);

G_END_DECLS
