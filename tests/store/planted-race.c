/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Does what a job's owner must not: changes its data while the worker has it. Built for
 * ThreadSanitizer, which must find it: what tells it of the order in GLib hides no race.
 */

#include "store/worker.h"

static int value;
static int has_run; /* relaxed, so that it orders nothing */

static void
run (gpointer data)
{
  value++;
  __atomic_store_n (&has_run, TRUE, __ATOMIC_RELAXED);
}

static void
do_nothing (gpointer data)
{
}

int
main (void)
{
  StateSyncWorker *worker = state_sync_worker_new ("race", do_nothing, NULL);

  state_sync_worker_push (worker, run, do_nothing, NULL);
  while (!__atomic_load_n (&has_run, __ATOMIC_RELAXED))
    g_thread_yield ();
  value++;
  state_sync_worker_free (worker);
  return 0;
}
