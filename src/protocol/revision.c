/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/revision.h"

/* FALSE at the maximum: a revision never wraps. */
gboolean
state_sync_revision_next (guint64 revision, guint64 *next)
{
  if (revision == G_MAXUINT64)
    return FALSE;

  *next = revision + 1;
  return TRUE;
}

/* Only the canonical text is a revision: digits, no sign, no leading zero, within 64 bits. */
gboolean
state_sync_revision_parse (const char *text, guint64 *revision)
{
  guint64 value = 0;

  if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0'))
    return FALSE;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (!g_ascii_isdigit (*p) || !g_uint64_checked_mul (&value, value, 10) ||
          !g_uint64_checked_add (&value, value, (guint64)(*p - '0')))
        return FALSE;
    }

  *revision = value;
  return TRUE;
}

const char *
state_sync_revision_format (guint64 revision, char buffer[STATE_SYNC_REVISION_TEXT_SIZE])
{
  g_snprintf (buffer, STATE_SYNC_REVISION_TEXT_SIZE, "%" G_GUINT64_FORMAT, revision);
  return buffer;
}
