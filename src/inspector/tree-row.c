/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inspector/tree-row.h"

#include "inspector/node.h"

struct _InspectorTreeRow
{
  AdwBin parent_instance;

  GtkTreeExpander *expander;
  GtkLabel *label;
  GtkLabel *revision;

  InspectorNode *node; /* (nullable) */
  gulong node_handler;
  GObject *topic; /* (nullable) */
  gulong topic_handler;
};

G_DEFINE_FINAL_TYPE (InspectorTreeRow, inspector_tree_row, ADW_TYPE_BIN)

/* --- what is shown --- */

static char *
describe_revision (InspectorTreeRow *self)
{
  guint64 revision;

  if (self->topic == NULL)
    return g_strdup ("namespace");
  g_object_get (self->topic, "revision", &revision, NULL);
  return g_strdup_printf ("revision %" G_GUINT64_FORMAT, revision);
}

/* A screen reader comes to the row, not to what is on it. */
static void
describe (InspectorTreeRow *self)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *revision = NULL;
  g_autofree char *text = NULL;

  if (self->node == NULL || row == NULL)
    return;

  revision = describe_revision (self);
  text = g_strdup_printf ("%s, %s", inspector_node_get_label (self->node), revision);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
show_revision (InspectorTreeRow *self)
{
  g_autofree char *text = NULL;
  guint64 revision = 0;

  if (self->topic != NULL)
    g_object_get (self->topic, "revision", &revision, NULL);
  text = self->topic != NULL ? g_strdup_printf ("%" G_GUINT64_FORMAT, revision) : g_strdup ("");
  gtk_label_set_label (self->revision, text);
  describe (self);
}

static void
set_topic (InspectorTreeRow *self, GObject *topic)
{
  if (self->topic != NULL)
    g_clear_signal_handler (&self->topic_handler, self->topic);
  g_set_object (&self->topic, topic);
  if (topic != NULL)
    self->topic_handler =
        g_signal_connect_swapped (topic, "notify::revision", G_CALLBACK (show_revision), self);
  show_revision (self);
}

static void
on_topic_changed (InspectorTreeRow *self)
{
  set_topic (self, inspector_node_get_topic (self->node));
  if (self->topic != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->label), "dim-label");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->label), "dim-label");
}

static void
set_node (InspectorTreeRow *self, InspectorNode *node)
{
  const char *label;

  if (self->node != NULL)
    g_clear_signal_handler (&self->node_handler, self->node);
  g_set_object (&self->node, node);
  if (node == NULL)
    {
      set_topic (self, NULL);
      return;
    }

  /* Dots may stand next to each other, with nothing in between. */
  label = inspector_node_get_label (node);
  gtk_label_set_label (self->label, *label != '\0' ? label : "“”");
  self->node_handler =
      g_signal_connect_swapped (node, "notify::topic", G_CALLBACK (on_topic_changed), self);
  on_topic_changed (self);
}

/* A tooltip that is set makes GTK ask the display where the pointer is: many times where many rows
 * come and go. */
static gboolean
inspector_tree_row_query_tooltip (
    GtkWidget *widget, int x, int y, gboolean by_key, GtkTooltip *tooltip)
{
  InspectorTreeRow *self = INSPECTOR_TREE_ROW (widget);
  g_autofree char *revision = self->node != NULL ? describe_revision (self) : NULL;
  g_autofree char *text = NULL;

  if (self->node == NULL)
    return FALSE;
  text = g_strdup_printf ("%s, %s", inspector_node_get_name (self->node), revision);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

void
inspector_tree_row_set_item (InspectorTreeRow *self, GtkTreeListRow *row)
{
  g_autoptr (InspectorNode) node = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  gtk_tree_expander_set_list_row (self->expander, row);
  set_node (self, node);
}

/* --- the object --- */

static void
inspector_tree_row_dispose (GObject *object)
{
  set_node (INSPECTOR_TREE_ROW (object), NULL);

  G_OBJECT_CLASS (inspector_tree_row_parent_class)->dispose (object);
}

static void
inspector_tree_row_class_init (InspectorTreeRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = inspector_tree_row_dispose;
  widget_class->query_tooltip = inspector_tree_row_query_tooltip;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/statesync/Inspector/tree-row.ui");
  gtk_widget_class_bind_template_child (widget_class, InspectorTreeRow, expander);
  gtk_widget_class_bind_template_child (widget_class, InspectorTreeRow, label);
  gtk_widget_class_bind_template_child (widget_class, InspectorTreeRow, revision);
}

static void
inspector_tree_row_init (InspectorTreeRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
