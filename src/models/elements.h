/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/item-private.h"

G_BEGIN_DECLS

/* The elements of an array, or the members of an object, with the text that they are places in. */
typedef struct
{
  GBytes *text;
  GArray *elements; /* of StateSyncElement */
} StateSyncElements;

StateSyncElements state_sync_elements_read  (GBytes *text, const char *const *names, char kind, const StateSyncElements *before);
void              state_sync_elements_clear (StateSyncElements *self);

guint            *state_sync_elements_pair  (const StateSyncElements *self, GPtrArray *items, const char *key_member, StateSyncJsonDecoder *decoder);

G_END_DECLS
