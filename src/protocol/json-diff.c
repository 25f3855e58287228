/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which members of a document differ from those of another. Values are compared as they are
 * written, white space between tokens aside: 1.0 and 1.00 differ, and so do members of an inner
 * object in another order. So a difference may be told where there is none in meaning, but none
 * is ever missed.
 *
 * Both objects are walked through side by side, and nothing is remembered of them. Only from where
 * the two have another member next on, names are looked up.
 */

#include "protocol/json-diff.h"

#include <string.h>

#include "protocol/json-members.h"
#include "protocol/json-names.h"
#include "protocol/json-scan.h"
#include "protocol/json-step.h"

static gboolean
spans_equal (const char *a, const char *a_end, const char *b, const char *b_end)
{
  return a_end - a == b_end - b && memcmp (a, b, (gsize)(a_end - a)) == 0;
}

static gboolean
texts_equal (const char *a, const char *a_end, const char *b, const char *b_end)
{
  if (spans_equal (a, a_end, b, b_end))
    return TRUE;

  for (;;)
    {
      const char *a_token = state_sync_json_skip_space (a, a_end);
      const char *b_token = state_sync_json_skip_space (b, b_end);

      if (a_token == a_end || b_token == b_end)
        return a_token == a_end && b_token == b_end;
      if (*a_token != *b_token)
        return FALSE;

      a = *a_token == '"' ? state_sync_json_skip_string (a_token) : a_token + 1;
      b = *b_token == '"' ? state_sync_json_skip_string (b_token) : b_token + 1;
      if (!spans_equal (a_token, a, b_token, b))
        return FALSE;
    }
}

static gboolean
bytes_equal (GBytes *a, GBytes *b)
{
  gsize a_length, b_length;
  const char *a_text = g_bytes_get_data (a, &a_length);
  const char *b_text = g_bytes_get_data (b, &b_length);

  return texts_equal (a_text, a_text + a_length, b_text, b_text + b_length);
}

static StateSyncJsonRest
enter_object (GBytes *object)
{
  gsize length;
  const char *text = g_bytes_get_data (object, &length);

  return (StateSyncJsonRest){ state_sync_json_skip_space (text, text + length) + 1, text + length };
}

/* Returns: (transfer full): of StateSyncJsonMember; the members of the object alone. */
static GArray *
read_members (StateSyncJsonRest rest, StateSyncJsonDecoder *decoder)
{
  GArray *members = g_array_new (FALSE, FALSE, sizeof (StateSyncJsonMember));
  StateSyncJsonMember member;

  while (state_sync_json_member_next (&rest, decoder, &member))
    g_array_append_val (members, member);
  return members;
}

static void
add_name (GStrvBuilder *names, const StateSyncJsonMember *member)
{
  g_autofree char *name = g_strndup (member->name.text, member->name.length);

  g_strv_builder_add (names, name);
}

static void
compare (GStrvBuilder *names, const StateSyncJsonMember *old, const StateSyncJsonMember *new)
{
  if (!texts_equal (old->value, old->end, new->value, new->end))
    add_name (names, new);
}

/* Goes on to where the two have another member next. TRUE if there is no such place. */
static gboolean
diff_in_step (GStrvBuilder *names,
              StateSyncJsonRest *before,
              StateSyncJsonRest *after,
              StateSyncJsonDecoder *decoder)
{
  while (state_sync_json_step_over_same (before, after))
    {
      StateSyncJsonRest old_rest = *before;
      StateSyncJsonRest new_rest = *after;
      StateSyncJsonMember old, new;
      gboolean has_old = state_sync_json_member_next (&old_rest, decoder, &old);
      gboolean has_new = state_sync_json_member_next (&new_rest, decoder, &new);

      if (!has_old && !has_new)
        return TRUE;
      if (!has_old || !has_new ||
          !spans_equal (old.name.text, old.name.text + old.name.length, new.name.text,
                        new.name.text + new.name.length))
        return FALSE;

      compare (names, &old, &new);
      *before = old_rest;
      *after = new_rest;
    }
  return TRUE;
}

static void
diff_by_name (GStrvBuilder *names, GArray *before, GArray *after)
{
  g_autoptr (StateSyncJsonNames) known = state_sync_json_names_new ();
  g_autofree guint8 *is_there = g_new0 (guint8, before->len);

  for (guint i = 0; i < before->len; i++)
    state_sync_json_names_add (known, g_array_index (before, StateSyncJsonMember, i).name);

  for (guint i = 0; i < after->len; i++)
    {
      const StateSyncJsonMember *new = &g_array_index (after, StateSyncJsonMember, i);
      guint index;

      if (!state_sync_json_names_find (known, new->name, &index))
        {
          add_name (names, new);
          continue;
        }
      is_there[index] = TRUE;
      compare (names, &g_array_index (before, StateSyncJsonMember, index), new);
    }

  for (guint i = 0; i < before->len; i++)
    {
      if (!is_there[i])
        add_name (names, &g_array_index (before, StateSyncJsonMember, i));
    }
}

static void
diff_objects (GStrvBuilder *names, StateSyncJsonRest before, StateSyncJsonRest after)
{
  g_autoptr (StateSyncJsonDecoder) decoder = state_sync_json_decoder_new ();
  g_autoptr (GArray) old = NULL;
  g_autoptr (GArray) new = NULL;

  if (diff_in_step (names, &before, &after, decoder))
    return;

  old = read_members (before, decoder);
  new = read_members (after, decoder);
  diff_by_name (names, old, new);
}

/* Both are checked texts.
 *
 * Returns: (transfer full) (nullable): the names, with escapes undone, of the members that differ
 *   or that only one of them has: first those of @after in its order, then those that are gone.
 *   NULL if the documents differ and one is no object, so that the whole differs. A name that
 *   holds U+0000 ends there, as it does in json-glib.
 */
char **
state_sync_json_diff (GBytes *before, GBytes *after)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  gboolean are_objects = state_sync_json_is_object (before) && state_sync_json_is_object (after);

  if (!are_objects && !bytes_equal (before, after))
    return NULL;
  if (are_objects)
    diff_objects (names, enter_object (before), enter_object (after));
  return g_strv_builder_end (names);
}
