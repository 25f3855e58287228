/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lays one object over another, text over text. The lower text is walked once, from its
 * beginning to its end, and copied as it stands; only where the upper object has a member to say
 * something about is another piece put in, or a piece left out. So the order of members, white
 * space, spelling of numbers and escapes of everything else stay, and if there is
 * nothing to say the result is the lower text to the byte.
 *
 * Where two members of the same name are both objects, one is laid over the other: the walk goes
 * one level in. There is no recursion over levels, each byte of the two texts is looked at a
 * fixed number of times, and names are found by hash where there are many. What comes out nests
 * no deeper than the deeper of the two.
 *
 * How the text around a change is made:
 *  - A member that is replaced keeps its place, its name and the colon as they stand; the value
 *    is the upper text's.
 *  - A member that is removed goes with the comma and the white space before it; the first one
 *    that stays stands where the first one stood. An object that loses all becomes {}.
 *  - New members come last, in the order and with the text of the upper object, each after a
 *    comma and the white space that stands before the last member of the lower object, so what
 *    was pretty stays so. White space above GAP_MAX bytes is left out, or few bytes could ask for
 *    a giant. In an object that had no member there is no white space to follow.
 *
 * Where nulls remove, they must not come in with new members either. What is left of a new
 * object is that object laid over itself: each null removes its own member, and everything else
 * is replaced by itself.
 */

#include "protocol/json-overlay.h"

#include "protocol/json-members.h"
#include "protocol/json-names.h"
#include "protocol/json-scan.h"

#define GAP_MAX 32

/* An object of the lower text that is open, and the members of the upper one over it. */
typedef struct
{
  StateSyncJsonMember *upper;
  guint n_upper;
  StateSyncJsonNames *names; /* of the upper members */
  guint8 *is_used;           /* which of the upper members the lower object has too */

  const char *inside; /* behind the brace */
  gsize first_gap;    /* length of the white space there, before the first member */
  const char *gap;    /* the white space before the member at hand */
  gsize gap_length;
  const char *kept_end; /* (nullable) end of the last member that stays */
  gboolean is_cut;      /* a member was removed */
} Level;

/* The members of the upper text; all that is made of it is made from them. */
typedef struct
{
  GArray *members;
  StateSyncJsonDecoder *decoder;
  StateSyncJsonNull null;
} Upper;

typedef struct
{
  const Upper *upper;
  GArray *levels;     /* of Level, from the outside in */
  const char *copied; /* the lower text before this is in @out, or was left out */
  const char *end;
  GString *out;
} Walk;

static gboolean walk (const Upper *upper,
                      const StateSyncJsonMember *over,
                      const char *lower,
                      const char *end,
                      GString *out);

static void
level_clear (gpointer data)
{
  Level *level = data;

  state_sync_json_names_free (level->names);
  g_free (level->is_used);
}

static void
open_level (Walk *self, const StateSyncJsonMember *over, const char *inside)
{
  Level level = {
    .upper = &g_array_index (self->upper->members, StateSyncJsonMember, over->first_member),
    .n_upper = over->n_members,
    .names = state_sync_json_names_new (),
    .is_used = g_new0 (guint8, over->n_members),
    .inside = inside,
    .gap = inside,
  };

  for (guint i = 0; i < level.n_upper; i++)
    state_sync_json_names_add (level.names, level.upper[i].name);
  g_array_append_val (self->levels, level);
}

/* --- putting out --- */

static void
copy_until (Walk *self, const char *p)
{
  if (p <= self->copied)
    return;

  g_string_append_len (self->out, self->copied, p - self->copied);
  self->copied = p;
}

static gboolean
removes (const Upper *self, const StateSyncJsonMember *member)
{
  return self->null == STATE_SYNC_JSON_NULL_REMOVES && *member->value == 'n';
}

static void
put_value (Walk *self, const StateSyncJsonMember *member)
{
  if (*member->value == '{' && self->upper->null == STATE_SYNC_JSON_NULL_REMOVES)
    walk (self->upper, member, member->value, member->end, self->out);
  else
    g_string_append_len (self->out, member->value, member->end - member->value);
}

/* The member of the lower object that begins at @start stays. */
static void
keep (Walk *self, Level *level, const char *start)
{
  if (level->kept_end != NULL || !level->is_cut)
    return;

  g_string_append_len (self->out, level->inside, (gssize)level->first_gap);
  self->copied = start;
}

/* The member of the lower object that ends at @end goes. */
static void
cut (Walk *self, Level *level, const char *end)
{
  copy_until (self, level->kept_end != NULL ? level->kept_end : level->inside);
  self->copied = end;
  level->is_cut = TRUE;
}

