/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/command-fixture.h"

static void
test_get_prints_the_exact_text (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, "t", " {\n\t\"a\" : 1.10e0, \"\\u0061\\u0000\": \"ü\" } ");
  expect (self, 0, " {\n\t\"a\" : 1.10e0, \"\\u0061\\u0000\": \"ü\" } \n", "", "get", "t");
}

static void
test_get_json_is_one_line (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, "a \"b\"", "\n{\r\n\t\"a\": \"\\n\"}\n");
  expect (self, 0, "{\"topic\":\"a \\\"b\\\"\",\"revision\":\"1\",\"data\":{   \"a\": \"\\n\"}}\n",
          "", "get", "--json", "a \"b\"");
}

static void
test_get_revision (Fixture *self, gconstpointer data)
{
  expect (self, 0, "0\n", "", "get", "t", "--revision");
  test_client_write (self->client, "t", "1");
  expect (self, 0, "1\n", "", "get", "t", "--revision");
  test_client_write (self->client, "t", "null");
  expect (self, 0, "2\n", "", "get", "t", "--revision");
  expect (self, 2, "", NULL, "get", "t", "--revision", "--json");
  expect (self, 2, "", NULL, "get", "t", "--revision", "--path", "a");
}

static void
test_get_of_nothing (Fixture *self, gconstpointer data)
{
  expect (self, 3, "",
          "statesync: Topic “t” was never written: statesync list shows those that hold data\n",
          "get", "t");
  expect (self, 3, "{\"topic\":\"t\",\"revision\":\"0\",\"data\":null}\n", NULL, "get", "t",
          "--json");
  expect (self, 3, "",
          "statesync: Topic “t” was never written: statesync list shows those that hold data\n",
          "get", "t", "--path", "a");
  test_client_write (self->client, "t", "1");
  test_client_write (self->client, "t", " null ");
  expect (self, 3, "",
          "statesync: Topic “t” holds nothing at revision 2: statesync list shows those that hold "
          "data\n",
          "get", "t");
  expect (self, 3, "{\"topic\":\"t\",\"revision\":\"2\",\"data\":null}\n", NULL, "get", "t",
          "--json");
  expect (self, 3, "", NULL, "get", "t", "--path", "a");
}

#define DATA                                                                                       \
  "{\"a\": {\"b\": [10, 1.50 , {\"c\": null}]}, \"x.y\": \"dot\", \"\": \"empty\","                \
  " \"0\": \"zero\", \"\\u00fc\": \"escaped\", \"\\\"q\": \"quote\", \"s\\u0000\": \"nul\","       \
  " \"[]\": [ ], \"{}\": { }, \"s\": \"a]b}c\\\"\", \"-1\": \"minus\"}"

static void
test_paths (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *path;
    const char *value; /* NULL: nothing there */
  } cases[] = {
    { "a", "{\"b\": [10, 1.50 , {\"c\": null}]}" },
    { "a.b", "[10, 1.50 , {\"c\": null}]" },
    { "a.b.0", "10" },
    { "a.b.1", "1.50" },
    { "a.b.2.c", "null" },
    { "\"a\".\"b\".\"0\"", "10" },
    { "\"x.y\"", "\"dot\"" },
    { "\"\"", "\"empty\"" },
    { "0", "\"zero\"" },
    { "ü", "\"escaped\"" },
    { "\"\\u00fc\"", "\"escaped\"" },
    { "\"\\\"q\"", "\"quote\"" },
    { "\"s\\u0000\"", "\"nul\"" },
    { "s", "\"a]b}c\\\"\"" },
    { "[]", "[ ]" },
    { "{}", "{ }" },
    { "-1", "\"minus\"" },
    { "b", NULL },
    { "A", NULL },
    { "a.b.3", NULL },
    { "a.b.00", NULL },
    { "a.b.01", NULL },
    { "a.b.-1", NULL },
    { "a.b.x", NULL },
    { "a.b.18446744073709551616", NULL },
    { "a.b.\"0\\u0000\"", NULL },
    { "a.b.2.c.d", NULL },
    { "s.0", NULL },
    { "[].0", NULL },
    { "{}.a", NULL },
    { "x.y", NULL },
  };

  test_client_write (self->client, "t", DATA);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *out =
          cases[i].value != NULL ? g_strconcat (cases[i].value, "\n", NULL) : g_strdup ("");

      expect (self, cases[i].value != NULL ? 0 : 3, out, NULL, "get", "t", "--path", cases[i].path);
    }
  expect (self, 3, "",
          "statesync: Topic “t” has nothing at “a.c” at revision 1: see what it has "
          "with statesync get\n",
          "get", "t", "--path=a.c");
  expect (self, 0, "{\"topic\":\"t\",\"revision\":\"1\",\"data\":1.50}\n", "", "get", "t", "--json",
          "--path", "a.b.1");
  expect (self, 3, "{\"topic\":\"t\",\"revision\":\"1\",\"data\":null}\n", NULL, "get", "t",
          "--json", "--path", "a.c");
}

