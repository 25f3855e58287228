/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "inspector/layout.h"

G_BEGIN_DECLS

typedef enum
{
  INSPECTOR_CHANGE_NONE,
  INSPECTOR_CHANGE_REMOVED,
  INSPECTOR_CHANGE_ADDED,
} InspectorChange;

/* A line of two layouts at once: of the one before if it was removed, else of the one after. */
typedef struct
{
  InspectorChange change;
  guint line;
} InspectorDiffLine;

GArray *inspector_line_diff (const InspectorLayout *before, const InspectorLayout *after);

G_END_DECLS
