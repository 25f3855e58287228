/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/failure.h>

G_BEGIN_DECLS

/* What surrounds a failure; what is left out is 0, and not known. */
typedef struct
{
  StateSyncPhase phase;
  guint64 local_revision;
  guint64 event_revision;
  guint64 snapshot_revision;
  gboolean has_event_revision;
  gboolean has_snapshot_revision;
  guint attempt; /* from 1 */
  gboolean will_retry;
  guint next_delay; /* in milliseconds */
} StateSyncFailureContext;

StateSyncFailure *state_sync_failure_new (const char *topic,
                                          const GError *error,
                                          const StateSyncFailureContext *context);

G_END_DECLS
