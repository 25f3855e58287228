/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a topic is that was never written: the schema's own `default`; without one, for an object,
 * the members that have a default, found in the same way. $ref is followed; other schemas for the
 * same value (allOf and the like) are not asked. A schema that leads back to itself has no default
 * for its own inside.
 *
 * A few lines of schema can ask for an object that doubles with each level, so the size is limited,
 * and what has no default at all is remembered, so that it is not searched twice.
 */

#include "schema/defaults.h"

#include "protocol/json-check.h"

#define MAX_BYTES (1024 * 1024)

typedef struct
{
  const StateSyncOutline *schema;
  GString *out;
  GHashTable *barren; /* nodes without a default */
  guint depth;
  gboolean is_too_large;
} Maker;

static gboolean make (Maker *self, StateSyncNode *node);

static void
append_name (GString *out, StateSyncJsonName name)
{
  g_string_append_c (out, '"');
  for (gsize i = 0; i < name.length; i++)
    {
      guint8 c = (guint8)name.text[i];

      if (c < 0x20)
        g_string_append_printf (out, "\\u%04x", c);
      else if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", c);
      else
        g_string_append_c (out, (char)c);
    }
  g_string_append_c (out, '"');
}

/* FALSE, and nothing is appended, if no member has a default. */
static gboolean
make_object (Maker *self, StateSyncNode *node)
{
  gsize start = self->out->len;
  gboolean has_member = FALSE;

  if (node->types != 0 && (node->types & STATE_SYNC_TYPE_OBJECT) == 0)
    return FALSE;

  for (guint i = 0; i < node->members->len && !self->is_too_large; i++)
    {
      const StateSyncMemberRule *rule = &g_array_index (node->members, StateSyncMemberRule, i);
      gsize mark = self->out->len;

      if (rule->property == NULL)
        continue;
      g_string_append_c (self->out, has_member ? ',' : '{');
      append_name (self->out, rule->name);
      g_string_append_c (self->out, ':');
      if (make (self, rule->property))
        has_member = TRUE;
      else
        g_string_truncate (self->out, mark);
    }
  if (!has_member)
    {
      g_string_truncate (self->out, start);
      return FALSE;
    }
  g_string_append_c (self->out, '}');
  return TRUE;
}

static gboolean
make (Maker *self, StateSyncNode *node)
{
  gboolean is_made;

  if (node->default_value.p != NULL)
    {
      const char *end = state_sync_outline_get_end (self->schema, node->default_value);

      g_string_append_len (self->out, node->default_value.p, end - node->default_value.p);
      self->is_too_large |= self->out->len > MAX_BYTES;
      return TRUE;
    }
  if (node->is_under_way || g_hash_table_contains (self->barren, node))
    return FALSE;
  if (self->depth == STATE_SYNC_JSON_MAX_DEPTH || self->is_too_large)
    {
      self->is_too_large = TRUE;
      return FALSE;
    }

  node->is_under_way = TRUE;
  self->depth++;
  is_made = make_object (self, node) || (node->reference != NULL && make (self, node->reference));
  self->depth--;
  node->is_under_way = FALSE;
  if (!is_made)
    g_hash_table_add (self->barren, node);
  return is_made;
}

/* FALSE if it would be too large. *@text: (transfer full) (nullable): NULL if there is none. */
gboolean
state_sync_default_make (const StateSyncOutline *schema, StateSyncNode *root, GBytes **text)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GHashTable) barren = g_hash_table_new (NULL, NULL);
  Maker self = { .schema = schema, .out = out, .barren = barren };
  gboolean is_made = make (&self, root);

  *text = is_made ? g_bytes_new (out->str, out->len) : NULL;
  return !self.is_too_large;
}
