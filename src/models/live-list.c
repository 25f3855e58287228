/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* While changes are told one by one, the list is at each of them what a list model has to be: all
 * changes up to there made, and none after. So it is the beginning of the new list and the end of
 * the old one, and a change is no more work than moving the place where the two meet.
 *
 *   items   [ told ............. )
 *   before                       ( ............ left ]
 */

#include "models/live-list.h"

#include "models/list-diff.h"

void
state_sync_live_list_init (StateSyncLiveList *self)
{
  self->items = g_ptr_array_new ();
}

static void
unref_all (GPtrArray *items)
{
  g_ptr_array_set_free_func (items, g_object_unref);
  g_ptr_array_unref (items);
}

/* The model is gone, so nothing is being told. */
void
state_sync_live_list_clear (StateSyncLiveList *self)
{
  g_clear_pointer (&self->items, unref_all);
}

guint
state_sync_live_list_get_length (const StateSyncLiveList *self)
{
  return self->before != NULL ? self->n_told + self->n_left : self->items->len;
}

/* (transfer full) (nullable) */
gpointer
state_sync_live_list_dup_item (const StateSyncLiveList *self, guint position)
{
  guint length = state_sync_live_list_get_length (self);

  if (position >= length)
    return NULL;
  if (self->before == NULL || position < self->n_told)
    return g_object_ref (g_ptr_array_index (self->items, position));
  return g_object_ref (g_ptr_array_index (self->before, self->before->len - (length - position)));
}

/* What is not in the new list any more was kept for those who are told that it went. */
static void
drop_gone (GPtrArray *before, GPtrArray *items, const guint *origins)
{
  g_autofree guint8 *stays = g_new0 (guint8, before->len);

  for (guint i = 0; i < items->len; i++)
    {
      if (origins[i] != STATE_SYNC_LIST_DIFF_NEW)
        stays[origins[i]] = TRUE;
    }
  for (guint i = 0; i < before->len; i++)
    {
      if (!stays[i])
        g_object_unref (g_ptr_array_index (before, i));
    }
}

/* The list is @items from now on, and whoever listens to @model, which is held by the caller, has
 * been told. It may not be called again before it is done.
 *
 * @items: (transfer full): the reference to an item that was there goes along with it
 * @origins: as for state_sync_list_diff() */
void
state_sync_live_list_replace (StateSyncLiveList *self,
                              GListModel *model,
                              GPtrArray *items,
                              const guint *origins)
{
  g_autoptr (GArray) changes = state_sync_list_diff (origins, items->len, self->items->len);
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->items);

  self->items = items;
  self->before = before;
  self->n_told = 0;
  self->n_left = before->len;
  for (guint i = 0; i < changes->len; i++)
    {
      const StateSyncListChange *change = &g_array_index (changes, StateSyncListChange, i);

      self->n_left -= change->position - self->n_told + change->n_removed;
      self->n_told = change->position + change->n_added;
      g_list_model_items_changed (model, change->position, change->n_removed, change->n_added);
    }
  self->before = NULL;
  drop_gone (before, items, origins);
}
