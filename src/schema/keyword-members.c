/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The keywords about members of objects. All that is said of one name, by whichever keyword, comes
 * together in one rule, so that a member of the data is looked up once.
 */

#include "schema/keyword-members.h"

static StateSyncMemberRule *
get_rule (StateSyncNode *node, StateSyncJsonName name, guint *index)
{
  if (node->member_names == NULL)
    node->member_names = state_sync_json_names_new ();
  if (state_sync_json_names_add (node->member_names, name))
    {
      *index = node->members->len;
      g_array_set_size (node->members, *index + 1);
      g_array_index (node->members, StateSyncMemberRule, *index).name = name;
    }
  else
    {
      state_sync_json_names_find (node->member_names, name, index);
    }
  return &g_array_index (node->members, StateSyncMemberRule, *index);
}

typedef gboolean (*TakeFunc) (StateSyncLoader *loader,
                              StateSyncNode *node,
                              StateSyncJsonName name,
                              StateSyncPlace value,
                              GError **error);

/* @take: is called for each member of @value */
static gboolean
read_members (StateSyncLoader *loader,
              StateSyncNode *node,
              StateSyncPlace value,
              TakeFunc take,
              GError **error)
{
  StateSyncWalk walk;
  StateSyncPlace member;
  const char *quote;

  if (!state_sync_loader_expect (loader, value, '{', "an object", error))
    return FALSE;

  walk = state_sync_walk_begin (loader->outline, value);
  while (state_sync_walk_member (&walk, &quote, &member))
    {
      StateSyncJsonName name = state_sync_loader_read_string (loader, quote);
      gsize mark = state_sync_loader_enter (loader, name);

      if (!take (loader, node, name, member, error))
        return FALSE;
      state_sync_loader_leave (loader, mark);
    }
  return TRUE;
}

static gboolean
take_property (StateSyncLoader *loader,
               StateSyncNode *node,
               StateSyncJsonName name,
               StateSyncPlace value,
               GError **error)
{
  StateSyncNode *child = state_sync_loader_read_node (loader, value, error);
  StateSyncMemberRule *rule;
  guint index;

  if (child == NULL)
    return FALSE;

  rule = get_rule (node, name, &index);
  rule->property = child;
  return TRUE;
}

gboolean
state_sync_members_read_properties (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  return read_members (loader, node, value, take_property, error);
}

static gboolean
take_pattern_property (StateSyncLoader *loader,
                       StateSyncNode *node,
                       StateSyncJsonName name,
                       StateSyncPlace value,
                       GError **error)
{
  StateSyncPatternRule rule = { .pattern = state_sync_loader_read_pattern (loader, name, error) };

  if (rule.pattern == NULL)
    return FALSE;

  g_array_append_val (node->pattern_properties, rule);
  rule.node = state_sync_loader_read_node (loader, value, error);
  g_array_index (node->pattern_properties, StateSyncPatternRule, node->pattern_properties->len - 1)
      .node = rule.node;
  return rule.node != NULL;
}

gboolean
state_sync_members_read_pattern_properties (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  return read_members (loader, node, value, take_pattern_property, error);
}

static gboolean
take_definition (StateSyncLoader *loader,
                 StateSyncNode *node,
                 StateSyncJsonName name,
                 StateSyncPlace value,
                 GError **error)
{
  return state_sync_loader_read_node (loader, value, error) != NULL;
}

gboolean
state_sync_members_read_definitions (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  return read_members (loader, node, value, take_definition, error);
}

static gboolean
take_dependent_schema (StateSyncLoader *loader,
                       StateSyncNode *node,
                       StateSyncJsonName name,
                       StateSyncPlace value,
                       GError **error)
{
  StateSyncNode *child = state_sync_loader_read_node (loader, value, error);
  guint index;

  if (child == NULL)
    return FALSE;

  get_rule (node, name, &index)->dependent = child;
  return TRUE;
}

gboolean
state_sync_members_read_dependent_schemas (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  return read_members (loader, node, value, take_dependent_schema, error);
}

/* (transfer full) (nullable): of guint, the rules of the members that the list at @value names. */
static GArray *
read_names (StateSyncLoader *loader, StateSyncNode *node, StateSyncPlace value, GError **error)
{
  g_autoptr (GArray) indices = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (StateSyncJsonNames) names = state_sync_json_names_new ();
  StateSyncWalk walk;
  StateSyncPlace element;

  if (!state_sync_loader_expect (loader, value, '[', "a list of names", error))
    return NULL;

  walk = state_sync_walk_begin (loader->outline, value);
  while (state_sync_walk_element (&walk, &element))
    {
      StateSyncJsonName name;
      guint index;

      if (!state_sync_loader_expect (loader, element, '"', "a list of strings", error))
        return NULL;
      name = state_sync_loader_read_string (loader, element.p);
      if (!state_sync_json_names_add (names, name))
        {
          state_sync_loader_refuse (loader, error, "the list names a member twice");
          return NULL;
        }
      get_rule (node, name, &index);
      g_array_append_val (indices, index);
    }
  return g_steal_pointer (&indices);
}

gboolean
state_sync_members_read_required (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  g_autoptr (GArray) indices = read_names (loader, node, value, error);

  for (guint i = 0; indices != NULL && i < indices->len; i++)
    g_array_index (node->members, StateSyncMemberRule, g_array_index (indices, guint, i))
        .is_required = TRUE;
  return indices != NULL;
}

static gboolean
take_dependent_names (StateSyncLoader *loader,
                      StateSyncNode *node,
                      StateSyncJsonName name,
                      StateSyncPlace value,
                      GError **error)
{
  GArray *indices = read_names (loader, node, value, error);
  guint index;

  if (indices == NULL)
    return FALSE;

  get_rule (node, name, &index)->companions = indices;
  return TRUE;
}

gboolean
state_sync_members_read_dependent_required (
    StateSyncLoader *loader, StateSyncNode *node, gsize field, StateSyncPlace value, GError **error)
{
  return read_members (loader, node, value, take_dependent_names, error);
}
