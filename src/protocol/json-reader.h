/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define STATE_SYNC_JSON_ENDS_EARLY "the text ends before its value is complete; send all of it"

/* A text on its way through the check, and the fault that ends it. */
typedef struct
{
  const char *end;
  const char *fault;
  const char *reason;
} StateSyncJsonReader;

/* Notes a fault; NULL, which is what a function that reads a part gives instead of its end. */
static inline const char *
state_sync_json_fail (StateSyncJsonReader *self, const char *where, const char *reason)
{
  self->fault = where;
  self->reason = where == self->end ? STATE_SYNC_JSON_ENDS_EARLY : reason;
  return NULL;
}

const char *state_sync_json_read_string (StateSyncJsonReader *self, const char *p, gboolean *has_escapes);
const char *state_sync_json_read_number (StateSyncJsonReader *self, const char *p);

G_END_DECLS
