/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers a second judge: reads texts, each after its length in bytes and a line's end, and
 * prints for each whether it passes the JSON check. */
#include <stdio.h>

#include "protocol/json-check.h"

int
main (void)
{
  gsize length;

  while (scanf ("%" G_GSIZE_FORMAT, &length) == 1 && getchar () == '\n')
    {
      g_autofree char *text = g_malloc (length);
      StateSyncJsonFault fault;

      if (fread (text, 1, length, stdin) != length)
        return 1;
      if (state_sync_json_check (text, length, &fault))
        puts ("valid");
      else
        printf ("refused at byte %" G_GSIZE_FORMAT ": %s\n", fault.offset, fault.reason);
    }
  return 0;
}
