/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The table of all keywords, and how each is read; those about members of objects are read in
 * keyword-members.c. What is not in the table is refused, never
 * ignored: a schema that is half understood would let through what its author meant to keep out.
 */

#include "schema/keywords.h"

#include <stddef.h>
#include <string.h>

#include "schema/canonical.h"
#include "schema/keyword-members.h"

#define DIALECT "https://json-schema.org/draft/2020-12/schema"

typedef gboolean (*ReadFunc) (StateSyncLoader *loader,
                              StateSyncNode *node,
                              gsize field,
                              StateSyncPlace value,
                              GError **error);

#define FIELD(node, field, Type) ((Type *)(gpointer)((char *)(node) + (field)))

static gboolean
name_is (StateSyncJsonName name, const char *text)
{
  return name.length == strlen (text) && memcmp (name.text, text, name.length) == 0;
}

/* --- single values --- */

static gboolean
is_number (StateSyncPlace value)
{
  return *value.p == '-' || g_ascii_isdigit (*value.p);
}

static gboolean
read_number (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  if (!is_number (value))
    return state_sync_loader_refuse (loader, error, "the value has to be a number");

  *FIELD (node, field, StateSyncDecimal) = state_sync_decimal_read (value.p, loader->outline->end);
  return TRUE;
}

static gboolean
read_divisor (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  StateSyncDecimal number;
  const char *reason;

  if (!is_number (value))
    return state_sync_loader_refuse (loader, error, "the value has to be a number");

  number = state_sync_decimal_read (value.p, loader->outline->end);
  reason = state_sync_divisor_read (FIELD (node, field, StateSyncDivisor), &number);
  return reason == NULL || state_sync_loader_refuse (loader, error, "%s", reason);
}

static gboolean
read_count (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  StateSyncDecimal number;

  if (is_number (value))
    {
      number = state_sync_decimal_read (value.p, loader->outline->end);
      if (state_sync_decimal_get_count (&number, FIELD (node, field, guint64)))
        return TRUE;
    }
  return state_sync_loader_refuse (loader, error,
                                   "the value has to be an integer that is not below 0");
}

static gboolean
read_flag (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  if (*value.p != 't' && *value.p != 'f')
    return state_sync_loader_refuse (loader, error, "the value has to be true or false");

  *FIELD (node, field, gboolean) = *value.p == 't';
  return TRUE;
}

static gboolean
read_pattern (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  if (!state_sync_loader_expect (loader, value, '"', "a string", error))
    return FALSE;

  node->pattern_text = value.p;
  node->pattern = state_sync_loader_read_pattern (
      loader, state_sync_loader_read_string (loader, value.p), error);
  return node->pattern != NULL;
}

/* --- type, enum, const --- */

static const struct
{
  const char *name;
  guint bits;
} types[] = {
  { "null", STATE_SYNC_TYPE_NULL },     { "boolean", STATE_SYNC_TYPE_BOOLEAN },
  { "object", STATE_SYNC_TYPE_OBJECT }, { "array", STATE_SYNC_TYPE_ARRAY },
  { "number", STATE_SYNC_TYPE_NUMBER }, { "integer", STATE_SYNC_TYPE_INTEGER },
  { "string", STATE_SYNC_TYPE_STRING },
};

static gboolean
add_type (StateSyncLoader *loader, StateSyncNode *node, StateSyncPlace value, GError **error)
{
  StateSyncJsonName name = { 0 };

  if (*value.p == '"')
    name = state_sync_loader_read_string (loader, value.p);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (name.text == NULL || !name_is (name, types[i].name))
        continue;
      if ((node->types & types[i].bits) != 0)
        return state_sync_loader_refuse (loader, error, "the type “%s” is named twice",
                                         types[i].name);
      node->types |= types[i].bits;
      return TRUE;
    }
  return state_sync_loader_refuse (
      loader, error, "a type is one of null, boolean, object, array, number, integer, string");
}

static gboolean
read_types (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  StateSyncWalk walk;
  StateSyncPlace element;

  if (*value.p != '[')
    return add_type (loader, node, value, error);

  walk = state_sync_walk_begin (loader->outline, value);
  while (state_sync_walk_element (&walk, &element))
    {
      if (!add_type (loader, node, element, error))
        return FALSE;
    }
  return node->types != 0 ||
         state_sync_loader_refuse (loader, error, "the list has to name a type");
}

static void
add_value (StateSyncLoader *loader, StateSyncValues *values, StateSyncPlace place)
{
  g_autoptr (GString) text = g_string_new (NULL);
  StateSyncJsonName name;

  state_sync_canonical_append (loader->outline, place, text);
  name.length = text->len;
  name.text = g_string_chunk_insert_len (loader->canonical, text->str, (gssize)text->len);
  state_sync_json_names_add (values->names, name);
}

