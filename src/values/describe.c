/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/describe.h"

#include <float.h>

#include "protocol/error.h"
#include "values/range.h"

/* --- what was found --- */

static char *
describe_number (double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_formatd (text, sizeof text, "%.15g", number));
}

/* What is wrong with an array is often in one of its elements. */
static char *
describe_array (JsonNode *node)
{
  g_autofree char *text = json_to_string (node, FALSE);
  g_autofree char *quoted = state_sync_error_quote (text);

  return g_strdup_printf ("the array %s", quoted);
}

/* @node: (nullable) */
char *
state_sync_describe_json (JsonNode *node)
{
  GType type;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return g_strdup ("null");
  if (JSON_NODE_HOLDS_OBJECT (node))
    return g_strdup ("an object");
  if (JSON_NODE_HOLDS_ARRAY (node))
    return describe_array (node);

  type = json_node_get_value_type (node);
  if (type == G_TYPE_STRING)
    return state_sync_error_quote (json_node_get_string (node));
  if (type == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? "true" : "false");
  if (type == G_TYPE_DOUBLE)
    return describe_number (json_node_get_double (node));
  return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
}

/* --- what is wanted --- */

static char *
describe_number_range (const StateSyncNumberRange *range, gboolean is_float)
{
  g_autofree char *min = describe_number (range->min);
  g_autofree char *max = describe_number (range->max);
  double limit = is_float ? FLT_MAX : DBL_MAX;

  if (range->min <= -limit && range->max >= limit)
    return g_strdup ("a number");
  return g_strdup_printf ("a number from %s to %s", min, max);
}

static char *
list_enum (GEnumClass *klass)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < klass->n_values; i++)
    g_string_append_printf (list, "%s“%s”", i > 0 ? ", " : "", klass->values[i].value_nick);
  return g_string_free (list, FALSE);
}

static char *
list_flags (GFlagsClass *klass)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < klass->n_values; i++)
    g_string_append_printf (list, "%s“%s”", i > 0 ? ", " : "", klass->values[i].value_nick);
  return g_string_free (list, FALSE);
}

/* (nullable): NULL if nothing is known to be right */
char *
state_sync_describe_property (GParamSpec *pspec)
{
  StateSyncIntegerRange integers;
  StateSyncNumberRange numbers;
  g_autofree char *list = NULL;

  if (state_sync_get_integer_range (pspec, &integers))
    return g_strdup_printf ("a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                            integers.min, integers.max);
  if (state_sync_get_number_range (pspec, &numbers))
    return describe_number_range (&numbers, G_IS_PARAM_SPEC_FLOAT (pspec));
  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    return g_strdup ("true or false");
  if (G_IS_PARAM_SPEC_STRING (pspec))
    return g_strdup ("a string");
  if (pspec->value_type == G_TYPE_STRV)
    return g_strdup ("an array of strings");
  if (G_IS_PARAM_SPEC_ENUM (pspec))
    {
      list = list_enum (G_PARAM_SPEC_ENUM (pspec)->enum_class);
      return g_strdup_printf ("one of %s", list);
    }
  if (G_IS_PARAM_SPEC_FLAGS (pspec))
    {
      list = list_flags (G_PARAM_SPEC_FLAGS (pspec)->flags_class);
      return g_strdup_printf ("an array of some of %s", list);
    }
  if (pspec->value_type == JSON_TYPE_NODE)
    return g_strdup ("anything");
  if (pspec->value_type == JSON_TYPE_OBJECT)
    return g_strdup ("an object");
  if (pspec->value_type == JSON_TYPE_ARRAY)
    return g_strdup ("an array");
  if (g_value_type_transformable (G_TYPE_STRING, pspec->value_type))
    return g_strdup_printf ("a string that stands for a %s", g_type_name (pspec->value_type));
  return NULL;
}