static void
test_what_is_no_path (Fixture *self, gconstpointer data)
{
  static const char *const paths[] = { "",     ".",      "a.",      ".a",   "a..b",   "\"a",
                                       "\"\\", "\"a\"b", "\"\\x\"", "\xff", "\"\t\"", "a.\"b\".." };

  test_client_write (self->client, "t", "{}");
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      expect (self, 2, "", NULL, "get", "t", "--path", paths[i]);
      expect (self, 2, "", NULL, "wait", "t", "--path", paths[i]);
    }
  expect (self, 2, "",
          "statesync: “a..b” is not a path: a name is empty; write \"\" for a member "
          "without a name\n",
          "get", "t", "--path", "a..b");
}

static void
test_list (Fixture *self, gconstpointer data)
{
  expect (self, 0, "", "", "list");
  test_client_write (self->client, "b", "1");
  test_client_write (self->client, "org.a", "1");
  test_client_write (self->client, "org.a", "2");
  test_client_write (self->client, "org.a.x y", "1");
  test_client_write (self->client, "org.ab", "1");
  test_client_write (self->client, "gone", "1");
  test_client_write (self->client, "gone", "null");

  expect (self, 0, "b\t1\norg.a\t2\norg.a.x y\t1\norg.ab\t1\n", "", "list");
  expect (self, 0, "org.a\t2\norg.a.x y\t1\n", "", "list", "org.a");
  expect (self, 0, "org.a\norg.a.x y\n", "", "list", "org.a", "--names");
  expect (
      self, 0,
      "{\"topic\":\"org.a\",\"revision\":\"2\"}\n{\"topic\":\"org.a.x y\",\"revision\":\"1\"}\n",
      "", "list", "org.a", "--json");
  expect (self, 0, "", "", "list", "nothing.here");
  expect (self, 2, "", NULL, "list", "--names", "--json");
}

static void
test_stats (Fixture *self, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autofree char *json = NULL;

  test_client_write (self->client, "t", "12345");
  test_client_write (self->client, "t", "12345");
  test_client_assert_refused (self->client, "GetSnapshot", g_variant_new ("(s)", ""),
                              STATE_SYNC_ERROR_INVALID_TOPIC, NULL);

  g_assert_cmpint (fixture_run (self, NULL, &text, NULL, WORDS ("stats")), ==, 0);
  g_assert_true (g_str_has_prefix (text, "topics                1\n"));
  g_assert_nonnull (strstr (text, "\nunchanged             1\n"));
  g_assert_nonnull (strstr (text, "\nrefusals              InvalidTopic 1\n"));
  g_assert_nonnull (strstr (text, " µs\n"));

  g_assert_cmpint (fixture_run (self, NULL, &json, NULL, WORDS ("stats", "--json")), ==, 0);
  g_assert_nonnull (strstr (json, "\"topics\":1,"));
  g_assert_nonnull (strstr (json, "\"bytes-stored\":5,"));
  g_assert_nonnull (strstr (json, "\"refusals\":{\"InvalidTopic\":1}"));
}

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);
  test_add ("/command/read/get-prints-the-exact-text", test_get_prints_the_exact_text);
  test_add ("/command/read/get-json-is-one-line", test_get_json_is_one_line);
  test_add ("/command/read/get-revision", test_get_revision);
  test_add ("/command/read/get-of-nothing", test_get_of_nothing);
  test_add ("/command/read/paths", test_paths);
  test_add ("/command/read/what-is-no-path", test_what_is_no_path);
  test_add ("/command/read/list", test_list);
  test_add ("/command/read/stats", test_stats);
  return g_test_run ();
}
