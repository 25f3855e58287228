/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/json-decoder.h"

G_BEGIN_DECLS

/* A regular expression of ECMA 262; immutable, shared between threads. */
typedef struct _StateSyncPattern StateSyncPattern;

StateSyncPattern *state_sync_pattern_new     (StateSyncJsonName text, const char **reason);
void              state_sync_pattern_free    (StateSyncPattern *self);
gboolean          state_sync_pattern_matches (const StateSyncPattern *self, StateSyncJsonName text, guint64 *n_steps);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncPattern, state_sync_pattern_free)

G_END_DECLS
