/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Why a text is not acceptable as data, and where. */
typedef struct
{
  int offset; /* in characters */
  int line;   /* both from 1, as people count, and in characters */
  int column;
  const char *reason;
} InspectorFault;

gboolean inspector_fault_find     (const char *text, InspectorFault *fault);
char    *inspector_fault_describe (const InspectorFault *fault);

G_END_DECLS
