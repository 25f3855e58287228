/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "schema/check.h"

/* FALSE, and says what @keyword of @node asks for. */
static gboolean
tell (StateSyncCheck *self,
      const StateSyncNode *node,
      const char *keyword,
      const char *before,
      const char *behind,
      StateSyncPlace place,
      const StateSyncKeyPath *path)
{
  g_autofree char *pointer = NULL;
  g_autofree char *quoted = NULL;

  if (self->n_quiet > 0)
    return FALSE;

  pointer = g_strdup_printf ("%s/%s", node->pointer, keyword);
  quoted = state_sync_place_quote (pointer);
  return state_sync_check_fail (self, place, path, "should %s at %s%s", before, quoted, behind);
}

static guint
count_fits (StateSyncCheck *self,
            GPtrArray *nodes,
            guint enough,
            StateSyncPlace place,
            const StateSyncKeyPath *path)
{
  guint n = 0;

  for (guint i = 0; i < nodes->len && n < enough; i++)
    n += state_sync_check_quietly (self, g_ptr_array_index (nodes, i), place, path);
  return n;
}

static gboolean
check_all_of (StateSyncCheck *self,
              const StateSyncNode *node,
              StateSyncPlace place,
              const StateSyncKeyPath *path)
{
  for (guint i = 0; node->all_of != NULL && i < node->all_of->len; i++)
    {
      if (!state_sync_check_node (self, g_ptr_array_index (node->all_of, i), place, path))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_any_of (StateSyncCheck *self,
              const StateSyncNode *node,
              StateSyncPlace place,
              const StateSyncKeyPath *path)
{
  return node->any_of == NULL || count_fits (self, node->any_of, 1, place, path) > 0 ||
         tell (self, node, "anyOf", "fit one of the schemas", "", place, path);
}

static gboolean
check_one_of (StateSyncCheck *self,
              const StateSyncNode *node,
              StateSyncPlace place,
              const StateSyncKeyPath *path)
{
  guint n;

  if (node->one_of == NULL)
    return TRUE;

  n = count_fits (self, node->one_of, 2, place, path);
  return n == 1 || tell (self, node, "oneOf", "fit exactly one of the schemas",
                         n == 0 ? " and fits none" : " and fits more", place, path);
}

static gboolean
check_not (StateSyncCheck *self,
           const StateSyncNode *node,
           StateSyncPlace place,
           const StateSyncKeyPath *path)
{
  return node->not_ == NULL || !state_sync_check_quietly (self, node->not_, place, path) ||
         tell (self, node, "not", "not fit the schema", "", place, path);
}

static gboolean
check_if (StateSyncCheck *self,
          const StateSyncNode *node,
          StateSyncPlace place,
          const StateSyncKeyPath *path)
{
  const StateSyncNode *branch;

  if (node->if_ == NULL || (node->then == NULL && node->else_ == NULL))
    return TRUE;

  branch = state_sync_check_quietly (self, node->if_, place, path) ? node->then : node->else_;
  return branch == NULL || state_sync_check_node (self, branch, place, path);
}

/* Other schemas for the same value. */
gboolean
state_sync_check_combinations (StateSyncCheck *self,
                               const StateSyncNode *node,
                               StateSyncPlace place,
                               const StateSyncKeyPath *path)
{
  return (node->reference == NULL || state_sync_check_node (self, node->reference, place, path)) &&
         check_all_of (self, node, place, path) && check_any_of (self, node, place, path) &&
         check_one_of (self, node, place, path) && check_not (self, node, place, path) &&
         check_if (self, node, place, path);
}
