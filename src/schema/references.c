/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* References, and how far schemas lead to each other without a step down in the data.
 *
 * allOf, $ref and their like look at the same value again. A circle of these would never end, and a
 * long chain takes as much stack as the circle would until it is stopped. So every chain is
 * measured when the schema is read: a circle is refused, and so is a chain longer than MAX_CHAIN.
 * Circles that lead through properties or items are what trees are made of; the depth of the data
 * ends them.
 */

#include "schema/key-path.h"
#include "schema/loader.h"

#define MAX_CHAIN 64

static gboolean measure (StateSyncLoader *self, StateSyncNode *node, guint depth, GError **error);

/* Tells a fault of @node rather than of where the reading is. */
static gboolean
refuse_node (StateSyncLoader *self, StateSyncNode *node, const char *reason, GError **error)
{
  g_string_assign (self->pointer, node->pointer);
  return state_sync_loader_refuse (self, error, "%s", reason);
}

static gboolean
measure_child (
    StateSyncLoader *self, StateSyncNode *node, StateSyncNode *child, guint depth, GError **error)
{
  if (child == NULL)
    return TRUE;
  if (!measure (self, child, depth + 1, error))
    return FALSE;

  node->height = MAX (node->height, child->height + 1);
  return node->height <= MAX_CHAIN ||
         refuse_node (self, node, "more than 64 schemas lead one to the next for the same value",
                      error);
}

static gboolean
measure_children (
    StateSyncLoader *self, StateSyncNode *node, GPtrArray *children, guint depth, GError **error)
{
  for (guint i = 0; children != NULL && i < children->len; i++)
    {
      if (!measure_child (self, node, g_ptr_array_index (children, i), depth, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
measure_dependents (StateSyncLoader *self, StateSyncNode *node, guint depth, GError **error)
{
  for (guint i = 0; i < node->members->len; i++)
    {
      StateSyncMemberRule *rule = &g_array_index (node->members, StateSyncMemberRule, i);

      if (!measure_child (self, node, rule->dependent, depth, error))
        return FALSE;
    }
  return TRUE;
}

/* Sets the height of @node, which is 0 until it is known. Goes no deeper than MAX_CHAIN. */
static gboolean
measure (StateSyncLoader *self, StateSyncNode *node, guint depth, GError **error)
{
  gboolean is_good;

  if (node->is_under_way)
    return refuse_node (self, node, "this schema leads back to itself for the same value", error);
  if (node->height > 0)
    return TRUE;
  if (depth > MAX_CHAIN)
    return refuse_node (self, node, "more than 64 schemas lead one to the next for the same value",
                        error);

  node->is_under_way = TRUE;
  node->height = 1;
  is_good = measure_child (self, node, node->reference, depth, error) &&
            measure_children (self, node, node->all_of, depth, error) &&
            measure_children (self, node, node->any_of, depth, error) &&
            measure_children (self, node, node->one_of, depth, error) &&
            measure_child (self, node, node->not_, depth, error) &&
            measure_child (self, node, node->if_, depth, error) &&
            measure_child (self, node, node->then, depth, error) &&
            measure_child (self, node, node->else_, depth, error) &&
            measure_dependents (self, node, depth, error);
  node->is_under_way = FALSE;
  return is_good;
}

/* Once all is read: to each reference its schema. */
gboolean
state_sync_loader_resolve (StateSyncLoader *self, GError **error)
{
  for (guint i = 0; i < self->references->len; i++)
    {
      StateSyncReference *reference = &g_array_index (self->references, StateSyncReference, i);
      g_autofree char *target = state_sync_place_quote (reference->target);

      reference->node->reference = g_hash_table_lookup (self->by_pointer, reference->target);
      if (reference->node->reference != NULL)
        continue;
      g_string_printf (self->pointer, "%s/$ref", reference->node->pointer);
      return state_sync_loader_refuse (self, error, "there is no schema at %s", target);
    }

  for (guint i = 0; i < self->nodes->len; i++)
    {
      if (!measure (self, g_ptr_array_index (self->nodes, i), 1, error))
        return FALSE;
    }
  return TRUE;
}
