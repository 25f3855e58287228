/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A list of topics is what storage lists, with what is not stored yet laid over it. The two fit:
 * the worker reports its jobs in order, so when the list arrives here, exactly the transactions
 * that it saw have been promoted, and every other change since is among the unsaved.
 */

#include "store/listing.h"

#include "protocol/name.h"

typedef struct
{
  StateSyncStorage *storage;
  StateSyncTopicTable *table;
  StateSyncCommitter *committer;
  char *namespace_;
  GArray *stored; /* of StateSyncListItem */
  GError *error;
  StateSyncListFunc func;
  gpointer user_data;
} ListJob;

static void
list_item_clear (gpointer data)
{
  g_free (((StateSyncListItem *)data)->topic);
}

static GArray *
new_items (void)
{
  GArray *items = g_array_new (FALSE, FALSE, sizeof (StateSyncListItem));

  g_array_set_clear_func (items, list_item_clear);
  return items;
}

static void
add_item (const char *topic, guint64 revision, guint64 bytes, gpointer user_data)
{
  GArray *items = user_data;
  StateSyncListItem item = { g_strdup (topic), revision, bytes };

  g_array_append_val (items, item);
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  return strcmp (((const StateSyncListItem *)a)->topic, ((const StateSyncListItem *)b)->topic);
}

static void
run_list (gpointer data)
{
  ListJob *job = data;

  state_sync_storage_list (job->storage, job->namespace_, add_item, job->stored, &job->error);
}

static gboolean
is_unsaved (ListJob *job, const char *topic)
{
  StateSyncTopicEntry *entry = state_sync_topic_table_peek (job->table, topic);

  return entry != NULL && state_sync_committer_is_unsaved (job->committer, entry);
}

static gboolean
is_listed (ListJob *job, const StateSyncTopicEntry *entry)
{
  return job->namespace_[0] == '\0' || state_sync_name_is_in (entry->name, job->namespace_);
}

static GArray *
overlay (ListJob *job, GList *unsaved)
{
  GArray *items = new_items ();

  for (guint i = 0; i < job->stored->len; i++)
    {
      const StateSyncListItem *item = &g_array_index (job->stored, StateSyncListItem, i);

      if (!is_unsaved (job, item->topic))
        add_item (item->topic, item->revision, item->bytes, items);
    }

  for (GList *l = unsaved; l != NULL; l = l->next)
    {
      const StateSyncTopicEntry *entry = l->data;

      if (is_listed (job, entry))
        add_item (entry->name, state_sync_snapshot_get_revision (entry->committed),
                  state_sync_snapshot_get_size (entry->committed), items);
    }

  g_array_sort (items, compare_items);
  return items;
}

static void
list_done (gpointer data)
{
  ListJob *job = data;
  g_autoptr (GList) unsaved = state_sync_committer_list_unsaved (job->committer);
  g_autoptr (GArray) items = unsaved != NULL ? overlay (job, unsaved) : g_array_ref (job->stored);

  job->func (job->error == NULL ? items : NULL, job->error, job->user_data);

  g_array_unref (job->stored);
  g_clear_error (&job->error);
  g_free (job->namespace_);
  g_free (job);
}

/* The topics inside @namespace_, "" = all. */
void
state_sync_listing_run (StateSyncStorage *storage,
                        StateSyncWorker *worker,
                        StateSyncTopicTable *table,
                        StateSyncCommitter *committer,
                        const char *namespace_,
                        StateSyncListFunc func,
                        gpointer user_data)
{
  ListJob *job = g_new0 (ListJob, 1);

  job->storage = storage;
  job->table = table;
  job->committer = committer;
  job->namespace_ = g_strdup (namespace_);
  job->stored = new_items ();
  job->func = func;
  job->user_data = user_data;
  state_sync_worker_push (worker, run_list, list_done, job);
}
