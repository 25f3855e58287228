/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/json-scan.h"

#include <string.h>

/* Whether the quote at @p, which is in a string, belongs to it. */
static gboolean
is_escaped (const char *p)
{
  gsize n = 0;

  while (p[-1 - (gssize)n] == '\\')
    n++;
  return n % 2 == 1;
}

/* From a string's quote to behind the closing one. A text has no NUL, so there is no other end. */
const char *
state_sync_json_skip_string (const char *p)
{
  do
    p = strchr (p + 1, '"');
  while (is_escaped (p));
  return p + 1;
}

static const char *
skip_container (const char *p)
{
  guint depth = 0;

  for (;;)
    {
      switch (*p)
        {
        case '"':
          p = state_sync_json_skip_string (p);
          continue;
        case '{':
        case '[':
          depth++;
          break;
        case '}':
        case ']':
          if (--depth == 0)
            return p + 1;
          break;
        default:
          break;
        }
      p++;
    }
}

/* From where a value begins to where it ends. */
const char *
state_sync_json_skip_value (const char *p, const char *end)
{
  if (*p == '"')
    return state_sync_json_skip_string (p);
  if (*p == '{' || *p == '[')
    return skip_container (p);

  while (p < end && (guint8)*p > ' ' && *p != ',' && *p != '}' && *p != ']')
    p++;
  return p;
}

/* From behind a member's name to its value. */
const char *
state_sync_json_skip_colon (const char *p)
{
  while (*p == ':' || (guint8)*p <= ' ')
    p++;
  return p;
}

gboolean
state_sync_json_is_object (GBytes *text)
{
  gsize length;
  const char *p = g_bytes_get_data (text, &length);

  return *state_sync_json_skip_space (p, p + length) == '{';
}
