/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inspector/tree.h"

/* --- a list of topics --- */

#define TEST_TYPE_ENTRY (test_entry_get_type ())
G_DECLARE_FINAL_TYPE (TestEntry, test_entry, TEST, ENTRY, GObject)

struct _TestEntry
{
  GObject parent_instance;

  char *name;
};

G_DEFINE_FINAL_TYPE (TestEntry, test_entry, G_TYPE_OBJECT)

static void
test_entry_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  g_value_set_string (value, TEST_ENTRY (object)->name);
}

static void
test_entry_finalize (GObject *object)
{
  g_free (TEST_ENTRY (object)->name);

  G_OBJECT_CLASS (test_entry_parent_class)->finalize (object);
}

static void
test_entry_class_init (TestEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = test_entry_get_property;
  object_class->finalize = test_entry_finalize;
  g_object_class_install_property (
      object_class, 1, g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE));
}

static void
test_entry_init (TestEntry *self)
{
}

typedef struct
{
  GListStore *topics;
  InspectorTree *tree;
  gboolean is_shown;
} Fixture;

static void
on_shown (Fixture *self)
{
  self->is_shown = TRUE;
}

static void
settle (Fixture *self)
{
  self->is_shown = FALSE;
  while (!self->is_shown)
    g_main_context_iteration (NULL, TRUE);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->topics = g_list_store_new (TEST_TYPE_ENTRY);
  self->tree = inspector_tree_new ();
  g_signal_connect_swapped (self->tree, "shown", G_CALLBACK (on_shown), self);
  inspector_tree_set_topics (self->tree, G_LIST_MODEL (self->topics));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->tree);
  g_assert_finalize_object (self->topics);
}

static void
add (Fixture *self, const char *name)
{
  g_autoptr (TestEntry) entry = g_object_new (TEST_TYPE_ENTRY, NULL);

  entry->name = g_strdup (name);
  g_list_store_append (self->topics, entry);
}

static void
add_all (Fixture *self, const char *names)
{
  g_auto (GStrv) all = g_strsplit (names, " ", -1);

  for (guint i = 0; all[i] != NULL; i++)
    add (self, all[i]);
  settle (self);
}

/* --- the tree as text: "label" of a namespace, "label*" of a topic, children in brackets --- */

static void
describe (GListStore *nodes, GString *text)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (nodes));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (InspectorNode) node = g_list_model_get_item (G_LIST_MODEL (nodes), i);
      GListStore *children = inspector_node_get_children (node);

      g_string_append_printf (text, "%s%s%s", i > 0 ? " " : "", inspector_node_get_label (node),
                              inspector_node_get_topic (node) != NULL ? "*" : "");
      if (g_list_model_get_n_items (G_LIST_MODEL (children)) == 0)
        continue;
      g_string_append_c (text, '[');
      describe (children, text);
      g_string_append_c (text, ']');
    }
}

static void
assert_tree (Fixture *self, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  describe (inspector_tree_get_roots (self->tree), text);
  g_assert_cmpstr (text->str, ==, expected);
}

static InspectorNode *
get_root (Fixture *self, guint position)
{
  g_autoptr (InspectorNode) node =
      g_list_model_get_item (G_LIST_MODEL (inspector_tree_get_roots (self->tree)), position);

  return node;
}

/* --- tests --- */

static void
test_names_become_a_tree (Fixture *self, gconstpointer data)
{
  assert_tree (self, "");
  add_all (self,
           "cart org.example.Editor.settings org.example.Editor.window org.example.Viewer.state");
  assert_tree (self, "cart* org.example[Editor[settings* window*] Viewer[state*]]");
}

static void
test_a_namespace_with_one_inside_shares_its_row (Fixture *self, gconstpointer data)
{
  add_all (self, "org.example.Editor.settings");
  assert_tree (self, "org.example.Editor[settings*]");
  add_all (self, "org.example.Editor.window");
  assert_tree (self, "org.example.Editor[settings* window*]");
  add_all (self, "org.example");
  assert_tree (self, "org[example*[Editor[settings* window*]]]");
}

