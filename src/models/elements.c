/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From the items of a list and the text of its next state to which element is which item.
 *
 * Most changes leave most elements as they were written, and in their order. So the text is laid
 * beside that of the state before: how far both are the same is a comparison of memory, and as far
 * as they are, elements are where they were, and the same items. At what differs it is asked
 * whether the text goes on with one of the next few elements of before. Only what is found under
 * none is stepped through, and only of those, and of what does not pair at the beginning and the
 * end of the list, the identity is read.
 *
 * Identities need not be unique. Those that are equal are paired at the beginning and at the end
 * first, and what is left of them in order.
 */

#include "models/elements.h"

#include <string.h>

#include "models/list-diff.h"
#include "protocol/json-scan.h"
#include "protocol/json-step.h"

/* How many elements may go at once without their successors being looked up by identity. */
#define LOOK_AHEAD 4

/* --- reading --- */

typedef struct
{
  const char *text;
  const char *end;
  const char *p; /* where the next element begins, or the closing bracket or brace */
  GArray *elements;
  const char *text_before;
  const char *end_before;
  GArray *before;
  guint next; /* of before: which is expected */
} Reader;

static const StateSyncElement *
element_before (Reader *self, guint position)
{
  return &g_array_index (self->before, StateSyncElement, position);
}

static void
go_to_next (Reader *self)
{
  self->p = state_sync_json_skip_space (self->p, self->end);
  if (*self->p == ',')
    self->p = state_sync_json_skip_space (self->p + 1, self->end);
}

/* Whether the text goes on with what that element was. */
static gboolean
is_next (Reader *self, guint position)
{
  const StateSyncElement *it = element_before (self, position);
  gsize length = it->end - it->start;
  char behind;

  if ((gsize)(self->end - self->p) <= length ||
      memcmp (self->p, self->text_before + it->start, length) != 0)
    return FALSE;
  behind = self->p[length];
  return behind == ',' || behind == ']' || behind == '}' || (guint8)behind <= ' ';
}

/* Some may be gone. FALSE if the next element is none of before, or one of much later. */
static gboolean
look_ahead (Reader *self)
{
  guint to = MIN (self->before->len, self->next + LOOK_AHEAD);

  for (guint i = self->next; i < to; i++)
    {
      if (is_next (self, i))
        {
          self->next = i;
          return TRUE;
        }
    }
  return FALSE;
}

/* How many are as before from the one on that is next, which is. What is the same ends behind
 * another one only if what follows that is the same too. */
static guint
count_same (Reader *self)
{
  guint32 start = element_before (self, self->next)->start;
  StateSyncJsonRest rest = { self->p, self->end };
  StateSyncJsonRest rest_before = { self->text_before + start, self->end_before };
  gsize same_end = start + state_sync_json_count_same (&rest, &rest_before);
  guint n = 1;

  while (self->next + n < self->before->len &&
         element_before (self, self->next + n)->end < same_end)
    n++;
  return n;
}

/* In a list of thousands nearly all pass here. Places may wrap around in between. */
static void
add_same (Reader *self)
{
  guint n = count_same (self);
  guint n_elements = self->elements->len;
  const StateSyncElement *from = element_before (self, self->next);
  guint32 shift = (guint32)(self->p - self->text) - from->start;
  StateSyncElement *to;

  g_array_set_size (self->elements, n_elements + n);
  to = &g_array_index (self->elements, StateSyncElement, n_elements);
  for (guint i = 0; i < n; i++)
    to[i] = (StateSyncElement){ from[i].start + shift, from[i].value + shift, from[i].end + shift,
                                self->next + i };
  self->next += n;
  self->p = self->text + to[n - 1].end;
}

static void
step_over (Reader *self, gboolean is_member)
{
  const char *value =
      is_member ? state_sync_json_skip_colon (state_sync_json_skip_string (self->p)) : self->p;
  const char *end = state_sync_json_skip_value (value, self->end);
  StateSyncElement element = { (guint32)(self->p - self->text), (guint32)(value - self->text),
                               (guint32)(end - self->text), STATE_SYNC_LIST_DIFF_NEW };

  g_array_append_val (self->elements, element);
  self->p = end;
}

static void
read_all (Reader *self, const char *container)
{
  self->p = state_sync_json_skip_space (container + 1, self->end);
  while (*self->p != ']' && *self->p != '}')
    {
      if (look_ahead (self))
        add_same (self);
      else
        step_over (self, *container == '{');
      go_to_next (self);
    }
}

/* @text: a checked text
 * @names: the way to the container
 * @kind: '[' or '{'
 *
 * Returns: to be cleared: none if there is no such container */
