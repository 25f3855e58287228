/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/json-check.h"

#include <string.h>

#include "protocol/json-random.h"

/* Whatever the text before, the verdict is that of the whole check. */
static gboolean
assert_same_verdict (const char *before, const char *after)
{
  g_autoptr (GBytes) old = g_bytes_new_static (before, strlen (before));
  g_autoptr (GBytes) new = g_bytes_new_static (after, strlen (after));
  StateSyncJsonFault expected = { 0 };
  StateSyncJsonFault fault = { 0 };
  gboolean is_valid = state_sync_json_check (after, strlen (after), &expected);

  g_assert_cmpint (state_sync_json_check_change (old, new, &fault), ==, is_valid);
  g_assert_cmpuint (fault.offset, ==, expected.offset);
  g_assert_cmpstr (fault.reason, ==, expected.reason);
  return is_valid;
}

static const struct
{
  const char *before, *after;
  gboolean is_valid;
} cases[] = {
  { "{}", "{}", TRUE },
  { " {} ", " {} ", TRUE },
  { "{}", "{} ", TRUE },
  { "{}", "{", FALSE },
  { "{}", "", FALSE },
  { "{}", "{}x", FALSE },
  { "{}", "{,}", FALSE },
  { "{\"a\":1}", "{\"a\":12}", TRUE },
  { "{\"a\":1}", "{\"a\":01}", FALSE },
  { "{\"a\":1}", "{\"a\":1", FALSE },
  { "{\"a\":1}", "{\"a\":", FALSE },
  { "{\"a\":1}", "{\"a\"", FALSE },
  { "{\"a\":1}", "{\"a\":}", FALSE },
  { "{\"a\":1}", "{\"a\":2,}", FALSE },
  { "{\"a\":1}", "{\"a\":2}}", FALSE },
  { "{\"a\":1}", "{\"a\":2,\"a\":1}", FALSE },
  { "{\"a\":1}", "{\"a\":2,\"b\":1}", TRUE },
  { "{\"a\":1,\"b\":2}", "{\"a\":2,\"b\":1}", TRUE },
  { "{\"a\":1,\"b\":2}", "{\"a\":2,\"b\":1e999}", FALSE },
  { "{\"a\":1,\"b\":2}", "{\"a\":x,\"b\":2}", FALSE },
  { "{\"a\":1,\"b\":2}", "{\"a\":1 2,\"b\":2}", FALSE },
  { "{\"a\":1,\"b\":2}", "{\"a\":1]\"b\":2}", FALSE },
  { "{\"a\":1,\"b\":2}", "{\"b\":1,\"b\":2}", FALSE },
  { "{\"a\":1,\"b\":2}", "{\"a\":1,\"a\":2}", FALSE },
  { "{\"a\":1,\"b\":2}", "{\"a\":1}", TRUE },
  { "{\"a\":1,\"b\":2}", "{\"a\":3,\"c\":1,\"b\":2}", TRUE },
  { "{\"a\":\"x\"}", "{\"a\":\"\xff\"}", FALSE },
  { "{\"a\":\"x\"}", "{\"a\":\"x\\\"}", FALSE },
  { "{\"a\":{}}", "{\"a\":{\"b\":1,\"b\":1}}", FALSE },
  { "{\n  \"a\" : 1\n}\n", "{\n  \"a\" : 2\n}\n", TRUE },
  { "{\n  \"a\" : 1\n}\n", "{\n  \"a\" :  2 \n}\n", TRUE },
  { "{\n  \"a\" : 1\n}\n", "{\n  \"a\" : 2 \n\n", FALSE },
  { "[1]", "[1,]", FALSE },
  { "[1]", "[2]", TRUE },
  { "null", "{\"a\":1}", TRUE },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (assert_same_verdict (cases[i].before, cases[i].after), ==, cases[i].is_valid);
}

/* Values of members begin one deep. */
static void
test_depth (void)
{
  for (guint depth = STATE_SYNC_JSON_MAX_DEPTH - 2; depth <= STATE_SYNC_JSON_MAX_DEPTH; depth++)
    {
      g_autofree char *opening = g_strnfill (depth, '[');
      g_autofree char *closing = g_strnfill (depth, ']');
      g_autofree char *after = g_strconcat ("{\"a\":", opening, closing, "}", NULL);

      g_assert_cmpint (assert_same_verdict ("{\"a\":1}", after), ==,
                       depth < STATE_SYNC_JSON_MAX_DEPTH);
    }
}

/* Another value for a part of the text, which may be a value, more or less than that. */
static char *
replace_a_part (const char *text)
{
  guint length = (guint)strlen (text);
  guint start = (guint)g_test_rand_int_range (0, (gint32)length + 1);
  guint end = (guint)g_test_rand_int_range ((gint32)start, (gint32)length + 1);
  g_autofree char *value = test_json_random (2);
  g_autofree char *head = g_strndup (text, start);

  return g_strconcat (head, value, text + end, NULL);
}

static char *
replace_a_value (const char *text)
{
  g_autofree char *value = test_json_random (2);
  g_auto (GStrv) parts = g_strsplit (text, ":", -1);
  guint which;

  if (g_strv_length (parts) < 2)
    return g_strdup (text);

  which = (guint)g_test_rand_int_range (1, (gint32)g_strv_length (parts));
  for (char *end = parts[which]; *end != '\0'; end++)
    {
      if (*end == ',' || *end == '}')
        {
          g_autofree char *old = parts[which];

          parts[which] = g_strconcat (value, end, NULL);
          break;
        }
    }
  return g_strjoinv (":", parts);
}

static char *
mutate (const char *text)
{
  GString *after = g_string_new (text);

  test_json_mutate (after);
  return g_string_free (after, FALSE);
}

static void
test_any_change (void)
{
  char *(*const changes[]) (const char *text) = { replace_a_part, replace_a_value, mutate };
  guint n_valid = 0;

  for (guint i = 0; i < 30000; i++)
    {
      g_autofree char *before = test_json_random_object (3);
      g_autofree char *after = changes[i % G_N_ELEMENTS (changes)](before);

      n_valid += assert_same_verdict (before, after);
    }
  g_assert_cmpuint (n_valid, >, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/json-check-change/table", test_table);
  g_test_add_func ("/protocol/json-check-change/depth", test_depth);
  g_test_add_func ("/protocol/json-check-change/any-change", test_any_change);
  return g_test_run ();
}
