/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/name.h"

#include <string.h>

#include "protocol/error.h"

/* --- what a name may be --- */

static const char *const good_names[] = {
  "a",
  "settings",
  "cart",
  "cache:user:123",
  "org.example.Editor.settings",
  "a b",
  "a  b",
  "a/b\\c",
  ".",
  "..",
  "a.",
  ".a",
  "*",
  "%s",
  "\"quoted\"",
  "{\"a\":1}",
  "0",
  "null",
  "\xc3\xa9",
  "\xd0\x9d\xd0\xb0\xd1\x81\xd1\x82\xd1\x80\xd0\xbe\xd0\xb9\xd0\xba\xd0\xb8",
  "\xe8\xa8\xad\xe5\xae\x9a",
  "\xf0\x9f\x98\x80",
  "e\xcc\x81",
  "a\xe2\x80\x8b", /* a zero width space is no white space */
  "a\xc2\xa0z",
  "\xef\xbf\xbf",
};

#define EMPTY "it is empty; name the topic under your application id"
#define LONG "it is longer than 255 bytes; shorten it"
#define UTF8 "it is not valid UTF-8; encode it as UTF-8"
#define CONTROL "it contains a control character; leave it out"
#define SPACE "it begins or ends with white space; trim it"

static const struct
{
  const char *name;
  const char *quoted;
  const char *reason;
} bad_names[] = {
  { "", "", EMPTY },
  { " ", " ", SPACE },
  { " a", " a", SPACE },
  { "a ", "a ", SPACE },
  { "\xc2\xa0"
    "a",
    "\xc2\xa0"
    "a",
    SPACE },
  { "a\xe3\x80\x80", "a\xe3\x80\x80", SPACE },
  { "a\xe2\x80\xa8", "a\xe2\x80\xa8", SPACE },
  { "\n", "\\u000a", CONTROL },
  { "a\n", "a\\u000a", CONTROL },
  { "\ta", "\\u0009a", CONTROL },
  { "a\x1b[31mb", "a\\u001b[31mb", CONTROL },
  { "a\x01"
    "b",
    "a\\u0001b", CONTROL },
  { "a\x7f"
    "b",
    "a\\u007fb", CONTROL },
  { "a\xc2\x85"
    "b",
    "a\\u0085b", CONTROL },
  { "a\xc2\x9f", "a\\u009f", CONTROL },
  { "\x80", "\xef\xbf\xbd", UTF8 },
  { "a\xff", "a\xef\xbf\xbd", UTF8 },
  { "a\xc3", "a\xef\xbf\xbd", UTF8 },
  { "\xc0\xae", "\xef\xbf\xbd\xef\xbf\xbd", UTF8 },
  { "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", UTF8 },
};

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good_names); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (state_sync_name_check (good_names[i], &error));
      g_assert_no_error (error);
    }
}

static void
assert_refused (const char *name, const char *quoted, const char *reason)
{
  g_autofree char *expected = g_strdup_printf ("Topic name “%s” is refused: %s", quoted, reason);
  g_autoptr (GError) error = NULL;

  g_assert_false (state_sync_name_check (name, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_TOPIC);
  g_assert_cmpstr (error->message, ==, expected);
}

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_names); i++)
    assert_refused (bad_names[i].name, bad_names[i].quoted, bad_names[i].reason);
}

/* The length is in bytes, whatever the characters. */
static void
test_length (void)
{
  g_autofree char *longest = g_strnfill (255, 'a');
  g_autofree char *too_long = g_strnfill (256, 'a');
  g_autofree char *too_long_quoted = g_strdup_printf ("%.80s…", too_long);
  g_autoptr (GString) wide = g_string_new ("a");

  g_assert_true (state_sync_name_check (longest, NULL));
  assert_refused (too_long, too_long_quoted, LONG);

  while (wide->len < 255)
    g_string_append (wide, "\xc3\xa9");
  g_assert_true (state_sync_name_check (wide->str, NULL));
  g_string_append (wide, "\xc3\xa9");
  g_assert_false (state_sync_name_check (wide->str, NULL));
}

/* --- namespaces --- */

static const struct
{
  const char *name, *namespace;
  gboolean is_in;
} pairs[] = {
  { "org.example.Editor", "org.example.Editor", TRUE },
  { "org.example.Editor.settings", "org.example.Editor", TRUE },
  { "org.example.Editor.settings.view", "org.example.Editor", TRUE },
  { "org.example.Editor.", "org.example.Editor", TRUE },
  { "org.example.Editors", "org.example.Editor", FALSE },
  { "org.example.Editor2.settings", "org.example.Editor", FALSE },
  { "org.example.Editor:settings", "org.example.Editor", FALSE },
  { "org.example", "org.example.Editor", FALSE },
  { "org.example.", "org.example.Editor", FALSE },
  { "org.example.editor", "org.example.Editor", FALSE },
  { "a", "a", TRUE },
  { "a.b", "a", TRUE },
  { "ab", "a", FALSE },
  { "b.a", "a", FALSE },
  { "a b.c", "a b", TRUE },
  { "a..b", "a.", TRUE },
  { "a.b", "a.", FALSE },
};

static void
test_namespace (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    g_assert_cmpint (state_sync_name_is_in (pairs[i].name, pairs[i].namespace), ==, pairs[i].is_in);
}

/* Each namespace that a name is inside of, and no other. */
static void
test_widen (void)
{
  static const char *const names[] = { "a.b..c", "a.b.", "a.b", "a", ".a", ".", "a b" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_strdup (names[i]);

      for (gsize length = strlen (name); length > 0; length--)
        {
          g_autofree char *shorter = g_strndup (names[i], length - 1);

          if (!state_sync_name_is_in (names[i], shorter))
            continue;
          g_assert_true (state_sync_name_widen (name));
          g_assert_cmpstr (name, ==, shorter);
        }
      g_assert_false (state_sync_name_widen (name));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/name/good", test_good);
  g_test_add_func ("/protocol/name/bad", test_bad);
  g_test_add_func ("/protocol/name/length", test_length);
  g_test_add_func ("/protocol/name/namespace", test_namespace);
  g_test_add_func ("/protocol/name/widen", test_widen);

  return g_test_run ();
}
