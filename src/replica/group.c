/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Changes that wait go together in one write where that says the same as one after the other:
 *
 *   anything, then a replacement      the replacement: nobody would ever see what was before it
 *   a replacement, then a patch       the replacement with the patch applied to it
 *   a patch, then a patch             one patch, if the two compose (json-compose.h)
 *
 * Two patches that don't compose stay two writes, in order. A change for which the app named a
 * revision stands for itself: it is sent alone.
 *
 * Composing is associative, so it is done in the shape of a tournament: each text takes part in
 * about log2(n) compositions. One after the other would cost the square of n when every change
 * sets a member of its own.
 */

#include "replica/group.h"

#include "protocol/json-compose.h"
#include "protocol/json-merge.h"

/* Together no more than this, so that what was gathered while the service was away neither fills
 * a message nor holds up the main loop. A single change may be larger. */
#define GROUP_MAX_BYTES (4 * 1024 * 1024)

/* How many of @pending, from the head on, are sent together: at most @limit. */
guint
state_sync_group_measure (GQueue *pending, guint limit)
{
  gsize bytes = 0;
  guint n = 0;

  for (GList *l = pending->head; l != NULL && n < limit; l = l->next)
    {
      const StateSyncWrite *change = ((StateSyncPending *)l->data)->write;

      bytes += g_bytes_get_size (change->data);
      if (n > 0 && (change->has_expected_revision || bytes > GROUP_MAX_BYTES))
        return n;
      n++;
      if (change->has_expected_revision)
        return n;
    }
  return n;
}

/* Makes @first what both say one after the other; FALSE, with nothing changed, if one write can't
 * say it. */
gboolean
state_sync_group_join (StateSyncWrite *first, const StateSyncWrite *second)
{
  g_autoptr (GBytes) data = NULL;

  if (second->mode == STATE_SYNC_WRITE_REPLACE)
    data = g_bytes_ref (second->data);
  else if (first->mode == STATE_SYNC_WRITE_REPLACE)
    data = state_sync_json_merge (first->data, second->data);
  else
    data = state_sync_json_compose (first->data, second->data);
  if (data == NULL)
    return FALSE;

  if (second->mode == STATE_SYNC_WRITE_REPLACE)
    first->mode = STATE_SYNC_WRITE_REPLACE;
  first->durable |= second->durable;
  g_bytes_unref (first->data);
  first->data = g_steal_pointer (&data);
  return TRUE;
}

/* Joins the write at @index with the one after it, if that can be. */
static gboolean
join_at (GPtrArray *writes, GArray *weights, guint index)
{
  if (!state_sync_group_join (g_ptr_array_index (writes, index),
                              g_ptr_array_index (writes, index + 1)))
    return FALSE;

  g_array_index (weights, guint, index) += g_array_index (weights, guint, index + 1);
  g_ptr_array_remove_index (writes, index + 1);
  g_array_remove_index (weights, index + 1);
  return TRUE;
}

static gboolean
is_due (GArray *weights)
{
  return weights->len > 1 && g_array_index (weights, guint, weights->len - 1) >=
                                 g_array_index (weights, guint, weights->len - 2);
}

/* (transfer full) (element-type StateSyncWrite): what the first @n_changes of @pending say one
 * after the other, in as few writes as can say it. */
GPtrArray *
state_sync_group_compose (GQueue *pending, guint n_changes)
{
  GPtrArray *writes = g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);
  g_autoptr (GArray) weights = g_array_new (FALSE, FALSE, sizeof (guint));
  GList *l = pending->head;

  for (guint i = 0; i < n_changes; i++, l = l->next)
    {
      guint one = 1;

      g_ptr_array_add (writes, state_sync_write_copy (((StateSyncPending *)l->data)->write));
      g_array_append_val (weights, one);
      while (is_due (weights) && join_at (writes, weights, writes->len - 2))
        ;
    }

  for (guint i = writes->len; i > 1; i--)
    join_at (writes, weights, i - 2);
  return writes;
}

/* What the service makes of @target with @writes; by @n_changed it counts the revision on. */
GBytes *
state_sync_writes_apply (GPtrArray *writes, GBytes *target, guint *n_changed)
{
  g_autoptr (GBytes) text = g_bytes_ref (target);

  *n_changed = 0;
  for (guint i = 0; i < writes->len; i++)
    {
      GBytes *next = state_sync_write_apply (g_ptr_array_index (writes, i), text);

      if (!g_bytes_equal (next, text))
        *n_changed += 1;
      g_bytes_unref (text);
      text = next;
    }
  return g_steal_pointer (&text);
}
