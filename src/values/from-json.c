/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes a property's value. Nothing is bent to fit: what the property does not take as it
 * is is an error that says what it takes.
 *
 *   true, false      a boolean
 *   a number         a number; a whole one also a whole number: 3.0 is 3, 3.5 is an error
 *   a string         a string; an enumeration's value, by nick
 *   array of strings strings; flags, by nick
 *   null, nothing    the property's default
 *
 * Any other type is made the way the app has taught GLib to make it: from text by a transform of
 * GValues (g_value_register_transform_func), or as it has taught json-glib
 * (json_boxed_register_deserialize_func).
 */

#include "values/gvalue.h"

#include "statesync/error.h"
#include "values/describe.h"
#include "values/range.h"

/* The whole number that a node holds. Doubles of 2^63 and beyond are no such. */
static gboolean
get_integer (JsonNode *node, gint64 *number)
{
  GType type = json_node_get_value_type (node);
  double d;

  if (type == G_TYPE_INT64)
    {
      *number = json_node_get_int (node);
      return TRUE;
    }
  if (type != G_TYPE_DOUBLE)
    return FALSE;

  d = json_node_get_double (node);
  if (!(d >= -0x1p63 && d < 0x1p63))
    return FALSE;
  *number = (gint64)d;
  return (double)*number == d;
}

static gboolean
set_integer (GValue *value, JsonNode *node, const StateSyncIntegerRange *range)
{
  g_auto (GValue) wide = G_VALUE_INIT;
  gint64 number;

  if (!get_integer (node, &number) || number < range->min || number > range->max)
    return FALSE;

  g_value_init (&wide, G_TYPE_INT64);
  g_value_set_int64 (&wide, number);
  return g_value_transform (&wide, value);
}

static gboolean
set_number (GValue *value, JsonNode *node, const StateSyncNumberRange *range)
{
  GType type = json_node_get_value_type (node);
  g_auto (GValue) wide = G_VALUE_INIT;
  double number;

  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  number = json_node_get_double (node);
  if (!(number >= range->min && number <= range->max))
    return FALSE;

  g_value_init (&wide, G_TYPE_DOUBLE);
  g_value_set_double (&wide, number);
  return g_value_transform (&wide, value);
}

static gboolean
holds_string (JsonNode *node)
{
  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING;
}

static gboolean
set_enum (GValue *value, JsonNode *node, GEnumClass *klass)
{
  GEnumValue *found =
      holds_string (node) ? g_enum_get_value_by_nick (klass, json_node_get_string (node)) : NULL;

  if (found == NULL)
    return FALSE;
  g_value_set_enum (value, found->value);
  return TRUE;
}

static gboolean
set_flags (GValue *value, JsonNode *node, GFlagsClass *klass)
{
  JsonArray *nicks;
  guint flags = 0;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;

  nicks = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (nicks); i++)
    {
      JsonNode *nick = json_array_get_element (nicks, i);
      GFlagsValue *found = holds_string (nick)
                               ? g_flags_get_value_by_nick (klass, json_node_get_string (nick))
                               : NULL;

      if (found == NULL)
        return FALSE;
      flags |= found->value;
    }
  g_value_set_flags (value, flags);
  return TRUE;
}

static gboolean
set_strv (GValue *value, JsonNode *node)
{
  g_autoptr (GStrvBuilder) strings = g_strv_builder_new ();
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (!holds_string (element))
        return FALSE;
      g_strv_builder_add (strings, json_node_get_string (element));
    }
  g_value_take_boxed (value, g_strv_builder_end (strings));
  return TRUE;
}

/* JSON as it is. */
static gboolean
set_json (GValue *value, JsonNode *node)
{
  GType type = G_VALUE_TYPE (value);

  if (type == JSON_TYPE_NODE)
    g_value_set_boxed (value, node);
  else if (type == JSON_TYPE_OBJECT && JSON_NODE_HOLDS_OBJECT (node))
    g_value_set_boxed (value, json_node_get_object (node));
  else if (type == JSON_TYPE_ARRAY && JSON_NODE_HOLDS_ARRAY (node))
    g_value_set_boxed (value, json_node_get_array (node));
  else
    return FALSE;
  return TRUE;
}

