/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A column for each revision, as high as its value; one of which the value is not known is a dot on
 * the ground. The largest value that is shown is told at the top, and the height is that.
 */

#include "inspector/plot.h"

#define COLUMN 8
#define GAP 3
#define TOP 20 /* for the text */
#define HEIGHT 96

struct _InspectorPlot
{
  GtkWidget parent_instance;

  const char *name;
  InspectorPlotValue value;
  InspectorPlotText text;
  InspectorTimeline *timeline; /* (nullable) */
  gulong handler;
};

G_DEFINE_FINAL_TYPE (InspectorPlot, inspector_plot, GTK_TYPE_WIDGET)

static guint
get_length (InspectorPlot *self)
{
  return self->timeline != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->timeline)) : 0;
}

/* How many of the newest there is room for. */
static guint
count_columns (InspectorPlot *self)
{
  guint room = (guint)MAX (gtk_widget_get_width (GTK_WIDGET (self)) / (COLUMN + GAP), 1);

  return MIN (room, get_length (self));
}

static gint64
get_value (InspectorPlot *self, guint position)
{
  return self->value (inspector_timeline_get (self->timeline, position));
}

static gint64
find_largest (InspectorPlot *self, guint first)
{
  gint64 largest = 0;

  for (guint i = first; i < get_length (self); i++)
    largest = MAX (largest, get_value (self, i));
  return largest;
}

/* --- drawing --- */

static void
draw_text (InspectorPlot *self, GtkSnapshot *snapshot, const char *text)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &colour);
  colour.alpha *= 0.7f;
  gtk_snapshot_append_layout (snapshot, layout, &colour);
}

static void
draw_ground (InspectorPlot *self, GtkSnapshot *snapshot, float width, float height)
{
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &colour);
  colour.alpha = 0.25f;
  gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (0, height - 1, width, 1));
}

static void
draw_columns (InspectorPlot *self, GtkSnapshot *snapshot, float height, guint first, gint64 largest)
{
  GdkRGBA accent;

  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                                       "accent_color", &accent))
    gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &accent);

  for (guint i = first; i < get_length (self); i++)
    {
      gint64 value = get_value (self, i);
      float share = largest > 0 ? (float)value / (float)largest : 0;
      float bar = value < 0 ? 2 : MAX (share * (height - TOP), 2);
      float x = (float)(i - first) * (COLUMN + GAP);
      float side = value < 0 ? 2 : COLUMN;

      gtk_snapshot_append_color (
          snapshot, &accent,
          &GRAPHENE_RECT_INIT (x + (COLUMN - side) / 2, height - 1 - bar, side, bar));
    }
}

static void
inspector_plot_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  InspectorPlot *self = INSPECTOR_PLOT (widget);
  float width = (float)gtk_widget_get_width (widget);
  float height = (float)gtk_widget_get_height (widget);
  guint first = get_length (self) - count_columns (self);
  gint64 largest = find_largest (self, first);
  g_autofree char *value = self->text (largest);
  g_autofree char *text = g_strdup_printf ("%s, up to %s", self->name, value);

  draw_text (self, snapshot, largest > 0 ? text : self->name);
  draw_ground (self, snapshot, width, height);
  draw_columns (self, snapshot, height, first, largest);
}

static void
inspector_plot_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : COLUMN;
  *natural = *minimum;
}

/* --- what is shown --- */

static gboolean
on_query_tooltip (
    GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip, gpointer user_data)
{
  InspectorPlot *self = INSPECTOR_PLOT (widget);
  guint n_columns = count_columns (self);
  guint column = (guint)x / (COLUMN + GAP);
  InspectorMoment *moment;
  g_autofree char *value = NULL;
  g_autofree char *text = NULL;

  if (keyboard || column >= n_columns)
    return FALSE;

  moment = inspector_timeline_get (self->timeline, get_length (self) - n_columns + column);
  value = self->value (moment) < 0 ? g_strdup ("not known") : self->text (self->value (moment));
  text = g_strdup_printf ("Revision %" G_GUINT64_FORMAT ": %s", moment->revision, value);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

/* Said to those who don't see it. */
static void
describe (InspectorPlot *self)
{
  guint length = get_length (self);
  g_autofree char *newest = NULL;
  g_autofree char *text = NULL;

  if (length == 0)
    return;

  newest = get_value (self, length - 1) < 0 ? g_strdup ("not known")
                                            : self->text (get_value (self, length - 1));
  text = g_strdup_printf ("%s of %u revisions, of the newest: %s", self->name, length, newest);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
on_items_changed (InspectorPlot *self)
{
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* @name: a static string */
void
inspector_plot_set_quantity (InspectorPlot *self,
                             const char *name,
                             InspectorPlotValue value,
                             InspectorPlotText text)
{
  self->name = name;
  self->value = value;
  self->text = text;
}

void
inspector_plot_set_timeline (InspectorPlot *self, InspectorTimeline *timeline)
{
  if (self->timeline != NULL)
    g_clear_signal_handler (&self->handler, self->timeline);
  g_set_object (&self->timeline, timeline);
  if (timeline != NULL)
    self->handler =
        g_signal_connect_swapped (timeline, "items-changed", G_CALLBACK (on_items_changed), self);
  on_items_changed (self);
}

static void
inspector_plot_dispose (GObject *object)
{
  InspectorPlot *self = INSPECTOR_PLOT (object);

  if (self->timeline != NULL)
    g_clear_signal_handler (&self->handler, self->timeline);
  g_clear_object (&self->timeline);

  G_OBJECT_CLASS (inspector_plot_parent_class)->dispose (object);
}

static void
inspector_plot_class_init (InspectorPlotClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = inspector_plot_dispose;
  widget_class->snapshot = inspector_plot_snapshot;
  widget_class->measure = inspector_plot_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "plot");
}

static void
inspector_plot_init (InspectorPlot *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (on_query_tooltip), NULL);
}
