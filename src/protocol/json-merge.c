/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/json-merge.h"

#include "protocol/json-overlay.h"
#include "protocol/json-scan.h"

/* JSON Merge Patch (RFC 7396) on two checked texts. What the patch does not touch keeps its
 * exact text; json-overlay.c tells how the text around a change is made.
 *
 * Returns: (transfer full): what @patch makes of @target; it passes the check too.
 */
GBytes *
state_sync_json_merge (GBytes *target, GBytes *patch)
{
  if (!state_sync_json_is_object (patch))
    return g_bytes_ref (patch);

  /* On what is no object a patch works as on {}; its nulls have nothing to remove but themselves,
   * which laying it over itself does. */
  if (!state_sync_json_is_object (target))
    target = patch;
  return state_sync_json_overlay (target, patch, STATE_SYNC_JSON_NULL_REMOVES);
}
