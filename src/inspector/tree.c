/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The tree that the names make is worked out anew when the list of topics changed, and the one that
 * is shown is made the same: nodes that stay are the same objects, so that rows keep their state.
 *
 * Names are sorted as if dots came before all else, so that a topic and what is inside its
 * namespace stand together. Namespaces with a single one inside and no topic share its row, as in
 * "org.example.Editor". GTK asks but once whether a row has children, so a node that gets its first
 * or loses its last gives way to a new one.
 *
 * Many topics may come at once, each told alone; so the work is left until the loop is idle.
 */

#include "inspector/tree.h"

#include <string.h>

typedef struct
{
  char *name;
  GObject *topic; /* owned by the list */
} Named;

struct _InspectorTree
{
  GObject parent_instance;

  GListModel *topics; /* (nullable) */
  gulong handler;
  GStrv words; /* without case */
  GListStore *roots;
  guint idle;
};

G_DEFINE_FINAL_TYPE (InspectorTree, inspector_tree, G_TYPE_OBJECT)

enum
{
  SHOWN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* --- names --- */

static int
compare_names (const char *a, const char *b)
{
  while (*a != '\0' && *a == *b)
    {
      a++;
      b++;
    }
  if (*a == '\0' || *b == '\0' || (*a != '.' && *b != '.'))
    return (guint8)*a - (guint8)*b;
  return *a == '.' ? -1 : 1;
}

static int
compare_named (gconstpointer a, gconstpointer b)
{
  return compare_names (((const Named *)a)->name, ((const Named *)b)->name);
}

static void
clear_named (gpointer data)
{
  g_free (((Named *)data)->name);
}

static gboolean
is_wanted (InspectorTree *self, const char *name)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  for (guint i = 0; self->words != NULL && self->words[i] != NULL; i++)
    {
      if (strstr (folded, self->words[i]) == NULL)
        return FALSE;
    }
  return TRUE;
}

static GArray *
collect (InspectorTree *self)
{
  GArray *names = g_array_new (FALSE, FALSE, sizeof (Named));
  guint n = self->topics != NULL ? g_list_model_get_n_items (self->topics) : 0;

  g_array_set_clear_func (names, clear_named);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) topic = g_list_model_get_item (self->topics, i);
      g_autofree char *name = NULL;

      g_object_get (topic, "name", &name, NULL);
      if (is_wanted (self, name))
        {
          Named named = { g_steal_pointer (&name), topic };

          g_array_append_val (names, named);
        }
    }
  g_array_sort (names, compare_named);
  return names;
}

/* --- groups: what is to be below one node --- */

typedef struct
{
  const Named *first;
  guint n;
  gsize length; /* of the name of the node */
} Group;

static gsize
segment_end (const char *name, gsize start)
{
  return start + strcspn (name + start, ".");
}

static gboolean
is_below (const char *name, const char *parent, gsize length)
{
  return strncmp (name, parent, length) == 0 && (name[length] == '.' || name[length] == '\0');
}

/* A namespace that has but one inside, which is no topic, is shown with it. */
static void
widen (Group *group)
{
  const char *first = group->first->name;
  const char *last = group->first[group->n - 1].name;

  while (first[group->length] == '.')
    {
      gsize end = segment_end (first, group->length + 1);

      if (first[end] == '\0' || !is_below (last, first, end))
        return;
      group->length = end;
    }
}

static Group
next_group (const Named *names, guint n, gsize start)
{
  Group group = { .first = names, .length = segment_end (names->name, start) };

  while (group.n < n && is_below (names[group.n].name, names->name, group.length))
    group.n++;
  widen (&group);
  return group;
}

static gboolean
is_topic (const Group *group)
{
  return group->first->name[group->length] == '\0';
}

/* --- the nodes --- */

static InspectorNode *
node_for (const Group *group, gsize start)
{
  g_autofree char *name = g_strndup (group->first->name, group->length);

  return inspector_node_new (name, name + start);
}

/* (transfer full) (nullable): the node of the group, if it is there
 * @place: where to look from on; it is moved to where the node is or would be */
