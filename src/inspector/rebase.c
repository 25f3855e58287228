/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What somebody made of a text, made again upon what others made of it meanwhile. Three objects are
 * gone through member by member:
 *
 *   what is in          base   mine   theirs    becomes
 *   not changed here    1      1      2         2, as theirs
 *   changed here        1      2      1 or 3    2, as mine
 *   taken out here      1      –      1 or 2    –
 *   taken out there     1      1      –         –
 *
 * Where all three are objects the same holds inside of them. All else, arrays too, is one value. A
 * merge patch from base to mine would not do: it can't say that a member shall be null, nor that an
 * object shall take the place of another whole.
 */

#include "inspector/rebase.h"

#include <string.h>

#include "protocol/json-diff.h"
#include "protocol/json-members.h"
#include "protocol/json-names.h"
#include "protocol/json-scan.h"

typedef struct
{
  GBytes *text;
  GArray *members; /* of StateSyncJsonMember */
  StateSyncJsonNames *names;
} Object;

static void
object_init (Object *self, GBytes *text, StateSyncJsonDecoder *decoder)
{
  gsize length;
  const char *p = g_bytes_get_data (text, &length);
  StateSyncJsonRest rest = { state_sync_json_skip_space (p, p + length) + 1, p + length };
  StateSyncJsonMember member;

  *self = (Object){ g_bytes_ref (text), g_array_new (FALSE, FALSE, sizeof (StateSyncJsonMember)),
                    state_sync_json_names_new () };
  while (state_sync_json_member_next (&rest, decoder, &member))
    {
      g_array_append_val (self->members, member);
      state_sync_json_names_add (self->names, member.name);
    }
}

static void
object_clear (Object *self)
{
  g_bytes_unref (self->text);
  g_array_unref (self->members);
  state_sync_json_names_free (self->names);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Object, object_clear)

static gboolean
object_has (Object *self, StateSyncJsonName name)
{
  guint index;

  return state_sync_json_names_find (self->names, name, &index);
}

/* (transfer full) (nullable): NULL if there is no such member */
static GBytes *
object_dup_value (Object *self, StateSyncJsonName name)
{
  const StateSyncJsonMember *member;
  const char *text = g_bytes_get_data (self->text, NULL);
  guint index;

  if (!state_sync_json_names_find (self->names, name, &index))
    return NULL;
  member = &g_array_index (self->members, StateSyncJsonMember, index);
  return g_bytes_new_from_bytes (self->text, (gsize)(member->value - text),
                                 (gsize)(member->end - member->value));
}

/* @a, @b: (nullable) */
static gboolean
is_same (GBytes *a, GBytes *b)
{
  g_auto (GStrv) differing = NULL;

  if (a == NULL || b == NULL)
    return a == b;
  differing = state_sync_json_diff (a, b);
  return differing != NULL && differing[0] == NULL;
}

static gboolean
are_objects (GBytes *a, GBytes *b, GBytes *c)
{
  return a != NULL && b != NULL && c != NULL && state_sync_json_is_object (a) &&
         state_sync_json_is_object (b) && state_sync_json_is_object (c);
}

/* (transfer full) (nullable): what the three make of a member; each NULL if it is not there */
static GBytes *
choose (GBytes *base, GBytes *mine, GBytes *theirs)
{
  GBytes *chosen = is_same (base, mine) ? theirs : mine;

  if (chosen == mine && are_objects (base, mine, theirs))
    return inspector_rebase (base, mine, theirs);
  return chosen != NULL ? g_bytes_ref (chosen) : NULL;
}

/* @member: of @mine or @theirs */
static void
append_chosen (
    GString *text, const StateSyncJsonMember *member, Object *base, Object *mine, Object *theirs)
{
  g_autoptr (GBytes) from_base = object_dup_value (base, member->name);
  g_autoptr (GBytes) from_mine = object_dup_value (mine, member->name);
  g_autoptr (GBytes) from_theirs = object_dup_value (theirs, member->name);
  g_autoptr (GBytes) chosen = choose (from_base, from_mine, from_theirs);
  gsize length;
  const char *value;

  if (chosen == NULL)
    return;

  if (text->len > strlen ("{"))
    g_string_append_c (text, ',');
  g_string_append_len (text, member->start, member->value - member->start);
  value = g_bytes_get_data (chosen, &length);
  g_string_append_len (text, value, (gssize)length);
}

/* Three objects make a fourth. Members stand as in @theirs, those that are only in @mine behind. */
static GBytes *
rebase_objects (GBytes *base_text, GBytes *mine_text, GBytes *theirs_text)
{
  g_autoptr (StateSyncJsonDecoder) decoder = state_sync_json_decoder_new ();
  g_auto (Object) base, mine, theirs;
  GString *text = g_string_new ("{");

  object_init (&base, base_text, decoder);
  object_init (&mine, mine_text, decoder);
  object_init (&theirs, theirs_text, decoder);
  for (guint i = 0; i < theirs.members->len; i++)
    append_chosen (text, &g_array_index (theirs.members, StateSyncJsonMember, i), &base, &mine,
                   &theirs);
  for (guint i = 0; i < mine.members->len; i++)
    {
      const StateSyncJsonMember *member = &g_array_index (mine.members, StateSyncJsonMember, i);

      if (!object_has (&theirs, member->name))
        append_chosen (text, member, &base, &mine, &theirs);
    }
  g_string_append_c (text, '}');
  return g_string_free_to_bytes (text);
}

/* All are checked texts.
 *
 * Returns: (transfer full): what was made of @base to be @mine, made of @theirs. Where both changed
 *   the same it is as in @mine; and so is the whole where one of the three is no object.
 */
GBytes *
inspector_rebase (GBytes *base, GBytes *mine, GBytes *theirs)
{
  if (are_objects (base, mine, theirs))
    return rebase_objects (base, mine, theirs);
  return g_bytes_ref (mine);
}
