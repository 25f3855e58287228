/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench/clock.h"

#include <time.h>

#define NSEC_PER_SEC 1000000000

static gint64
read_clock (clockid_t clock)
{
  struct timespec time;

  if (clock_gettime (clock, &time) < 0)
    g_error ("no such clock");
  return (gint64)time.tv_sec * NSEC_PER_SEC + time.tv_nsec;
}

/* The same clock in every process. */
gint64
bench_now (void)
{
  return read_clock (CLOCK_MONOTONIC);
}

/* What all threads of a process have used, user and system. */
gint64
bench_cpu_time (pid_t pid)
{
  clockid_t clock;

  if (clock_getcpuclockid (pid, &clock) != 0)
    g_error ("no process %d", pid);
  return read_clock (clock);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *)a;
  gint64 right = *(const gint64 *)b;

  return (left > right) - (left < right);
}

/* @samples (of gint64): sorted by this. */
double
bench_median (GArray *samples)
{
  guint middle = samples->len / 2;

  g_array_sort (samples, compare);
  if (samples->len % 2 == 1)
    return (double)g_array_index (samples, gint64, middle);
  return (double)(g_array_index (samples, gint64, middle - 1) +
                  g_array_index (samples, gint64, middle)) /
         2;
}
