/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A write goes through these stations:
 *
 *  1. It is queued. Its topics are held in memory, and loaded if they were not (loader.c).
 *  2. When no transaction is under way, the queue's head becomes the next batch: each write is
 *     judged and gets its revision (judge.c). Writes that come from then on wait for the batch
 *     after. So a lone write costs one transaction, and a thousand at once cost a few.
 *  3. The batch is stored in one transaction on the worker's thread while the main loop goes on.
 *  4. Settled: first all topics are promoted, so that readers see the batch whole; then each
 *     writer is told, in the order of the writes; then each topic's change is announced.
 *     If storage failed, the writers are refused and readers never saw anything.
 *
 * A write that need not be durable takes the same way without station 3, at once if no queued
 * write is before it on one of its topics. What it changed is stored within a second, in a
 * transaction of its own, so that a failure there refuses nobody else's write.
 *
 * At station 2 the application's validator may take its time over a write. Until it has answered
 * nothing else is judged: the batch is filled no further, and a write that need not be durable
 * waits in the queue. Then it all goes on where it was. Reads go on meanwhile, and so does the
 * storing of what is visible already, for the heads of a batch that waits are no part of that.
 *
 * Everything here runs in the main context in which the committer was made, but for run_commit,
 * which runs on the worker's thread and touches only its job and the storage.
 */

#include "store/committer.h"

#include "protocol/error.h"
#include "store/batch.h"
#include "store/source.h"

/* How long a change that is not durable may wait; with the transaction itself, under a second. */
#define FLUSH_DELAY_MSEC 500

/* What one transaction takes at most, so that the first in the queue never waits for all. */
#define BATCH_MAX_WRITES 1024
#define BATCH_MAX_BYTES (32 * 1024 * 1024)

/* How long a batch is filled at most when its validator takes its time: the first in it does not
 * wait for the answers to all. */
#define BATCH_MAX_USEC (100 * G_TIME_SPAN_MILLISECOND)

/* What may wait for the transactions to come. */
#define QUEUE_MAX_BYTES ((guint64)512 * 1024 * 1024)

struct _StateSyncCommitter
{
  StateSyncStorage *storage;
  StateSyncWorker *worker;
  StateSyncLoader *loader;
  const StateSyncCommitFuncs *funcs;
  gpointer user_data;

  GQueue queue; /* of StateSyncWriteRequest, in the order of arrival */
  guint64 queue_bytes;
  GSource *begin_source;

  StateSyncJudge *judge;
  StateSyncWriteRequest *on_trial; /* (nullable) the judge is busy with it */

  /* The next transaction, as far as it is filled. */
  StateSyncBatch *batch;
  GPtrArray *batch_requests;
  guint64 batch_bytes;
  gint64 batch_deadline;

  gboolean is_storing; /* a transaction is under way */

  GHashTable *unsaved; /* of StateSyncTopicEntry, held: not durable, to be stored soon */
  GSource *flush_source;
  gboolean flush_due;

  StateSyncDrainedFunc drained; /* (nullable) set once nothing more comes */
  gboolean final_flush_failed;
  StateSyncCommitCounters counters;
};

static void go_on (StateSyncCommitter *self);
static void report_drained (StateSyncCommitter *self);

/* --- when to begin --- */

static gboolean
on_begin (gpointer user_data)
{
  StateSyncCommitter *self = user_data;

  state_sync_source_clear (&self->begin_source);
  go_on (self);
  return G_SOURCE_REMOVE;
}

/* In a turn of the main loop of its own, so that writes that have arrived already go together. */
static void
schedule_batch (StateSyncCommitter *self)
{
  if (self->is_storing || self->begin_source != NULL)
    return;

  state_sync_source_start (&self->begin_source, g_idle_source_new (), on_begin, self);
}

static gboolean
on_flush (gpointer user_data)
{
  StateSyncCommitter *self = user_data;

  state_sync_source_clear (&self->flush_source);
  self->flush_due = TRUE;
  schedule_batch (self);
  return G_SOURCE_REMOVE;
}

static void
schedule_flush (StateSyncCommitter *self)
{
  if (self->flush_source != NULL || self->flush_due)
    return;

  state_sync_source_start (&self->flush_source, g_timeout_source_new (FLUSH_DELAY_MSEC), on_flush,
                           self);
}

/* --- what is not stored yet --- */

