/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Brings topics from storage into the table. However many requests wait for a topic, it is
 * loaded once; they go on in the order in which they came. A load that fails is told to each of
 * them and forgotten: the next request tries again.
 *
 * A topic that storage never had is at revision 0, and reads as `null` or as what the application
 * wants it to begin with. That is nowhere stored: it is asked for with each load.
 */

#include "store/loader.h"

#include "protocol/error.h"
#include "protocol/json-check.h"

/* What a topic that was never written reads as. */
#define ABSENT_DATA "null"

/* Bytes of topics kept though nobody asks about them at the moment. */
#define IDLE_BUDGET (32 * 1024 * 1024)

struct _StateSyncLoader
{
  StateSyncStorage *storage;
  StateSyncWorker *worker;
  StateSyncTopicTable *table;
  guint64 max_data_size;

  StateSyncInitialDataFunc initial; /* (nullable) */
  gpointer initial_data;
  GDestroyNotify initial_destroy; /* (nullable) */
};

typedef struct
{
  StateSyncLoader *loader;
  StateSyncTopicEntry *entry; /* held */
  StateSyncSnapshot *snapshot;
  GError *error;
} LoadJob;

StateSyncLoader *
state_sync_loader_new (StateSyncStorage *storage,
                       StateSyncWorker *worker,
                       StateSyncCommittedView *view,
                       guint64 max_data_size)
{
  StateSyncLoader *self = g_new0 (StateSyncLoader, 1);

  self->storage = g_object_ref (storage);
  self->worker = worker;
  self->table = state_sync_topic_table_new (IDLE_BUDGET, view);
  self->max_data_size = max_data_size;
  return self;
}

void
state_sync_loader_free (StateSyncLoader *self)
{
  if (self->initial_destroy != NULL)
    self->initial_destroy (self->initial_data);
  state_sync_topic_table_free (self->table);
  g_object_unref (self->storage);
  g_free (self);
}

/* Once, before anything is loaded. */
void
state_sync_loader_set_initial_data (StateSyncLoader *self,
                                    StateSyncInitialDataFunc func,
                                    gpointer user_data,
                                    GDestroyNotify destroy)
{
  g_assert (self->initial == NULL);

  self->initial = func;
  self->initial_data = user_data;
  self->initial_destroy = destroy;
}

StateSyncTopicTable *
state_sync_loader_get_table (StateSyncLoader *self)
{
  return self->table;
}

static void
run_load (gpointer data)
{
  LoadJob *job = data;

  job->snapshot = state_sync_storage_load (job->loader->storage, job->entry->name, &job->error);
}

/* What an application puts in enters like anything else. */
static gboolean
is_acceptable (StateSyncLoader *self, const char *topic, GBytes *data)
{
  gsize length;
  const char *text = g_bytes_get_data (data, &length);
  StateSyncJsonFault fault;

  if (length > self->max_data_size)
    {
      g_warning ("The initial data of topic “%s” is not used: its %" G_GSIZE_FORMAT
                 " bytes are above the limit of %" G_GUINT64_FORMAT,
                 topic, length, self->max_data_size);
      return FALSE;
    }

  if (!state_sync_json_check (text, length, &fault))
    {
      g_warning ("The initial data of topic “%s” is not used: it is invalid at byte "
                 "%" G_GSIZE_FORMAT ": %s",
                 topic, fault.offset, fault.reason);
      return FALSE;
    }
  return TRUE;
}

static GBytes *
initial_data (StateSyncLoader *self, const char *topic)
{
  g_autoptr (GBytes) data =
      self->initial != NULL ? self->initial (topic, self->initial_data) : NULL;

  if (data != NULL && is_acceptable (self, topic, data))
    return g_steal_pointer (&data);
  return g_bytes_new_static (ABSENT_DATA, strlen (ABSENT_DATA));
}

static StateSyncSnapshot *
never_written (StateSyncLoader *self, const char *topic)
{
  g_autoptr (GBytes) data = initial_data (self, topic);

  return state_sync_snapshot_new (0, data);
}

static void
set_loaded (StateSyncLoader *self, StateSyncTopicEntry *entry, StateSyncSnapshot *stored)
{
  g_autoptr (StateSyncSnapshot) snapshot =
      stored != NULL ? stored : never_written (self, entry->name);
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();

  entry->stored_revision = state_sync_snapshot_get_revision (snapshot);
  state_sync_topic_entry_set_committed (entry, snapshot);
  g_ptr_array_add (entries, entry);
  state_sync_topic_table_publish (self->table, entries);
}

static void
release_all (StateSyncLoader *self, StateSyncRequest *request)
{
  for (guint i = 0; i < request->entries->len; i++)
    state_sync_topic_table_release (self->table, g_ptr_array_index (request->entries, i));
  g_ptr_array_set_size (request->entries, 0);
}

/* What is too much is let go at once, not when the rest has come too. */
static void
count (StateSyncLoader *self, StateSyncRequest *request, StateSyncTopicEntry *entry)
{
  request->bytes += g_bytes_get_size (state_sync_snapshot_get_data (entry->committed));
  if (request->bytes <= request->max_bytes || request->error != NULL)
    return;

  request->error = state_sync_error_answer_too_large ("The topics asked for", request->max_bytes,
                                                      "ask for fewer at a time");
  release_all (self, request);
}

static void
load_done (gpointer data)
{
  LoadJob *job = data;
  StateSyncLoader *self = job->loader;
  StateSyncTopicEntry *entry = job->entry;
  StateSyncRequest *request;

  entry->loading = FALSE;
  if (job->error == NULL)
    set_loaded (self, entry, g_steal_pointer (&job->snapshot));

  while ((request = g_queue_pop_head (&entry->waiting)) != NULL)
    {
      if (job->error == NULL)
        count (self, request, entry);
      else if (request->error == NULL)
        request->error = g_error_copy (job->error);
      if (--request->n_missing == 0)
        request->loaded (request, request->user_data);
    }

  state_sync_topic_table_release (self->table, entry);
  g_clear_error (&job->error);
  g_free (job);
}

static void
load (StateSyncLoader *self, StateSyncTopicEntry *entry)
{
  LoadJob *job = g_new0 (LoadJob, 1);

  job->loader = self;
  job->entry = state_sync_topic_table_hold (self->table, entry->name);
  entry->loading = TRUE;
  state_sync_worker_push (self->worker, run_load, load_done, job);
}

/* @loaded is called from the main loop, once, if a topic that is added has to be loaded. */
void
state_sync_loader_begin (StateSyncLoader *self,
                         StateSyncRequest *request,
                         guint64 max_bytes,
                         StateSyncLoadedFunc loaded,
                         gpointer user_data)
{
  request->entries = g_ptr_array_new ();
  request->max_bytes = max_bytes;
  request->loaded = loaded;
  request->user_data = user_data;
}

void
state_sync_loader_add (StateSyncLoader *self, StateSyncRequest *request, const char *topic)
{
  StateSyncTopicEntry *entry;

  if (request->error != NULL)
    return;

  entry = state_sync_topic_table_hold (self->table, topic);
  g_ptr_array_add (request->entries, entry);
  if (entry->committed != NULL)
    {
      count (self, request, entry);
      return;
    }

  request->n_missing++;
  g_queue_push_tail (&entry->waiting, request);
  if (!entry->loading)
    load (self, entry);
}

void
state_sync_loader_end (StateSyncLoader *self, StateSyncRequest *request)
{
  release_all (self, request);
  g_clear_pointer (&request->entries, g_ptr_array_unref);
  g_clear_error (&request->error);
}
