/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* By which removals and insertions a list becomes another. An item that is in both is known by
 * where it was, its origin, and no two items have one. So what may stay is any set of items whose
 * origins increase, and the largest such set is a longest increasing subsequence: no other way
 * keeps more items in place. What is at the beginning and at the end of both lists is set aside
 * first, which changes nothing about that and is all there is to do for most changes; the rest
 * takes n log n steps.
 *
 * The items that stay divide the lists into gaps. What goes and what comes in one gap is one
 * change, so there are never two changes at one place.
 */

#include "models/list-diff.h"

typedef struct
{
  guint from;
  guint to;
} Range;

/* The items of the new list between what both begin and end with. */
static Range
find_middle (const guint *origins, guint n_after, guint n_before)
{
  guint n_common = MIN (n_after, n_before);
  guint n_first = 0;
  guint n_last = 0;

  while (n_first < n_common && origins[n_first] == n_first)
    n_first++;
  while (n_last < n_common - n_first && origins[n_after - 1 - n_last] == n_before - 1 - n_last)
    n_last++;
  return (Range){ n_first, n_after - n_last };
}

/* Where an increasing sequence goes on to @origin: the first of @tails, which are the positions of
 * the smallest last items of sequences of each length, whose origin is not below it. */
static guint
find_length (const guint *origins, const guint *tails, guint n_tails, guint origin)
{
  guint low = 0;
  guint high = n_tails;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (origins[tails[middle]] < origin)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Marks in @stays, one for each item of the new list, those that need not move. */
static void
mark_longest (const guint *origins, Range middle, guint8 *stays)
{
  guint n_items = middle.to - middle.from;
  g_autofree guint *tails = g_new (guint, n_items);
  g_autofree guint *previous = g_new (guint, n_items); /* the item before it in its sequence */
  guint n_tails = 0;

  for (guint i = middle.from; i < middle.to; i++)
    {
      guint length;

      if (origins[i] == STATE_SYNC_LIST_DIFF_NEW)
        continue;
      length = find_length (origins, tails, n_tails, origins[i]);
      previous[i - middle.from] = length > 0 ? tails[length - 1] : 0;
      tails[length] = i;
      n_tails = MAX (n_tails, length + 1);
    }

  for (guint i = n_tails, item = n_tails > 0 ? tails[n_tails - 1] : 0; i > 0; i--)
    {
      stays[item] = TRUE;
      item = previous[item - middle.from];
    }
}

static void
add_change (GArray *changes, guint position, guint n_removed, guint n_added)
{
  StateSyncListChange change = { position, n_removed, n_added };

  if (n_removed > 0 || n_added > 0)
    g_array_append_val (changes, change);
}

/* @origins: for each item of the new list where it was in the old one, of @n_before items, or
 *   STATE_SYNC_LIST_DIFF_NEW
 *
 * Returns: (transfer full): of StateSyncListChange, from the beginning of the list to its end. */
GArray *
state_sync_list_diff (const guint *origins, guint n_after, guint n_before)
{
  GArray *changes = g_array_new (FALSE, FALSE, sizeof (StateSyncListChange));
  Range middle = find_middle (origins, n_after, n_before);
  g_autofree guint8 *stays = g_new0 (guint8, middle.to);
  guint gap = middle.from;     /* in the new list */
  guint reached = middle.from; /* in the old one */

  mark_longest (origins, middle, stays);
  for (guint i = middle.from; i < middle.to; i++)
    {
      if (!stays[i])
        continue;
      add_change (changes, gap, origins[i] - reached, i - gap);
      gap = i + 1;
      reached = origins[i] + 1;
    }
  add_change (changes, gap, n_before - (n_after - middle.to) - reached, middle.to - gap);
  return changes;
}
