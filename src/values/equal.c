/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/gvalue.h"

#include <math.h>

/* What can be told from JSON is as its JSON is; of anything else the reference counts. */
static gboolean
boxed_equal (const GValue *a, const GValue *b, GParamSpec *pspec)
{
  g_autoptr (JsonNode) json_a = NULL;
  g_autoptr (JsonNode) json_b = NULL;

  if (g_value_get_boxed (a) == g_value_get_boxed (b))
    return TRUE;
  if (g_value_get_boxed (a) == NULL || g_value_get_boxed (b) == NULL)
    return FALSE;

  json_a = state_sync_gvalue_to_json (a, pspec, NULL);
  json_b = state_sync_gvalue_to_json (b, pspec, NULL);
  return json_a != NULL && json_b != NULL && json_node_equal (json_a, json_b);
}

static gboolean
is_nan (const GValue *value)
{
  return (G_VALUE_HOLDS_DOUBLE (value) && isnan (g_value_get_double (value))) ||
         (G_VALUE_HOLDS_FLOAT (value) && isnan (g_value_get_float (value)));
}

gboolean
state_sync_gvalue_equal (const GValue *a, const GValue *b, GParamSpec *pspec)
{
  if (G_VALUE_HOLDS_BOXED (a))
    return boxed_equal (a, b, pspec);

  /* For GLib it is equal to every number. */
  if (is_nan (a) || is_nan (b))
    return is_nan (a) && is_nan (b);
  return g_param_values_cmp (pspec, a, b) == 0;
}

gboolean
state_sync_nodes_equal (JsonNode *a, JsonNode *b)
{
  return a == b || (a != NULL && b != NULL && json_node_equal (a, b));
}
