/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/json-diff.h"

#include "protocol/json-random.h"
#include "protocol/json-reference.h"

static GBytes *
bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

#define WHOLE "(whole)"

/* clang-format off */

static const struct
{
  const char *before, *after;
  const char *names[4];
} cases[] = {
  { "{}", "{}", { NULL } },
  { "{}", " { } ", { NULL } },
  { "1", " 1 ", { NULL } },
  { "null", "null\n", { NULL } },
  { " null\n", "null", { NULL } },
  { "[1,2]", "[ 1 , 2 ]", { NULL } },
  { "[ 1 , [ ] ]", "[1,[]]", { NULL } },
  { "{\"a\":1}", "{ \"a\" : 1 }", { NULL } },
  { "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", { NULL } },
  { "{\"a\" : { \"b\" : \" \" } }", "{\"a\":{\"b\":\" \"}}", { NULL } },
  { "{\"a\":[1,{\"b\":2}]}", "{\"a\": [ 1, {\n\"b\" : 2 } ] }", { NULL } },
  { "{\"\\u0061\":1}", "{\"a\":1}", { NULL } },

  { "{}", "{\"a\":1}", { "a" } },
  { "{\"a\":1}", "{}", { "a" } },
  { "{\"a\":1}", "{\"a\":2}", { "a" } },
  { "{\"a\":1,\"b\":1,\"c\":1}", "{\"c\":2,\"b\":1,\"d\":1}", { "c", "d", "a" } },
  { "{\"\\u0061\":1}", "{\"a\":2}", { "a" } },
  { "{\"\\n\":1}", "{}", { "\n" } },
  { "{\"\":1}", "{\"\":2}", { "" } },
  { "{\"\xc3\xa9\":1}", "{\"\\u00e9\":2}", { "\xc3\xa9" } },
  { "{\"a\":{\"b\":1,\"c\":2}}", "{\"a\":{\"c\":2,\"b\":1}}", { "a" } },
  { "{\"a\":1.0}", "{\"a\":1.00}", { "a" } },
  { "{\"a\":\"\\u0061\"}", "{\"a\":\"a\"}", { "a" } },
  { "{\"a\":\"x y\"}", "{\"a\":\"x  y\"}", { "a" } },
  { "{\"a\":\" \"}", "{\"a\":\"\"}", { "a" } },
  { "{\"a\":[1,2]}", "{\"a\":[12]}", { "a" } },
  { "{\"a\":[1, 2]}", "{\"a\":[1, 2, 3]}", { "a" } },
  { "{\"a\":\"\\\"\",\"b\":1}", "{\"a\":\"\\\"\",\"b\":2}", { "b" } },
  { "{\"a\":null}", "{}", { "a" } },
  { "{\"a\":1,\"b\":1,\"c\":1}", "{\"a\":2,\"b\":1,\"c\":2}", { "a", "c" } },
  { "{\"a\":1,\"b\":1,\"c\":1}", "{\"a\":2,\"c\":1,\"b\":2}", { "a", "b" } },
  { "{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":1,\"c\":1}", { "a", "c" } },
  { "{\"a\":1,\"b\":1,\"c\":1}", "{\"a\":1,\"b\":2}", { "b", "c" } },
  { "{\"a\":1,\"b\":1,\"c\":1}", "{\"a\":1,\"c\":1}", { "b" } },
  { "{\"a\":1 , \"b\":1}", "{\"a\":1,\"b\":1 }", { NULL } },
  { "{\"a\":{\"c\":1},\"b\":1}", "{\"a\":{\"c\":2},\"b\":1}", { "a" } },

  { "1", "2", { WHOLE } },
  { "null", "{}", { WHOLE } },
  { "{\"a\":1}", "null", { WHOLE } },
  { "[{\"a\":1}]", "[{\"a\":2}]", { WHOLE } },
};

/* clang-format on */

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) before = bytes (cases[i].before);
      g_autoptr (GBytes) after = bytes (cases[i].after);
      g_auto (GStrv) names = state_sync_json_diff (before, after);

      if (g_strcmp0 (cases[i].names[0], WHOLE) == 0)
        g_assert_null (names);
      else
        g_assert_cmpstrv (names, cases[i].names);
    }
}

static gboolean
member_equal (JsonObject *a, JsonObject *b, const char *name)
{
  JsonNode *in_a = json_object_get_member (a, name);
  JsonNode *in_b = json_object_get_member (b, name);

  return in_a != NULL && in_b != NULL ? json_node_equal (in_a, in_b) : in_a == in_b;
}

static void
assert_none_is_missed (JsonObject *a, JsonObject *b, const char *const *names)
{
  g_autoptr (GList) members = json_object_get_members (a);

  for (GList *l = members; l != NULL; l = l->next)
    {
      if (!member_equal (a, b, l->data))
        g_assert_true (g_strv_contains (names, l->data));
    }
}

static void
test_no_difference_is_missed (void)
{
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *before_text = test_json_random_object (2);
      g_autofree char *after_text = test_json_random_object (2);
      g_autoptr (GBytes) before = bytes (before_text);
      g_autoptr (GBytes) after = bytes (after_text);
      g_auto (GStrv) names = state_sync_json_diff (before, after);
      g_autoptr (JsonNode) a = test_reference_parse (before);
      g_autoptr (JsonNode) b = test_reference_parse (after);

      assert_none_is_missed (json_node_get_object (a), json_node_get_object (b),
                             (const char *const *)names);
      assert_none_is_missed (json_node_get_object (b), json_node_get_object (a),
                             (const char *const *)names);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/json-diff/table", test_table);
  g_test_add_func ("/protocol/json-diff/no-difference-is-missed", test_no_difference_is_missed);

  return g_test_run ();
}
