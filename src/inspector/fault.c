/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inspector/fault.h"

#include <string.h>

#include "protocol/json-check.h"

/* @text: UTF-8. FALSE if it is acceptable. */
gboolean
inspector_fault_find (const char *text, InspectorFault *fault)
{
  StateSyncJsonFault found;

  if (state_sync_json_check (text, strlen (text), &found))
    return FALSE;

  *fault = (InspectorFault){ .line = 1, .column = 1, .reason = found.reason };
  for (const char *p = text; p < text + found.offset; p = g_utf8_next_char (p))
    {
      fault->offset++;
      fault->column++;
      if (*p == '\n')
        {
          fault->line++;
          fault->column = 1;
        }
    }
  return TRUE;
}

char *
inspector_fault_describe (const InspectorFault *fault)
{
  return g_strdup_printf ("Line %d, column %d: %s", fault->line, fault->column, fault->reason);
}
