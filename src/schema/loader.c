/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "schema/loader.h"

#include "protocol/error.h"
#include "protocol/json-scan.h"
#include "schema/key-path.h"
#include "schema/keywords.h"

/* How many schemas there may be in a schema: some for each kilobyte of the longest file. */
#define MAX_NODES 16384

/* FALSE with @error: what is wrong where the reading is. */
gboolean
state_sync_loader_refuse (StateSyncLoader *self, GError **error, const char *format, ...)
{
  g_autofree char *place = state_sync_place_quote (self->pointer->str);
  g_autofree char *reason = NULL;
  va_list arguments;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED,
               "The schema is refused at %s: %s", place, reason);
  return FALSE;
}

/* FALSE with @error unless the value begins with @first; @what says what that is. */
gboolean
state_sync_loader_expect (
    StateSyncLoader *self, StateSyncPlace value, char first, const char *what, GError **error)
{
  return *value.p == first ||
         state_sync_loader_refuse (self, error, "the value has to be %s", what);
}

/* Goes on to the member @name of where the reading is; what is given leads back. */
gsize
state_sync_loader_enter (StateSyncLoader *self, StateSyncJsonName name)
{
  gsize mark = self->pointer->len;

  g_string_append_c (self->pointer, '/');
  for (gsize i = 0; i < name.length; i++)
    {
      if (name.text[i] == '~')
        g_string_append (self->pointer, "~0");
      else if (name.text[i] == '/')
        g_string_append (self->pointer, "~1");
      else if (name.text[i] == '\0')
        g_string_append (self->pointer, "~u0000"); /* which no reference can name */
      else
        g_string_append_c (self->pointer, name.text[i]);
    }
  return mark;
}

gsize
state_sync_loader_enter_item (StateSyncLoader *self, guint index)
{
  gsize mark = self->pointer->len;

  g_string_append_printf (self->pointer, "/%u", index);
  return mark;
}

void
state_sync_loader_leave (StateSyncLoader *self, gsize mark)
{
  g_string_truncate (self->pointer, mark);
}

/* The string with its escapes undone, for as long as there is the schema. */
StateSyncJsonName
state_sync_loader_read_string (StateSyncLoader *self, const char *quote)
{
  gsize length = (gsize)(state_sync_json_skip_string (quote) - quote) - 2;

  return state_sync_json_decoder_decode (self->decoder, quote + 1, length);
}

/* (transfer full) (nullable): NULL with @error. */
StateSyncPattern *
state_sync_loader_read_pattern (StateSyncLoader *self, StateSyncJsonName text, GError **error)
{
  const char *reason;
  StateSyncPattern *pattern = state_sync_pattern_new (text, &reason);

  if (pattern == NULL)
    state_sync_loader_refuse (self, error, "the regular expression can't be used: %s", reason);
  return pattern;
}

static StateSyncNode *
add_node (StateSyncLoader *self)
{
  StateSyncNode *node = state_sync_node_new (self->pointer->str);

  g_ptr_array_add (self->nodes, node);
  g_hash_table_insert (self->by_pointer, node->pointer, node);
  return node;
}

static gboolean
read_keywords (StateSyncLoader *self, StateSyncNode *node, StateSyncPlace place, GError **error)
{
  StateSyncWalk walk = state_sync_walk_begin (self->outline, place);
  StateSyncPlace value;
  const char *quote;

  while (state_sync_walk_member (&walk, &quote, &value))
    {
      StateSyncJsonName name = state_sync_loader_read_string (self, quote);
      gsize mark = state_sync_loader_enter (self, name);

      if (!state_sync_keyword_read (self, node, name, value, error))
        return FALSE;
      state_sync_loader_leave (self, mark);
    }
  return TRUE;
}

/* (transfer none) (nullable): the schema at @place, or NULL with @error. The recursion ends at
 * STATE_SYNC_JSON_MAX_DEPTH. */
StateSyncNode *
state_sync_loader_read_node (StateSyncLoader *self, StateSyncPlace place, GError **error)
{
  StateSyncNode *node;

  if (self->nodes->len == MAX_NODES)
    {
      state_sync_loader_refuse (self, error, "there are more than %d schemas in it; divide it",
                                MAX_NODES);
      return NULL;
    }
  if (*place.p != '{' && *place.p != 't' && *place.p != 'f')
    {
      state_sync_loader_refuse (self, error, "a schema is expected here: an object, true or false");
      return NULL;
    }

  node = add_node (self);
  if (*place.p == '{')
    return read_keywords (self, node, place, error) ? node : NULL;
  node->is_false = *place.p == 'f';
  return node;
}
