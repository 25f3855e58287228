/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A text view that colours JSON. */
#define INSPECTOR_TYPE_JSON_VIEW (inspector_json_view_get_type ())
G_DECLARE_FINAL_TYPE (InspectorJsonView, inspector_json_view, INSPECTOR, JSON_VIEW, GtkTextView)

GtkWidget *inspector_json_view_new           (void);

/* Shows a text laid out, as far as that is useful; FALSE if it is not all of it. */
gboolean   inspector_json_view_show          (InspectorJsonView *self, GBytes *json);
/* Shows it with what is new in it, and what is not in it any more. */
gboolean   inspector_json_view_show_changes  (InspectorJsonView *self, GBytes *before, GBytes *after);

/* For editing: all of a text, and colours after it was edited. */
void       inspector_json_view_set_text      (InspectorJsonView *self, const char *text);
char      *inspector_json_view_dup_text      (InspectorJsonView *self);
void       inspector_json_view_colour        (InspectorJsonView *self, gboolean is_json);
void       inspector_json_view_place_cursor  (InspectorJsonView *self, int offset);

G_END_DECLS
