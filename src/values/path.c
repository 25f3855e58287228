/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A path is names of members joined by dots: `appearance.theme`. In a name `\.` is a dot and `\\` a
 * backslash, and `\e`, alone, is the name that is empty. So every member has a path, and what was
 * mistyped (a dot too many, another escape) is an error, never a member that is not there.
 *
 * A path leads through objects only. An array is one value: a merge patch can't change a part of
 * it.
 */

#include "values/path.h"

#include "protocol/json-check.h"
#include "statesync/error.h"

struct _StateSyncPath
{
  char *text;
  char **names; /* at least one */
};

/* --- parsing --- */

static gboolean
refuse (const char *text, gsize offset, const char *reason, GError **error)
{
  g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_OPTION,
               "“%s” is not a path: at byte %" G_GSIZE_FORMAT " %s", text, offset, reason);
  return FALSE;
}

/* Takes the name at *@p and leaves *@p at the dot or end behind it. */
static gboolean
parse_name (const char *text, const char **p, GString *name, GError **error)
{
  const char *start = *p;
  gboolean is_empty_name = FALSE;

  for (; **p != '\0' && **p != '.'; (*p)++)
    {
      if (**p != '\\')
        {
          g_string_append_c (name, **p);
          continue;
        }
      (*p)++;
      if (**p == 'e')
        is_empty_name = TRUE;
      else if (**p == '.' || **p == '\\')
        g_string_append_c (name, **p);
      else
        return refuse (text, (gsize)(*p - 1 - text),
                       "a backslash stands alone; write \\\\ for a backslash, \\. for a dot",
                       error);
    }

  if (*p == start)
    return refuse (text, (gsize)(start - text),
                   "a name is missing; write \\e for a member whose name is empty", error);
  if (is_empty_name && *p - start != 2)
    return refuse (text, (gsize)(start - text),
                   "\\e is part of a longer name; it stands for a name that is empty", error);
  return TRUE;
}

/* (nullable) */
static char **
parse_names (const char *text, GError **error)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  guint n_names = 0;

  for (const char *p = text;; p++)
    {
      g_autoptr (GString) name = g_string_new (NULL);

      if (++n_names > STATE_SYNC_JSON_MAX_DEPTH)
        {
          refuse (text, (gsize)(p - text), "it goes deeper than any data", error);
          return NULL;
        }
      if (!parse_name (text, &p, name, error))
        return NULL;
      g_strv_builder_add (names, name->str);
      if (*p == '\0')
        return g_strv_builder_end (names);
    }
}

/* (transfer full) (nullable) */
StateSyncPath *
state_sync_path_parse (const char *text, GError **error)
{
  StateSyncPath *self;
  const char *bad;
  char **names;

  if (!g_utf8_validate (text, -1, &bad))
    {
      g_autofree char *shown = g_utf8_make_valid (text, -1);

      refuse (shown, (gsize)(bad - text), "it is not valid UTF-8", error);
      return NULL;
    }

  names = parse_names (text, error);
  if (names == NULL)
    return NULL;

  self = g_new (StateSyncPath, 1);
  self->text = g_strdup (text);
  self->names = names;
  return self;
}

void
state_sync_path_free (StateSyncPath *self)
{
  g_free (self->text);
  g_strfreev (self->names);
  g_free (self);
}

const char *
state_sync_path_get_text (const StateSyncPath *self)
{
  return self->text;
}

const char *const *
state_sync_path_get_names (const StateSyncPath *self)
{
  return (const char *const *)self->names;
}

/**
 * state_sync_path_is_valid:
 * @path: a member's path
 * @error: where to put what is wrong with it, and where
 *
 * Checks a path. The names of members, outermost first, are joined by dots: `appearance.theme`. In
 * a name `\.` is a dot, `\\` a backslash; `\e` alone is the name that is empty. So every member
 * that an object can have has a path, however it is called.
 *
 * Returns: `TRUE` if it is one
 */
