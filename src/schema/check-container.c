/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/error.h"
#include "schema/canonical.h"
#include "schema/check.h"

/* What it costs to step over a child: a scalar is read to its end. */
static gboolean
pay_child (StateSyncCheck *self, const char *start, StateSyncPlace value)
{
  gboolean is_container = *value.p == '{' || *value.p == '[';
  const char *end = is_container ? value.p : state_sync_outline_get_end (self->data, value);

  return state_sync_check_pay (self, 1 + (guint64)(end - start) / 64);
}

static gboolean
check_count (StateSyncCheck *self,
             guint64 least,
             guint64 most,
             const char *what,
             StateSyncPlace place,
             const StateSyncKeyPath *path)
{
  guint count = state_sync_outline_get_count (self->data, place);

  if (count < least)
    return state_sync_check_fail (self, place, path,
                                  "should have at least %" G_GUINT64_FORMAT " %s", least, what);
  if (count > most)
    return state_sync_check_fail (self, place, path, "should have at most %" G_GUINT64_FORMAT " %s",
                                  most, what);
  return TRUE;
}

/* --- arrays --- */

static gboolean
check_elements (StateSyncCheck *self,
                const StateSyncNode *node,
                StateSyncPlace place,
                const StateSyncKeyPath *path)
{
  guint n_prefix = node->prefix_items != NULL ? node->prefix_items->len : 0;
  StateSyncWalk walk = state_sync_walk_begin (self->data, place);
  StateSyncPlace element;

  if (n_prefix == 0 && node->items == NULL)
    return TRUE;

  for (guint i = 0;
       (i < n_prefix || node->items != NULL) && state_sync_walk_element (&walk, &element); i++)
    {
      const StateSyncNode *child =
          i < n_prefix ? g_ptr_array_index (node->prefix_items, i) : node->items;
      StateSyncKeyPath inside = { .parent = path, .index = i };

      if (!pay_child (self, element.p, element) ||
          !state_sync_check_node (self, child, element, &inside))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_contains (StateSyncCheck *self,
                const StateSyncNode *node,
                StateSyncPlace place,
                const StateSyncKeyPath *path)
{
  StateSyncWalk walk = state_sync_walk_begin (self->data, place);
  StateSyncPlace element;
  guint64 n = 0;

  if (node->contains == NULL)
    return TRUE;

  for (guint i = 0; state_sync_walk_element (&walk, &element); i++)
    {
      StateSyncKeyPath inside = { .parent = path, .index = i };

      if (!pay_child (self, element.p, element))
        return FALSE;
      n += state_sync_check_quietly (self, node->contains, element, &inside);
      if (n > node->max_contains)
        break;
    }
  if (n < node->min_contains)
    return state_sync_check_fail (self, place, path,
                                  "should have at least %" G_GUINT64_FORMAT
                                  " that “contains” asks for, and has %" G_GUINT64_FORMAT,
                                  node->min_contains, n);
  if (n > node->max_contains)
    return state_sync_check_fail (self, place, path,
                                  "should have at most %" G_GUINT64_FORMAT
                                  " that “contains” asks for, and has more",
                                  node->max_contains);
  return TRUE;
}

static gboolean
check_unique (StateSyncCheck *self,
              const StateSyncNode *node,
              StateSyncPlace place,
              const StateSyncKeyPath *path)
{
  g_autoptr (StateSyncJsonNames) names = NULL;
  g_autoptr (GStringChunk) texts = NULL;
  StateSyncWalk walk;
  StateSyncPlace element;

  if (!node->unique_items || state_sync_outline_get_count (self->data, place) < 2)
    return TRUE;

  names = state_sync_json_names_new ();
  texts = g_string_chunk_new (1024);
  walk = state_sync_walk_begin (self->data, place);
  for (guint i = 0; state_sync_walk_element (&walk, &element); i++)
    {
      StateSyncKeyPath inside = { .parent = path, .index = i };
      StateSyncJsonName text;

      g_string_truncate (self->canonical, 0);
      state_sync_canonical_append (self->data, element, self->canonical);
      if (!state_sync_check_pay (self, 1 + self->canonical->len / 8))
        return FALSE;
      text.length = self->canonical->len;
      text.text = g_string_chunk_insert_len (texts, self->canonical->str, (gssize)text.length);
      if (!state_sync_json_names_add (names, text))
        return state_sync_check_fail (self, element, &inside,
                                      "should not equal an element before it");
    }
  return TRUE;
}

gboolean
state_sync_check_array (StateSyncCheck *self,
                        const StateSyncNode *node,
                        StateSyncPlace place,
                        const StateSyncKeyPath *path)
{
  return check_count (self, node->min_items, node->max_items, "elements", place, path) &&
         check_elements (self, node, place, path) && check_contains (self, node, place, path) &&
         check_unique (self, node, place, path);
}

/* --- objects --- */

static gboolean
check_additional (StateSyncCheck *self,
                  const StateSyncNode *node,
                  StateSyncPlace value,
                  const StateSyncKeyPath *inside)
{
  if (node->additional_properties->is_false)
    return state_sync_check_fail (self, value, inside, "the schema allows no such member");
  return state_sync_check_node (self, node->additional_properties, value, inside);
}

static gboolean
check_name (StateSyncCheck *self,
            const StateSyncNode *node,
            const char *quote,
            const StateSyncKeyPath *path)
{
  StateSyncKeyPath inside = { .parent = path, .quote = quote, .is_name = TRUE };
  StateSyncPlace name = { .p = quote };

  return node->property_names == NULL ||
         state_sync_check_node (self, node->property_names, name, &inside);
}

/* One member, by what is said of its name. */
static gboolean
check_member (StateSyncCheck *self,
              const StateSyncNode *node,
              const StateSyncMemberRule *rule,
              const char *quote,
              StateSyncPlace value,
              const StateSyncKeyPath *path)
{
  StateSyncKeyPath inside = { .parent = path, .quote = quote };
  gboolean is_known = rule != NULL && rule->property != NULL;

  if (!check_name (self, node, quote, path))
    return FALSE;
  if (is_known && !state_sync_check_node (self, rule->property, value, &inside))
    return FALSE;
  for (guint i = 0; i < node->pattern_properties->len; i++)
    {
      const StateSyncPatternRule *pattern =
          &g_array_index (node->pattern_properties, StateSyncPatternRule, i);

      if (!state_sync_check_matches (self, pattern->pattern, quote))
        continue;
      is_known = TRUE;
      if (!state_sync_check_node (self, pattern->node, value, &inside))
        return FALSE;
    }
  return is_known || node->additional_properties == NULL ||
         check_additional (self, node, value, &inside);
}

/* @is_there: set for each rule whose member there is */
static gboolean
check_members (StateSyncCheck *self,
               const StateSyncNode *node,
               StateSyncPlace place,
               guint8 *is_there,
               const StateSyncKeyPath *path)
{
  StateSyncWalk walk = state_sync_walk_begin (self->data, place);
  StateSyncPlace value;
  const char *quote;

  while (state_sync_walk_member (&walk, &quote, &value))
    {
      const StateSyncMemberRule *rule = NULL;
      guint index;

      if (!pay_child (self, quote, value))
        return FALSE;
      if (node->member_names != NULL &&
          state_sync_json_names_find (node->member_names,
                                      state_sync_texts_read (&self->texts, quote), &index))
        {
          rule = &g_array_index (node->members, StateSyncMemberRule, index);
          is_there[index] = TRUE;
        }
      if (!check_member (self, node, rule, quote, value, path))
        return FALSE;
    }
  return TRUE;
}

static gboolean
tell_missing (StateSyncCheck *self,
              const StateSyncMemberRule *missing,
              const StateSyncMemberRule *because,
              StateSyncPlace place,
              const StateSyncKeyPath *path)
{
  g_autofree char *name = g_strndup (missing->name.text, missing->name.length);
  g_autofree char *quoted = state_sync_error_quote (name);
  g_autofree char *other = NULL;
  g_autofree char *quoted_other = NULL;

  if (because == NULL)
    return state_sync_check_fail (self, place, path, "should have a member %s", quoted);

  other = g_strndup (because->name.text, because->name.length);
  quoted_other = state_sync_error_quote (other);
  return state_sync_check_fail (self, place, path, "should have a member %s as it has %s", quoted,
                                quoted_other);
}

/* What one member asks of the others. */
static gboolean
check_dependents (StateSyncCheck *self,
                  const StateSyncNode *node,
                  const StateSyncMemberRule *rule,
                  StateSyncPlace place,
                  const guint8 *is_there,
                  const StateSyncKeyPath *path)
{
  for (guint i = 0; rule->companions != NULL && i < rule->companions->len; i++)
    {
      guint index = g_array_index (rule->companions, guint, i);

      if (!is_there[index])
        return tell_missing (self, &g_array_index (node->members, StateSyncMemberRule, index), rule,
                             place, path);
    }
  return rule->dependent == NULL || state_sync_check_node (self, rule->dependent, place, path);
}

static gboolean
check_presence (StateSyncCheck *self,
                const StateSyncNode *node,
                StateSyncPlace place,
                const guint8 *is_there,
                const StateSyncKeyPath *path)
{
  if (!state_sync_check_pay (self, node->members->len / 16))
    return FALSE;
  for (guint i = 0; i < node->members->len; i++)
    {
      const StateSyncMemberRule *rule = &g_array_index (node->members, StateSyncMemberRule, i);

      if (rule->is_required && !is_there[i])
        return tell_missing (self, rule, NULL, place, path);
      if (is_there[i] && !check_dependents (self, node, rule, place, is_there, path))
        return FALSE;
    }
  return TRUE;
}

gboolean
state_sync_check_object (StateSyncCheck *self,
                         const StateSyncNode *node,
                         StateSyncPlace place,
                         const StateSyncKeyPath *path)
{
  g_autofree guint8 *is_there = NULL;

  if (!check_count (self, node->min_properties, node->max_properties, "members", place, path))
    return FALSE;
  if (node->members->len == 0 && node->pattern_properties->len == 0 &&
      node->additional_properties == NULL && node->property_names == NULL)
    return TRUE;

  is_there = g_new0 (guint8, node->members->len);
  return check_members (self, node, place, is_there, path) &&
         check_presence (self, node, place, is_there, path);
}
