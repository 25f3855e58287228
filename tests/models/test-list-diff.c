/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The differences between two lists, told by what they have in common and nothing else. */

#include "models/list-diff.h"

#define MAX_ITEMS 12
#define ROUNDS 20000

/* A list of numbers, each of which is an item. Between two lists there may be as many as in both.
 */
typedef struct
{
  guint items[2 * MAX_ITEMS];
  guint length;
} List;

static List
random_list (guint n_kinds)
{
  List list = { .length = 0 };
  guint kinds[2 * MAX_ITEMS];
  guint wanted = (guint)g_test_rand_int_range (0, MAX_ITEMS + 1);

  for (guint i = 0; i < n_kinds; i++)
    kinds[i] = i;
  while (list.length < wanted && list.length < n_kinds)
    {
      guint at = (guint)g_test_rand_int_range (0, (gint32)(n_kinds - list.length));

      list.items[list.length++] = kinds[at];
      kinds[at] = kinds[n_kinds - list.length];
    }
  return list;
}

static guint
find (const List *list, guint item)
{
  for (guint i = 0; i < list->length; i++)
    {
      if (list->items[i] == item)
        return i;
    }
  return STATE_SYNC_LIST_DIFF_NEW;
}

/* By trying all: the length of a longest common subsequence. */
static guint
count_common (const List *a, const List *b)
{
  guint best[MAX_ITEMS + 1][MAX_ITEMS + 1] = { { 0 } };

  for (guint i = 1; i <= a->length; i++)
    {
      for (guint j = 1; j <= b->length; j++)
        best[i][j] = a->items[i - 1] == b->items[j - 1] ? best[i - 1][j - 1] + 1
                                                        : MAX (best[i - 1][j], best[i][j - 1]);
    }
  return best[a->length][b->length];
}

/* As somebody does who knows of the list by its changes alone. */
static void
apply (List *list, const StateSyncListChange *change, const List *after)
{
  List next = { .length = 0 };

  for (guint i = 0; i < change->position; i++)
    next.items[next.length++] = list->items[i];
  for (guint i = 0; i < change->n_added; i++)
    next.items[next.length++] = after->items[change->position + i];
  for (guint i = change->position + change->n_removed; i < list->length; i++)
    next.items[next.length++] = list->items[i];
  *list = next;
}

static void
check (const List *before, const List *after)
{
  guint origins[MAX_ITEMS];
  g_autoptr (GArray) changes = NULL;
  List list = *before;
  guint n_removed = 0;
  guint end = 0;

  for (guint i = 0; i < after->length; i++)
    origins[i] = find (before, after->items[i]);
  changes = state_sync_list_diff (origins, after->length, before->length);
  for (guint i = 0; i < changes->len; i++)
    {
      const StateSyncListChange *change = &g_array_index (changes, StateSyncListChange, i);

      /* Something stays between two changes, or they would be one. */
      g_assert_cmpuint (change->position, >=, end + (i > 0));
      g_assert_cmpuint (change->n_removed + change->n_added, >, 0);
      end = change->position + change->n_added;
      n_removed += change->n_removed;
      apply (&list, change, after);
    }
  g_assert_cmpmem (list.items, list.length * sizeof (guint), after->items,
                   after->length * sizeof (guint));
  g_assert_cmpuint (before->length - n_removed, ==, count_common (before, after));
}

/* As many items as can stay do, whatever the lists are. */
static void
test_random (void)
{
  for (guint i = 0; i < ROUNDS; i++)
    {
      guint n_kinds = (guint)g_test_rand_int_range (1, 2 * MAX_ITEMS);
      List before = random_list (n_kinds);
      List after = random_list (n_kinds);

      check (&before, &after);
    }
}

static void
assert_changes (const guint *origins, guint n_after, guint n_before, const char *expected)
{
  g_autoptr (GArray) changes = state_sync_list_diff (origins, n_after, n_before);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < changes->len; i++)
    {
      const StateSyncListChange *change = &g_array_index (changes, StateSyncListChange, i);

      g_string_append_printf (text, "%u-%u+%u ", change->position, change->n_removed,
                              change->n_added);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

#define NEW STATE_SYNC_LIST_DIFF_NEW

static void
test_examples (void)
{
  assert_changes (NULL, 0, 0, "");
  assert_changes (NULL, 0, 3, "0-3+0 ");
  assert_changes ((guint[]){ 0, 1, 2 }, 3, 3, "");
  assert_changes ((guint[]){ NEW, NEW }, 2, 0, "0-0+2 ");
  assert_changes ((guint[]){ NEW, NEW }, 2, 3, "0-3+2 ");
  assert_changes ((guint[]){ 0, NEW, 1, 2 }, 4, 3, "1-0+1 ");
  assert_changes ((guint[]){ 0, 2 }, 2, 3, "1-1+0 ");
  assert_changes ((guint[]){ 0, 1, NEW }, 3, 2, "2-0+1 ");

  /* A move is one that goes and one that comes. */
  assert_changes ((guint[]){ 2, 0, 1 }, 3, 3, "0-0+1 3-1+0 ");
  assert_changes ((guint[]){ 1, 2, 0 }, 3, 3, "0-1+0 2-0+1 ");
}

/* A million items upside down: done at all only where it takes n log n steps. */
static void
test_large (void)
{
  const guint n = 1000000;
  g_autofree guint *origins = g_new (guint, n);
  g_autoptr (GArray) changes = NULL;

  for (guint i = 0; i < n; i++)
    origins[i] = n - 1 - i;
  changes = state_sync_list_diff (origins, n, n);
  g_assert_cmpuint (changes->len, <=, 2);

  for (guint i = n - 1; i > 0; i--)
    {
      guint other = (guint)g_test_rand_int_range (0, (gint32)i + 1);
      guint origin = origins[i];

      origins[i] = origins[other];
      origins[other] = origin;
    }
  g_array_unref (changes);
  changes = state_sync_list_diff (origins, n, n);
  g_assert_cmpuint (changes->len, >, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/models/list-diff/examples", test_examples);
  g_test_add_func ("/models/list-diff/random", test_random);
  g_test_add_func ("/models/list-diff/large", test_large);

  return g_test_run ();
}
