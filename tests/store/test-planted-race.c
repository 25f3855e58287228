/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Only with ThreadSanitizer: that it takes the worker's hand-over for what it is, and nothing
 * more. A job that is left alone between push and done is no race; one that is touched meanwhile
 * is, and is found. */

#include <glib.h>

#include "store/worker.h"

typedef struct
{
  guint n_touched;
  gboolean is_done;
} Job;

static void
run (gpointer data)
{
  ((Job *)data)->n_touched++;
}

static void
done (gpointer data)
{
  ((Job *)data)->is_done = TRUE;
}

static void
tidy (gpointer data)
{
}

static void
hand_over (gboolean touch_meanwhile)
{
  StateSyncWorker *worker = state_sync_worker_new ("test", tidy, NULL);
  Job *job = g_new0 (Job, 1);

  job->n_touched++;
  state_sync_worker_push (worker, run, done, job);
  if (touch_meanwhile)
    job->n_touched++;
  while (!job->is_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (job->n_touched, >=, 2);
  g_free (job);
  state_sync_worker_free (worker);
}

static void
test_left_alone (void)
{
  hand_over (FALSE);
}

static void
test_touched (void)
{
  if (g_test_subprocess ())
    {
      hand_over (TRUE);
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*ThreadSanitizer: data race*hand_over*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/planted-race/left-alone", test_left_alone);
  g_test_add_func ("/store/planted-race/touched", test_touched);

  return g_test_run ();
}
