/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <json-glib/json-glib.h>

#include "protocol/json-check-cases.h"
#include "protocol/json-check.h"
#include "protocol/json-random.h"

/* From a block of exactly the text's size, so that a sanitizer sees every read beside it. */
static gboolean
check (const char *text, gsize length, StateSyncJsonFault *fault)
{
  g_autofree char *copy = g_memdup2 (text, length);

  *fault = (StateSyncJsonFault){ G_MAXSIZE, NULL };
  return state_sync_json_check (copy, length, fault);
}

static void
assert_valid (const char *text, gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  StateSyncJsonFault fault;

  if (!check (text, length, &fault))
    g_error ("“%s” is refused at byte %" G_GSIZE_FORMAT ": %s", text, fault.offset, fault.reason);
  json_parser_load_from_data (parser, text, (gssize)length, &error);
  g_assert_no_error (error);
}

static void
assert_refused (const char *text, gsize length, gsize offset, const char *reason)
{
  StateSyncJsonFault fault;

  if (check (text, length, &fault))
    g_error ("“%s” passes", text);
  if (fault.offset != offset)
    g_error ("“%s” is refused at byte %" G_GSIZE_FORMAT ", not %" G_GSIZE_FORMAT, text,
             fault.offset, offset);
  if (!g_str_equal (fault.reason, reason))
    g_error ("“%s”: “%s”, not “%s”", text, fault.reason, reason);
}

static void
test_malformed (gconstpointer data)
{
  const MalformedGroup *group = data;

  for (gsize i = 0; i < group->n_cases; i++)
    {
      const MalformedCase *bad = &group->cases[i];
      StateSyncJsonFault fault;

      assert_refused (bad->text, bad->length, bad->offset, group->reason);

      /* What is before the fault is fine: it could go on. */
      if (!check (bad->text, bad->offset, &fault))
        g_assert_cmpuint (fault.offset, ==, bad->offset);
    }
}

static void
test_valid (gconstpointer data)
{
  const ValidGroup *group = data;

  for (gsize i = 0; i < group->n_cases; i++)
    assert_valid (group->cases[i].text, group->cases[i].length);
}

