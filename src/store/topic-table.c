/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The part of the truth that is in memory. It is a cache over storage in which an entry that
 * somebody holds stays: a request holds its topics, the store those whose newest state is not
 * stored yet. All others may go at any time, least recently used first, so memory follows what
 * is used, not what is stored, and a peer that reads a million names, written or not, costs no
 * more than the budget.
 *
 * Who reads through the view is not noticed here: a topic that is only read there may go, and
 * comes back with the first read that misses it.
 */

#include "store/topic-table.h"

struct _StateSyncTopicTable
{
  StateSyncCommittedView *view; /* owned */
  GHashTable *entries;
  GQueue idle; /* entries that nobody holds, the least recently used first */
  gsize idle_cost;
  gsize budget;
};

static void
entry_free (gpointer data)
{
  StateSyncTopicEntry *entry = data;

  g_clear_pointer (&entry->committed, state_sync_snapshot_unref);
  g_clear_pointer (&entry->head, state_sync_snapshot_unref);
  g_free (entry->name);
  g_free (entry);
}

/* The entries whose committed state is published are in @view for as long as they are here. */
StateSyncTopicTable *
state_sync_topic_table_new (gsize budget, StateSyncCommittedView *view)
{
  StateSyncTopicTable *self = g_new0 (StateSyncTopicTable, 1);

  self->view = state_sync_committed_view_ref (view);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  self->budget = budget;
  g_queue_init (&self->idle);
  return self;
}

void
state_sync_topic_table_free (StateSyncTopicTable *self)
{
  state_sync_committed_view_close (self->view);
  state_sync_committed_view_unref (self->view);
  g_hash_table_unref (self->entries);
  g_free (self);
}

static StateSyncTopicEntry *
add_entry (StateSyncTopicTable *self, const char *name)
{
  StateSyncTopicEntry *entry = g_new0 (StateSyncTopicEntry, 1);

  entry->name = g_strdup (name);
  entry->link.data = entry;
  g_queue_init (&entry->waiting);
  g_hash_table_insert (self->entries, entry->name, entry);
  return entry;
}

/* (nullable): the entry, if there is one. */
StateSyncTopicEntry *
state_sync_topic_table_peek (StateSyncTopicTable *self, const char *name)
{
  return g_hash_table_lookup (self->entries, name);
}

/* The entry stays until it is released as often as it was held. */
StateSyncTopicEntry *
state_sync_topic_table_hold (StateSyncTopicTable *self, const char *name)
{
  StateSyncTopicEntry *entry = g_hash_table_lookup (self->entries, name);

  if (entry == NULL)
    {
      entry = add_entry (self, name);
    }
  else if (entry->n_holds == 0)
    {
      g_queue_unlink (&self->idle, &entry->link);
      self->idle_cost -= entry->cost;
    }

  entry->n_holds++;
  return entry;
}

static void
remove_entry (StateSyncTopicTable *self, StateSyncTopicEntry *entry)
{
  state_sync_committed_view_remove (self->view, entry->name);
  g_hash_table_remove (self->entries, entry->name);
}

static void
drop_oldest (StateSyncTopicTable *self)
{
  StateSyncTopicEntry *oldest = g_queue_pop_head_link (&self->idle)->data;

  self->idle_cost -= oldest->cost;
  remove_entry (self, oldest);
}

void
state_sync_topic_table_release (StateSyncTopicTable *self, StateSyncTopicEntry *entry)
{
  g_assert (entry->n_holds > 0);

  if (--entry->n_holds > 0)
    return;

  /* Its load failed: the next request tries again. */
  if (entry->committed == NULL)
    {
      remove_entry (self, entry);
      return;
    }

  entry->cost = sizeof *entry + strlen (entry->name) +
                g_bytes_get_size (state_sync_snapshot_get_data (entry->committed));
  g_queue_push_tail_link (&self->idle, &entry->link);
  self->idle_cost += entry->cost;

  while (self->idle_cost > self->budget)
    drop_oldest (self);
}

/* @entries (of StateSyncTopicEntry, held): their committed states are seen by all, in one step. */
void
state_sync_topic_table_publish (StateSyncTopicTable *self, GPtrArray *entries)
{
  state_sync_committed_view_begin (self->view);
  for (guint i = 0; i < entries->len; i++)
    {
      StateSyncTopicEntry *entry = g_ptr_array_index (entries, i);

      state_sync_committed_view_set (self->view, entry->name, entry->committed);
    }
  state_sync_committed_view_end (self->view);
}

gboolean
state_sync_topic_entry_is_unsaved (const StateSyncTopicEntry *entry)
{
  return entry->committed != NULL &&
         entry->stored_revision < state_sync_snapshot_get_revision (entry->committed);
}

void
state_sync_topic_entry_set_committed (StateSyncTopicEntry *entry, StateSyncSnapshot *snapshot)
{
  g_clear_pointer (&entry->committed, state_sync_snapshot_unref);
  entry->committed = state_sync_snapshot_ref (snapshot);
}
