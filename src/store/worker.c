/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A job is two functions over one piece of data: `run` on the thread, then `done` in the main
 * context that was the thread's default when the worker was made. The data belongs to the job
 * from push to `done`; handing it over is the only synchronisation there is. `done` is called in
 * the order of `run`, so who sees the result of a job sees those of all jobs before it.
 *
 * When the queue has been empty for a moment after some work, `tidy` runs once: the place for
 * house-keeping that would make a job wait.
 */

#include "store/worker.h"

#define TIDY_DELAY_USEC (100 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  StateSyncWorkerFunc run;
  StateSyncWorkerFunc done;
  gpointer data;
} Job;

struct _StateSyncWorker
{
  GThread *thread;
  GMainContext *context;
  GAsyncQueue *jobs;
  StateSyncWorkerFunc tidy;
  gpointer tidy_data;
};

static gboolean
report (gpointer user_data)
{
  Job *job = user_data;

  job->done (job->data);
  return G_SOURCE_REMOVE;
}

static Job *
next_job (StateSyncWorker *self, gboolean worked)
{
  Job *job = NULL;

  if (worked)
    {
      job = g_async_queue_timeout_pop (self->jobs, TIDY_DELAY_USEC);
      if (job != NULL)
        return job;
      self->tidy (self->tidy_data);
    }
  return g_async_queue_pop (self->jobs);
}

static gpointer
work (gpointer user_data)
{
  StateSyncWorker *self = user_data;
  gboolean worked = FALSE;

  for (;;)
    {
      Job *job = next_job (self, worked);
      g_autoptr (GSource) source = NULL;

      /* A job without a run is the last one. */
      if (job->run == NULL)
        {
          g_free (job);
          return NULL;
        }

      job->run (job->data);
      worked = TRUE;

      source = g_idle_source_new ();
      g_source_set_priority (source, G_PRIORITY_DEFAULT);
      g_source_set_callback (source, report, job, g_free);
      g_source_attach (source, self->context);
    }
}

StateSyncWorker *
state_sync_worker_new (const char *name, StateSyncWorkerFunc tidy, gpointer tidy_data)
{
  StateSyncWorker *self = g_new0 (StateSyncWorker, 1);

  self->context = g_main_context_ref_thread_default ();
  self->jobs = g_async_queue_new ();
  self->tidy = tidy;
  self->tidy_data = tidy_data;
  self->thread = g_thread_new (name, work, self);
  return self;
}

void
state_sync_worker_push (StateSyncWorker *self,
                        StateSyncWorkerFunc run,
                        StateSyncWorkerFunc done,
                        gpointer data)
{
  Job *job = g_new (Job, 1);

  *job = (Job){ .run = run, .done = done, .data = data };
  g_async_queue_push (self->jobs, job);
}

/* Waits for the jobs already pushed to run; what they report still comes to the main context. */
void
state_sync_worker_free (StateSyncWorker *self)
{
  state_sync_worker_push (self, NULL, NULL, NULL);
  g_thread_join (self->thread);
  g_async_queue_unref (self->jobs);
  g_main_context_unref (self->context);
  g_free (self);
}
