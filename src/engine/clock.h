/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* The one seam through which time comes in: the real clock waits in a main context, a test's own
 * advances when the test says so. Times are in microseconds. */
#define STATE_SYNC_TYPE_CLOCK (state_sync_clock_get_type ())
G_DECLARE_INTERFACE (StateSyncClock, state_sync_clock, STATE_SYNC, CLOCK, GObject)

typedef void (*StateSyncClockFunc) (gpointer user_data);

struct _StateSyncClockInterface
{
  GTypeInterface parent_iface;

  /* Never goes back. */
  gint64 (*now) (StateSyncClock *self);

  /* What people's clocks say, since 1970: somebody may set it to anything. */
  gint64 (*date) (StateSyncClock *self);

  /* Calls @func once, not before @delay is over. The result is above 0; it is void once @func is
   * called or it was cancelled. */
  guint (*add) (StateSyncClock *self, gint64 delay, StateSyncClockFunc func, gpointer user_data);
  void (*cancel) (StateSyncClock *self, guint id);
};

/* A clock that waits in the main context that is the thread's default. */
StateSyncClock *state_sync_clock_new_real (void);

gint64          state_sync_clock_now      (StateSyncClock *self);
gint64          state_sync_clock_date     (StateSyncClock *self);
guint           state_sync_clock_add      (StateSyncClock *self,
                                           gint64 delay,
                                           StateSyncClockFunc func,
                                           gpointer user_data);
void            state_sync_clock_cancel   (StateSyncClock *self, guint *id);

G_END_DECLS
