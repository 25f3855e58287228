/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A write goes through these stations:
 *
 *  1. It is queued. Its topics are held in memory, and loaded if they were not (loader.c).
 *  2. When no transaction is under way, the queue's head becomes the next batch: each write is
 *     judged and gets its revision (batch.c). Writes that come from then on wait for the batch
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

/* What may wait for the transactions to come. */
#define QUEUE_MAX_BYTES ((guint64)512 * 1024 * 1024)

struct _StateSyncCommitter
{
  StateSyncStorage *storage;
  StateSyncWorker *worker;
  StateSyncLoader *loader;
  guint64 max_data_size;
  const StateSyncCommitFuncs *funcs;
  gpointer user_data;

  GQueue queue; /* of WriteRequest, in the order of arrival */
  guint64 queue_bytes;
  GSource *begin_source;

  /* Under way; NULL when no transaction is. */
  StateSyncBatch *batch;
  GPtrArray *batch_requests;

  GHashTable *unsaved; /* of StateSyncTopicEntry, held: not durable, to be stored soon */
  GSource *flush_source;
  gboolean flush_due;

  StateSyncDrainedFunc drained; /* (nullable) set once nothing more comes */
  gboolean final_flush_failed;
  StateSyncCommitCounters counters;
};

typedef struct
{
  StateSyncRequest request;
  StateSyncWriteSet set;
  guint64 bytes;
  gboolean durable;
  gboolean is_first;
  StateSyncWriteFunc func;
  gpointer user_data;
} WriteRequest;

static void begin_batch (StateSyncCommitter *self);

/* --- when to begin --- */

static gboolean
on_begin (gpointer user_data)
{
  StateSyncCommitter *self = user_data;

  state_sync_source_clear (&self->begin_source);
  begin_batch (self);
  return G_SOURCE_REMOVE;
}

