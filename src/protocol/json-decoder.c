/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/json-decoder.h"

#include <string.h>

struct _StateSyncJsonDecoder
{
  GStringChunk *decoded;
};

StateSyncJsonDecoder *
state_sync_json_decoder_new (void)
{
  StateSyncJsonDecoder *self = g_new (StateSyncJsonDecoder, 1);

  self->decoded = g_string_chunk_new (1024);
  return self;
}

void
state_sync_json_decoder_free (StateSyncJsonDecoder *self)
{
  g_string_chunk_free (self->decoded);
  g_free (self);
}

static gunichar
decode_hex (const char *digits)
{
  gunichar value = 0;

  for (guint i = 0; i < 4; i++)
    value = value << 4 | (gunichar)g_ascii_xdigit_value (digits[i]);
  return value;
}

/* Reads the escape at @p; the text is checked, so halves of a surrogate pair come together. */
static const char *
decode_escape (const char *p, gunichar *c)
{
  static const char letters[] = "bfnrt";
  static const char values[] = "\b\f\n\r\t";
  const char *letter;

  if (p[1] != 'u')
    {
      letter = strchr (letters, p[1]);
      *c = (gunichar)(letter != NULL ? values[letter - letters] : p[1]);
      return p + 2;
    }

  *c = decode_hex (p + 2);
  if (*c < 0xd800 || *c > 0xdbff)
    return p + 6;

  *c = 0x10000 + ((*c - 0xd800) << 10) + (decode_hex (p + 8) - 0xdc00);
  return p + 12;
}

/* The name between the quotes of a checked string. */
StateSyncJsonName
state_sync_json_decoder_decode (StateSyncJsonDecoder *self, const char *text, gsize length)
{
  StateSyncJsonName name = { text, length };
  const char *end = text + length;
  const char *p = memchr (text, '\\', length);
  char *out;

  if (p == NULL)
    return name;

  /* No escape is shorter than what it stands for, so the copy has room. */
  name.text = g_string_chunk_insert_len (self->decoded, text, (gssize)length);
  out = (char *)name.text + (p - text);
  while (p < end)
    {
      gunichar c;

      if (*p != '\\')
        {
          *out++ = *p++;
          continue;
        }
      p = decode_escape (p, &c);
      out += g_unichar_to_utf8 (c, out);
    }
  name.length = (gsize)(out - name.text);
  return name;
}
