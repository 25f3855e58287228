/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inspector/sidebar.h"

#include "inspector/pages.h"
#include "inspector/tree-row.h"
#include "inspector/tree.h"

struct _InspectorSidebar
{
  AdwBin parent_instance;

  GtkSearchBar *search_bar;
  GtkSearchEntry *search_entry;
  GtkStack *stack;
  AdwStatusPage *trouble;
  GtkListView *list;
  GtkWidget *gone;

  StateSyncClient *client;      /* (nullable) */
  StateSyncTopicsModel *topics; /* (nullable) */
  InspectorTree *tree;
  GtkSingleSelection *selection;
  GError *error; /* (nullable): why there is no list */
  char *wanted;  /* (nullable): what is to be selected whenever it is there */
  gboolean is_searching;
};

G_DEFINE_FINAL_TYPE (InspectorSidebar, inspector_sidebar, ADW_TYPE_BIN)

enum
{
  PROP_SEARCHING = 1,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

enum
{
  SELECTED,
  ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* --- which page --- */

static void
show_error (InspectorSidebar *self)
{
  gboolean is_denied =
      g_error_matches (self->error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_ACCESS_DENIED);

  adw_status_page_set_title (self->trouble, is_denied ? "No Access" : "No Service");
  adw_status_page_set_icon_name (self->trouble, is_denied ? "system-lock-screen-symbolic"
                                                          : "network-offline-symbolic");
  adw_status_page_set_description (self->trouble, self->error->message);
}

static gboolean
is_filtered (InspectorSidebar *self)
{
  return *gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) != '\0';
}

static const char *
choose_page (InspectorSidebar *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (inspector_tree_get_roots (self->tree))) > 0)
    return "topics";
  if (self->topics != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->topics)) > 0)
    return is_filtered (self) ? "nothing-found" : "loading"; /* the tree follows in a moment */
  if (self->topics != NULL && !state_sync_topics_model_is_loading (self->topics))
    return "empty";
  return self->error != NULL ? "trouble" : "loading";
}

static void
focus_list (InspectorSidebar *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self->list), GTK_DIR_TAB_FORWARD);
}

static void
show (InspectorSidebar *self)
{
  gboolean is_known = self->topics != NULL && !state_sync_topics_model_is_loading (self->topics);
  gboolean was_loading = g_str_equal (gtk_stack_get_visible_child_name (self->stack), "loading");
  const char *page = choose_page (self);

  if (self->error != NULL)
    show_error (self);
  inspector_pages_show (self->stack, page);
  /* Keys go to the list from the beginning, unless the user was faster. */
  if (was_loading && g_str_equal (page, "topics") && !self->is_searching)
    focus_list (self);
  gtk_widget_set_visible (self->gone, is_known && !state_sync_client_get_available (self->client));
}

static void
on_sync_error (StateSyncTopicsModel *topics, StateSyncFailure *failure, InspectorSidebar *self)
{
  inspector_sidebar_show_trouble (self, state_sync_failure_get_error (failure));
}

/* --- rows --- */

static GListModel *
make_children (gpointer item, gpointer user_data)
{
  GListModel *children = G_LIST_MODEL (inspector_node_get_children (INSPECTOR_NODE (item)));

  return g_list_model_get_n_items (children) > 0 ? g_object_ref (children) : NULL;
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  gtk_list_item_set_child (item, g_object_new (INSPECTOR_TYPE_TREE_ROW, NULL));
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  inspector_tree_row_set_item (INSPECTOR_TREE_ROW (gtk_list_item_get_child (item)),
                               gtk_list_item_get_item (item));
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  inspector_tree_row_set_item (INSPECTOR_TREE_ROW (gtk_list_item_get_child (item)), NULL);
}

/* (transfer none) (nullable) */
static InspectorNode *
get_node (InspectorSidebar *self, guint position)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  g_autoptr (InspectorNode) node = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  return node;
}

/* --- selecting --- */

static void
select_wanted (InspectorSidebar *self)
{
  const char *selected = inspector_sidebar_get_selected (self);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  if (self->wanted == NULL || g_strcmp0 (selected, self->wanted) == 0)
    return;
  for (guint i = 0; i < n; i++)
    {
      if (g_str_equal (inspector_node_get_name (get_node (self, i)), self->wanted))
        {
          gtk_single_selection_set_selected (self->selection, i);
          return;
        }
    }
}

static void
on_tree_shown (InspectorSidebar *self)
{
  select_wanted (self);
  show (self);
}

/* Nothing is selected when the filter hides what was; that stays wanted. */
static void
on_selected (InspectorSidebar *self)
{
  InspectorNode *node = get_node (self, gtk_single_selection_get_selected (self->selection));

  if (node == NULL)
    return;
  g_free (self->wanted);
  self->wanted = g_strdup (inspector_node_get_name (node));
  if (inspector_node_get_topic (node) != NULL)
    g_signal_emit (self, signals[SELECTED], 0, inspector_node_get_name (node));
}

