/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "schema/key-path.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/json-scan.h"
#include "schema/text.h"

/* Of a path its end says most. */
#define MAX_PATH_CHARACTERS 76
#define MAX_VALUE_CHARACTERS 40

/* As `statesync get --path` reads it: plain where that is clear, else as a JSON string. */
static char *
name_describe (const char *quote)
{
  g_auto (StateSyncTexts) texts = { 0 };
  StateSyncJsonName name = state_sync_texts_read (&texts, quote);

  if (name.length == 0 || name.text[0] == '"' || memchr (name.text, '.', name.length) != NULL ||
      memchr (name.text, '\0', name.length) != NULL)
    return g_strndup (quote, (gsize)(state_sync_json_skip_string (quote) - quote));
  return g_strndup (name.text, name.length);
}

static char *
element_describe (const StateSyncKeyPath *self)
{
  return self->quote != NULL ? name_describe (self->quote) : g_strdup_printf ("%u", self->index);
}

/* (transfer full): in quotes, safe for a terminal; of one that is long, the end. */
char *
state_sync_place_quote (const char *text)
{
  glong length = g_utf8_strlen (text, -1);
  g_autofree char *end = NULL;

  if (length <= MAX_PATH_CHARACTERS)
    return state_sync_error_quote (text);

  end = g_strconcat ("…", g_utf8_offset_to_pointer (text, length - MAX_PATH_CHARACTERS), NULL);
  return state_sync_error_quote (end);
}

/* What begins a sentence about the value there. */
char *
state_sync_key_path_describe (const StateSyncKeyPath *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *quoted = NULL;

  if (self == NULL)
    return g_strdup ("The data");

  for (const StateSyncKeyPath *at = self; at != NULL; at = at->parent)
    {
      g_autofree char *element = element_describe (at);

      if (at != self)
        g_string_prepend_c (text, '.');
      g_string_prepend (text, element);
      if (text->len > 8 * MAX_PATH_CHARACTERS)
        break;
    }
  quoted = state_sync_place_quote (text->str);
  return self->is_name ? g_strconcat ("The name of ", quoted, NULL) : g_steal_pointer (&quoted);
}

/* What it is, in few words: a value that is short itself, another by its kind and size. */
char *
state_sync_value_describe (const StateSyncOutline *outline, StateSyncPlace place)
{
  gboolean is_object = *place.p == '{';
  g_autofree char *text = NULL;
  g_autofree char *valid = NULL;
  gsize length;
  guint count;

  if (is_object || *place.p == '[')
    {
      count = state_sync_outline_get_count (outline, place);
      if (count == 0)
        return g_strdup (is_object ? "an empty object" : "an empty array");
      return g_strdup_printf ("%s with %u %s%s", is_object ? "an object" : "an array", count,
                              is_object ? "member" : "element", count == 1 ? "" : "s");
    }

  length = (gsize)(state_sync_outline_get_end (outline, place) - place.p);
  if (length > 4 * MAX_VALUE_CHARACTERS)
    length = (gsize)(g_utf8_find_prev_char (place.p, place.p + 4 * MAX_VALUE_CHARACTERS) - place.p);
  text = g_strndup (place.p, length);
  if (g_utf8_strlen (text, -1) <= MAX_VALUE_CHARACTERS &&
      place.p + length == state_sync_outline_get_end (outline, place))
    return g_steal_pointer (&text);

  g_utf8_offset_to_pointer (text, MIN (g_utf8_strlen (text, -1), MAX_VALUE_CHARACTERS))[0] = '\0';
  return g_strconcat (text, "…", NULL);
}
