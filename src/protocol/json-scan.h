/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* White space is rare: most often the first comparison is all it takes. */
static inline const char *
state_sync_json_skip_space (const char *p, const char *end)
{
  while (p < end && (guint8)*p <= ' ' && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
    p++;
  return p;
}

/* Steps over parts of a text that has passed the check. In such a text only a number can stand
 * at the very end: nothing else needs to know @end. */
const char *state_sync_json_skip_string (const char *p);
const char *state_sync_json_skip_value  (const char *p, const char *end);
const char *state_sync_json_skip_colon  (const char *p);

gboolean    state_sync_json_is_object   (GBytes *text);

G_END_DECLS
