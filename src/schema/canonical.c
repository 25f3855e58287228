/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One spelling for all texts that mean the same value: no white space, strings with their length
 * before them and without escapes, numbers as digits and exponent, members in the order of their
 * names. So that two values are equal is that their bytes are, and to find one among many is to
 * look for a name (protocol/json-names.c), at a cost that whoever writes the data can't raise.
 *
 * What it makes is hardly longer than the text. The recursion ends at STATE_SYNC_JSON_MAX_DEPTH.
 */

#include "schema/canonical.h"

#include <string.h>

#include "protocol/json-scan.h"
#include "schema/decimal.h"
#include "schema/text.h"

typedef struct
{
  StateSyncJsonName name;
  StateSyncPlace value;
} Member;

static void
append_string (StateSyncJsonName string, GString *out)
{
  g_string_append_printf (out, "\"%" G_GSIZE_FORMAT ":", string.length);
  g_string_append_len (out, string.text, (gssize)string.length);
}

static void
append_array (const StateSyncOutline *outline, StateSyncPlace place, GString *out)
{
  StateSyncWalk walk = state_sync_walk_begin (outline, place);
  StateSyncPlace element;

  g_string_append_c (out, '[');
  while (state_sync_walk_element (&walk, &element))
    state_sync_canonical_append (outline, element, out);
  g_string_append_c (out, ']');
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  const StateSyncJsonName *x = &((const Member *)a)->name;
  const StateSyncJsonName *y = &((const Member *)b)->name;
  gint order = memcmp (x->text, y->text, MIN (x->length, y->length));

  return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

static void
append_object (const StateSyncOutline *outline, StateSyncPlace place, GString *out)
{
  g_autoptr (StateSyncJsonDecoder) decoder = state_sync_json_decoder_new ();
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (Member));
  StateSyncWalk walk = state_sync_walk_begin (outline, place);
  const char *quote;
  Member member;

  while (state_sync_walk_member (&walk, &quote, &member.value))
    {
      gsize length = (gsize)(state_sync_json_skip_string (quote) - quote) - 2;

      member.name = state_sync_json_decoder_decode (decoder, quote + 1, length);
      g_array_append_val (members, member);
    }
  g_array_sort (members, compare_names);

  g_string_append_c (out, '{');
  for (guint i = 0; i < members->len; i++)
    {
      const Member *next = &g_array_index (members, Member, i);

      append_string (next->name, out);
      state_sync_canonical_append (outline, next->value, out);
    }
  g_string_append_c (out, '}');
}

void
state_sync_canonical_append (const StateSyncOutline *outline, StateSyncPlace place, GString *out)
{
  g_auto (StateSyncTexts) texts = { 0 };
  StateSyncDecimal number;

  switch (*place.p)
    {
    case '{':
      append_object (outline, place, out);
      break;
    case '[':
      append_array (outline, place, out);
      break;
    case '"':
      append_string (state_sync_texts_read (&texts, place.p), out);
      break;
    case 't':
    case 'f':
    case 'n':
      g_string_append_c (out, *place.p);
      break;
    default:
      number = state_sync_decimal_read (place.p, outline->end);
      state_sync_decimal_append (&number, out);
      g_string_append_c (out, ';');
      break;
    }
}
