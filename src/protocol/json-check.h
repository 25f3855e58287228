/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How deep arrays and objects may nest. */
#define STATE_SYNC_JSON_MAX_DEPTH 512

/* Where a text breaks the rules, and a sentence's end that says how. */
typedef struct
{
  gsize offset;
  const char *reason;
} StateSyncJsonFault;

gboolean    state_sync_json_check              (const char *text, gsize length, StateSyncJsonFault *fault);
gboolean    state_sync_json_check_change       (GBytes *before, GBytes *after, StateSyncJsonFault *fault);
const char *state_sync_json_check_member_value (const char *p, const char *end);

gboolean    state_sync_json_is_null            (const char *text, gsize length);

G_END_DECLS
