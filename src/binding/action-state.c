/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JSON knows one kind of number, actions know many. A whole number becomes an `i`, for that is
 * what GMenu's detailed names make of one (`app.columns(3)`), or an `x` if it is too large; any
 * other number a `d`. An app that knows better names the type.
 *
 * What is absent is the state that is nothing: false, 0, the empty string.
 */

#include "binding/action-state.h"

static const struct
{
  const char *type;
  gint64 min, max;
} integers[] = {
  { "y", 0, G_MAXUINT8 },          { "n", G_MININT16, G_MAXINT16 }, { "q", 0, G_MAXUINT16 },
  { "i", G_MININT32, G_MAXINT32 }, { "u", 0, G_MAXUINT32 },         { "x", G_MININT64, G_MAXINT64 },
};

static int
find_integer (const GVariantType *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (integers); i++)
    {
      if (g_variant_type_equal (type, integers[i].type))
        return (int)i;
    }
  return -1;
}

gboolean
state_sync_is_state_type (const GVariantType *type)
{
  return g_variant_type_equal (type, G_VARIANT_TYPE_BOOLEAN) ||
         g_variant_type_equal (type, G_VARIANT_TYPE_STRING) ||
         g_variant_type_equal (type, G_VARIANT_TYPE_DOUBLE) || find_integer (type) >= 0;
}

/* (nullable): NULL if it is no state of any kind. @node: (nullable) */
const GVariantType *
state_sync_get_state_type (JsonNode *node)
{
  gint64 number;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NULL;

  switch (json_node_get_value_type (node))
    {
    case G_TYPE_BOOLEAN:
      return G_VARIANT_TYPE_BOOLEAN;
    case G_TYPE_STRING:
      return G_VARIANT_TYPE_STRING;
    case G_TYPE_DOUBLE:
      return G_VARIANT_TYPE_DOUBLE;
    default:
      number = json_node_get_int (node);
      return number == (gint32)number ? G_VARIANT_TYPE_INT32 : G_VARIANT_TYPE_INT64;
    }
}

static GVariant *
new_integer (const GVariantType *type, gint64 number)
{
  switch (g_variant_type_peek_string (type)[0])
    {
    case 'y':
      return g_variant_new_byte ((guint8)number);
    case 'n':
      return g_variant_new_int16 ((gint16)number);
    case 'q':
      return g_variant_new_uint16 ((guint16)number);
    case 'i':
      return g_variant_new_int32 ((gint32)number);
    case 'u':
      return g_variant_new_uint32 ((guint32)number);
    default:
      return g_variant_new_int64 (number);
    }
}

static gint64
get_integer (GVariant *state)
{
  switch (g_variant_classify (state))
    {
    case G_VARIANT_CLASS_BYTE:
      return g_variant_get_byte (state);
    case G_VARIANT_CLASS_INT16:
      return g_variant_get_int16 (state);
    case G_VARIANT_CLASS_UINT16:
      return g_variant_get_uint16 (state);
    case G_VARIANT_CLASS_INT32:
      return g_variant_get_int32 (state);
    case G_VARIANT_CLASS_UINT32:
      return g_variant_get_uint32 (state);
    default:
      return g_variant_get_int64 (state);
    }
}

/* A number that is whole may be written as 3.0. */
static gboolean
get_whole (JsonNode *node, gint64 *number)
{
  double d;

  *number = json_node_get_int (node);
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return TRUE;

  d = json_node_get_double (node);
  return d >= -0x1p63 && d < 0x1p63 && (double)*number == d;
}

static GVariant *
absent_state (const GVariantType *type)
{
  if (g_variant_type_equal (type, G_VARIANT_TYPE_BOOLEAN))
    return g_variant_new_boolean (FALSE);
  if (g_variant_type_equal (type, G_VARIANT_TYPE_STRING))
    return g_variant_new_string ("");
  if (g_variant_type_equal (type, G_VARIANT_TYPE_DOUBLE))
    return g_variant_new_double (0);
  return new_integer (type, 0);
}

/* (transfer floating) (nullable): NULL if it does not fit. @node: (nullable): NULL is absence */
GVariant *
state_sync_node_to_state (JsonNode *node, const GVariantType *type)
{
  GType kind;
  gint64 number;
  int i;

  if (node == NULL)
    return absent_state (type);
  if (!JSON_NODE_HOLDS_VALUE (node))
    return NULL;

  kind = json_node_get_value_type (node);
  if (kind == G_TYPE_BOOLEAN || kind == G_TYPE_STRING)
    {
      if (!g_variant_type_equal (type, state_sync_get_state_type (node)))
        return NULL;
      return kind == G_TYPE_BOOLEAN ? g_variant_new_boolean (json_node_get_boolean (node))
                                    : g_variant_new_string (json_node_get_string (node));
    }

  if (g_variant_type_equal (type, G_VARIANT_TYPE_DOUBLE))
    return g_variant_new_double (json_node_get_double (node));
  i = find_integer (type);
  if (i < 0 || !get_whole (node, &number) || number < integers[i].min || number > integers[i].max)
    return NULL;
  return new_integer (type, number);
}

/* (transfer full) */
JsonNode *
state_sync_state_to_node (GVariant *state)
{
  JsonNode *node = json_node_alloc ();

  switch (g_variant_classify (state))
    {
    case G_VARIANT_CLASS_BOOLEAN:
      return json_node_init_boolean (node, g_variant_get_boolean (state));
    case G_VARIANT_CLASS_STRING:
      return json_node_init_string (node, g_variant_get_string (state, NULL));
    case G_VARIANT_CLASS_DOUBLE:
      return json_node_init_double (node, g_variant_get_double (state));
    default:
      return json_node_init_int (node, get_integer (state));
    }
}