static gboolean
read_constant (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  node->constant = (StateSyncValues){ value, state_sync_json_names_new () };
  add_value (loader, &node->constant, value);
  return TRUE;
}

static gboolean
read_values (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  StateSyncWalk walk;
  StateSyncPlace element;

  if (!state_sync_loader_expect (loader, value, '[', "a list of the values that are allowed",
                                 error))
    return FALSE;

  node->allowed = (StateSyncValues){ value, state_sync_json_names_new () };
  walk = state_sync_walk_begin (loader->outline, value);
  while (state_sync_walk_element (&walk, &element))
    add_value (loader, &node->allowed, element);
  return TRUE;
}

/* --- schemas in the schema --- */

static gboolean
read_node (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  StateSyncNode *child = state_sync_loader_read_node (loader, value, error);

  *FIELD (node, field, StateSyncNode *) = child;
  return child != NULL;
}

static gboolean
read_nodes (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  GPtrArray *nodes = g_ptr_array_new ();
  StateSyncWalk walk;
  StateSyncPlace element;

  *FIELD (node, field, GPtrArray *) = nodes;
  if (!state_sync_loader_expect (loader, value, '[', "a list of schemas", error))
    return FALSE;

  walk = state_sync_walk_begin (loader->outline, value);
  while (state_sync_walk_element (&walk, &element))
    {
      gsize mark = state_sync_loader_enter_item (loader, nodes->len);
      StateSyncNode *child = state_sync_loader_read_node (loader, element, error);

      if (child == NULL)
        return FALSE;
      g_ptr_array_add (nodes, child);
      state_sync_loader_leave (loader, mark);
    }
  return nodes->len > 0 ||
         state_sync_loader_refuse (loader, error, "the list has to have a schema");
}

/* --- the document --- */

static gboolean
is_root (StateSyncLoader *loader, StateSyncNode *node)
{
  return node == g_ptr_array_index (loader->nodes, 0);
}

static gboolean
read_dialect (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  if (!state_sync_loader_expect (loader, value, '"', "a string", error))
    return FALSE;
  if (!is_root (loader, node))
    return state_sync_loader_refuse (loader, error, "this belongs at the top of the schema");
  return name_is (state_sync_loader_read_string (loader, value.p), DIALECT) ||
         state_sync_loader_refuse (loader, error, "the dialect has to be " DIALECT);
}

/* An id inside would begin a document of its own, to which the references in it belong. */
static gboolean
read_id (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  StateSyncJsonName id;

  if (!state_sync_loader_expect (loader, value, '"', "a string", error))
    return FALSE;
  if (!is_root (loader, node))
    return state_sync_loader_refuse (
        loader, error, "only the schema as a whole can have an id here; leave this one out");

  id = state_sync_loader_read_string (loader, value.p);
  return memchr (id.text, '#', id.length) == NULL ||
         state_sync_loader_refuse (loader, error, "an id has no fragment; leave “#…” out");
}

