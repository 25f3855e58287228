/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is left of a text whose value is an object: from behind its brace, or behind a member. */
typedef struct
{
  const char *p;
  const char *end;
} StateSyncJsonRest;

gsize       state_sync_json_count_same     (const StateSyncJsonRest *a, const StateSyncJsonRest *b);
const char *state_sync_json_find_member    (const StateSyncJsonRest *object);
gboolean    state_sync_json_step_over_same (StateSyncJsonRest *before, StateSyncJsonRest *after);

G_END_DECLS