static void
update_unsaved (StateSyncCommitter *self, StateSyncTopicEntry *entry)
{
  StateSyncTopicTable *table = state_sync_loader_get_table (self->loader);

  if (state_sync_topic_entry_is_unsaved (entry))
    {
      if (g_hash_table_add (self->unsaved, entry))
        state_sync_topic_table_hold (table, entry->name);
      schedule_flush (self);
    }
  else if (g_hash_table_remove (self->unsaved, entry))
    {
      state_sync_topic_table_release (table, entry);
    }
}

static void
add_all_unsaved (StateSyncCommitter *self, StateSyncBatch *batch)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->unsaved);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    state_sync_batch_add_unsaved (batch, key);
}

static void
update_all_unsaved (StateSyncCommitter *self)
{
  g_autoptr (GList) entries = g_hash_table_get_keys (self->unsaved);

  for (GList *l = entries; l != NULL; l = l->next)
    update_unsaved (self, l->data);
}

static void
flush_failed (StateSyncCommitter *self, const GError *error)
{
  self->final_flush_failed = self->drained != NULL;
  g_warning ("%u topics written as not durable could not be stored%s: %s",
             g_hash_table_size (self->unsaved),
             self->final_flush_failed ? " and are lost" : ", trying again", error->message);
}

/* --- writes --- */

/* All of the commit at once, for whoever reads: what `committed` shows in a way of its own it
 * may not show before `published`, and who is shown it then finds it everywhere. */
static void
publish (StateSyncCommitter *self, GPtrArray *changed, GPtrArray *before)
{
  for (guint i = 0; i < changed->len; i++)
    {
      StateSyncTopicEntry *entry = g_ptr_array_index (changed, i);

      self->funcs->committed (entry->name, g_ptr_array_index (before, i), entry->committed,
                              self->user_data);
    }
  state_sync_topic_table_publish (state_sync_loader_get_table (self->loader), changed);
  self->funcs->published (self->user_data);
}

/* Where all learn of the new states, in this order: readers on any thread and in shared memory,
 * each writer, everybody else. The requests go last: they hold the entries. */
static void
announce (StateSyncCommitter *self, StateSyncBatch *batch, GPtrArray *requests)
{
  GPtrArray *changed = state_sync_batch_get_changed (batch);

  self->counters.writes += state_sync_batch_get_n_changed (batch);
  self->counters.unchanged += state_sync_batch_get_n_unchanged (batch);

  publish (self, changed, state_sync_batch_get_before (batch));

  for (guint i = 0; i < requests->len; i++)
    state_sync_write_request_reply (g_ptr_array_index (requests, i));

  for (guint i = 0; i < changed->len; i++)
    {
      StateSyncTopicEntry *entry = g_ptr_array_index (changed, i);

      self->funcs->announced (entry->name, entry->committed, self->user_data);
      update_unsaved (self, entry);
    }

  for (guint i = 0; i < requests->len; i++)
    state_sync_write_request_free (g_ptr_array_index (requests, i), self->loader);
}

/* @request is judged. */
static void
commit_in_memory (StateSyncCommitter *self, StateSyncWriteRequest *request)
{
  g_autoptr (StateSyncBatch) batch = state_sync_batch_new ();
  g_autoptr (GPtrArray) requests = g_ptr_array_new ();

  state_sync_batch_add (batch, &request->set);
  state_sync_batch_promote (batch);
  g_ptr_array_add (requests, request);
  announce (self, batch, requests);
}

/* --- the judge --- */

/* The request that was on trial is judged: on to where it goes from there. */
static void
end_trial (StateSyncCommitter *self)
{
  StateSyncWriteRequest *request = g_steal_pointer (&self->on_trial);

  if (request->is_to_memory)
    {
      commit_in_memory (self, request);
    }
  else
    {
      state_sync_batch_add (self->batch, &request->set);
      g_ptr_array_add (self->batch_requests, request);
    }
}

static void
try (StateSyncCommitter *self, StateSyncWriteRequest *request, gboolean is_to_memory)
{
  request->is_to_memory = is_to_memory;
  self->on_trial = request;
  if (state_sync_judge_run (self->judge, &request->set))
    end_trial (self);
}

static void
on_judged (gpointer user_data)
{
  StateSyncCommitter *self = user_data;

  end_trial (self);
  go_on (self);
  report_drained (self);
}

/* --- the transaction --- */

typedef struct
{
  StateSyncCommitter *committer;
  StateSyncBatch *batch;
  GPtrArray *requests;
  const StateSyncChange *changes;
  gsize n_changes;
  gint64 usec;
  GError *error;
} CommitJob;

static void
run_commit (gpointer data)
{
  CommitJob *job = data;
  gint64 start = g_get_monotonic_time ();

  state_sync_storage_commit (job->committer->storage, job->changes, job->n_changes, &job->error);
  job->usec = g_get_monotonic_time () - start;
}

