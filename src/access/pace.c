/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an app asks for costs time: of the service, but as much again of the bus and of the proxy
 * before it, which are there for all. So each call is given a price in microseconds, and an app
 * that has spent more than has passed waits until it has: it gets no more than a part of the
 * machine however much it asks for, and who waits for answers before asking on, as every library
 * does, is slowed down with that. Nothing is refused for it.
 *
 * All there is to keep is the time up to which the app has paid ahead. It may be ahead by a burst;
 * after a pause it is behind, which is worth no more than that. One call may cost more than the
 * burst: then it goes, and what comes after it waits the longer.
 */

#include "access/pace.h"

/* 1,250 calls per second, and 16 MiB of what they bear: at that, app, proxy, bus and service
 * together take about half of one core. A call through a proxy takes nearly as long when nobody
 * else calls, so who makes one after the other waits little. */
#define CALL_USEC 800
#define BYTES_PER_USEC 16

#define BURST_USEC (100 * 1000)

/* How long the next call has to wait, in microseconds; 0 if it may go. */
gint64
state_sync_pace_get_wait (const StateSyncPace *self, gint64 now)
{
  return MAX (self->paid_until - now - BURST_USEC, 0);
}

static void
spend (StateSyncPace *self, gint64 usec, gint64 now)
{
  self->paid_until = MAX (self->paid_until, now) + usec;
}

void
state_sync_pace_spend_call (StateSyncPace *self, gint64 now)
{
  spend (self, CALL_USEC, now);
}

void
state_sync_pace_spend_bytes (StateSyncPace *self, gsize bytes, gint64 now)
{
  spend (self, (gint64)(bytes / BYTES_PER_USEC), now);
}
