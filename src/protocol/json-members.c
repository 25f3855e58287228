/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An object's members, and those of the objects that are its members, and theirs, found in one
 * pass whatever the depth. An object's members stand together in the array, in their order,
 * before the member that owns them; the last element stands for the outermost object itself.
 * Arrays are not looked into.
 */

#include "protocol/json-members.h"

#include "protocol/json-scan.h"

/* The member at @p, as far as the beginning of its value. */
StateSyncJsonMember
state_sync_json_member_read (const char *p, StateSyncJsonDecoder *decoder)
{
  const char *name_end = state_sync_json_skip_string (p);

  return (StateSyncJsonMember){
    .name = state_sync_json_decoder_decode (decoder, p + 1, (gsize)(name_end - p) - 2),
    .start = p,
    .value = state_sync_json_skip_colon (name_end),
  };
}

/* Goes on behind the next member of a checked object. FALSE if there is none left. */
gboolean
state_sync_json_member_next (StateSyncJsonRest *rest,
                             StateSyncJsonDecoder *decoder,
                             StateSyncJsonMember *member)
{
  const char *p = state_sync_json_find_member (rest);

  if (p == NULL)
    return FALSE;

  *member = state_sync_json_member_read (p, decoder);
  rest->p = member->end = state_sync_json_skip_value (member->value, rest->end);
  return TRUE;
}

/* The object whose members begin at @first has ended at @end: moves them from those under way,
 * where its owner stands before them. */
static void
settle_object (GArray *members, GArray *under_way, guint first, const char *end)
{
  StateSyncJsonMember *owner = &g_array_index (under_way, StateSyncJsonMember, first - 1);

  owner->end = end;
  owner->first_member = members->len;
  owner->n_members = under_way->len - first;
  g_array_append_vals (members, owner + 1, owner->n_members);
  g_array_set_size (under_way, first);
}

/* Returns: (transfer full): of StateSyncJsonMember, which point into the text and the decoder. */
GArray *
state_sync_json_members_index (const char *text, const char *end, StateSyncJsonDecoder *decoder)
{
  GArray *members = g_array_new (FALSE, FALSE, sizeof (StateSyncJsonMember));
  g_autoptr (GArray) under_way = g_array_new (FALSE, FALSE, sizeof (StateSyncJsonMember));
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint));
  StateSyncJsonMember member = { 0 };
  const char *p = state_sync_json_skip_space (text, end);

  member.start = member.value = p;
  g_array_append_val (under_way, member);
  do
    {
      p = state_sync_json_skip_space (p, end);
      switch (*p++)
        {
        case '{':
          g_array_append_val (open, under_way->len);
          break;
        case '}':
          settle_object (members, under_way, g_array_index (open, guint, open->len - 1), p);
          g_array_set_size (open, open->len - 1);
          break;
        case '"':
          member = state_sync_json_member_read (p - 1, decoder);
          p = member.value;
          if (*p != '{')
            p = member.end = state_sync_json_skip_value (p, end);
          g_array_append_val (under_way, member);
          break;
        default: /* a comma */
          break;
        }
    }
  while (open->len > 0);

  g_array_append_vals (members, under_way->data, 1);
  return members;
}
