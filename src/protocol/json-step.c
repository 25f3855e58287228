/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two objects side by side, of which one came of the other. A change leaves most members as and
 * where they are, so most of the way both are the same bytes: these are compared by the word, and
 * only in the one of them that is checked it is looked where members end. Each part of the texts is
 * read once for each time, however many members differ: a comparison ends at the next difference.
 */

#include "protocol/json-step.h"

#include <string.h>

#include "protocol/json-scan.h"

/* What memcmp() compares at once: it is the faster one, but does not say where a difference is. */
#define BLOCK_BYTES 1024

static gboolean
is_equal (const StateSyncJsonRest *a, const StateSyncJsonRest *b)
{
  return a->end - a->p == b->end - b->p && memcmp (a->p, b->p, (gsize)(a->end - a->p)) == 0;
}

/* How many bytes both begin with. */
gsize
state_sync_json_count_same (const StateSyncJsonRest *a, const StateSyncJsonRest *b)
{
  gsize length = (gsize)MIN (a->end - a->p, b->end - b->p);
  gsize i = 0;

  while (length - i >= BLOCK_BYTES && memcmp (a->p + i, b->p + i, BLOCK_BYTES) == 0)
    i += BLOCK_BYTES;
  for (; length - i >= sizeof (guint64); i += sizeof (guint64))
    {
      guint64 word, other;

      memcpy (&word, a->p + i, sizeof word);
      memcpy (&other, b->p + i, sizeof other);
      if (word != other)
        break;
    }
  while (i < length && a->p[i] == b->p[i])
    i++;
  return i;
}

/* The quote with which the next member of a checked object begins, or NULL. */
const char *
state_sync_json_find_member (const StateSyncJsonRest *object)
{
  const char *p = state_sync_json_skip_space (object->p, object->end);

  if (*p == ',')
    p = state_sync_json_skip_space (p + 1, object->end);
  return *p == '"' ? p : NULL;
}

/* Goes over the members that are the same bytes in both, with all that is between them, down to the
 * byte by which a value ends. @before is checked, @after need not be.
 *
 * FALSE if nothing is left that differs. */
gboolean
state_sync_json_step_over_same (StateSyncJsonRest *before, StateSyncJsonRest *after)
{
  const char *same_end;

  if (is_equal (before, after))
    return FALSE;

  same_end = before->p + state_sync_json_count_same (before, after);
  for (;;)
    {
      const char *p = state_sync_json_find_member (before);

      if (p == NULL || p >= same_end)
        return TRUE;
      p = state_sync_json_skip_value (state_sync_json_skip_colon (state_sync_json_skip_string (p)),
                                      before->end);
      if (p >= same_end)
        return TRUE;
      after->p += p - before->p;
      before->p = p;
    }
}
