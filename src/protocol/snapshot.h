/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/json-check.h"
#include "statesync/snapshot.h"

G_BEGIN_DECLS

/* Whether the topic is not there: never written, or deleted. */
static inline gboolean
state_sync_snapshot_is_null (StateSyncSnapshot *snapshot)
{
  gsize length;
  const char *text = g_bytes_get_data (state_sync_snapshot_get_data (snapshot), &length);

  return state_sync_json_is_null (text, length);
}

/* In bytes; 0 if it is not there. */
static inline gsize
state_sync_snapshot_get_size (StateSyncSnapshot *snapshot)
{
  return state_sync_snapshot_is_null (snapshot)
             ? 0
             : g_bytes_get_size (state_sync_snapshot_get_data (snapshot));
}

G_END_DECLS
