/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A look at a process may never return: its root may be on a file system that is served by another
 * process (FUSE), which need not answer. No thread can be called back from there. So
 *
 * - looks are on threads of their own, not on GIO's, which others need;
 * - there are a few of them, and a look that finds none free waits;
 * - each look, waiting or not, ends with an error when its deadline is over. One that waited is
 *   forgotten; one that is under way keeps its thread until the file system lets go of it, and
 *   what it finds then is thrown away.
 *
 * At worst all threads hang, and until one comes back nobody can be told from anybody: whoever
 * connects is unknown after the deadline. Who was identified before is not concerned.
 *
 * All of a look but its run belongs to the main context; from push to on_run() the run's fields
 * belong to the thread. That hand-over is the only synchronisation.
 */

#include "access/looker.h"

#define N_THREADS 16

/* No look takes so long that is answered at all, however busy the machine is. */
#define DEADLINE_MSEC 25000

struct _StateSyncLooker
{
  gatomicrefcount ref_count;
  GMainContext *context;
  GThreadPool *threads;
  StateSyncLookFunc look;
  guint n_threads;
  guint deadline_msec;
  guint n_running;
  GQueue waiting; /* of Look */
};

typedef struct
{
  StateSyncLooker *looker; /* owned */
  GTask *task;             /* owned; NULL when it is answered */
  GSource *deadline;
  GSource *cancelled; /* NULL if it can't be */
  gboolean is_running;

  /* the run */
  StateSyncCredentials *credentials;
  StateSyncIdentity *identity;
  GError *error;
} Look;

static void run (gpointer data, gpointer user_data);

StateSyncLooker *
state_sync_looker_new_full (StateSyncLookFunc look, guint n_threads, guint deadline_msec)
{
  StateSyncLooker *self = g_new0 (StateSyncLooker, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->context = g_main_context_ref_thread_default ();
  self->threads = g_thread_pool_new (run, NULL, (int)n_threads, FALSE, NULL);
  self->look = look;
  self->n_threads = n_threads;
  self->deadline_msec = deadline_msec;
  g_queue_init (&self->waiting);
  return self;
}

StateSyncLooker *
state_sync_looker_new (void)
{
  return state_sync_looker_new_full (state_sync_peer_process_identify, N_THREADS, DEADLINE_MSEC);
}

StateSyncLooker *
state_sync_looker_ref (StateSyncLooker *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/* Each look has a reference, so there is none under way or waiting when the last is gone. */
void
state_sync_looker_unref (StateSyncLooker *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_thread_pool_free (self->threads, FALSE, FALSE);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
look_free (Look *look)
{
  g_clear_pointer (&look->credentials, state_sync_credentials_free);
  g_clear_pointer (&look->identity, state_sync_identity_unref);
  g_clear_error (&look->error);
  state_sync_looker_unref (look->looker);
  g_free (look);
}

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;

  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* The task, if it is still to be answered: (transfer full). */
static GTask *
take_task (Look *look)
{
  clear_source (&look->deadline);
  clear_source (&look->cancelled);
  return g_steal_pointer (&look->task);
}

static gboolean on_run (gpointer user_data);

/* On a thread. */
static void
run (gpointer data, gpointer user_data)
{
  Look *look = data;
  g_autoptr (GSource) source = g_idle_source_new ();

  look->identity = look->looker->look (look->credentials, &look->error);

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_run, look, NULL);
  g_source_attach (source, look->looker->context);
}

static void
start_next (StateSyncLooker *self)
{
  while (self->n_running < self->n_threads && !g_queue_is_empty (&self->waiting))
    {
      Look *look = g_queue_pop_head (&self->waiting);

      look->is_running = TRUE;
      self->n_running++;
      g_thread_pool_push (self->threads, look, NULL);
    }
}

static gboolean
on_run (gpointer user_data)
{
  Look *look = user_data;
  g_autoptr (GTask) task = take_task (look);

  look->looker->n_running--;
  start_next (look->looker);

  if (task != NULL && look->identity != NULL)
    g_task_return_pointer (task, g_steal_pointer (&look->identity),
                           (GDestroyNotify)state_sync_identity_unref);
  else if (task != NULL)
    g_task_return_error (task, g_steal_pointer (&look->error));
  look_free (look);
  return G_SOURCE_REMOVE;
}

/* Without what a thread may find yet. */
static void
give_up (Look *look, GError *error)
{
  g_autoptr (GTask) task = take_task (look);

  if (!look->is_running)
    {
      g_queue_remove (&look->looker->waiting, look);
      look_free (look);
    }
  g_task_return_error (task, error);
}

static gboolean
on_deadline (gpointer user_data)
{
  give_up (user_data, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                           "Its files could not be read in time"));
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  give_up (user_data,
           g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Nobody waits for it any more"));
  return G_SOURCE_REMOVE;
}

static void
watch (Look *look, GCancellable *cancellable)
{
  look->deadline = g_timeout_source_new (look->looker->deadline_msec);
  g_source_set_callback (look->deadline, on_deadline, look, NULL);
  g_source_attach (look->deadline, look->looker->context);

  if (cancellable == NULL)
    return;
  look->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (look->cancelled, G_SOURCE_FUNC (on_cancelled), look, NULL);
  g_source_attach (look->cancelled, look->looker->context);
}

void
state_sync_looker_look_async (StateSyncLooker *self,
                              StateSyncCredentials *credentials,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  Look *look = g_new0 (Look, 1);

  look->looker = state_sync_looker_ref (self);
  look->task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (look->task, state_sync_looker_look_async);
  look->credentials = credentials;
  watch (look, cancellable);

  g_queue_push_tail (&self->waiting, look);
  start_next (self);
}

/* (transfer full): NULL if it can't be told who it is, and why. */
StateSyncIdentity *
state_sync_looker_look_finish (StateSyncLooker *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, state_sync_looker_look_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
