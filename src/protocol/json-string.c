/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/json-reader.h"

#include <string.h>

static const char BAD_UTF8[] = "this is not valid UTF-8; encode the text as UTF-8";
static const char BAD_ESCAPE[] =
    "this escape is unknown; use one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX";
static const char LONE_SURROGATE[] =
    "half of a surrogate pair stands alone; write both halves or the character itself";

#define EACH_BYTE(b) (G_GUINT64_CONSTANT (0x0101010101010101) * (b))

/* Eight bytes at a time: to the first that is a control character, a quote, a backslash or not
 * ASCII. A subtraction borrows only upwards, so the lowest flag is always a true one. */
static const char *
skip_plain (const StateSyncJsonReader *self, const char *p)
{
  while ((gsize)(self->end - p) >= sizeof (guint64))
    {
      guint64 word, quote, backslash, special;

      memcpy (&word, p, sizeof word);
      word = GUINT64_FROM_LE (word);
      quote = word ^ EACH_BYTE ('"');
      backslash = word ^ EACH_BYTE ('\\');
      special = ((word - EACH_BYTE (0x20)) | (quote - EACH_BYTE (1)) | (backslash - EACH_BYTE (1)) |
                 word) &
                EACH_BYTE (0x80);
      if (special != 0)
        return p + __builtin_ctzll (special) / 8;
      p += sizeof word;
    }

  while (p < self->end && (guint8)*p >= 0x20 && (guint8)*p < 0x80 && *p != '"' && *p != '\\')
    p++;
  return p;
}

static gboolean
is_continuation (const StateSyncJsonReader *self, const char *p)
{
  return p < self->end && ((guint8)*p & 0xc0) == 0x80;
}

/* One character beyond ASCII, in the shortest form, no surrogate, at most U+10FFFF. */
static const char *
check_utf8 (StateSyncJsonReader *self, const char *p)
{
  guint8 first = (guint8)p[0];
  guint8 low = 0x80, high = 0xbf; /* what the second byte may be */
  guint length;

  if (first >= 0xc2 && first <= 0xdf)
    length = 2;
  else if (first >= 0xe0 && first <= 0xef)
    length = 3;
  else if (first >= 0xf0 && first <= 0xf4)
    length = 4;
  else
    return state_sync_json_fail (self, p, BAD_UTF8);

  if (first == 0xe0)
    low = 0xa0;
  else if (first == 0xed)
    high = 0x9f;
  else if (first == 0xf0)
    low = 0x90;
  else if (first == 0xf4)
    high = 0x8f;

  if (p + 1 == self->end || (guint8)p[1] < low || (guint8)p[1] > high)
    return state_sync_json_fail (self, p, BAD_UTF8);
  for (guint i = 2; i < length; i++)
    {
      if (!is_continuation (self, p + i))
        return state_sync_json_fail (self, p, BAD_UTF8);
    }
  return p + length;
}

static const char *
check_utf8_run (StateSyncJsonReader *self, const char *p)
{
  while (p != NULL && p < self->end && (guint8)*p >= 0x80)
    p = check_utf8 (self, p);
  return p;
}

/* What follows "\u". */
static const char *
check_hex (StateSyncJsonReader *self, const char *p, guint *value)
{
  *value = 0;
  for (guint i = 0; i < 4; i++, p++)
    {
      if (p == self->end || !g_ascii_isxdigit (*p))
        return state_sync_json_fail (self, p,
                                     "\\u needs four hexadecimal digits; complete the escape");
      *value = *value << 4 | (guint)g_ascii_xdigit_value (*p);
    }
  return p;
}

static const char *
check_escape (StateSyncJsonReader *self, const char *p)
{
  const char *start = p++;
  guint unit;

  if (p == self->end)
    return state_sync_json_fail (self, p, STATE_SYNC_JSON_ENDS_EARLY);
  if (*p != 'u')
    return *p != '\0' && strchr ("\"\\/bfnrt", *p) != NULL
               ? p + 1
               : state_sync_json_fail (self, p, BAD_ESCAPE);

  p = check_hex (self, p + 1, &unit);
  if (p == NULL || unit < 0xd800 || unit > 0xdfff)
    return p;
  if (unit > 0xdbff)
    return state_sync_json_fail (self, start, LONE_SURROGATE);
  if (p < self->end && *p != '\\')
    return state_sync_json_fail (self, start, LONE_SURROGATE);
  if (p + 1 < self->end && p[1] != 'u')
    return state_sync_json_fail (self, start, LONE_SURROGATE);
  if (self->end - p < 2)
    return state_sync_json_fail (self, self->end, STATE_SYNC_JSON_ENDS_EARLY);

  p = check_hex (self, p + 2, &unit);
  if (p != NULL && (unit < 0xdc00 || unit > 0xdfff))
    return state_sync_json_fail (self, start, LONE_SURROGATE);
  return p;
}

/* From behind the opening quote to behind the closing one. */
const char *
state_sync_json_read_string (StateSyncJsonReader *self, const char *p, gboolean *has_escapes)
{
  *has_escapes = FALSE;
  while (p != NULL)
    {
      p = skip_plain (self, p);
      if (p == self->end)
        return state_sync_json_fail (self, p, STATE_SYNC_JSON_ENDS_EARLY);
      if (*p == '"')
        return p + 1;

      if (*p == '\\')
        {
          *has_escapes = TRUE;
          p = check_escape (self, p);
        }
      else if ((guint8)*p >= 0x80)
        p = check_utf8_run (self, p);
      else
        return state_sync_json_fail (
            self, p, "a control character stands in a string; write it as an escape");
    }
  return NULL;
}
