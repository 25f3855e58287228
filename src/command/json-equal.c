/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whether two texts mean the same value. White space, escapes and the order of members do not
 * matter. Numbers are equal if their values are: integers exactly, and as doubles where one of
 * them has a fraction or an exponent, so 1 equals 1.0 and 1e0.
 *
 * Both texts have passed the check, so the recursion ends at STATE_SYNC_JSON_MAX_DEPTH.
 */

#include "command/json-equal.h"

#include <string.h>

#include "protocol/json-members.h"
#include "protocol/json-names.h"
#include "protocol/json-scan.h"

/* A place in a text; one that is compared is left behind the value. */
typedef struct
{
  const char *p;
  const char *end;
} Place;

static gboolean value_equal (Place *a, Place *b, StateSyncJsonDecoder *decoder);

static void
skip_space (Place *place)
{
  place->p = state_sync_json_skip_space (place->p, place->end);
}

/* Into a container, or from item to item; FALSE behind the one that closes it. */
static gboolean
step (Place *place)
{
  skip_space (place);
  if (*place->p == ',')
    {
      place->p++;
      skip_space (place);
    }
  if (*place->p != ']' && *place->p != '}')
    return TRUE;

  place->p++;
  return FALSE;
}

static StateSyncJsonName
take_string (Place *place, StateSyncJsonDecoder *decoder)
{
  const char *start = place->p;

  place->p = state_sync_json_skip_string (start);
  return state_sync_json_decoder_decode (decoder, start + 1, (gsize)(place->p - start) - 2);
}

static gboolean
string_equal (Place *a, Place *b, StateSyncJsonDecoder *decoder)
{
  StateSyncJsonName x = take_string (a, decoder);
  StateSyncJsonName y = take_string (b, decoder);

  return x.length == y.length && memcmp (x.text, y.text, x.length) == 0;
}

static char *
take_word (Place *place)
{
  const char *start = place->p;

  place->p = state_sync_json_skip_value (start, place->end);
  return g_strndup (start, (gsize)(place->p - start));
}

static gboolean
is_integer (const char *number)
{
  return strpbrk (number, ".eE") == NULL;
}

/* Numbers, true, false and null. */
static gboolean
word_equal (Place *a, Place *b)
{
  g_autofree char *x = take_word (a);
  g_autofree char *y = take_word (b);

  if (g_ascii_isalpha (x[0]) || g_ascii_isalpha (y[0]))
    return g_str_equal (x, y);
  if (is_integer (x) && is_integer (y))
    return g_ascii_strtoll (x, NULL, 10) == g_ascii_strtoll (y, NULL, 10);
  return g_ascii_strtod (x, NULL) == g_ascii_strtod (y, NULL);
}

static gboolean
array_equal (Place *a, Place *b, StateSyncJsonDecoder *decoder)
{
  a->p++;
  b->p++;
  for (;;)
    {
      gboolean a_has = step (a);
      gboolean b_has = step (b);

      if (!a_has || !b_has)
        return a_has == b_has;
      if (!value_equal (a, b, decoder))
        return FALSE;
    }
}

/* The members of the object at @place, which is left behind it: their @names, and of each its
 * value's beginning. */
static GArray *
take_members (Place *place, StateSyncJsonNames *names, StateSyncJsonDecoder *decoder)
{
  GArray *values = g_array_new (FALSE, FALSE, sizeof (const char *));

  place->p++;
  while (step (place))
    {
      StateSyncJsonMember member = state_sync_json_member_read (place->p, decoder);

      state_sync_json_names_add (names, member.name);
      g_array_append_val (values, member.value);
      place->p = state_sync_json_skip_value (member.value, place->end);
    }
  return values;
}

static gboolean
object_equal (Place *a, Place *b, StateSyncJsonDecoder *decoder)
{
  g_autoptr (StateSyncJsonNames) names = state_sync_json_names_new ();
  g_autoptr (GArray) values = take_members (a, names, decoder);
  guint n = 0;

  b->p++;
  while (step (b))
    {
      StateSyncJsonMember member = state_sync_json_member_read (b->p, decoder);
      Place value = { .end = a->end };
      guint index;

      if (!state_sync_json_names_find (names, member.name, &index))
        return FALSE;
      value.p = g_array_index (values, const char *, index);
      b->p = member.value;
      if (!value_equal (&value, b, decoder))
        return FALSE;
      n++;
    }
  return n == values->len;
}

static gboolean
value_equal (Place *a, Place *b, StateSyncJsonDecoder *decoder)
{
  static const char marked[] = "{[\"";

  if (*a->p != *b->p && (strchr (marked, *a->p) != NULL || strchr (marked, *b->p) != NULL))
    return FALSE;

  switch (*a->p)
    {
    case '{':
      return object_equal (a, b, decoder);
    case '[':
      return array_equal (a, b, decoder);
    case '"':
      return string_equal (a, b, decoder);
    default:
      return word_equal (a, b);
    }
}

gboolean
json_equal (GBytes *a, GBytes *b)
{
  g_autoptr (StateSyncJsonDecoder) decoder = state_sync_json_decoder_new ();
  gsize a_length, b_length;
  const char *a_text = g_bytes_get_data (a, &a_length);
  const char *b_text = g_bytes_get_data (b, &b_length);
  Place a_place = { a_text, a_text + a_length };
  Place b_place = { b_text, b_text + b_length };

  skip_space (&a_place);
  skip_space (&b_place);
  return value_equal (&a_place, &b_place, decoder);
}
