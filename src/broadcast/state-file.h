/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/snapshot.h"

G_BEGIN_DECLS

/* One topic's state as the bytes of a file. */
char              *state_sync_state_file_header (const char *topic, StateSyncSnapshot *snapshot);
StateSyncSnapshot *state_sync_state_file_decode (GBytes *file, const char *topic, const char *instance, GError **error);

G_END_DECLS