/* By its bytes, "a-b" would stand between "a" and "a.c". */
static void
test_a_topic_stands_with_its_namespace (Fixture *self, gconstpointer data)
{
  add_all (self, "a a-b a.c");
  assert_tree (self, "a*[c*] a-b*");
}

static void
test_odd_names_have_their_place (Fixture *self, gconstpointer data)
{
  add_all (self, "a. a..b .c cache:user:1");
  assert_tree (self, "[c*] a[*[b*]] cache:user:1*");
}

static void
test_topics_come_and_go (Fixture *self, gconstpointer data)
{
  InspectorNode *a;

  add_all (self, "a.x b");
  a = get_root (self, 0);
  add_all (self, "a.y c");
  assert_tree (self, "a[x* y*] b* c*");
  g_assert_true (get_root (self, 0) == a);

  g_list_store_remove (self->topics, 1);
  settle (self);
  assert_tree (self, "a[x* y*] c*");
  g_assert_true (get_root (self, 0) == a);

  g_list_store_remove_all (self->topics);
  settle (self);
  assert_tree (self, "");
}

/* Views ask but once whether a row has children. */
static void
test_a_node_that_gets_children_is_another (Fixture *self, gconstpointer data)
{
  g_autoptr (InspectorNode) leaf = NULL;
  g_autoptr (InspectorNode) branch = NULL;

  add_all (self, "a");
  leaf = g_object_ref (get_root (self, 0));
  add_all (self, "a.b");
  assert_tree (self, "a*[b*]");
  branch = g_object_ref (get_root (self, 0));
  g_assert_true (branch != leaf);

  g_list_store_remove (self->topics, 0);
  settle (self);
  assert_tree (self, "a[b*]");
  g_assert_true (get_root (self, 0) == branch);
}

static void
test_the_filter_takes_words (Fixture *self, gconstpointer data)
{
  add_all (self, "cart org.example.Editor.settings org.example.Viewer.settings");
  inspector_tree_set_filter (self->tree, "SETT edit");
  settle (self);
  assert_tree (self, "org.example.Editor[settings*]");
  inspector_tree_set_filter (self->tree, "nothing");
  settle (self);
  assert_tree (self, "");
  inspector_tree_set_filter (self->tree, " ");
  settle (self);
  assert_tree (self, "cart* org.example[Editor[settings*] Viewer[settings*]]");
}

static void
count (guint *n_changes)
{
  (*n_changes)++;
}

/* A view works for each change it is told of; what goes, or comes, side by side is one. */
static void
test_many_change_at_once (Fixture *self, gconstpointer data)
{
  guint n_changes = 0;
  g_autoptr (InspectorNode) kept = NULL;

  add_all (self, "a b c d e f g h i j");
  kept = g_object_ref (get_root (self, 4));
  g_signal_connect_swapped (inspector_tree_get_roots (self->tree), "items-changed",
                            G_CALLBACK (count), &n_changes);
  inspector_tree_set_filter (self->tree, "e");
  settle (self);
  assert_tree (self, "e*");
  g_assert_cmpuint (n_changes, ==, 2);

  inspector_tree_set_filter (self->tree, "");
  settle (self);
  assert_tree (self, "a* b* c* d* e* f* g* h* i* j*");
  g_assert_cmpuint (n_changes, ==, 4);
  g_assert_true (get_root (self, 4) == kept);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/tree/names-become-a-tree", test_names_become_a_tree);
  ADD ("/tree/a-namespace-with-one-inside-shares-its-row",
       test_a_namespace_with_one_inside_shares_its_row);
  ADD ("/tree/a-topic-stands-with-its-namespace", test_a_topic_stands_with_its_namespace);
  ADD ("/tree/odd-names-have-their-place", test_odd_names_have_their_place);
  ADD ("/tree/topics-come-and-go", test_topics_come_and_go);
  ADD ("/tree/a-node-that-gets-children-is-another", test_a_node_that_gets_children_is_another);
  ADD ("/tree/many-change-at-once", test_many_change_at_once);
  ADD ("/tree/the-filter-takes-words", test_the_filter_takes_words);
  return g_test_run ();
}
