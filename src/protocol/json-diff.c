/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which members of a document differ from those of another. Values are compared as they are
 * written, white space between tokens aside: 1.0 and 1.00 differ, and so do members of an inner
 * object in another order. So a difference may be told where there is none in meaning, but none
 * is ever missed.
 */

#include "protocol/json-diff.h"

#include <string.h>

#include "protocol/json-members.h"
#include "protocol/json-names.h"
#include "protocol/json-scan.h"

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

/* Returns: (transfer full): of StateSyncJsonMember; the members of the object alone. */
static GArray *
read_members (const char *text, const char *end, StateSyncJsonDecoder *decoder)
{
  GArray *members = g_array_new (FALSE, FALSE, sizeof (StateSyncJsonMember));
  const char *p = state_sync_json_skip_space (text, end) + 1;

  for (p = state_sync_json_skip_space (p, end); *p != '}'; p = state_sync_json_skip_space (p, end))
    {
      StateSyncJsonMember member;

      if (*p == ',')
        {
          p++;
          continue;
        }
      member = state_sync_json_member_read (p, decoder);
      p = member.end = state_sync_json_skip_value (member.value, end);
      g_array_append_val (members, member);
    }
  return members;
}

static void
add_name (GStrvBuilder *names, const StateSyncJsonMember *member)
{
  g_autofree char *name = g_strndup (member->name.text, member->name.length);

  g_strv_builder_add (names, name);
}

static char **
diff_members (GArray *before, GArray *after)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (StateSyncJsonNames) known = state_sync_json_names_new ();
  g_autofree guint8 *is_there = g_new0 (guint8, before->len);

  for (guint i = 0; i < before->len; i++)
    state_sync_json_names_add (known, g_array_index (before, StateSyncJsonMember, i).name);

  for (guint i = 0; i < after->len; i++)
    {
      const StateSyncJsonMember *new = &g_array_index (after, StateSyncJsonMember, i);
      const StateSyncJsonMember *old;
      guint index;

      if (!state_sync_json_names_find (known, new->name, &index))
        {
          add_name (names, new);
          continue;
        }
      is_there[index] = TRUE;
      old = &g_array_index (before, StateSyncJsonMember, index);
      if (!texts_equal (old->value, old->end, new->value, new->end))
        add_name (names, new);
    }

  for (guint i = 0; i < before->len; i++)
    {
      if (!is_there[i])
        add_name (names, &g_array_index (before, StateSyncJsonMember, i));
    }
  return g_strv_builder_end (names);
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
  g_autoptr (StateSyncJsonDecoder) decoder = NULL;
  g_autoptr (GArray) old = NULL;
  g_autoptr (GArray) new = NULL;
  gsize before_length, after_length;
  const char *before_text = g_bytes_get_data (before, &before_length);
  const char *after_text = g_bytes_get_data (after, &after_length);
  const char *before_end = before_text + before_length;
  const char *after_end = after_text + after_length;

  if (texts_equal (before_text, before_end, after_text, after_end))
    return g_new0 (char *, 1);
  if (!state_sync_json_is_object (before) || !state_sync_json_is_object (after))
    return NULL;

  decoder = state_sync_json_decoder_new ();
  old = read_members (before_text, before_end, decoder);
  new = read_members (after_text, after_end, decoder);
  return diff_members (old, new);
}
