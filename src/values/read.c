/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a property shows of JSON that may be of any type. */

#include "values/gvalue.h"

void
state_sync_json_read (JsonNode *node, GParamSpec *pspec, GValue *value)
{
  if (!state_sync_json_to_gvalue (node, pspec, value, NULL))
    {
      g_value_init (value, pspec->value_type);
      g_param_value_set_default (pspec, value);
    }
}

gboolean
state_sync_json_reads_the_same (JsonNode *a, JsonNode *b, GParamSpec *pspec)
{
  g_auto (GValue) value_a = G_VALUE_INIT;
  g_auto (GValue) value_b = G_VALUE_INIT;

  state_sync_json_read (a, pspec, &value_a);
  state_sync_json_read (b, pspec, &value_b);
  return state_sync_gvalue_equal (&value_a, &value_b, pspec);
}
