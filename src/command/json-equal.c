/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/json-equal.h"

#include "schema/canonical.h"

static GString *
spell (GBytes *json)
{
  g_auto (StateSyncOutline) outline = { 0 };
  GString *text = g_string_new (NULL);

  state_sync_outline_init (&outline, json);
  state_sync_canonical_append (&outline, state_sync_outline_get_root (&outline), text);
  return text;
}

/* Whether two checked texts mean the same value. White space, escapes and the order of members do
 * not matter. Numbers are equal if their values are, to the last digit; so 1 equals 1.0 and 1e0. */
gboolean
json_equal (GBytes *a, GBytes *b)
{
  g_autoptr (GString) a_spelled = spell (a);
  g_autoptr (GString) b_spelled = spell (b);

  return g_string_equal (a_spelled, b_spelled);
}