/* @close is where the lower object's closing brace stands. */
static void
put_new_member (Walk *self, Level *level, const StateSyncJsonMember *member, const char *close)
{
  if (level->kept_end != NULL)
    {
      copy_until (self, level->kept_end);
      g_string_append_c (self->out, ',');
      if (level->gap_length <= GAP_MAX)
        g_string_append_len (self->out, level->gap, (gssize)level->gap_length);
    }
  else if (level->is_cut)
    {
      g_string_append_len (self->out, level->inside, (gssize)level->first_gap);
    }
  else
    {
      copy_until (self, level->inside);
      self->copied = close;
    }
  level->kept_end = self->copied;

  g_string_append_len (self->out, member->start, member->value - member->start);
  put_value (self, member);
}

/* --- walking --- */

/* The member at @start; gives where it ends, or where its inside begins if the walk goes in. */
static const char *
walk_member (Walk *self, Level *level, const char *start)
{
  StateSyncJsonMember lower = state_sync_json_member_read (start, self->upper->decoder);
  const StateSyncJsonMember *over;
  guint index;

  if (level->gap == level->inside)
    level->first_gap = (gsize)(start - level->inside);
  level->gap_length = (gsize)(start - level->gap);

  if (!state_sync_json_names_find (level->names, lower.name, &index))
    {
      keep (self, level, start);
      level->kept_end = state_sync_json_skip_value (lower.value, self->end);
      return level->kept_end;
    }

  over = &level->upper[index];
  level->is_used[index] = TRUE;
  if (*over->value == '{' && *lower.value == '{')
    {
      keep (self, level, start);
      open_level (self, over, lower.value + 1);
      return lower.value + 1;
    }

  if (*over->value == '{' && self->upper->null == STATE_SYNC_JSON_NULL_STAYS)
    return NULL;

  lower.end = state_sync_json_skip_value (lower.value, self->end);
  if (removes (self->upper, over))
    {
      cut (self, level, lower.end);
      return lower.end;
    }

  keep (self, level, start);
  copy_until (self, lower.value);
  put_value (self, over);
  self->copied = lower.end;
  level->kept_end = lower.end;
  return lower.end;
}

/* The object at hand ends with the brace at @close. */
static const char *
walk_out (Walk *self, Level *level, const char *close)
{
  const char *end = close + 1;

  for (guint i = 0; i < level->n_upper; i++)
    {
      if (!level->is_used[i] && !removes (self->upper, &level->upper[i]))
        put_new_member (self, level, &level->upper[i], close);
    }
  if (level->kept_end == NULL && level->is_cut)
    self->copied = close;

  g_array_set_size (self->levels, self->levels->len - 1);
  if (self->levels->len > 0)
    g_array_index (self->levels, Level, self->levels->len - 1).kept_end = end;
  return end;
}

/* Puts out the text from @begin to @end, which holds one object, with the members of @over laid
 * over those of the object. FALSE where an object would come over another kind of value and nulls
 * stay: what it then makes depends on more than the two texts. */
static gboolean
walk (const Upper *upper,
      const StateSyncJsonMember *over,
      const char *begin,
      const char *end,
      GString *out)
{
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (Level));
  Walk self = { upper, levels, begin, end, out };
  const char *p = state_sync_json_skip_space (begin, end) + 1;

  g_array_set_clear_func (levels, level_clear);
  open_level (&self, over, p);
  while (p != NULL && levels->len > 0)
    {
      Level *level = &g_array_index (levels, Level, levels->len - 1);

      p = state_sync_json_skip_space (p, end);
      if (*p == '"')
        p = walk_member (&self, level, p);
      else if (*p == '}')
        p = walk_out (&self, level, p);
      else
        level->gap = ++p;
    }
  if (p == NULL)
    return FALSE;

  copy_until (&self, end);
  return TRUE;
}

/* Returns: (transfer full) (nullable): @lower with @upper laid over it; both are objects. NULL
 * only with %STATE_SYNC_JSON_NULL_STAYS, if an object of @upper meets what is no object. */
GBytes *
state_sync_json_overlay (GBytes *lower, GBytes *upper, StateSyncJsonNull null)
{
  g_autoptr (StateSyncJsonDecoder) decoder = state_sync_json_decoder_new ();
  g_autoptr (GArray) members = NULL;
  g_autoptr (GString) out = NULL;
  gsize lower_length, upper_length;
  const char *lower_text = g_bytes_get_data (lower, &lower_length);
  const char *upper_text = g_bytes_get_data (upper, &upper_length);
  Upper self;

  members = state_sync_json_members_index (upper_text, upper_text + upper_length, decoder);
  self = (Upper){ members, decoder, null };
  out = g_string_sized_new (lower_length + upper_length);
  if (!walk (&self, &g_array_index (members, StateSyncJsonMember, members->len - 1), lower_text,
             lower_text + lower_length, out))
    return NULL;

  return g_string_free_to_bytes (g_steal_pointer (&out));
}
