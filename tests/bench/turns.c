/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench/turns.h"

#include "bench/clock.h"

/* Prints the median of each side in microseconds, a line each. The sides take turns, so that what
 * else the machine does falls on all of them alike. */
void
bench_take_turns (guint n_sides, guint n_turns, BenchTurnFunc func, gpointer data)
{
  guint n_warm_up = 1 + n_turns / 10;
  g_autoptr (GPtrArray) samples = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);

  for (guint side = 0; side < n_sides; side++)
    g_ptr_array_add (samples, g_array_new (FALSE, FALSE, sizeof (gint64)));

  for (guint turn = 0; turn < n_warm_up + n_turns; turn++)
    {
      for (guint side = 0; side < n_sides; side++)
        {
          gint64 time = func (side, data);

          if (turn >= n_warm_up)
            g_array_append_val (g_ptr_array_index (samples, side), time);
        }
    }

  for (guint side = 0; side < n_sides; side++)
    g_print ("%.1f\n", bench_median (g_ptr_array_index (samples, side)) / 1000);
}
