/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One commit: sets that were judged are added, then it is sealed, then promoted or dropped.
 *
 * A topic has two states side by side: `committed`, which readers see, and `head`, what the
 * batch makes of it. The judge stacks the writes of all sets of a batch on the heads (judge.c);
 * here they become what everyone sees, or nothing.
 *
 * There is only ever one batch whose heads are not settled, and nobody but the judge looks at a
 * head. So nothing is ever decided on a state that may still be taken back: a set whose outcome
 * rests on a head learns it when the batch is settled, and if the transaction fails it is refused
 * for that reason, whatever its outcome would have been (`needs_commit`).
 *
 * What readers see already but is not stored yet (`unsaved`) is stored by a batch that has no
 * heads of its own, and may be on its way while another one, not sealed, has some.
 */

#include "store/batch.h"

struct _StateSyncBatch
{
  GPtrArray *sets;    /* of StateSyncWriteSet, the caller's */
  GPtrArray *touched; /* of StateSyncTopicEntry, each once, in the order of the writes */
  GHashTable *is_touched;
  GPtrArray *unsaved; /* of StateSyncTopicEntry, whose committed state is stored */
  GPtrArray *changed; /* of StateSyncTopicEntry: those whose committed state was replaced */
  GPtrArray *before;  /* of StateSyncSnapshot: what that was, of each of them */
  GPtrArray *sealed;  /* of StateSyncTopicEntry, one for each of changes */
  GArray *changes;    /* of StateSyncChange; the snapshots are owned */
  guint n_changed;
  guint n_unchanged;
};

static void
change_clear (gpointer data)
{
  StateSyncChange *change = data;

  state_sync_snapshot_unref (change->snapshot);
}

StateSyncBatch *
state_sync_batch_new (void)
{
  StateSyncBatch *self = g_new0 (StateSyncBatch, 1);

  self->sets = g_ptr_array_new ();
  self->touched = g_ptr_array_new ();
  self->is_touched = g_hash_table_new (NULL, NULL);
  self->unsaved = g_ptr_array_new ();
  self->changed = g_ptr_array_new ();
  self->before = g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_snapshot_unref);
  self->sealed = g_ptr_array_new ();
  self->changes = g_array_new (FALSE, FALSE, sizeof (StateSyncChange));
  g_array_set_clear_func (self->changes, change_clear);
  return self;
}

void
state_sync_batch_free (StateSyncBatch *self)
{
  g_ptr_array_unref (self->sets);
  g_ptr_array_unref (self->touched);
  g_hash_table_unref (self->is_touched);
  g_ptr_array_unref (self->unsaved);
  g_ptr_array_unref (self->changed);
  g_ptr_array_unref (self->before);
  g_ptr_array_unref (self->sealed);
  g_array_unref (self->changes);
  g_free (self);
}

static void
touch (StateSyncBatch *self, StateSyncTopicEntry *entry)
{
  if (g_hash_table_add (self->is_touched, entry))
    g_ptr_array_add (self->touched, entry);
}

/* @set, which the judge has judged: its outcome is final once the batch is settled. */
void
state_sync_batch_add (StateSyncBatch *self, StateSyncWriteSet *set)
{
  g_ptr_array_add (self->sets, set);
  if (set->error != NULL)
    return;

  self->n_changed += set->n_changed;
  self->n_unchanged += set->writes->len - set->n_changed;
  for (guint i = 0; i < set->entries->len; i++)
    touch (self, g_ptr_array_index (set->entries, i));
}

/* @entry is in no set of the batch. */
void
state_sync_batch_add_unsaved (StateSyncBatch *self, StateSyncTopicEntry *entry)
{
  g_ptr_array_add (self->unsaved, entry);
}

static void
seal (StateSyncBatch *self, StateSyncTopicEntry *entry, StateSyncSnapshot *newest)
{
  StateSyncChange change = { entry->name, newest };

  if (state_sync_snapshot_get_revision (newest) == entry->stored_revision)
    return;

  state_sync_snapshot_ref (newest);
  g_array_append_val (self->changes, change);
  g_ptr_array_add (self->sealed, entry);
}

/* What storage has to store for the batch to be on stable storage; perhaps nothing. */
const StateSyncChange *
state_sync_batch_seal (StateSyncBatch *self, gsize *n_changes)
{
  for (guint i = 0; i < self->touched->len; i++)
    {
      StateSyncTopicEntry *entry = g_ptr_array_index (self->touched, i);

      seal (self, entry, entry->head != NULL ? entry->head : entry->committed);
    }

  for (guint i = 0; i < self->unsaved->len; i++)
    {
      StateSyncTopicEntry *entry = g_ptr_array_index (self->unsaved, i);

      seal (self, entry, entry->committed);
    }

  *n_changes = self->changes->len;
  return (const StateSyncChange *)(gpointer)self->changes->data;
}

/* What was the batch's becomes what everyone sees; what was sealed, if any, is stored. */
void
state_sync_batch_promote (StateSyncBatch *self)
{
  for (guint i = 0; i < self->sealed->len; i++)
    {
      StateSyncTopicEntry *entry = g_ptr_array_index (self->sealed, i);
      StateSyncChange *change = &g_array_index (self->changes, StateSyncChange, i);

      entry->stored_revision = state_sync_snapshot_get_revision (change->snapshot);
    }

  for (guint i = 0; i < self->touched->len; i++)
    {
      StateSyncTopicEntry *entry = g_ptr_array_index (self->touched, i);

      if (entry->head == NULL)
        continue;
      g_ptr_array_add (self->before, state_sync_snapshot_ref (entry->committed));
      state_sync_topic_entry_set_committed (entry, entry->head);
      g_clear_pointer (&entry->head, state_sync_snapshot_unref);
      g_ptr_array_add (self->changed, entry);
    }
}

/* The transaction failed: what was seen before is all there is. */
void
state_sync_batch_drop (StateSyncBatch *self, const GError *error)
{
  for (guint i = 0; i < self->touched->len; i++)
    {
      StateSyncTopicEntry *entry = g_ptr_array_index (self->touched, i);

      g_clear_pointer (&entry->head, state_sync_snapshot_unref);
    }

  for (guint i = 0; i < self->sets->len; i++)
    {
      StateSyncWriteSet *set = g_ptr_array_index (self->sets, i);

      if (!set->needs_commit)
        continue;
      g_clear_error (&set->error);
      set->error = g_error_copy (error);
    }
}

GPtrArray *
state_sync_batch_get_changed (StateSyncBatch *self)
{
  return self->changed;
}

GPtrArray *
state_sync_batch_get_before (StateSyncBatch *self)
{
  return self->before;
}

guint
state_sync_batch_get_n_changed (StateSyncBatch *self)
{
  return self->n_changed;
}

guint
state_sync_batch_get_n_unchanged (StateSyncBatch *self)
{
  return self->n_unchanged;
}