/* A string's characters are looked at eight at a time: each kind at each place. */
static void
test_every_place_in_a_string (void)
{
  static const struct
  {
    const char *piece;
    gsize length;
    const char *reason;
  } pieces[] = {
    { "\\n", 2, NULL },
    { "\xf0\x9f\x98\x80", 4, NULL },
    { "\x7f", 1, NULL },
    { "\x1f", 1, "a control character stands in a string; write it as an escape" },
    { "\0", 1, "a control character stands in a string; write it as an escape" },
    { "\x80", 1, "this is not valid UTF-8; encode the text as UTF-8" },
    { "\xff", 1, "this is not valid UTF-8; encode the text as UTF-8" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      for (gsize before = 0; before < 20; before++)
        for (gsize after = 0; after < 20; after++)
          {
            g_autoptr (GString) text = g_string_new ("\"");

            for (gsize n = 0; n < before; n++)
              g_string_append_c (text, "~!# "[n % 4]);
            g_string_append_len (text, pieces[i].piece, (gssize)pieces[i].length);
            for (gsize n = 0; n < after; n++)
              g_string_append_c (text, "[]x^"[n % 4]);
            g_string_append_c (text, '"');
            if (pieces[i].reason == NULL)
              assert_valid (text->str, text->len);
            else
              assert_refused (text->str, text->len, before + 1, pieces[i].reason);
          }
    }
}

/* Each character in a string that is not one of the four special kinds, and each that is. */
static void
test_every_byte_in_a_string (void)
{
  for (guint byte = 0; byte < 256; byte++)
    {
      char text[] = "\"aaaaaaaaaaaaa\"";
      StateSyncJsonFault fault;
      gboolean is_plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';

      text[5] = (char)byte;
      g_assert_cmpint (check (text, sizeof text - 1, &fault), ==, is_plain);
    }
}

/* The first and the last character of each length in UTF-8, and their neighbours. */
static void
test_every_character (void)
{
  for (gunichar c = 0x20; c <= 0x10ffff; c++)
    {
      char text[16] = "\"";
      gsize length = 1;
      StateSyncJsonFault fault;

      if (c == '"' || c == '\\' || (c >= 0xd800 && c <= 0xdfff))
        continue;
      length += (gsize)g_unichar_to_utf8 (c, text + length);
      text[length++] = '"';
      g_assert_true (state_sync_json_check (text, length, &fault));
    }
}

/* All that two bytes, and a third, can be: the same as GLib's verdict. */
static void
test_utf8_like_glib (void)
{
  static const guint8 thirds[] = { 'a', 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xff };

  for (guint first = 0x80; first < 256; first++)
    for (guint second = 0x23; second < 256; second++)
      for (guint i = 0; i < G_N_ELEMENTS (thirds); i++)
        for (guint j = 0; j < G_N_ELEMENTS (thirds); j++)
          {
            char text[] = { '"', (char)first, (char)second, (char)thirds[i], (char)thirds[j], '"' };
            StateSyncJsonFault fault;

            if (second == '\\')
              continue;
            g_assert_cmpint (state_sync_json_check (text, sizeof text, &fault), ==,
                             g_utf8_validate (text, sizeof text, NULL));
          }
}

/* --- depth --- */

static GString *
nested (const char *open, const char *inside, const char *close, guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append (text, inside);
  for (guint i = 0; i < depth; i++)
    g_string_append (text, close);
  return text;
}

static void
test_depth (void)
{
  static const struct
  {
    const char *open, *inside, *close;
    gsize offset; /* of the first bracket that is too deep */
  } cases[] = {
    { "[", "", "]", 512 },
    { "[", "1", "]", 512 },
    { "{\"a\":", "1", "}", 512 * 5 },
    { "[{\"\":", "1", "}]", 256 * 5 },
    { "[ ", "1", " ]", 512 * 2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint step = cases[i].open[1] == '{' ? 2 : 1;
      g_autoptr (GString) fits =
          nested (cases[i].open, cases[i].inside, cases[i].close, 512 / step);
      g_autoptr (GString) does_not =
          nested (cases[i].open, cases[i].inside, cases[i].close, 512 / step + 1);
      g_autoptr (GString) endless = nested (cases[i].open, "", "", 100000);

      assert_valid (fits->str, fits->len);
      assert_refused (does_not->str, does_not->len, cases[i].offset,
                      "arrays and objects nest more than 512 deep; flatten the data");
      assert_refused (endless->str, endless->len, cases[i].offset,
                      "arrays and objects nest more than 512 deep; flatten the data");
    }
}

/* Depth is what is open at once, not what was opened. */
static void
test_wide_is_not_deep (void)
{
  g_autoptr (GString) text = g_string_new ("[0");

  for (guint i = 0; i < 2000; i++)
    g_string_append (text, ",[],{},{\"a\":[{}]}");
  g_string_append_c (text, ']');
  assert_valid (text->str, text->len);
}

/* --- names --- */

static const char NAME_TWICE[] = "this member name occurs twice in its object; keep one of the two";

/* {"PREFIX0":0,"PREFIX1":0,…}, and room to go on. */
static GString *
open_object (const char *prefix, guint n)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "\"%s%u\":0,", prefix, i);
  return text;
}

/* Sizes around those at which names begin to be found in another way. */
static void
test_name_twice_at_any_size (void)
{
  for (guint n = 1; n < 300; n++)
    {
      g_autoptr (GString) text = open_object ("name", n);
      gsize offset = text->len;

      g_string_append (text, "\"name\":0}");
      assert_valid (text->str, text->len);

      for (guint step = 0; step <= 7; step++)
        {
          guint i = (n - 1) * step / 7;

          g_string_truncate (text, offset);
          g_string_append_printf (text, "\"name%u\":0}", i);
          assert_refused (text->str, text->len, offset, NAME_TWICE);

          g_string_truncate (text, offset);
          g_string_append_printf (text, "\"\\u006eame%u\":0}", i);
          assert_refused (text->str, text->len, offset, NAME_TWICE);
        }
    }
}

