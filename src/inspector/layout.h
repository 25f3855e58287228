/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "inspector/tokens.h"

G_BEGIN_DECLS

/* A line of a layout. */
typedef struct
{
  gsize start; /* in the text, and the end is in front of the line break */
  gsize end;
  guint first_token;
  guint64 hash; /* of all that stands on it, the cut parts of strings included; the same with and
                 * without a comma at its end */
} InspectorLine;

/* JSON laid out for people: a member or element a line. */
typedef struct
{
  GString *text;
  GArray *tokens; /* of InspectorToken, in the text */
  GArray *lines;  /* of InspectorLine; at least one */
  gboolean is_cut; /* not all of the data is there */
} InspectorLayout;

InspectorLayout *inspector_layout_new     (GBytes *json);
InspectorLayout *inspector_layout_new_cut (GBytes *json, guint max_lines, gsize max_string);
void             inspector_layout_free    (InspectorLayout *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (InspectorLayout, inspector_layout_free)

G_END_DECLS
