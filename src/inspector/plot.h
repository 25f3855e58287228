/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "inspector/timeline.h"

G_BEGIN_DECLS

/* Columns over the revisions of a timeline, the newest at the right. */
#define INSPECTOR_TYPE_PLOT (inspector_plot_get_type ())
G_DECLARE_FINAL_TYPE (InspectorPlot, inspector_plot, INSPECTOR, PLOT, GtkWidget)

/* Negative if a moment has no such value. */
typedef gint64 (*InspectorPlotValue) (InspectorMoment *moment);
typedef char  *(*InspectorPlotText) (gint64 value);

void inspector_plot_set_quantity (InspectorPlot *self, const char *name, InspectorPlotValue value, InspectorPlotText text);
void inspector_plot_set_timeline (InspectorPlot *self, InspectorTimeline *timeline);

G_END_DECLS
