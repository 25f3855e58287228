/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/failure.h>

G_BEGIN_DECLS

void        state_sync_log_debug   (const char *topic, guint64 revision, const char *instance, const char *what);
void        state_sync_log_failure (StateSyncFailure *failure, const char *instance, gboolean is_heard);

const char *state_sync_phase_name  (StateSyncPhase phase);

G_END_DECLS
