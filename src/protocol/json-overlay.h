/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a null of the upper object does: take the member away, or stand in the result. */
typedef enum
{
  STATE_SYNC_JSON_NULL_REMOVES,
  STATE_SYNC_JSON_NULL_STAYS,
} StateSyncJsonNull;

GBytes *state_sync_json_overlay (GBytes *lower, GBytes *upper, StateSyncJsonNull null);

G_END_DECLS
