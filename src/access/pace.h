/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How fast the calls of one app are served, over all its connections. Begins as zeros. */
typedef struct
{
  gint64 paid_until; /* monotonic time */
} StateSyncPace;

/* @now: monotonic time. */
gint64 state_sync_pace_get_wait    (const StateSyncPace *self, gint64 now);
void   state_sync_pace_spend_call  (StateSyncPace *self, gint64 now);
void   state_sync_pace_spend_bytes (StateSyncPace *self, gsize bytes, gint64 now);

G_END_DECLS