static void
count_commit (StateSyncCommitter *self, gint64 usec)
{
  self->counters.commits++;
  self->counters.commit_usec_total += usec;
  self->counters.commit_usec_max = MAX (self->counters.commit_usec_max, usec);
}

static void
report_drained (StateSyncCommitter *self)
{
  StateSyncDrainedFunc drained = self->drained;

  if (drained == NULL || self->is_storing || self->on_trial != NULL ||
      self->batch_requests->len > 0 || !g_queue_is_empty (&self->queue))
    return;

  if (g_hash_table_size (self->unsaved) > 0 && !self->final_flush_failed)
    {
      self->flush_due = TRUE;
      schedule_batch (self);
      return;
    }

  self->drained = NULL;
  state_sync_source_clear (&self->flush_source);
  drained (self->user_data);
}

/* With @error the batch could not be stored. */
static void
settle (StateSyncCommitter *self, StateSyncBatch *batch, GPtrArray *requests, const GError *error)
{
  gboolean is_flush = requests->len == 0;

  if (error != NULL)
    state_sync_batch_drop (batch, error);
  else
    state_sync_batch_promote (batch);

  if (is_flush && error != NULL)
    flush_failed (self, error);

  announce (self, batch, requests);
  update_all_unsaved (self);
  go_on (self);
  report_drained (self);
}

static void
commit_job_free (CommitJob *job)
{
  state_sync_batch_free (job->batch);
  g_ptr_array_unref (job->requests);
  g_clear_error (&job->error);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CommitJob, commit_job_free)

static void
commit_done (gpointer data)
{
  g_autoptr (CommitJob) job = data;
  StateSyncCommitter *self = job->committer;

  self->is_storing = FALSE;
  if (job->error == NULL)
    count_commit (self, job->usec);
  settle (self, job->batch, job->requests, job->error);
}

/* @batch: (transfer full), @requests: (transfer full): those of its writes, none for a flush */
static void
commit (StateSyncCommitter *self, StateSyncBatch *batch, GPtrArray *requests)
{
  g_autoptr (CommitJob) job = g_new0 (CommitJob, 1);

  job->committer = self;
  job->batch = batch;
  job->requests = requests;
  job->changes = state_sync_batch_seal (batch, &job->n_changes);
  if (job->n_changes == 0)
    {
      settle (self, batch, requests, NULL);
      return;
    }

  self->is_storing = TRUE;
  state_sync_worker_push (self->worker, run_commit, commit_done, g_steal_pointer (&job));
}

static void
flush (StateSyncCommitter *self)
{
  StateSyncBatch *batch = state_sync_batch_new ();

  self->flush_due = FALSE;
  add_all_unsaved (self, batch);
  commit (self, batch, g_ptr_array_new ());
}

static void
start_batch (StateSyncCommitter *self)
{
  self->batch = state_sync_batch_new ();
  self->batch_requests = g_ptr_array_new ();
  self->batch_bytes = 0;
}

static void
commit_batch (StateSyncCommitter *self)
{
  StateSyncBatch *batch = g_steal_pointer (&self->batch);
  GPtrArray *requests = g_steal_pointer (&self->batch_requests);

  start_batch (self);
  commit (self, batch, requests);
}

static void
dequeue (StateSyncCommitter *self, StateSyncWriteRequest *request)
{
  g_queue_pop_head (&self->queue);
  self->queue_bytes -= request->bytes;

  if (request->request.error != NULL)
    {
      request->set.error = g_error_copy (request->request.error);
      state_sync_write_request_reply (request);
      state_sync_write_request_free (request, self->loader);
    }
  else if (!request->durable && !state_sync_write_request_has_head (request))
    {
      try (self, request, TRUE);
    }
  else
    {
      if (self->batch_requests->len == 0)
        self->batch_deadline = g_get_monotonic_time () + BATCH_MAX_USEC;
      self->batch_bytes += request->bytes;
      try (self, request, FALSE);
    }
}

static gboolean
is_full (StateSyncCommitter *self)
{
  return self->batch_requests->len >= BATCH_MAX_WRITES || self->batch_bytes >= BATCH_MAX_BYTES ||
         (self->batch_requests->len > 0 && g_get_monotonic_time () >= self->batch_deadline);
}

/* The queue keeps its order: a request whose topics are still being loaded holds up those behind
 * it, which costs less than explaining to a writer why its second write came first. */
