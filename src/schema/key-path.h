/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "schema/outline.h"

G_BEGIN_DECLS

/* The way down to a value, from the inside out; it lives on the stack of who walks. */
typedef struct _StateSyncKeyPath StateSyncKeyPath;

struct _StateSyncKeyPath
{
  const StateSyncKeyPath *parent; /* (nullable) */
  const char *quote;              /* (nullable) of a member's name */
  guint index;                    /* of an element */
  gboolean is_name;               /* it is the name that is looked at, not the member */
};

char *state_sync_place_quote       (const char *text);
char *state_sync_key_path_describe (const StateSyncKeyPath *self);
char *state_sync_value_describe    (const StateSyncOutline *outline, StateSyncPlace place);

G_END_DECLS
