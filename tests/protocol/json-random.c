/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/json-random.h"

static const char *const names[] = {
  "a", "b", "c", "d", "e", "", "\xc3\xa9", "a b", "\xf0\x9f\x98\x80", "\"/\\", "\n"
};

static const char *const numbers[] = {
  "0",
  "-0",
  "1",
  "-1",
  "42",
  "1.10",
  "1.1",
  "1e2",
  "1E+2",
  "100",
  "-0.0",
  "0.5e-3",
  "1e-400",
  "9223372036854775807",
  "-9223372036854775808",
  "1.7976931348623157e308",
};

static const char *const words[] = {
  "",
  "x",
  "text",
  "\xc3\xa9",
  "\xf0\x9f\x98\x80",
  "\"",
  "\\",
  "/",
  "\t",
  "\x7f",
  " ",
  "[{",
  "}]",
  ",:",
  "a longer text than a few words",
  "\xef\xbf\xbf",
};

static const char *const spaces[] = { " ", "\n", "\t", "\r\n", "\n  ", "\n                    " };

#define PICK(array) (array[g_test_rand_int_range (0, G_N_ELEMENTS (array))])

static gboolean
one_in (gint n)
{
  return g_test_rand_int_range (0, n) == 0;
}

static void
put_space (GString *out)
{
  if (one_in (4))
    g_string_append (out, PICK (spaces));
}

static void
put_escaped (GString *out, gunichar c)
{
  if (c < 0x10000)
    g_string_append_printf (out, one_in (2) ? "\\u%04x" : "\\u%04X", c);
  else
    g_string_append_printf (out, "\\u%04x\\u%04X", 0xd800 + ((c - 0x10000) >> 10),
                            0xdc00 + ((c - 0x10000) & 0x3ff));
}

static void
put_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c < 0x20 || one_in (8))
        put_escaped (out, c);
      else if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", (char)c);
      else
        g_string_append_unichar (out, c);
    }
  g_string_append_c (out, '"');
}

static void put_value (GString *out, guint depth);

static void
put_members (GString *out, guint depth)
{
  guint n = (guint)g_test_rand_int_range (0, 5);
  guint at = (guint)g_test_rand_int ();

  /* A step that has no factor in common with the number of names meets each of them once. */
  G_STATIC_ASSERT (G_N_ELEMENTS (names) == 11);
  for (guint i = 0, step = 1 + at % 10; i < n; i++, at = (at + step) % G_N_ELEMENTS (names))
    {
      if (i > 0)
        g_string_append_c (out, ',');
      put_space (out);
      put_string (out, names[at % G_N_ELEMENTS (names)]);
      put_space (out);
      g_string_append_c (out, ':');
      put_value (out, depth);
    }
}

static void
put_object (GString *out, guint depth)
{
  g_string_append_c (out, '{');
  put_members (out, depth);
  put_space (out);
  g_string_append_c (out, '}');
}

static void
put_array (GString *out, guint depth)
{
  g_string_append_c (out, '[');
  for (gint i = 0, n = g_test_rand_int_range (0, 4); i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      put_value (out, depth);
    }
  put_space (out);
  g_string_append_c (out, ']');
}

/* One of @depth levels; on the last there are no arrays and objects. */
static void
put_value (GString *out, guint depth)
{
  put_space (out);
  switch (g_test_rand_int_range (depth > 0 ? 0 : 6, 12))
    {
    case 0 ... 4:
      put_object (out, depth - 1);
      break;
    case 5:
      put_array (out, depth - 1);
      break;
    case 6:
      put_string (out, PICK (words));
      break;
    case 7:
      g_string_append (out, one_in (2) ? "true" : "false");
      break;
    case 8 ... 9:
      g_string_append (out, "null");
      break;
    default:
      g_string_append (out, PICK (numbers));
      break;
    }
  put_space (out);
}

char *
test_json_random (guint depth)
{
  GString *out = g_string_new (NULL);

  put_value (out, depth);
  return g_string_free (out, FALSE);
}

char *
test_json_random_object (guint depth)
{
  GString *out = g_string_new (NULL);

  put_space (out);
  put_object (out, depth);
  put_space (out);
  return g_string_free (out, FALSE);
}

/* --- mutation --- */

static const char *const pieces[] = {
  "{",    "}",        "[",   "]",       ",",       ":",    "\"",   "\\",
  "-",    "+",        ".",   "0",       "1",       "e",    "E",    "t",
  "null", "true",     "\\u", "\\ud800", "\\udc00", "\x80", "\xc3", "\xff",
  "\x01", "\n",       " ",   "//",      "'",       "a",    "NaN",  "99999999999999999999",
  "e999", "\"a\":1,",
};

void
test_json_mutate (GString *text)
{
  for (gint n = g_test_rand_int_range (1, 4); n > 0; n--)
    {
      gssize at = g_test_rand_int_range (0, (gint)text->len + 1);
      gssize rest = (gssize)text->len - at;
      gssize few = g_test_rand_int_range (1, 9);

      switch (g_test_rand_int_range (0, 5))
        {
        case 0:
          g_string_insert (text, at, PICK (pieces));
          break;
        case 1:
          g_string_erase (text, at, MIN (rest, few));
          break;
        case 2:
          if (rest > 0)
            text->str[at] = (char)g_test_rand_int_range (0, 256);
          break;
        case 3:
          g_string_insert_len (text, at, text->str + at, MIN (rest, few));
          break;
        default:
          if (one_in (4))
            g_string_truncate (text, (gsize)at);
          break;
        }
    }
}
