/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One commit: begin, change, seal, then promote or drop.
 *
 * A topic has two states side by side: `committed`, which readers see, and `head`, what the
 * batch makes of it. Each write is judged (expected revision, size, last revision) and gets its
 * revision against the head, so that writes in one batch follow each other as if each had been
 * committed alone. A set of which one write is refused leaves the heads as it found them.
 *
 * There is only ever one batch that is not settled, and nobody outside it looks at a head. So
 * nothing is ever decided on a state that may still be taken back: a set whose outcome rests on
 * a head learns it when the batch is settled, and if the transaction fails it is refused for
 * that reason, whatever its outcome would have been (`needs_commit`).
 */

#include "store/batch.h"

struct _StateSyncBatch
{
  guint64 max_data_size;
  GPtrArray *sets;    /* of StateSyncWriteSet, the caller's */
  GPtrArray *touched; /* of StateSyncTopicEntry, each once, in the order of the writes */
  GHashTable *is_touched;
  GPtrArray *changed; /* of StateSyncTopicEntry: those whose committed state was replaced */
  GPtrArray *sealed;  /* of StateSyncTopicEntry, one for each of changes */
  GArray *changes;    /* of StateSyncChange; the snapshots are owned */
  guint n_changed;
  guint n_unchanged;
};

/* How to put back what a set did to an entry. */
typedef struct
{
  StateSyncTopicEntry *entry;
  StateSyncSnapshot *head; /* (nullable) owned */
} Undo;

static void
change_clear (gpointer data)
{
  StateSyncChange *change = data;

  state_sync_snapshot_unref (change->snapshot);
}

StateSyncBatch *
state_sync_batch_new (guint64 max_data_size)
{
  StateSyncBatch *self = g_new0 (StateSyncBatch, 1);

  self->max_data_size = max_data_size;
  self->sets = g_ptr_array_new ();
  self->touched = g_ptr_array_new ();
  self->is_touched = g_hash_table_new (NULL, NULL);
  self->changed = g_ptr_array_new ();
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
  g_ptr_array_unref (self->changed);
  g_ptr_array_unref (self->sealed);
  g_array_unref (self->changes);
  g_free (self);
}

static void
set_head (StateSyncTopicEntry *entry, StateSyncSnapshot *snapshot, GArray *undo)
{
  Undo step = { .entry = entry, .head = entry->head };

  entry->head = snapshot;
  g_array_append_val (undo, step);
}

static void
keep_heads (GArray *undo)
{
  for (guint i = 0; i < undo->len; i++)
    g_clear_pointer (&g_array_index (undo, Undo, i).head, state_sync_snapshot_unref);
}

static void
restore_heads (GArray *undo)
{
  for (guint i = undo->len; i > 0; i--)
    {
      Undo *step = &g_array_index (undo, Undo, i - 1);

      g_clear_pointer (&step->entry->head, state_sync_snapshot_unref);
      step->entry->head = step->head;
    }
}

static gboolean
apply_write (StateSyncBatch *self,
             const StateSyncWrite *write,
             StateSyncTopicEntry *entry,
             guint64 *revision,
             GArray *undo,
             GError **error)
{
  StateSyncSnapshot *base = entry->head != NULL ? entry->head : entry->committed;
  g_autoptr (StateSyncSnapshot) next =
      state_sync_write_judge (write, base, self->max_data_size, error);

  if (next == NULL)
    return FALSE;

  *revision = state_sync_snapshot_get_revision (next);
  if (next != base)
    set_head (entry, g_steal_pointer (&next), undo);
  return TRUE;
}

static gboolean
apply_set (StateSyncBatch *self, StateSyncWriteSet *set, GArray *undo)
{
  for (guint i = 0; i < set->writes->len; i++)
    {
      StateSyncTopicEntry *entry = g_ptr_array_index (set->entries, i);

      /* What is still to be stored counts like a head: a durable write's reply says that what
       * it found is on stable storage. */
      if (entry->head != NULL || state_sync_topic_entry_is_unsaved (entry))
        set->needs_commit = TRUE;
      if (apply_write (self, g_ptr_array_index (set->writes, i), entry, &set->revisions[i], undo,
                       &set->error))
        continue;

      if (set->writes->len > 1)
        g_prefix_error (&set->error, "Write %u of %u: ", i + 1, set->writes->len);
      return FALSE;
    }
  return TRUE;
}

static void
touch (StateSyncBatch *self, StateSyncTopicEntry *entry)
{
  if (g_hash_table_add (self->is_touched, entry))
    g_ptr_array_add (self->touched, entry);
}

/* Judges the set and stacks it on the heads; its outcome is final once the batch is settled. */
void
state_sync_batch_add (StateSyncBatch *self, StateSyncWriteSet *set)
{
  g_autoptr (GArray) undo = g_array_new (FALSE, FALSE, sizeof (Undo));

  g_ptr_array_add (self->sets, set);
  set->revisions = g_new0 (guint64, set->writes->len);

  if (!apply_set (self, set, undo))
    {
      restore_heads (undo);
      return;
    }

  keep_heads (undo);
  self->n_changed += undo->len;
  self->n_unchanged += set->writes->len - undo->len;
  if (undo->len > 0)
    set->needs_commit = TRUE;

  for (guint i = 0; i < set->entries->len; i++)
    touch (self, g_ptr_array_index (set->entries, i));
}

void
state_sync_batch_add_unsaved (StateSyncBatch *self, StateSyncTopicEntry *entry)
{
  touch (self, entry);
}

/* What storage has to store for the batch to be on stable storage; perhaps nothing. */
const StateSyncChange *
state_sync_batch_seal (StateSyncBatch *self, gsize *n_changes)
{
  for (guint i = 0; i < self->touched->len; i++)
    {
      StateSyncTopicEntry *entry = g_ptr_array_index (self->touched, i);
      StateSyncSnapshot *newest = entry->head != NULL ? entry->head : entry->committed;
      StateSyncChange change;

      if (state_sync_snapshot_get_revision (newest) == entry->stored_revision)
        continue;

      change = (StateSyncChange){ entry->name, state_sync_snapshot_ref (newest) };
      g_array_append_val (self->changes, change);
      g_ptr_array_add (self->sealed, entry);
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