StateSyncElements
state_sync_elements_read (GBytes *text,
                          const char *const *names,
                          char kind,
                          const StateSyncElements *before)
{
  const char *container = state_sync_element_find_container (text, names, kind);
  gsize length, length_before;
  const char *bytes = g_bytes_get_data (text, &length);
  const char *bytes_before = g_bytes_get_data (before->text, &length_before);
  Reader reader = {
    .text = bytes,
    .end = bytes + length,
    .elements =
        g_array_sized_new (FALSE, FALSE, sizeof (StateSyncElement), before->elements->len + 1),
    .text_before = bytes_before,
    .end_before = bytes_before + length_before,
    .before = before->elements,
  };

  if (container != NULL && length <= G_MAXUINT32)
    read_all (&reader, container);
  return (StateSyncElements){ g_bytes_ref (text), reader.elements };
}

void
state_sync_elements_clear (StateSyncElements *self)
{
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->elements, g_array_unref);
}

/* --- pairing --- */

typedef struct
{
  const char *text;
  GArray *elements;
  GPtrArray *items;
  const char *key_member;
  StateSyncJsonDecoder *decoder;
  guint *origins;
} Pairing;

static StateSyncIdentity
identify (Pairing *self, guint element)
{
  const StateSyncElement *it = &g_array_index (self->elements, StateSyncElement, element);

  if (it->twin != STATE_SYNC_LIST_DIFF_NEW)
    return ((StateSyncItem *)g_ptr_array_index (self->items, it->twin))->identity;
  return state_sync_element_identify (self->text, it, self->key_member, self->decoder);
}

static gboolean
is_same (Pairing *self, guint element, guint item)
{
  StateSyncIdentity identity;

  if (g_array_index (self->elements, StateSyncElement, element).twin == item)
    return TRUE;
  identity = identify (self, element);
  return state_sync_identity_equal (
      &identity, &((StateSyncItem *)g_ptr_array_index (self->items, item))->identity);
}

/* How many are the same from the beginning. */
static guint
pair_first (Pairing *self)
{
  guint n_common = MIN (self->elements->len, self->items->len);
  guint n = 0;

  for (; n < n_common && is_same (self, n, n); n++)
    self->origins[n] = n;
  return n;
}

/* How many are the same at the end, of what is left behind the first @n_first. */
static guint
pair_last (Pairing *self, guint n_first)
{
  guint n_elements = self->elements->len;
  guint n_items = self->items->len;
  guint n_left = MIN (n_elements, n_items) - n_first;
  guint n = 0;

  for (; n < n_left && is_same (self, n_elements - 1 - n, n_items - 1 - n); n++)
    self->origins[n_elements - 1 - n] = n_items - 1 - n;
  return n;
}

/* Items @from to @to by identity: the first of each, which leads to the next of its kind. */
static GHashTable *
index_items (GPtrArray *items, guint from, guint to, guint *next)
{
  GHashTable *first = g_hash_table_new (state_sync_identity_hash, state_sync_identity_equal);

  for (guint i = to; i > from; i--)
    {
      StateSyncItem *item = g_ptr_array_index (items, i - 1);
      gpointer after;

      next[i - 1 - from] = g_hash_table_lookup_extended (first, &item->identity, NULL, &after)
                               ? GPOINTER_TO_UINT (after)
                               : STATE_SYNC_LIST_DIFF_NEW;
      g_hash_table_replace (first, &item->identity, GUINT_TO_POINTER (i - 1));
    }
  return first;
}

static void
pair_middle (Pairing *self, guint n_first, guint n_last)
{
  guint to = self->items->len - n_last;
  g_autofree guint *next = g_new (guint, to - n_first);
  g_autoptr (GHashTable) first = index_items (self->items, n_first, to, next);

  for (guint i = n_first; i < self->elements->len - n_last; i++)
    {
      StateSyncIdentity identity;
      gpointer key, item;

      self->origins[i] = STATE_SYNC_LIST_DIFF_NEW;
      if (g_hash_table_size (first) == 0)
        continue;
      identity = identify (self, i);
      if (!g_hash_table_lookup_extended (first, &identity, &key, &item))
        continue;
      self->origins[i] = GPOINTER_TO_UINT (item);
      if (next[self->origins[i] - n_first] == STATE_SYNC_LIST_DIFF_NEW)
        g_hash_table_remove (first, key);
      else
        g_hash_table_insert (first, key, GUINT_TO_POINTER (next[self->origins[i] - n_first]));
    }
}

/* @items: of the state before
 *
 * Returns: (transfer full): for each element the item that it is, or STATE_SYNC_LIST_DIFF_NEW; as
 *   for state_sync_list_diff() */
guint *
state_sync_elements_pair (const StateSyncElements *self,
                          GPtrArray *items,
                          const char *key_member,
                          StateSyncJsonDecoder *decoder)
{
  GArray *elements = self->elements;
  Pairing pairing = {
    .text = g_bytes_get_data (self->text, NULL),
    .elements = elements,
    .items = items,
    .key_member = key_member,
    .decoder = decoder,
    .origins = g_new (guint, elements->len),
  };
  guint n_first = pair_first (&pairing);
  guint n_last = pair_last (&pairing, n_first);

  pair_middle (&pairing, n_first, n_last);
  return pairing.origins;
}
