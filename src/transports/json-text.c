/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The only place where JSON text and json-glib's trees meet on the client's side.
 *
 * From text: json-glib accepts what is no JSON and overflows its stack on deep nesting, so it may
 * see only text that was checked. To text: it writes some numbers as none (1e22 as `1e+22.0`), so
 * that is done here. What a tree can't hold is lost in it: json-glib ends a string at U+0000, and
 * numbers lose the form in which they were written.
 */

#include "transports/json-text.h"

#include <string.h>

#include "protocol/json-check.h"

/* --- to text --- */

static void
append_string (GString *text, const char *string)
{
  g_string_append_c (text, '"');
  for (const char *p = string; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_printf (text, "\\%c", *p);
      else if ((guchar)*p < 0x20)
        g_string_append_printf (text, "\\u%04x", (guint)*p);
      else
        g_string_append_c (text, *p);
    }
  g_string_append_c (text, '"');
}

/* In as few digits as tell it from its neighbours; as a number that is no integer. What is not
 * finite is no JSON, and refused as such. */
static void
append_double (GString *text, double number)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint precision = 15; precision <= 17; precision++)
    {
      g_autofree char *format = g_strdup_printf ("%%.%ug", precision);

      g_ascii_formatd (digits, sizeof digits, format, number);
      if (g_ascii_strtod (digits, NULL) == number)
        break;
    }
  g_string_append (text, digits);
  if (strspn (digits, "-0123456789") == strlen (digits))
    g_string_append (text, ".0");
}

static void
append_value (GString *text, JsonNode *node)
{
  GType type = json_node_get_value_type (node);

  if (type == G_TYPE_STRING)
    append_string (text, json_node_get_string (node));
  else if (type == G_TYPE_BOOLEAN)
    g_string_append (text, json_node_get_boolean (node) ? "true" : "false");
  else if (type == G_TYPE_DOUBLE)
    append_double (text, json_node_get_double (node));
  else
    g_string_append_printf (text, "%" G_GINT64_FORMAT, json_node_get_int (node));
}

static void append_node (GString *text, JsonNode *node, guint depth);

static void
append_array (GString *text, JsonArray *array, guint depth)
{
  guint length = json_array_get_length (array);

  g_string_append_c (text, '[');
  for (guint i = 0; i < length; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      append_node (text, json_array_get_element (array, i), depth);
    }
  g_string_append_c (text, ']');
}

static void
append_object (GString *text, JsonObject *object, guint depth)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  gboolean is_first = TRUE;

  g_string_append_c (text, '{');
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      if (!is_first)
        g_string_append_c (text, ',');
      is_first = FALSE;
      append_string (text, name);
      g_string_append_c (text, ':');
      append_node (text, value, depth);
    }
  g_string_append_c (text, '}');
}

/* Not deeper than one level too deep: the check refuses that, and nobody's stack is used up. */
static void
append_node (GString *text, JsonNode *node, guint depth)
{
  JsonNodeType type = node != NULL ? json_node_get_node_type (node) : JSON_NODE_NULL;
  gboolean is_cut = depth > STATE_SYNC_JSON_MAX_DEPTH;

  if (type == JSON_NODE_VALUE)
    append_value (text, node);
  else if (type == JSON_NODE_NULL)
    g_string_append (text, "null");
  else if (is_cut)
    g_string_append (text, "[]");
  else if (type == JSON_NODE_ARRAY)
    append_array (text, json_node_get_array (node), depth + 1);
  else
    append_object (text, json_node_get_object (node), depth + 1);
}

GBytes *
state_sync_json_node_to_bytes (JsonNode *node)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_node (text, node, 0);
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

/* --- from text --- */

/* @parser: (transfer full). @text has been checked. */
static JsonNode *
parse (JsonParser *parser, GBytes *text)
{
  g_autoptr (JsonParser) owned = parser;
  gsize length;
  const char *bytes = g_bytes_get_data (text, &length);
  JsonNode *node = NULL;

  if (json_parser_load_from_data (parser, bytes, (gssize)length, NULL))
    node = json_parser_steal_root (parser);
  return node != NULL ? node : json_node_init_null (json_node_alloc ());
}

/* (transfer full): immutable. @text has been checked. */
JsonNode *
state_sync_json_node_from_bytes (GBytes *text)
{
  JsonNode *node = parse (json_parser_new_immutable (), text);

  json_node_seal (node);
  return node;
}

/* (transfer full): one to be changed. @text has been checked. */
JsonNode *
state_sync_json_node_new_from_bytes (GBytes *text)
{
  return parse (json_parser_new (), text);
}
