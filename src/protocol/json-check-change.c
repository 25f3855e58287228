/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The same check for a text that comes after one that has passed it, as a follower gets them. It
 * spares a follower most of the work: a change leaves most members of an object as and where they
 * are, and equal bytes are compared many times faster than they are checked.
 *
 * Why that is sound: as long as both have the same bytes in front of each value, they have the same
 * members in the same order, whose names are unique in the one and so in the other. A value of the
 * same bytes, down to the byte that ends it, is the same value; another one is checked by itself,
 * as deep as a member's value may be. And where all that is left is the same, it can go on only as
 * it did. Whatever does not fit into that, or is refused by it, is checked from the beginning, so
 * that the verdict and the fault are always those of the whole check.
 */

#include "protocol/json-check.h"

#include <string.h>

#include "protocol/json-scan.h"
#include "protocol/json-step.h"

static gboolean
begins_with (const StateSyncJsonRest *rest, const char *start, const char *end)
{
  return rest->end - rest->p >= end - start && memcmp (rest->p, start, (gsize)(end - start)) == 0;
}

/* To the end of the next member, whose name is to be the same bytes in both. */
static gboolean
check_member (StateSyncJsonRest *before, StateSyncJsonRest *after)
{
  const char *member = state_sync_json_find_member (before);
  const char *value;

  if (member == NULL)
    return FALSE;

  value = state_sync_json_skip_colon (state_sync_json_skip_string (member));
  if (!begins_with (after, before->p, value))
    return FALSE;

  after->p = state_sync_json_check_member_value (after->p + (value - before->p), after->end);
  before->p = state_sync_json_skip_value (value, before->end);
  return after->p != NULL;
}

/* Whether @after has the members of @before, a checked object, with acceptable values. */
static gboolean
has_same_members (StateSyncJsonRest before, StateSyncJsonRest after)
{
  const char *inside = state_sync_json_skip_space (before.p, before.end) + 1;

  if (!begins_with (&after, before.p, inside))
    return FALSE;

  after.p += inside - before.p;
  before.p = inside;
  while (state_sync_json_step_over_same (&before, &after))
    {
      if (!check_member (&before, &after))
        return FALSE;
    }
  return TRUE;
}

/* As state_sync_json_check() of @after; @before has passed it. */
gboolean
state_sync_json_check_change (GBytes *before, GBytes *after, StateSyncJsonFault *fault)
{
  gsize old_length, new_length;
  const char *old = g_bytes_get_data (before, &old_length);
  const char *new = g_bytes_get_data (after, &new_length);

  return (new != NULL &&state_sync_json_is_object (before) &&
          has_same_members ((StateSyncJsonRest){ old, old + old_length },
                            (StateSyncJsonRest){ new, new + new_length })) ||
         state_sync_json_check (new, new_length, fault);
}
