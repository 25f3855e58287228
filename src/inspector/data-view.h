/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "inspector/subject.h"

G_BEGIN_DECLS

/* What a topic holds, to be read and to be edited. */
#define INSPECTOR_TYPE_DATA_VIEW (inspector_data_view_get_type ())
G_DECLARE_FINAL_TYPE (InspectorDataView, inspector_data_view, INSPECTOR, DATA_VIEW, AdwBin)

void     inspector_data_view_set_subject  (InspectorDataView *self, InspectorSubject *subject);

gboolean inspector_data_view_can_edit     (InspectorDataView *self);
gboolean inspector_data_view_is_editing   (InspectorDataView *self);
gboolean inspector_data_view_is_saving    (InspectorDataView *self);
gboolean inspector_data_view_has_fault    (InspectorDataView *self);
gboolean inspector_data_view_has_edits    (InspectorDataView *self);

void     inspector_data_view_edit         (InspectorDataView *self);
void     inspector_data_view_save         (InspectorDataView *self);
void     inspector_data_view_discard      (InspectorDataView *self);
void     inspector_data_view_go_to_fault  (InspectorDataView *self);
void     inspector_data_view_copy         (InspectorDataView *self);
void     inspector_data_view_show_changes (InspectorDataView *self, gboolean show);

G_END_DECLS
