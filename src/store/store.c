/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Puts the parts together and guards the door: nothing gets in that is not checked, or once the
 * store closes. How a write goes on is told in committer.c, how a topic comes into memory in
 * loader.c. All work of the storage is done by the worker, one job at a time and in order; so
 * what is asked while the storage still opens simply waits behind that.
 */

#include "store/store.h"

#include "protocol/error.h"

typedef enum
{
  NEW,
  OPEN,
  CLOSING,
  CLOSED,
} Stage;

struct _StateSyncStore
{
  GObject parent_instance;

  StateSyncStorage *storage;
  StateSyncWorker *worker;
  StateSyncCommittedView *view;
  StateSyncLoader *loader;
  StateSyncCommitter *committer;
  guint64 max_data_size;
  Stage stage;
  GTask *close_task;
};

G_DEFINE_FINAL_TYPE (StateSyncStore, state_sync_store, G_TYPE_OBJECT)

enum
{
  COMMITTED,
  PUBLISHED,
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean
check_available (StateSyncStore *self, GError **error)
{
  if (self->stage < CLOSING)
    return TRUE;

  g_propagate_error (error, state_sync_error_unavailable ());
  return FALSE;
}

/* --- writes --- */

static gboolean
check_writes (StateSyncStore *self, GPtrArray *writes, GError **error)
{
  for (guint i = 0; i < writes->len; i++)
    {
      if (state_sync_write_check (g_ptr_array_index (writes, i), self->max_data_size, error))
        continue;

      if (writes->len > 1)
        g_prefix_error (error, "Write %u of %u: ", i + 1, writes->len);
      return FALSE;
    }
  return TRUE;
}

/* @writes (of StateSyncWrite) take effect together, in order, or not at all. If one is durable,
 * all are. @admit: (nullable): is asked about each change, with @user_data too */
void
state_sync_store_write (StateSyncStore *self,
                        GPtrArray *writes,
                        StateSyncAdmitFunc admit,
                        StateSyncWriteFunc func,
                        gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (check_writes (self, writes, &error) && check_available (self, &error))
    state_sync_committer_write (self->committer, writes, admit, func, user_data);
  else
    func (NULL, 0, error, user_data);
}

/* @validate is asked, in the store's main context, about each write that would change a topic which
 * @concerns it; NULL: all do. Before the store is opened. */
void
state_sync_store_set_validator (StateSyncStore *self,
                                StateSyncValidateFunc validate,
                                StateSyncConcernsFunc concerns,
                                gpointer user_data,
                                GDestroyNotify destroy)
{
  g_return_if_fail (self->stage == NEW);

  state_sync_committer_set_validator (self->committer, validate, concerns, user_data, destroy);
}

static void
on_committed (const char *topic,
              StateSyncSnapshot *before,
              StateSyncSnapshot *snapshot,
              gpointer user_data)
{
  g_signal_emit (user_data, signals[COMMITTED], 0, topic, before, snapshot);
}

static void
on_published (gpointer user_data)
{
  g_signal_emit (user_data, signals[PUBLISHED], 0);
}

static void
on_announced (const char *topic, StateSyncSnapshot *snapshot, gpointer user_data)
{
  g_signal_emit (user_data, signals[CHANGED], 0, topic, snapshot);
}

static const StateSyncCommitFuncs commit_funcs = { on_committed, on_published, on_announced };

/* --- reads --- */

typedef struct
{
  StateSyncRequest request;
  StateSyncLoader *loader;
  StateSyncReadFunc func;
  gpointer user_data;
} ReadRequest;

static GPtrArray *
committed_snapshots (GPtrArray *entries)
{
  GPtrArray *snapshots =
      g_ptr_array_new_full (entries->len, (GDestroyNotify)state_sync_snapshot_unref);

  for (guint i = 0; i < entries->len; i++)
    {
      StateSyncTopicEntry *entry = g_ptr_array_index (entries, i);

      g_ptr_array_add (snapshots, state_sync_snapshot_ref (entry->committed));
    }
  return snapshots;
}

static void
read_loaded (StateSyncRequest *base, gpointer user_data)
{
  ReadRequest *request = user_data;
  g_autoptr (GPtrArray) snapshots = NULL;

  if (base->error == NULL)
    snapshots = committed_snapshots (base->entries);
  request->func (snapshots, base->error, request->user_data);

  state_sync_loader_end (request->loader, base);
  g_free (request);
}

/* @func is asked, in the store's main context, what a topic that was never written reads as. It
 * stays at revision 0, and is not listed. Before the store is opened. */
void
state_sync_store_set_initial_data (StateSyncStore *self,
                                   StateSyncInitialDataFunc func,
                                   gpointer user_data,
                                   GDestroyNotify destroy)
{
  g_return_if_fail (self->stage == NEW);

  state_sync_loader_set_initial_data (self->loader, func, user_data, destroy);
}

/* All of @topics, whose names are checked, at one commit point. Refused as too large if their
 * data is more than @max_bytes together. */
void
state_sync_store_read (StateSyncStore *self,
                       const char *const *topics,
                       guint64 max_bytes,
                       StateSyncReadFunc func,
                       gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  ReadRequest *request;

  if (!check_available (self, &error))
    {
      func (NULL, error, user_data);
      return;
    }

  request = g_new0 (ReadRequest, 1);
  request->loader = self->loader;
  request->func = func;
  request->user_data = user_data;

  state_sync_loader_begin (self->loader, &request->request, max_bytes, read_loaded, request);
  for (gsize i = 0; topics[i] != NULL; i++)
    state_sync_loader_add (self->loader, &request->request, topics[i]);

  if (request->request.n_missing == 0)
    read_loaded (&request->request, request);
}

/* The topics inside @namespace_, "" = all, those included that hold no data any more. What is
 * listed is what is committed when @func is called. */
void
state_sync_store_list (StateSyncStore *self,
                       const char *namespace_,
                       StateSyncListFunc func,
                       gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (check_available (self, &error))
    state_sync_listing_run (self->storage, self->worker, state_sync_loader_get_table (self->loader),
                            self->committer, namespace_, func, user_data);
  else
    func (NULL, error, user_data);
}

typedef struct
{
  StateSyncStorage *storage;
  StateSyncStorageTotals totals;
  GError *error;
  StateSyncTotalFunc func;
  gpointer user_data;
} TotalJob;

static void
run_total (gpointer data)
{
  TotalJob *job = data;

  state_sync_storage_total (job->storage, &job->totals, &job->error);
}

static void
total_done (gpointer data)
{
  TotalJob *job = data;

  job->func (job->error == NULL ? &job->totals : NULL, job->error, job->user_data);
  g_clear_error (&job->error);
  g_free (job);
}

/* What is stored; a change that is not durable counts once it is. */
void
state_sync_store_total (StateSyncStore *self, StateSyncTotalFunc func, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  TotalJob *job;

  if (!check_available (self, &error))
    {
      func (NULL, error, user_data);
      return;
    }

  job = g_new0 (TotalJob, 1);
  job->storage = self->storage;
  job->func = func;
  job->user_data = user_data;
  state_sync_worker_push (self->worker, run_total, total_done, job);
}

/* --- opening and closing --- */

typedef struct
{
  GTask *task; /* owned; its source is the store */
  StateSyncStorage *storage;
  GError *error;
} OpenJob;

static void
run_open (gpointer data)
{
  OpenJob *job = data;

  state_sync_storage_open (job->storage, &job->error);
}

static void
open_done (gpointer data)
{
  OpenJob *job = data;
  g_autoptr (GTask) task = job->task;

  if (job->error != NULL)
    g_task_return_error (task, g_steal_pointer (&job->error));
  else
    g_task_return_boolean (task, TRUE);
  g_free (job);
}

void
state_sync_store_open_async (StateSyncStore *self, GAsyncReadyCallback callback, gpointer user_data)
{
  OpenJob *job;

  g_return_if_fail (self->stage == NEW);

  self->stage = OPEN;
  job = g_new0 (OpenJob, 1);
  job->storage = self->storage;
  job->task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (job->task, state_sync_store_open_async);
  state_sync_worker_push (self->worker, run_open, open_done, job);
}

gboolean
state_sync_store_open_finish (StateSyncStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
run_close (gpointer data)
{
  StateSyncStore *self = g_task_get_source_object (data);

  state_sync_storage_close (self->storage);
}

static void
close_done (gpointer data)
{
  GTask *task = data;
  StateSyncStore *self = g_task_get_source_object (task);

  self->stage = CLOSED;
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
on_drained (gpointer user_data)
{
  StateSyncStore *self = user_data;

  state_sync_worker_push (self->worker, run_close, close_done, g_steal_pointer (&self->close_task));
}

/* Refuses what is asked from now on, and what its validator has not answered; stores what was
 * acknowledged, and lets go of the storage. The task keeps the store until then. */
void
state_sync_store_close_async (StateSyncStore *self,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_return_if_fail (self->stage < CLOSING);

  self->stage = CLOSING;
  state_sync_committed_view_close (self->view);
  self->close_task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->close_task, state_sync_store_close_async);
  state_sync_committer_drain (self->committer, on_drained);
}

gboolean
state_sync_store_close_finish (StateSyncStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the object --- */

guint64
state_sync_store_get_max_data_size (StateSyncStore *self)
{
  return self->max_data_size;
}

/* (transfer none) */
StateSyncCommittedView *
state_sync_store_get_committed_view (StateSyncStore *self)
{
  return self->view;
}

void
state_sync_store_get_counters (StateSyncStore *self, StateSyncCommitCounters *counters)
{
  state_sync_committer_get_counters (self->committer, counters);
}

static void
run_tidy (gpointer data)
{
  state_sync_storage_tidy (data);
}

StateSyncStore *
state_sync_store_new (StateSyncStorage *storage, guint64 max_data_size)
{
  StateSyncStore *self = g_object_new (STATE_SYNC_TYPE_STORE, NULL);

  self->storage = g_object_ref (storage);
  self->max_data_size = max_data_size;
  self->worker = state_sync_worker_new ("storage", run_tidy, storage);
  self->view = state_sync_committed_view_new ();
  self->loader = state_sync_loader_new (storage, self->worker, self->view, max_data_size);
  self->committer = state_sync_committer_new (storage, self->worker, self->loader, max_data_size,
                                              &commit_funcs, self);
  return self;
}

static void
state_sync_store_finalize (GObject *object)
{
  StateSyncStore *self = STATE_SYNC_STORE (object);

  g_warn_if_fail (self->stage == NEW || self->stage == CLOSED);

  state_sync_worker_free (self->worker);
  state_sync_committer_free (self->committer);
  state_sync_loader_free (self->loader);
  state_sync_committed_view_unref (self->view);
  g_object_unref (self->storage);

  G_OBJECT_CLASS (state_sync_store_parent_class)->finalize (object);
}

static void
state_sync_store_class_init (StateSyncStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = state_sync_store_finalize;

  signals[COMMITTED] = g_signal_new (
      "committed", STATE_SYNC_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
      G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_POINTER, G_TYPE_POINTER);
  signals[PUBLISHED] = g_signal_new ("published", STATE_SYNC_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] =
      g_signal_new ("changed", STATE_SYNC_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_POINTER);
}

static void
state_sync_store_init (StateSyncStore *self)
{
}