/* In a turn of the main loop of its own, so that writes that have arrived already go together. */
static void
schedule_batch (StateSyncCommitter *self)
{
  if (self->batch != NULL || self->begin_source != NULL)
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

static StateSyncTopicEntry *
entry_at (WriteRequest *request, guint i)
{
  return g_ptr_array_index (request->set.entries, i);
}

static void
write_request_free (StateSyncCommitter *self, WriteRequest *request)
{
  for (guint i = 0; i < request->set.entries->len; i++)
    entry_at (request, i)->n_writes--;

  state_sync_loader_end (self->loader, &request->request);
  g_clear_error (&request->set.error);
  g_ptr_array_unref (request->set.writes);
  g_free (request->set.revisions);
  g_free (request);
}

static void
reply (WriteRequest *request)
{
  if (request->set.error != NULL)
    request->func (NULL, 0, request->set.error, request->user_data);
  else
    request->func (request->set.revisions, request->set.writes->len, NULL, request->user_data);
}

/* All of the commit at once, for whoever reads: what `committed` shows in a way of its own it
 * may not show before `published`, and who is shown it then finds it everywhere. */
static void
publish (StateSyncCommitter *self, GPtrArray *changed)
{
  for (guint i = 0; i < changed->len; i++)
    {
      StateSyncTopicEntry *entry = g_ptr_array_index (changed, i);

      self->funcs->committed (entry->name, entry->committed, self->user_data);
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

  publish (self, changed);

  for (guint i = 0; i < requests->len; i++)
    reply (g_ptr_array_index (requests, i));

  for (guint i = 0; i < changed->len; i++)
    {
      StateSyncTopicEntry *entry = g_ptr_array_index (changed, i);

      self->funcs->announced (entry->name, entry->committed, self->user_data);
      update_unsaved (self, entry);
    }

  for (guint i = 0; i < requests->len; i++)
    write_request_free (self, g_ptr_array_index (requests, i));
}

static void
commit_in_memory (StateSyncCommitter *self, WriteRequest *request)
{
  g_autoptr (StateSyncBatch) batch = state_sync_batch_new (self->max_data_size);
  g_autoptr (GPtrArray) requests = g_ptr_array_new ();

  state_sync_batch_add (batch, &request->set);
  state_sync_batch_promote (batch);
  g_ptr_array_add (requests, request);
  announce (self, batch, requests);
}

static gboolean
has_head (WriteRequest *request)
{
  for (guint i = 0; i < request->set.entries->len; i++)
    {
      if (entry_at (request, i)->head != NULL)
        return TRUE;
    }
  return FALSE;
}

/* --- the transaction --- */

typedef struct
{
  StateSyncCommitter *committer;
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

  if (drained == NULL || self->batch != NULL || !g_queue_is_empty (&self->queue))
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
settle (StateSyncCommitter *self, const GError *error)
{
  g_autoptr (StateSyncBatch) batch = g_steal_pointer (&self->batch);
  g_autoptr (GPtrArray) requests = g_steal_pointer (&self->batch_requests);
  gboolean is_flush = requests->len == 0;

  if (error != NULL)
    state_sync_batch_drop (batch, error);
  else
    state_sync_batch_promote (batch);

  if (is_flush && error != NULL)
    flush_failed (self, error);

  announce (self, batch, requests);
  update_all_unsaved (self);
  begin_batch (self);
  report_drained (self);
}

static void
commit_done (gpointer data)
{
  CommitJob *job = data;
  StateSyncCommitter *self = job->committer;

  if (job->error == NULL)
    count_commit (self, job->usec);
  settle (self, job->error);
  g_clear_error (&job->error);
  g_free (job);
}

static void
commit (StateSyncCommitter *self)
{
  CommitJob *job = g_new0 (CommitJob, 1);

  job->changes = state_sync_batch_seal (self->batch, &job->n_changes);
  if (job->n_changes == 0)
    {
      g_free (job);
      settle (self, NULL);
      return;
    }

  job->committer = self;
  state_sync_worker_push (self->worker, run_commit, commit_done, job);
}

static void
dequeue (StateSyncCommitter *self, WriteRequest *request)
{
  g_queue_pop_head (&self->queue);
  self->queue_bytes -= request->bytes;

  if (request->request.error != NULL)
    {
      request->set.error = g_error_copy (request->request.error);
      reply (request);
      write_request_free (self, request);
    }
  else if (!request->durable && !has_head (request))
    {
      commit_in_memory (self, request);
    }
  else
    {
      state_sync_batch_add (self->batch, &request->set);
      g_ptr_array_add (self->batch_requests, request);
    }
}

/* The queue keeps its order: a request whose topics are still being loaded holds up those behind
 * it, which costs less than explaining to a writer why its second write came first. */
static void
fill_from_queue (StateSyncCommitter *self)
{
  guint64 bytes = 0;
  WriteRequest *request;

  while (self->batch_requests->len < BATCH_MAX_WRITES && bytes < BATCH_MAX_BYTES &&
         (request = g_queue_peek_head (&self->queue)) != NULL && request->request.n_missing == 0)
    {
      bytes += request->bytes;
      dequeue (self, request);
    }
}

static void
begin_batch (StateSyncCommitter *self)
{
  if (self->batch != NULL || (g_queue_is_empty (&self->queue) && !self->flush_due))
    return;

  self->batch = state_sync_batch_new (self->max_data_size);
  self->batch_requests = g_ptr_array_new ();

  if (self->flush_due)
    {
      self->flush_due = FALSE;
      add_all_unsaved (self, self->batch);
      commit (self);
      return;
    }

  fill_from_queue (self);
  if (self->batch_requests->len > 0)
    {
      commit (self);
      return;
    }
  g_clear_pointer (&self->batch, state_sync_batch_free);
  g_clear_pointer (&self->batch_requests, g_ptr_array_unref);
}

static void
write_loaded (StateSyncRequest *request, gpointer user_data)
{
  schedule_batch (user_data);
}

/* Whether nothing that is queued or under way comes before the request on one of its topics. */
static gboolean
is_first (WriteRequest *request)
{
  for (guint i = 0; i < request->set.entries->len; i++)
    {
      if (entry_at (request, i)->n_writes > 0)
        return FALSE;
    }
  return TRUE;
}

static WriteRequest *
write_request_new (StateSyncCommitter *self,
                   GPtrArray *writes,
                   StateSyncWriteFunc func,
                   gpointer user_data)
{
  WriteRequest *request = g_new0 (WriteRequest, 1);

  state_sync_loader_begin (self->loader, &request->request, G_MAXUINT64, write_loaded, self);
  request->set.writes = g_ptr_array_ref (writes);
  request->set.entries = request->request.entries;
  request->func = func;
  request->user_data = user_data;

  for (guint i = 0; i < writes->len; i++)
    {
      const StateSyncWrite *write = g_ptr_array_index (writes, i);

      state_sync_loader_add (self->loader, &request->request, write->topic);
      request->bytes += g_bytes_get_size (write->data);
      request->durable |= write->durable;
    }

  request->is_first = is_first (request);
  for (guint i = 0; i < writes->len; i++)
    entry_at (request, i)->n_writes++;
  return request;
}

static void
enqueue (StateSyncCommitter *self, WriteRequest *request)
{
  g_queue_push_tail (&self->queue, request);
  self->queue_bytes += request->bytes;
  if (request->request.n_missing == 0)
    schedule_batch (self);
}

/* @writes (of StateSyncWrite, checked) take effect together, in order, or not at all. If one is
 * durable, all are. */
void
state_sync_committer_write (StateSyncCommitter *self,
                            GPtrArray *writes,
                            StateSyncWriteFunc func,
                            gpointer user_data)
{
  WriteRequest *request;

  if (self->queue_bytes > QUEUE_MAX_BYTES)
    {
      g_autoptr (GError) error = state_sync_error_limit_exceeded (
          "Too many bytes of writes are waiting to be stored", QUEUE_MAX_BYTES);

      func (NULL, 0, error, user_data);
      return;
    }

  request = write_request_new (self, writes, func, user_data);
  if (!request->durable && request->is_first && request->request.n_missing == 0)
    commit_in_memory (self, request);
  else
    enqueue (self, request);
}

/* --- the object --- */

/* Calls @drained, from the main loop or at once, when all that was written is settled and what
 * is not stored yet has been tried once more. Nothing may be written from then on. */
void
state_sync_committer_drain (StateSyncCommitter *self, StateSyncDrainedFunc drained)
{
  self->drained = drained;
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
  self->max_data_size = max_data_size;
  self->funcs = funcs;
  self->user_data = user_data;
  self->unsaved = g_hash_table_new (NULL, NULL);
  g_queue_init (&self->queue);
  return self;
}

void
state_sync_committer_free (StateSyncCommitter *self)
{
  state_sync_source_clear (&self->begin_source);
  state_sync_source_clear (&self->flush_source);
  g_hash_table_unref (self->unsaved);
  g_object_unref (self->storage);
  g_free (self);
}