/* Nothing of an object's names is left when the next object of that depth begins. */
static void
test_names_are_forgotten (void)
{
  g_autoptr (GString) text = g_string_new ("[0");

  for (guint n = 100; n > 0; n -= 10)
    {
      g_autoptr (GString) object = open_object ("name", n);

      g_string_append_printf (text, ",%s\"inner\":{\"name0\":0}},%s\"a\":0}", object->str,
                              object->str);
    }
  g_string_append_c (text, ']');
  assert_valid (text->str, text->len);
}

/* --- size: what would take minutes if it were not in proportion to the text --- */

static void
test_many_members (void)
{
  static const char *const prefixes[] = { "", "\\u0061",
                                          "a long name, the same for all but its end " };

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_autoptr (GString) text = open_object (prefixes[i], 200000);
      gsize offset = text->len;
      StateSyncJsonFault fault;

      g_string_append (text, "\"end\":0}");
      g_assert_true (state_sync_json_check (text->str, text->len, &fault));
      g_string_truncate (text, offset);
      g_string_append_printf (text, "\"%s%u\":0}", prefixes[i], 177777);
      assert_refused (text->str, text->len, offset, NAME_TWICE);
    }
}

static void
test_many_objects_after_a_large_one (void)
{
  g_autoptr (GString) text = g_string_new ("[");
  g_autoptr (GString) large = open_object ("", 200000);
  g_autoptr (GString) small = open_object ("", 40);
  StateSyncJsonFault fault;

  g_string_append_printf (text, "%s\"\":0}", large->str);
  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (text, ",%s\"\":0}", small->str);
  g_string_append_c (text, ']');
  g_assert_true (state_sync_json_check (text->str, text->len, &fault));
}

static void
test_long_names_that_differ_at_the_end (void)
{
  g_autofree char *prefix = g_strnfill (100000, 'x');
  g_autoptr (GString) text = open_object (prefix, 150);
  StateSyncJsonFault fault;

  g_string_append (text, "\"\":0}");
  g_assert_true (state_sync_json_check (text->str, text->len, &fault));
}

static void
test_long_tokens (void)
{
  static const struct
  {
    const char *before;
    char filler;
    const char *after;
  } cases[] = {
    { "\"", 'x', "\"" },        { "[", ' ', "]" },    { "0.", '0', "1" }, { "0.", '9', "e-5" },
    { "0.", '0', "1e3999999" }, { "1e-", '9', "" },   { "0e", '1', "" },  { "[\"", '/', "\",1]" },
    { "{\"", 'n', "\":1}" },    { "", '\n', "null" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *filler = g_strnfill (4000000, cases[i].filler);
      g_autofree char *text = g_strconcat (cases[i].before, filler, cases[i].after, NULL);
      StateSyncJsonFault fault;

      g_assert_true (state_sync_json_check (text, strlen (text), &fault));
    }
}

/* Four million digits: the exponent says how many of them are before the point. */
static void
test_long_numbers_out_of_range (void)
{
  g_autofree char *digits = g_strnfill (4000000, '9');
  g_autofree char *integer = g_strconcat ("-", digits, NULL);
  g_autofree char *real = g_strconcat (digits, ".5", NULL);
  g_autofree char *scaled_down = g_strconcat (digits, "e-3999692", NULL);
  g_autofree char *scaled_too_little = g_strconcat (digits, "e-3999691", NULL);
  StateSyncJsonFault fault;

  assert_refused (integer, strlen (integer), 0,
                  "this integer needs more than 64 bits; write it as a string");
  assert_refused (real, strlen (real), 0,
                  "this number is too large for a double; write it as a string");
  assert_refused (scaled_too_little, strlen (scaled_too_little), 0,
                  "this number is too large for a double; write it as a string");
  g_assert_true (state_sync_json_check (scaled_down, strlen (scaled_down), &fault));
}

/* --- properties --- */

static void
test_random (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *text = test_json_random (5);

      assert_valid (text, strlen (text));
    }
}