static gboolean
is_pointer (const char *text)
{
  if ((*text != '\0' && *text != '/') || !g_utf8_validate (text, -1, NULL))
    return FALSE;

  for (; *text != '\0'; text++)
    {
      if (*text == '~' && text[1] != '0' && text[1] != '1')
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_reference (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  g_autofree char *target = NULL;
  StateSyncReference reference = { .node = node };
  StateSyncJsonName text;

  if (!state_sync_loader_expect (loader, value, '"', "a string", error))
    return FALSE;

  text = state_sync_loader_read_string (loader, value.p);
  if (text.length == 0 || text.text[0] != '#')
    return state_sync_loader_refuse (
        loader, error, "a reference has to stay in the document: “#”, or “#/” and a JSON pointer");

  target = g_uri_unescape_segment (text.text + 1, text.text + text.length, NULL);
  if (target == NULL || memchr (text.text, '\0', text.length) != NULL || !is_pointer (target))
    return state_sync_loader_refuse (loader, error,
                                     "behind “#” a JSON pointer is expected, such as “#/$defs/a”");

  reference.target = g_strconcat ("#", target, NULL);
  g_array_append_val (loader->references, reference);
  return TRUE;
}

/* --- what is for people alone --- */

static gboolean
read_default (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  node->default_value = value;
  return TRUE;
}

static gboolean
read_text (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  return state_sync_loader_expect (loader, value, '"', "a string", error);
}

static gboolean
read_list (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  return state_sync_loader_expect (loader, value, '[', "a list", error);
}

static gboolean
read_remark (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  return *value.p == 't' || *value.p == 'f' ||
         state_sync_loader_refuse (loader, error, "the value has to be true or false");
}

#define AT(field) offsetof (StateSyncNode, field)

/* clang-format off */

static const struct
{
  const char *name;
  ReadFunc read;
  gsize field;
} keywords[] = {
  { "type", read_types, 0 },
  { "enum", read_values, 0 },
  { "const", read_constant, 0 },

  { "multipleOf", read_divisor, AT (divisor) },
  { "maximum", read_number, AT (maximum) },
  { "exclusiveMaximum", read_number, AT (exclusive_maximum) },
  { "minimum", read_number, AT (minimum) },
  { "exclusiveMinimum", read_number, AT (exclusive_minimum) },

  { "maxLength", read_count, AT (max_length) },
  { "minLength", read_count, AT (min_length) },
  { "pattern", read_pattern, 0 },

  { "maxItems", read_count, AT (max_items) },
  { "minItems", read_count, AT (min_items) },
  { "uniqueItems", read_flag, AT (unique_items) },
  { "prefixItems", read_nodes, AT (prefix_items) },
  { "items", read_node, AT (items) },
  { "contains", read_node, AT (contains) },
  { "maxContains", read_count, AT (max_contains) },
  { "minContains", read_count, AT (min_contains) },

  { "maxProperties", read_count, AT (max_properties) },
  { "minProperties", read_count, AT (min_properties) },
  { "required", state_sync_members_read_required, 0 },
  { "dependentRequired", state_sync_members_read_dependent_required, 0 },
  { "properties", state_sync_members_read_properties, 0 },
  { "patternProperties", state_sync_members_read_pattern_properties, 0 },
  { "additionalProperties", read_node, AT (additional_properties) },
  { "propertyNames", read_node, AT (property_names) },

  { "allOf", read_nodes, AT (all_of) },
  { "anyOf", read_nodes, AT (any_of) },
  { "oneOf", read_nodes, AT (one_of) },
  { "not", read_node, AT (not_) },
  { "if", read_node, AT (if_) },
  { "then", read_node, AT (then) },
  { "else", read_node, AT (else_) },
  { "dependentSchemas", state_sync_members_read_dependent_schemas, 0 },

  { "$ref", read_reference, 0 },
  { "$defs", state_sync_members_read_definitions, 0 },
  { "$schema", read_dialect, 0 },
  { "$id", read_id, 0 },

  { "default", read_default, 0 },
  { "$comment", read_text, 0 },
  { "title", read_text, 0 },
  { "description", read_text, 0 },
  { "examples", read_list, 0 },
  { "deprecated", read_remark, 0 },
  { "readOnly", read_remark, 0 },
  { "writeOnly", read_remark, 0 },
};

/* Those that people may look for, and what there is instead. */
static const struct
{
  const char *name;
  const char *advice;
} missing[] = {
  { "$anchor", "refer by “#/…”" },
  { "$dynamicAnchor", "refer by “$ref”" },
  { "$dynamicRef", "refer by “$ref”" },
  { "$vocabulary", "it belongs in a meta-schema" },
  { "unevaluatedItems", "use “items”" },
  { "unevaluatedProperties", "use “additionalProperties”" },
  { "format", "it would not be checked; use “pattern”" },
  { "contentEncoding", "it would not be checked; say it in “description”" },
  { "contentMediaType", "it would not be checked; say it in “description”" },
  { "contentSchema", "it would not be checked; say it in “description”" },
  { "definitions", "dialect 2020-12 calls it “$defs”" },
  { "dependencies", "dialect 2020-12 has “dependentRequired” and “dependentSchemas”" },
  { "additionalItems", "dialect 2020-12 has “prefixItems” and “items”" },
  { "id", "dialect 2020-12 calls it “$id”" },
};

/* clang-format on */

/* Reads one member of a schema. FALSE with @error if it is unknown, or not as it has to be. */
gboolean
state_sync_keyword_read (StateSyncLoader *loader,
                         StateSyncNode *node,
                         StateSyncJsonName name,
                         StateSyncPlace value,
                         GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (keywords); i++)
    {
      if (name_is (name, keywords[i].name))
        return keywords[i].read (loader, node, keywords[i].field, value, error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (missing); i++)
    {
      if (name_is (name, missing[i].name))
        return state_sync_loader_refuse (loader, error, "the keyword “%s” is not supported: %s",
                                         missing[i].name, missing[i].advice);
    }
  return state_sync_loader_refuse (loader, error,
                                   "this keyword is unknown; see the list in the manual");
}