/* What the app has taught. A transform can't fail; one that makes nothing of a text has. */
static gboolean
set_taught (GValue *value, JsonNode *node)
{
  GType type = G_VALUE_TYPE (value);
  g_auto (GValue) text = G_VALUE_INIT;

  if (G_TYPE_IS_BOXED (type) && json_boxed_can_deserialize (type, JSON_NODE_TYPE (node)))
    {
      g_value_take_boxed (value, json_boxed_deserialize (type, node));
      return g_value_get_boxed (value) != NULL;
    }

  if (!holds_string (node) || !g_value_type_transformable (G_TYPE_STRING, type))
    return FALSE;
  g_value_init (&text, G_TYPE_STRING);
  g_value_set_string (&text, json_node_get_string (node));
  return g_value_transform (&text, value) &&
         (!g_value_fits_pointer (value) || g_value_peek_pointer (value) != NULL);
}

/* @node: neither NULL nor null */
static gboolean
set (GValue *value, JsonNode *node, GParamSpec *pspec)
{
  StateSyncIntegerRange integers;
  StateSyncNumberRange numbers;

  if (state_sync_get_integer_range (pspec, &integers))
    return set_integer (value, node, &integers);
  if (state_sync_get_number_range (pspec, &numbers))
    return set_number (value, node, &numbers);
  if (G_IS_PARAM_SPEC_ENUM (pspec))
    return set_enum (value, node, G_PARAM_SPEC_ENUM (pspec)->enum_class);
  if (G_IS_PARAM_SPEC_FLAGS (pspec))
    return set_flags (value, node, G_PARAM_SPEC_FLAGS (pspec)->flags_class);
  if (pspec->value_type == G_TYPE_STRV)
    return set_strv (value, node);

  if (G_IS_PARAM_SPEC_BOOLEAN (pspec) || G_IS_PARAM_SPEC_STRING (pspec))
    {
      g_auto (GValue) found = G_VALUE_INIT;

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != pspec->value_type)
        return FALSE;
      json_node_get_value (node, &found);
      g_value_copy (&found, value);
      return TRUE;
    }
  return set_json (value, node) || set_taught (value, node);
}

/* Whatever else the property asks for. Numbers are in its range already; GLib 2.74 takes every
 * double that is no float for invalid. */
static gboolean
is_valid (const GValue *value, GParamSpec *pspec)
{
  return G_IS_PARAM_SPEC_DOUBLE (pspec) || g_param_value_is_valid (pspec, value);
}

gboolean
state_sync_has_json_form (GParamSpec *pspec)
{
  const JsonNodeType types[] = { JSON_NODE_OBJECT, JSON_NODE_ARRAY, JSON_NODE_VALUE };
  g_autofree char *wanted = state_sync_describe_property (pspec);

  for (guint i = 0; G_TYPE_IS_BOXED (pspec->value_type) && i < G_N_ELEMENTS (types); i++)
    {
      if (json_boxed_can_deserialize (pspec->value_type, types[i]))
        return TRUE;
    }
  return wanted != NULL;
}

static void
fail (JsonNode *node, GParamSpec *pspec, GError **error)
{
  g_autofree char *found = state_sync_describe_json (node);
  g_autofree char *wanted = state_sync_describe_property (pspec);

  if (wanted != NULL)
    g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_DATA,
                 "Property “%s” takes %s, not %s", pspec->name, wanted, found);
  else
    g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_DATA,
                 "Property “%s” is of type %s, which is not made of %s: register a transform from "
                 "strings for the type, or map the member",
                 pspec->name, g_type_name (pspec->value_type), found);
}

gboolean
state_sync_json_to_gvalue (JsonNode *node, GParamSpec *pspec, GValue *value, GError **error)
{
  g_value_init (value, pspec->value_type);
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    {
      g_param_value_set_default (pspec, value);
      return TRUE;
    }

  if (set (value, node, pspec) && is_valid (value, pspec))
    return TRUE;

  g_value_unset (value);
  fail (node, pspec, error);
  return FALSE;
}