/* A namespace opens and closes; a topic is gone to. */
static void
on_activate (GtkListView *list, guint position, InspectorSidebar *self)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  InspectorNode *node = get_node (self, position);

  if (inspector_node_get_topic (node) != NULL)
    g_signal_emit (self, signals[ACTIVATED], 0);
  else
    gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
}

const char *
inspector_sidebar_get_selected (InspectorSidebar *self)
{
  InspectorNode *node = get_node (self, gtk_single_selection_get_selected (self->selection));

  return node != NULL ? inspector_node_get_name (node) : NULL;
}

/* At once, or when the topic appears. */
void
inspector_sidebar_select (InspectorSidebar *self, const char *topic)
{
  g_free (self->wanted);
  self->wanted = g_strdup (topic);
  select_wanted (self);
}

/* --- filter --- */

static void
on_search_changed (InspectorSidebar *self)
{
  inspector_tree_set_filter (self->tree, gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
}

static void
set_searching (InspectorSidebar *self, gboolean is_searching)
{
  if (self->is_searching == is_searching)
    return;

  self->is_searching = is_searching;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCHING]);
}

/* --- the object --- */

void
inspector_sidebar_set_client (InspectorSidebar *self, StateSyncClient *client)
{
  self->client = g_object_ref (client);
  self->topics = state_sync_topics_model_new (client, NULL);
  g_signal_connect_object (self->topics, "notify::loading", G_CALLBACK (show), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->topics, "sync-error", G_CALLBACK (on_sync_error), self, 0);
  g_signal_connect_object (client, "notify::available", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  inspector_tree_set_topics (self->tree, G_LIST_MODEL (self->topics));
}

void
inspector_sidebar_show_trouble (InspectorSidebar *self, const GError *error)
{
  g_clear_error (&self->error);
  self->error = g_error_copy (error);
  show (self);
}

static void
inspector_sidebar_get_property (GObject *object,
                                guint property_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_SEARCHING:
      g_value_set_boolean (value, INSPECTOR_SIDEBAR (object)->is_searching);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
inspector_sidebar_set_property (GObject *object,
                                guint property_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_SEARCHING:
      set_searching (INSPECTOR_SIDEBAR (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
inspector_sidebar_dispose (GObject *object)
{
  InspectorSidebar *self = INSPECTOR_SIDEBAR (object);

  g_clear_object (&self->topics);
  g_clear_object (&self->client);
  g_clear_object (&self->tree);
  g_clear_object (&self->selection);
  g_clear_error (&self->error);
  g_clear_pointer (&self->wanted, g_free);

  G_OBJECT_CLASS (inspector_sidebar_parent_class)->dispose (object);
}

static void
inspector_sidebar_class_init (InspectorSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = inspector_sidebar_get_property;
  object_class->set_property = inspector_sidebar_set_property;
  object_class->dispose = inspector_sidebar_dispose;

  properties[PROP_SEARCHING] =
      g_param_spec_boolean ("searching", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /* A topic is to be shown. */
  signals[SELECTED] = g_signal_new ("selected", INSPECTOR_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /* The topic that is shown is to be gone to. */
  signals[ACTIVATED] = g_signal_new ("activated", INSPECTOR_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/statesync/Inspector/sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, InspectorSidebar, search_bar);
  gtk_widget_class_bind_template_child (widget_class, InspectorSidebar, search_entry);
  gtk_widget_class_bind_template_child (widget_class, InspectorSidebar, stack);
  gtk_widget_class_bind_template_child (widget_class, InspectorSidebar, trouble);
  gtk_widget_class_bind_template_child (widget_class, InspectorSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, InspectorSidebar, gone);
}

static GtkListItemFactory *
make_factory (InspectorSidebar *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  return factory;
}

static void
inspector_sidebar_init (InspectorSidebar *self)
{
  g_autoptr (GtkListItemFactory) factory = make_factory (self);
  GtkTreeListModel *rows;

  gtk_widget_init_template (GTK_WIDGET (self));
  inspector_pages_show (self->stack, "loading");
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  g_signal_connect_object (self->search_entry, "search-changed", G_CALLBACK (on_search_changed),
                           self, G_CONNECT_SWAPPED);
  /* Enter and Down go on in the list. */
  g_signal_connect_object (self->search_entry, "activate", G_CALLBACK (focus_list), self,
                           G_CONNECT_SWAPPED);

  self->tree = inspector_tree_new ();
  rows =
      gtk_tree_list_model_new (G_LIST_MODEL (g_object_ref (inspector_tree_get_roots (self->tree))),
                               FALSE, TRUE, make_children, NULL, NULL);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (rows));
  g_object_unref (rows);
  g_signal_connect_object (self->tree, "shown", G_CALLBACK (on_tree_shown), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self,
                           G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->list, "activate", G_CALLBACK (on_activate), self, 0);
}
