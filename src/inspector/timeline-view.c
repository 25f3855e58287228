/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inspector/timeline-view.h"

#include "inspector/plot.h"

struct _InspectorTimelineView
{
  AdwBin parent_instance;

  InspectorPlot *sizes;
  InspectorPlot *latencies;
  GtkColumnView *list;

  GtkSortListModel *newest_first;
};

G_DEFINE_FINAL_TYPE (InspectorTimelineView, inspector_timeline_view, ADW_TYPE_BIN)

/* --- values as text --- */

static gint64
get_size (InspectorMoment *moment)
{
  return (gint64)moment->size;
}

static gint64
get_latency (InspectorMoment *moment)
{
  return moment->latency;
}

static char *
format_size (gint64 size)
{
  return g_format_size ((guint64)size);
}

static char *
format_latency (gint64 usec)
{
  return g_strdup_printf ("%.1f ms", (double)usec / 1000);
}

static char *
describe_revision (InspectorMoment *moment)
{
  if (moment->n_unseen == 0)
    return g_strdup_printf ("%" G_GUINT64_FORMAT, moment->revision);
  return g_strdup_printf ("%" G_GUINT64_FORMAT " (%" G_GUINT64_FORMAT " before it not seen)",
                          moment->revision, moment->n_unseen);
}

static char *
describe_time (InspectorMoment *moment)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (moment->time / G_USEC_PER_SEC);

  return g_date_time_format (time, "%X");
}

static char *
describe_size (InspectorMoment *moment)
{
  return format_size ((gint64)moment->size);
}

static char *
describe_latency (InspectorMoment *moment)
{
  return moment->latency < 0 ? g_strdup ("–") : format_latency (moment->latency);
}

/* --- the list --- */

typedef char *(*Describe) (InspectorMoment *moment);

static const struct
{
  const char *title;
  Describe describe;
  gboolean expands;
} columns[] = {
  { "Revision", describe_revision, TRUE },
  { "Time", describe_time, FALSE },
  { "Size", describe_size, FALSE },
  { "Latency", describe_latency, FALSE },
};

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  Describe describe = columns[GPOINTER_TO_UINT (user_data)].describe;
  g_autofree char *text = describe (gtk_list_item_get_item (item));

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static void
add_column (InspectorTimelineView *self, guint index)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = NULL;

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), GUINT_TO_POINTER (index));
  column = gtk_column_view_column_new (columns[index].title, factory);
  gtk_column_view_column_set_expand (column, columns[index].expands);
  gtk_column_view_append_column (self->list, column);
}

static int
compare_times (gconstpointer a, gconstpointer b, gpointer user_data)
{
  gint64 one = ((const InspectorMoment *)a)->time;
  gint64 other = ((const InspectorMoment *)b)->time;

  return (one < other) - (one > other);
}

/* The list inside, below the titles. */
static GtkWidget *
get_rows (InspectorTimelineView *self)
{
  return gtk_widget_get_last_child (GTK_WIDGET (self->list));
}

/* A list keeps its place when something comes above; who sees the newest is to go on seeing it. */
static void
on_items_changed (InspectorTimelineView *self)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list));

  if (gtk_adjustment_get_value (adjustment) == 0 &&
      g_list_model_get_n_items (G_LIST_MODEL (self->newest_first)) > 0)
    gtk_widget_activate_action (get_rows (self), "list.scroll-to-item", "u", 0);
}

void
inspector_timeline_view_set_timeline (InspectorTimelineView *self, InspectorTimeline *timeline)
{
  gtk_sort_list_model_set_model (self->newest_first, G_LIST_MODEL (timeline));
  inspector_plot_set_timeline (self->sizes, timeline);
  inspector_plot_set_timeline (self->latencies, timeline);
}

/* --- the object --- */

static void
inspector_timeline_view_dispose (GObject *object)
{
  g_clear_object (&INSPECTOR_TIMELINE_VIEW (object)->newest_first);

  G_OBJECT_CLASS (inspector_timeline_view_parent_class)->dispose (object);
}

static void
inspector_timeline_view_class_init (InspectorTimelineViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = inspector_timeline_view_dispose;

  g_type_ensure (INSPECTOR_TYPE_PLOT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/statesync/Inspector/timeline-view.ui");
  gtk_widget_class_bind_template_child (widget_class, InspectorTimelineView, sizes);
  gtk_widget_class_bind_template_child (widget_class, InspectorTimelineView, latencies);
  gtk_widget_class_bind_template_child (widget_class, InspectorTimelineView, list);
}

static void
inspector_timeline_view_init (InspectorTimelineView *self)
{
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare_times, NULL, NULL));
  GtkSelectionModel *selection;

  gtk_widget_init_template (GTK_WIDGET (self));
  inspector_plot_set_quantity (self->sizes, "Size", get_size, format_size);
  inspector_plot_set_quantity (self->latencies, "Latency", get_latency, format_latency);
  self->newest_first = gtk_sort_list_model_new (NULL, sorter);
  selection =
      GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->newest_first))));
  gtk_column_view_set_model (self->list, selection);
  g_object_unref (selection);
  gtk_accessible_update_property (GTK_ACCESSIBLE (get_rows (self)), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  "Revisions", -1);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    add_column (self, i);
  g_signal_connect_object (self->newest_first, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}
