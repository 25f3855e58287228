/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "inspector/timeline.h"

G_BEGIN_DECLS

/* The revisions of a topic that were seen, plotted and listed. */
#define INSPECTOR_TYPE_TIMELINE_VIEW (inspector_timeline_view_get_type ())
G_DECLARE_FINAL_TYPE (InspectorTimelineView, inspector_timeline_view, INSPECTOR, TIMELINE_VIEW, AdwBin)

void inspector_timeline_view_set_timeline (InspectorTimelineView *self, InspectorTimeline *timeline);

G_END_DECLS
