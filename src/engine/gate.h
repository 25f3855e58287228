/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a follower has: the revision that was applied last, and whose it is. Zeroed = nothing. */
typedef struct
{
  guint64 revision;
  GRefString *instance; /* (nullable) NULL = it came while nobody served */
  gboolean is_set;
} StateSyncGate;

typedef enum
{
  STATE_SYNC_VERDICT_PASS,
  STATE_SYNC_VERDICT_SAME,
  STATE_SYNC_VERDICT_OLDER,
} StateSyncVerdict;

GRefString      *state_sync_instance_or     (const char *instance, const char *fallback);
gboolean         state_sync_instance_may_be (const char *a, const char *b);

StateSyncVerdict state_sync_gate_judge      (const StateSyncGate *gate, guint64 revision, const char *instance);
gboolean         state_sync_gate_has        (const StateSyncGate *gate, guint64 revision, const char *instance);
void             state_sync_gate_set        (StateSyncGate *gate, guint64 revision, const char *instance);
void             state_sync_gate_clear      (StateSyncGate *gate);

G_END_DECLS