/* Either json-glib parses it, or the fault is in the text and what is before it could go on. */
static void
test_spoiled (void)
{
  guint n_refused = 0;

  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *sound = test_json_random (4);
      g_autoptr (GString) text = g_string_new (sound);
      StateSyncJsonFault fault, before;

      test_json_mutate (text);
      if (check (text->str, text->len, &fault))
        {
          assert_valid (text->str, text->len);
          continue;
        }
      n_refused++;
      g_assert_cmpuint (fault.offset, <=, text->len);
      g_assert_nonnull (fault.reason);
      if (!check (text->str, fault.offset, &before))
        g_assert_cmpuint (before.offset, ==, fault.offset);
    }
  g_assert_cmpuint (n_refused, >, 5000);
}

/* --- null --- */

static void
test_is_null (void)
{
  static const struct
  {
    const char *text;
    gboolean is_null;
  } cases[] = {
    { "null", TRUE },         { " null", TRUE },         { "null\n", TRUE },
    { "\t\r\n null ", TRUE }, { "\"null\"", FALSE },     { "[null]", FALSE },
    { "0", FALSE },           { "true", FALSE },         { "false", FALSE },
    { "{}", FALSE },          { "{\"n\":null}", FALSE }, { "[]", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = strlen (cases[i].text);
      g_autofree char *copy = g_memdup2 (cases[i].text, length);

      g_assert_cmpint (state_sync_json_is_null (copy, length), ==, cases[i].is_null);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      g_autofree char *path =
          g_strconcat ("/protocol/json-check/malformed/", malformed[i].name, NULL);

      g_test_add_data_func (path, &malformed[i], test_malformed);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (valid); i++)
    {
      g_autofree char *path = g_strconcat ("/protocol/json-check/valid/", valid[i].name, NULL);

      g_test_add_data_func (path, &valid[i], test_valid);
    }

  g_test_add_func ("/protocol/json-check/every-place-in-a-string", test_every_place_in_a_string);
  g_test_add_func ("/protocol/json-check/every-byte-in-a-string", test_every_byte_in_a_string);
  g_test_add_func ("/protocol/json-check/every-character", test_every_character);
  g_test_add_func ("/protocol/json-check/utf8-like-glib", test_utf8_like_glib);
  g_test_add_func ("/protocol/json-check/depth", test_depth);
  g_test_add_func ("/protocol/json-check/wide-is-not-deep", test_wide_is_not_deep);
  g_test_add_func ("/protocol/json-check/name-twice-at-any-size", test_name_twice_at_any_size);
  g_test_add_func ("/protocol/json-check/names-are-forgotten", test_names_are_forgotten);
  g_test_add_func ("/protocol/json-check/many-members", test_many_members);
  g_test_add_func ("/protocol/json-check/many-objects-after-a-large-one",
                   test_many_objects_after_a_large_one);
  g_test_add_func ("/protocol/json-check/long-names-that-differ-at-the-end",
                   test_long_names_that_differ_at_the_end);
  g_test_add_func ("/protocol/json-check/long-tokens", test_long_tokens);
  g_test_add_func ("/protocol/json-check/long-numbers-out-of-range",
                   test_long_numbers_out_of_range);
  g_test_add_func ("/protocol/json-check/random", test_random);
  g_test_add_func ("/protocol/json-check/spoiled", test_spoiled);
  g_test_add_func ("/protocol/json-check/is-null", test_is_null);

  return g_test_run ();
}
