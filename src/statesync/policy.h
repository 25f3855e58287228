/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include <statesync/version-macros.h>

G_BEGIN_DECLS

/**
 * StateSyncEdges:
 * @STATE_SYNC_EDGES_NONE: neither
 * @STATE_SYNC_EDGES_LEADING: the first event of a burst counts at once
 * @STATE_SYNC_EDGES_TRAILING: what came after that counts when the interval is over
 * @STATE_SYNC_EDGES_BOTH: both
 *
 * Which edges of an interval let a refresh through. Without the trailing edge, what comes within
 * the interval is dropped: the replica stays behind until something else makes it pull.
 */
typedef enum
{
  STATE_SYNC_EDGES_NONE = 0,
  STATE_SYNC_EDGES_LEADING = 1 << 0,
  STATE_SYNC_EDGES_TRAILING = 1 << 1,
  STATE_SYNC_EDGES_BOTH = STATE_SYNC_EDGES_LEADING | STATE_SYNC_EDGES_TRAILING,
} StateSyncEdges;

/**
 * StateSyncPolicy:
 *
 * How a follower retries pulls and limits refreshes, or a [class@Cache] its saves. It never changes
 * once made, so one policy is shared by any number of them. The defaults are those of the properties: three attempts,
 * 500 ms apart, then 1 s; neither debounce nor throttle.
 *
 * |[<!-- language="C" -->
 * g_autoptr (StateSyncPolicy) policy =
 *     g_object_new (STATE_SYNC_TYPE_POLICY, "max-attempts", 5, "throttle", 100, NULL);
 * ]|
 */
#define STATE_SYNC_TYPE_POLICY (state_sync_policy_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncPolicy, state_sync_policy, STATE_SYNC, POLICY, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncPolicy *state_sync_policy_new (void);

G_END_DECLS
