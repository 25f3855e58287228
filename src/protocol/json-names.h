/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/json-decoder.h"

G_BEGIN_DECLS

/* The names of one object. */
typedef struct _StateSyncJsonNames StateSyncJsonNames;

StateSyncJsonNames *state_sync_json_names_new   (void);
void                state_sync_json_names_free  (StateSyncJsonNames *self);
void                state_sync_json_names_clear (StateSyncJsonNames *self);
gboolean            state_sync_json_names_add   (StateSyncJsonNames *self, StateSyncJsonName name);
gboolean            state_sync_json_names_find  (StateSyncJsonNames *self, StateSyncJsonName name, guint *index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncJsonNames, state_sync_json_names_free)

G_END_DECLS