gboolean
state_sync_path_is_valid (const char *path, GError **error)
{
  g_autoptr (StateSyncPath) self = NULL;

  g_return_val_if_fail (path != NULL, FALSE);

  self = state_sync_path_parse (path, error);
  return self != NULL;
}

/**
 * state_sync_path_join:
 * @names: (array zero-terminated=1): names of members, outermost first; at least one
 *
 * Makes the path of a member from names that are not known beforehand: dots and backslashes in
 * them are escaped.
 *
 * Returns: (transfer full): the path
 */
char *
state_sync_path_join (const char *const *names)
{
  GString *path;

  g_return_val_if_fail (names != NULL && names[0] != NULL, NULL);

  path = g_string_new (NULL);
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (path, '.');
      if (*names[i] == '\0')
        g_string_append (path, "\\e");
      for (const char *p = names[i]; *p != '\0'; p++)
        {
          if (*p == '.' || *p == '\\')
            g_string_append_c (path, '\\');
          g_string_append_c (path, *p);
        }
    }
  return g_string_free (path, FALSE);
}

/* --- use --- */

gboolean
state_sync_path_is_touched (const StateSyncPath *self, const char *const *members)
{
  return members == NULL || g_strv_contains (members, self->names[0]);
}

/* (transfer none) (nullable): what is there: NULL if there is no such member. One that is null is
 * given as it is. */
JsonNode *
state_sync_path_find (const StateSyncPath *self, JsonNode *data)
{
  JsonNode *node = data;

  for (guint i = 0; node != NULL && self->names[i] != NULL; i++)
    {
      if (!JSON_NODE_HOLDS_OBJECT (node))
        return NULL;
      node = json_object_get_member (json_node_get_object (node), self->names[i]);
    }
  return node;
}

/* (transfer none) (nullable): what is there, null being absence. For apps: what is no path is a
 * mistake in the program, and told on the console. */
JsonNode *
state_sync_path_find_member (const char *text, JsonNode *data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncPath) path = state_sync_path_parse (text, &error);
  JsonNode *node;

  if (path == NULL)
    {
      g_critical ("%s", error->message);
      return NULL;
    }
  node = state_sync_path_find (path, data);
  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

/* A patch merges an object into the one that is there: what the new one has not it has to name.
 * @before: (nullable) */
static JsonNode *
difference (JsonNode *before, JsonNode *after)
{
  JsonObject *old, *wanted;
  JsonObject *patch;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  JsonNode *node;

  if (before == NULL || !JSON_NODE_HOLDS_OBJECT (before) || !JSON_NODE_HOLDS_OBJECT (after))
    return json_node_copy (after);

  old = json_node_get_object (before);
  wanted = json_node_get_object (after);
  patch = json_object_new ();
  json_object_iter_init_ordered (&iter, wanted);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      JsonNode *was = json_object_get_member (old, name);

      if (was == NULL || !json_node_equal (was, value))
        json_object_set_member (patch, name, difference (was, value));
    }
  json_object_iter_init_ordered (&iter, old);
  while (json_object_iter_next_ordered (&iter, &name, NULL))
    {
      if (!json_object_has_member (wanted, name))
        json_object_set_null_member (patch, name);
    }
  node = json_node_init_object (json_node_alloc (), patch);
  json_object_unref (patch);
  return node;
}

/* (transfer full): the merge patch (RFC 7396) after which the member of @data is @value.
 * @value: (nullable): NULL or null removes the member */
JsonNode *
state_sync_path_make_patch (const StateSyncPath *self, JsonNode *data, JsonNode *value)
{
  JsonNode *patch = value != NULL ? difference (state_sync_path_find (self, data), value)
                                  : json_node_new (JSON_NODE_NULL);

  for (guint i = g_strv_length (self->names); i > 0; i--)
    {
      JsonObject *object = json_object_new ();

      json_object_set_member (object, self->names[i - 1], patch);
      patch = json_node_init_object (json_node_alloc (), object);
      json_object_unref (object);
    }
  return patch;
}
