/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A rule is a list of key='value', as the D-Bus specification has it: what is between apostrophes
 * stands for itself, and an apostrophe outside of them is written \'. A key that is not there
 * matches all.
 */

#include "inspector/match-rule.h"

#include <string.h>

#include "protocol/name.h"

#define SERVICE "org.statesync.StateSync1"
#define PATH "/org/statesync/StateSync1"

/* Reads a value up to the comma behind it, which @p is left at, or the end. */
static char *
read_value (const char **p)
{
  GString *value = g_string_new (NULL);
  gboolean is_quoted = FALSE;

  for (; **p != '\0' && (is_quoted || **p != ','); (*p)++)
    {
      if (**p == '\'')
        is_quoted = !is_quoted;
      else if (!is_quoted && **p == '\\' && (*p)[1] == '\'')
        g_string_append_c (value, *++(*p));
      else
        g_string_append_c (value, **p);
    }
  return g_string_free (value, FALSE);
}

static gboolean
is_path_inside (const char *namespace_)
{
  gsize length = strlen (namespace_);

  return g_str_has_prefix (PATH, namespace_) &&
         (length == 1 || PATH[length] == '/' || PATH[length] == '\0');
}

/* Whether a condition holds for the signal of a change, whatever the topic. */
static gboolean
holds (const char *key, const char *value, const char *owner)
{
  if (g_str_equal (key, "type"))
    return g_str_equal (value, "signal");
  if (g_str_equal (key, "interface"))
    return g_str_equal (value, SERVICE);
  if (g_str_equal (key, "member"))
    return g_str_equal (value, "Invalidated");
  if (g_str_equal (key, "path"))
    return g_str_equal (value, PATH);
  if (g_str_equal (key, "path_namespace"))
    return is_path_inside (value);
  if (g_str_equal (key, "sender"))
    return g_str_equal (value, SERVICE) || g_strcmp0 (value, owner) == 0;
  return g_str_equal (key, "eavesdrop");
}

static InspectorReach
narrow (
    InspectorReach reach, const char *key, const char *value, const char *topic, const char *owner)
{
  if (g_str_equal (key, "arg0"))
    return g_str_equal (value, topic) ? INSPECTOR_REACH_TOPIC : INSPECTOR_REACH_NONE;
  if (g_str_equal (key, "arg0namespace"))
    return state_sync_name_is_in (topic, value) ? INSPECTOR_REACH_NAMESPACE : INSPECTOR_REACH_NONE;
  return holds (key, value, owner) ? reach : INSPECTOR_REACH_NONE;
}

InspectorReach
inspector_match_rule_reach (const char *rule, const char *topic, const char *owner)
{
  InspectorReach reach = INSPECTOR_REACH_ALL;

  for (const char *p = rule; *p != '\0' && reach != INSPECTOR_REACH_NONE;)
    {
      gsize length = strcspn (p, "=");
      g_autofree char *key = g_strndup (p, length);
      g_autofree char *value = NULL;

      p += p[length] == '=' ? length + 1 : length;
      value = read_value (&p);
      reach = narrow (reach, g_strstrip (key), value, topic, owner);
      if (*p == ',')
        p++;
    }
  return reach;
}