static InspectorNode *
find_node (GListStore *nodes, guint *place, const Group *group)
{
  gboolean has_children = group->n > (is_topic (group) ? 1 : 0);
  g_autofree char *name = g_strndup (group->first->name, group->length);

  for (;; (*place)++)
    {
      g_autoptr (InspectorNode) node = g_list_model_get_item (G_LIST_MODEL (nodes), *place);
      int order = node != NULL ? compare_names (inspector_node_get_name (node), name) : 1;
      gboolean had_children;

      if (order > 0)
        return NULL;

      had_children =
          g_list_model_get_n_items (G_LIST_MODEL (inspector_node_get_children (node))) > 0;
      if (order == 0 && had_children == has_children)
        return g_steal_pointer (&node);
    }
}

/* Nodes from @start to @end give way to the others: all at once, for each change is dear to those
 * who show the list. Gives the position behind them. */
static guint
replace (GListStore *nodes, guint start, guint end, GPtrArray *others)
{
  guint n = others->len;

  if (start < end || n > 0)
    g_list_store_splice (nodes, start, end - start, others->pdata, n);
  g_ptr_array_set_size (others, 0);
  return start + n;
}

/* Children come before the node is shown. */
static void
show (GListStore *nodes, const Named *names, guint n, gsize start)
{
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_object_unref);
  guint position = 0; /* in front of it all is done */
  guint place = 0;    /* between them are nodes that go */

  for (guint done = 0; done < n;)
    {
      Group group = next_group (names + done, n - done, start);
      g_autoptr (InspectorNode) found = find_node (nodes, &place, &group);
      InspectorNode *node = found != NULL ? found : node_for (&group, start);
      guint own = is_topic (&group) ? 1 : 0;

      inspector_node_set_topic (node, own > 0 ? group.first->topic : NULL);
      show (inspector_node_get_children (node), group.first + own, group.n - own, group.length + 1);
      if (found == NULL)
        g_ptr_array_add (others, node);
      else
        place = position = replace (nodes, position, place, others) + 1;
      done += group.n;
    }
  replace (nodes, position, g_list_model_get_n_items (G_LIST_MODEL (nodes)), others);
}

static gboolean
rebuild (gpointer user_data)
{
  InspectorTree *self = user_data;
  g_autoptr (GArray) names = collect (self);

  self->idle = 0;
  show (self->roots, (const Named *)names->data, names->len, 0);
  g_signal_emit (self, signals[SHOWN], 0);
  return G_SOURCE_REMOVE;
}

static void
queue_rebuild (InspectorTree *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add (rebuild, self);
}

/* --- the object --- */

InspectorTree *
inspector_tree_new (void)
{
  return g_object_new (INSPECTOR_TYPE_TREE, NULL);
}

void
inspector_tree_set_topics (InspectorTree *self, GListModel *topics)
{
  if (self->topics != NULL)
    g_clear_signal_handler (&self->handler, self->topics);
  g_set_object (&self->topics, topics);
  if (topics != NULL)
    self->handler =
        g_signal_connect_swapped (topics, "items-changed", G_CALLBACK (queue_rebuild), self);
  queue_rebuild (self);
}

void
inspector_tree_set_filter (InspectorTree *self, const char *filter)
{
  g_autofree char *folded = g_utf8_casefold (filter, -1);

  g_strfreev (self->words);
  self->words = g_strsplit_set (folded, " ", -1);
  queue_rebuild (self);
}

GListStore *
inspector_tree_get_roots (InspectorTree *self)
{
  return self->roots;
}

static void
inspector_tree_finalize (GObject *object)
{
  InspectorTree *self = INSPECTOR_TREE (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->topics != NULL)
    g_clear_signal_handler (&self->handler, self->topics);
  g_clear_object (&self->topics);
  g_strfreev (self->words);
  g_object_unref (self->roots);

  G_OBJECT_CLASS (inspector_tree_parent_class)->finalize (object);
}

static void
inspector_tree_class_init (InspectorTreeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = inspector_tree_finalize;

  /* The tree is that of the topics and the filter again. */
  signals[SHOWN] = g_signal_new ("shown", INSPECTOR_TYPE_TREE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
inspector_tree_init (InspectorTree *self)
{
  self->roots = g_list_store_new (INSPECTOR_TYPE_NODE);
}