static void
fill_from_queue (StateSyncCommitter *self)
{
  StateSyncWriteRequest *request;

  while (!is_full (self) && self->on_trial == NULL &&
         (request = g_queue_peek_head (&self->queue)) != NULL &&
         state_sync_write_request_is_loaded (request))
    dequeue (self, request);
}

/* As far as it goes without waiting for anything. */
static void
go_on (StateSyncCommitter *self)
{
  if (self->is_storing)
    return;

  if (self->flush_due)
    {
      flush (self);
      return;
    }

  fill_from_queue (self);
  if (self->on_trial == NULL && self->batch_requests->len > 0)
    commit_batch (self);
}

static void
write_loaded (StateSyncRequest *request, gpointer user_data)
{
  schedule_batch (user_data);
}

static void
enqueue (StateSyncCommitter *self, StateSyncWriteRequest *request)
{
  g_queue_push_tail (&self->queue, request);
  self->queue_bytes += request->bytes;
  if (state_sync_write_request_is_loaded (request))
    schedule_batch (self);
}

/* @writes (of StateSyncWrite, checked) take effect together, in order, or not at all. If one is
 * durable, all are. @admit: (nullable) */
void
state_sync_committer_write (StateSyncCommitter *self,
                            GPtrArray *writes,
                            StateSyncAdmitFunc admit,
                            StateSyncWriteFunc func,
                            gpointer user_data)
{
  StateSyncWriteRequest *request;

  if (self->queue_bytes > QUEUE_MAX_BYTES)
    {
      g_autoptr (GError) error = state_sync_error_limit_exceeded (
          "Too many bytes of writes are waiting to be stored", QUEUE_MAX_BYTES);

      func (NULL, 0, error, user_data);
      return;
    }

  request =
      state_sync_write_request_new (self->loader, writes, write_loaded, self, func, user_data);
  request->set.admit = admit;
  request->set.admit_data = user_data;
  if (!request->durable && request->is_first && state_sync_write_request_is_loaded (request) &&
      self->on_trial == NULL)
    try (self, request, TRUE);
  else
    enqueue (self, request);
}

/* --- the object --- */

/* Asks an application about each write before it takes effect. Once, before the first write. */
void
state_sync_committer_set_validator (StateSyncCommitter *self,
                                    StateSyncValidateFunc validate,
                                    StateSyncConcernsFunc concerns,
                                    gpointer user_data,
                                    GDestroyNotify destroy)
{
  state_sync_judge_set_validator (self->judge, validate, concerns, user_data, destroy);
}

/* Calls @drained, from the main loop or at once, when all that was written is settled and what
 * is not stored yet has been tried once more. Nothing may be written from then on, and a
 * validator that does not answer is not waited for. */
void
state_sync_committer_drain (StateSyncCommitter *self, StateSyncDrainedFunc drained)
{
  self->drained = drained;
  state_sync_judge_close (self->judge);
  report_drained (self);
}

gboolean
state_sync_committer_is_unsaved (StateSyncCommitter *self, StateSyncTopicEntry *entry)
{
  return g_hash_table_contains (self->unsaved, entry);
}

/* (transfer container) (element-type StateSyncTopicEntry): what storage knows an older state of. */
GList *
state_sync_committer_list_unsaved (StateSyncCommitter *self)
{
  return g_hash_table_get_keys (self->unsaved);
}

void
state_sync_committer_get_counters (StateSyncCommitter *self, StateSyncCommitCounters *counters)
{
  *counters = self->counters;
}

StateSyncCommitter *
state_sync_committer_new (StateSyncStorage *storage,
                          StateSyncWorker *worker,
                          StateSyncLoader *loader,
                          guint64 max_data_size,
                          const StateSyncCommitFuncs *funcs,
                          gpointer user_data)
{
  StateSyncCommitter *self = g_new0 (StateSyncCommitter, 1);

  self->storage = g_object_ref (storage);
  self->worker = worker;
  self->loader = loader;
  self->judge = state_sync_judge_new (max_data_size, on_judged, self);
  self->funcs = funcs;
  self->user_data = user_data;
  self->unsaved = g_hash_table_new (NULL, NULL);
  g_queue_init (&self->queue);
  start_batch (self);
  return self;
}

void
state_sync_committer_free (StateSyncCommitter *self)
{
  state_sync_source_clear (&self->begin_source);
  state_sync_source_clear (&self->flush_source);
  state_sync_judge_free (self->judge);
  state_sync_batch_free (self->batch);
  g_ptr_array_unref (self->batch_requests);
  g_hash_table_unref (self->unsaved);
  g_object_unref (self->storage);
  g_free (self);
}
