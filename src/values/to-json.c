/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The way back from from-json.c: what is written is read as the same value. A string, strings or
 * another reference that is NULL is null.
 */

#include "values/gvalue.h"

#include <math.h>

#include "statesync/error.h"
#include "values/range.h"

static JsonNode *
make_node (const GValue *value)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  json_node_set_value (node, value);
  return node;
}

static JsonNode *
make_string (const char *text)
{
  return json_node_init_string (json_node_alloc (), text);
}

static JsonNode *
make_null (void)
{
  return json_node_new (JSON_NODE_NULL);
}

/* All of them fit into 64 bits with sign but the upper half of those without. */
static JsonNode *
integer_to_json (const GValue *value)
{
  g_auto (GValue) wide = G_VALUE_INIT;

  if ((G_VALUE_HOLDS_UINT64 (value) && g_value_get_uint64 (value) > G_MAXINT64) ||
      (G_VALUE_HOLDS_ULONG (value) && g_value_get_ulong (value) > G_MAXINT64))
    return NULL;

  g_value_init (&wide, G_TYPE_INT64);
  g_value_transform (value, &wide);
  return make_node (&wide);
}

/* A whole number is written as one: the value of a spin button or a scale is a `double` also where
 * it counts things, and 4 is not to become 3.0. Beyond 2^53 a `double` does not count, and 0
 * without its sign were another. */
static JsonNode *
number_to_json (const GValue *value)
{
  g_auto (GValue) wide = G_VALUE_INIT;
  double number;

  g_value_init (&wide, G_TYPE_DOUBLE);
  g_value_transform (value, &wide);
  number = g_value_get_double (&wide);
  if (fabs (number) <= 0x1p53 && number == trunc (number) && !(number == 0 && signbit (number)))
    return json_node_init_int (json_node_alloc (), (gint64)number);
  return isfinite (number) ? make_node (&wide) : NULL;
}

static JsonNode *
enum_to_json (const GValue *value, GEnumClass *klass)
{
  GEnumValue *found = g_enum_get_value (klass, g_value_get_enum (value));

  return found != NULL ? make_string (found->value_nick) : NULL;
}

static JsonNode *
take_array (JsonArray *array)
{
  JsonNode *node = json_node_init_array (json_node_alloc (), array);

  json_array_unref (array);
  return node;
}

static JsonNode *
flags_to_json (const GValue *value, GFlagsClass *klass)
{
  g_autoptr (JsonArray) nicks = json_array_new ();
  guint rest = g_value_get_flags (value);

  while (rest != 0)
    {
      GFlagsValue *found = g_flags_get_first_value (klass, rest);

      if (found == NULL)
        return NULL;
      json_array_add_string_element (nicks, found->value_nick);
      rest &= ~found->value;
    }
  return take_array (g_steal_pointer (&nicks));
}

static JsonNode *
strv_to_json (const GValue *value)
{
  const char *const *strings = g_value_get_boxed (value);
  JsonArray *array = json_array_new ();

  for (guint i = 0; strings[i] != NULL; i++)
    json_array_add_string_element (array, strings[i]);
  return take_array (array);
}

/* What is not NULL, and is JSON or something that the app has taught to be made to it. */
static JsonNode *
taught_to_json (const GValue *value)
{
  GType type = G_VALUE_TYPE (value);
  JsonNodeType node_type;
  g_auto (GValue) text = G_VALUE_INIT;

  if (type == JSON_TYPE_NODE)
    return json_node_copy (g_value_get_boxed (value));
  if (type == JSON_TYPE_OBJECT)
    return json_node_init_object (json_node_alloc (), g_value_get_boxed (value));
  if (type == JSON_TYPE_ARRAY)
    return json_node_init_array (json_node_alloc (), g_value_get_boxed (value));
  if (G_TYPE_IS_BOXED (type) && json_boxed_can_serialize (type, &node_type))
    return json_boxed_serialize (type, g_value_get_boxed (value));
  if (!g_value_type_transformable (type, G_TYPE_STRING))
    return NULL;

  g_value_init (&text, G_TYPE_STRING);
  if (!g_value_transform (value, &text) || g_value_get_string (&text) == NULL)
    return NULL;
  return make_string (g_value_get_string (&text));
}

static JsonNode *
to_json (const GValue *value, GParamSpec *pspec)
{
  StateSyncIntegerRange integers;
  StateSyncNumberRange numbers;

  if (state_sync_get_integer_range (pspec, &integers))
    return integer_to_json (value);
  if (state_sync_get_number_range (pspec, &numbers))
    return number_to_json (value);
  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    return make_node (value);
  if (G_IS_PARAM_SPEC_ENUM (pspec))
    return enum_to_json (value, G_PARAM_SPEC_ENUM (pspec)->enum_class);
  if (G_IS_PARAM_SPEC_FLAGS (pspec))
    return flags_to_json (value, G_PARAM_SPEC_FLAGS (pspec)->flags_class);

  if (g_value_fits_pointer (value) && g_value_peek_pointer (value) == NULL)
    return make_null ();
  if (G_IS_PARAM_SPEC_STRING (pspec))
    return make_string (g_value_get_string (value));
  if (pspec->value_type == G_TYPE_STRV)
    return strv_to_json (value);
  return taught_to_json (value);
}

/* (transfer full) (nullable) */
JsonNode *
state_sync_gvalue_to_json (const GValue *value, GParamSpec *pspec, GError **error)
{
  JsonNode *node = to_json (value, pspec);

  if (node == NULL)
    {
      g_autofree char *found = g_strdup_value_contents (value);

      g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_DATA,
                   "Property “%s” of type %s holds %s, which has no form in JSON: register a "
                   "transform to strings for the type, or map it",
                   pspec->name, g_type_name (pspec->value_type), found);
    }
  return node;
}
