/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What stands for a tree: a checked text, and one small record for each array and object in it.
 *
 * A schema looks at some values several times and at others never. Stepping over a value that is a
 * container costs its length, and at every depth again; so where each ends is found once, in one
 * pass, and from then on a step costs the same whatever is stepped over. The containers are
 * numbered as they begin, and whoever stands at a value knows the number of the next one.
 */

#include "schema/outline.h"

#include "protocol/json-check.h"
#include "protocol/json-scan.h"

static StateSyncExtent *
get_extent (const StateSyncOutline *self, guint container)
{
  return &g_array_index (self->extents, StateSyncExtent, container);
}

/* A container that does not close at once has one child more than commas. */
static void
open_container (StateSyncOutline *self, const char *p)
{
  StateSyncExtent extent = { 0 };
  const char *inside = state_sync_json_skip_space (p + 1, self->end);

  extent.count = *inside != ']' && *inside != '}';
  g_array_append_val (self->extents, extent);
}

/* @text: checked; has to live as long as the outline */
void
state_sync_outline_init (StateSyncOutline *self, GBytes *text)
{
  guint open[STATE_SYNC_JSON_MAX_DEPTH];
  guint depth = 0;
  gsize length;
  const char *p;

  self->text = p = g_bytes_get_data (text, &length);
  self->end = p + length;
  self->extents = g_array_new (FALSE, FALSE, sizeof (StateSyncExtent));
  while (p < self->end)
    {
      switch (*p)
        {
        case '"':
          p = state_sync_json_skip_string (p);
          continue;
        case '{':
        case '[':
          open[depth++] = self->extents->len;
          open_container (self, p);
          break;
        case ',':
          get_extent (self, open[depth - 1])->count++;
          break;
        case '}':
        case ']':
          get_extent (self, open[--depth])->end = (gsize)(p + 1 - self->text);
          get_extent (self, open[depth])->next = self->extents->len;
          break;
        default:
          break;
        }
      p++;
    }
}

void
state_sync_outline_clear (StateSyncOutline *self)
{
  g_clear_pointer (&self->extents, g_array_unref);
}

StateSyncPlace
state_sync_outline_get_root (const StateSyncOutline *self)
{
  return (StateSyncPlace){ state_sync_json_skip_space (self->text, self->end), 0 };
}

static gboolean
is_container (StateSyncPlace place)
{
  return *place.p == '{' || *place.p == '[';
}

const char *
state_sync_outline_get_end (const StateSyncOutline *self, StateSyncPlace place)
{
  if (is_container (place))
    return self->text + get_extent (self, place.container)->end;
  return state_sync_json_skip_value (place.p, self->end);
}

/* @place: an array or object */
guint
state_sync_outline_get_count (const StateSyncOutline *self, StateSyncPlace place)
{
  return get_extent (self, place.container)->count;
}

StateSyncWalk
state_sync_walk_begin (const StateSyncOutline *outline, StateSyncPlace container)
{
  return (StateSyncWalk){ outline, { container.p + 1, container.container + 1 } };
}

/* To the next child; FALSE if there is none left. */
static gboolean
step (StateSyncWalk *self)
{
  const char *end = self->outline->end;
  const char *p = state_sync_json_skip_space (self->next.p, end);

  if (*p == ',')
    p = state_sync_json_skip_space (p + 1, end);
  self->next.p = p;
  return *p != ']' && *p != '}';
}

static StateSyncPlace
take_value (StateSyncWalk *self)
{
  StateSyncPlace value = self->next;

  self->next.p = state_sync_outline_get_end (self->outline, value);
  if (is_container (value))
    self->next.container = get_extent (self->outline, value.container)->next;
  return value;
}

gboolean
state_sync_walk_element (StateSyncWalk *self, StateSyncPlace *element)
{
  if (!step (self))
    return FALSE;

  *element = take_value (self);
  return TRUE;
}

/* @name: set to the quote of the member's name */
gboolean
state_sync_walk_member (StateSyncWalk *self, const char **name, StateSyncPlace *value)
{
  if (!step (self))
    return FALSE;

  *name = self->next.p;
  self->next.p = state_sync_json_skip_colon (state_sync_json_skip_string (*name));
  *value = take_value (self);
  return TRUE;
}
