/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/clock.h"

G_BEGIN_DECLS

/* A clock that stands still until the test says otherwise. */
#define TEST_TYPE_VIRTUAL_CLOCK (test_virtual_clock_get_type ())
G_DECLARE_FINAL_TYPE (TestVirtualClock, test_virtual_clock, TEST, VIRTUAL_CLOCK, GObject)

TestVirtualClock *test_virtual_clock_new          (void);

/* Runs the main context dry, then what is due at each step of the way, and the main context dry
 * after each. */
void              test_virtual_clock_advance      (TestVirtualClock *self, guint msec);

/* What people's clocks say from now on, in microseconds; they go on from there. */
void              test_virtual_clock_set_date     (TestVirtualClock *self, gint64 date);

/* How many timers wait; how many there have been. */
guint             test_virtual_clock_get_n_timers (TestVirtualClock *self);
guint             test_virtual_clock_get_n_added  (TestVirtualClock *self);

G_END_DECLS
