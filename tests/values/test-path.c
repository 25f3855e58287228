/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/path.h"

#include <string.h>

#include "statesync/error.h"
#include "values/many-properties.h"
#include "values/property-name.h"

/* clang-format off */

static const struct
{
  const char *text;
  const char *names[4];
} paths[] = {
  { "theme", { "theme" } },
  { "appearance.theme", { "appearance", "theme" } },
  { "a.b.c", { "a", "b", "c" } },
  { "org\\.example\\.Editor.theme", { "org.example.Editor", "theme" } },
  { "a\\\\.b", { "a\\", "b" } },
  { "\\\\\\.", { "\\." } },
  { "\\e", { "" } },
  { "\\e.a.\\e", { "", "a", "" } },
  { "\\\\e", { "\\e" } },
  { " ", { " " } },
  { "\"a\"", { "\"a\"" } },
  { "0", { "0" } },
  { "gr\xc3\xb6\xc3\x9f" "e", { "gr\xc3\xb6\xc3\x9f" "e" } },
  { "a\nb", { "a\nb" } },
};

static const struct
{
  const char *text;
  const char *message;
} no_paths[] = {
  { "", "“” is not a path: at byte 0 a name is missing; write \\e for a member whose name is empty" },
  { ".", "“.” is not a path: at byte 0 a name is missing; write \\e for a member whose name is empty" },
  { "a.", "“a.” is not a path: at byte 2 a name is missing; write \\e for a member whose name is empty" },
  { "a..b", "“a..b” is not a path: at byte 2 a name is missing; write \\e for a member whose name is empty" },
  { "a.b\\c", "“a.b\\c” is not a path: at byte 3 a backslash stands alone; write \\\\ for a backslash, \\. for a dot" },
  { "a\\", "“a\\” is not a path: at byte 1 a backslash stands alone; write \\\\ for a backslash, \\. for a dot" },
  { "a.x\\e", "“a.x\\e” is not a path: at byte 2 \\e is part of a longer name; it stands for a name that is empty" },
  { "\\e\\e", "“\\e\\e” is not a path: at byte 0 \\e is part of a longer name; it stands for a name that is empty" },
  { "a.\xff", "“a.\xef\xbf\xbd” is not a path: at byte 2 it is not valid UTF-8" },
};

/* clang-format on */

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StateSyncPath) path = state_sync_path_parse (paths[i].text, &error);

      g_assert_no_error (error);
      g_assert_cmpstrv (state_sync_path_get_names (path), paths[i].names);
      g_assert_cmpstr (state_sync_path_get_text (path), ==, paths[i].text);
      g_assert_true (state_sync_path_is_valid (paths[i].text, NULL));
    }
}

static void
test_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (no_paths); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (state_sync_path_parse (no_paths[i].text, &error));
      g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_OPTION);
      g_assert_cmpstr (error->message, ==, no_paths[i].message);
      g_assert_false (state_sync_path_is_valid (no_paths[i].text, NULL));
    }
}

static void
test_too_deep (void)
{
  g_autoptr (GString) text = g_string_new ("a");
  g_autoptr (StateSyncPath) deepest = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i < 512; i++)
    g_string_append (text, ".a");
  deepest = state_sync_path_parse (text->str, &error);
  g_assert_no_error (error);

  g_string_append (text, ".a");
  g_assert_null (state_sync_path_parse (text->str, &error));
  g_assert_nonnull (strstr (error->message, "at byte 1024 it goes deeper than any data"));
}

/* Names of what is special in paths, of nothing, and of what is not. */
static char **
random_names (void)
{
  static const char *const letters[] = { ".", "\\", "e", "\xc3\xa9", "\"", " ", "A" };
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (int n = g_test_rand_int_range (1, 5); n > 0; n--)
    {
      g_autoptr (GString) name = g_string_new (NULL);

      for (int length = g_test_rand_int_range (0, 5); length > 0; length--)
        g_string_append (name, letters[g_test_rand_int_range (0, G_N_ELEMENTS (letters))]);
      g_strv_builder_add (names, name->str);
    }
  return g_strv_builder_end (names);
}

static void
test_every_name_has_a_path (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      g_auto (GStrv) names = random_names ();
      g_autofree char *text = state_sync_path_join ((const char *const *)names);
      g_autoptr (GError) error = NULL;
      g_autoptr (StateSyncPath) path = state_sync_path_parse (text, &error);

      g_assert_no_error (error);
      g_assert_cmpstrv (state_sync_path_get_names (path), names);
    }
}

/* And no text means what another means: what is parsed is joined to the same text. */
static void
test_every_path_is_canonical (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      static const char letters[] = "..\\\\\\ea";
      g_autoptr (StateSyncPath) path = NULL;
      g_autofree char *joined = NULL;
      char text[8] = { 0 };

      for (int j = g_test_rand_int_range (1, sizeof text); j > 0; j--)
        text[j - 1] = letters[g_test_rand_int_range (0, sizeof letters - 1)];
      path = state_sync_path_parse (text, NULL);
      if (path == NULL)
        continue;
      joined = state_sync_path_join (state_sync_path_get_names (path));
      g_assert_cmpstr (joined, ==, text);
    }
}

/* clang-format off */

static const struct
{
  const char *path, *data, *found;
} members[] = {
  { "a", "{\"a\": 1}", "1" },
  { "a", "{\"a\": null}", "null" },
  { "a", "{}", NULL },
  { "a", "null", NULL },
  { "a", "[1]", NULL },
  { "0", "[1]", NULL },
  { "a.b", "{\"a\": {\"b\": [1]}}", "[1]" },
  { "a.b", "{\"a\": {}}", NULL },
  { "a.b", "{\"a\": 1}", NULL },
  { "a.b", "{\"a\": [{\"b\": 1}]}", NULL },
  { "a.b", "{\"a.b\": 1}", NULL },
  { "a\\.b", "{\"a.b\": 1}", "1" },
  { "\\e.\\e", "{\"\": {\"\": 1}}", "1" },
};

static const struct
{
  const char *path, *value, *patch;
} patches[] = {
  { "a", "1", "{\"a\":1}" },
  { "a", "null", "{\"a\":null}" },
  { "a", NULL, "{\"a\":null}" },
  { "a.b.c", "[1,{}]", "{\"a\":{\"b\":{\"c\":[1,{}]}}}" },
  { "a\\.b.\\e", "\"x\"", "{\"a.b\":{\"\":\"x\"}}" },
};

/* clang-format on */

static void
test_find (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autoptr (StateSyncPath) path = state_sync_path_parse (members[i].path, NULL);
      g_autoptr (JsonNode) data = json_from_string (members[i].data, NULL);
      JsonNode *node = state_sync_path_find (path, data);
      g_autofree char *found = node != NULL ? json_to_string (node, FALSE) : NULL;

      g_assert_cmpstr (found, ==, members[i].found);
    }
}

static void
test_patch (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (patches); i++)
    {
      g_autoptr (StateSyncPath) path = state_sync_path_parse (patches[i].path, NULL);
      g_autoptr (JsonNode) value =
          patches[i].value != NULL ? json_from_string (patches[i].value, NULL) : NULL;
      g_autoptr (JsonNode) nothing = json_node_new (JSON_NODE_NULL);
      g_autoptr (JsonNode) patch = NULL;
      g_autofree char *text = NULL;

      /* As a topic gives it. */
      if (value != NULL)
        json_node_seal (value);
      patch = state_sync_path_make_patch (path, nothing, value);
      text = json_to_string (patch, FALSE);
      g_assert_cmpstr (text, ==, patches[i].patch);
    }
}

/* clang-format off */

static const struct
{
  const char *data, *value, *patch;
} patches_of_data[] = {
  { "{\"a\":{\"b\":1}}", "2", "{\"a\":{\"b\":2}}" },
  { "{\"a\":{\"b\":1}}", NULL, "{\"a\":{\"b\":null}}" },
  { "null", "{\"x\":1}", "{\"a\":{\"b\":{\"x\":1}}}" },
  { "{\"a\":{\"b\":{\"x\":1,\"y\":[1]}}}", "{\"x\":2,\"y\":[1]}", "{\"a\":{\"b\":{\"x\":2}}}" },
  { "{\"a\":{\"b\":{\"x\":1,\"y\":2}}}", "{\"z\":3,\"y\":2}", "{\"a\":{\"b\":{\"z\":3,\"x\":null}}}" },
  { "{\"a\":{\"b\":{\"x\":{\"c\":1,\"d\":1}}}}", "{\"x\":{\"c\":2}}", "{\"a\":{\"b\":{\"x\":{\"c\":2,\"d\":null}}}}" },
  { "{\"a\":{\"b\":{\"x\":1}}}", "[{\"x\":2}]", "{\"a\":{\"b\":[{\"x\":2}]}}" },
};

/* clang-format on */

static void
test_patch_of_data (void)
{
  g_autoptr (StateSyncPath) path = state_sync_path_parse ("a.b", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (patches_of_data); i++)
    {
      g_autoptr (JsonNode) data = json_from_string (patches_of_data[i].data, NULL);
      g_autoptr (JsonNode) value = patches_of_data[i].value != NULL
                                       ? json_from_string (patches_of_data[i].value, NULL)
                                       : NULL;
      g_autoptr (JsonNode) patch = state_sync_path_make_patch (path, data, value);
      g_autofree char *text = json_to_string (patch, FALSE);

      g_assert_cmpstr (text, ==, patches_of_data[i].patch);
    }
}

static void
test_touched (void)
{
  g_autoptr (StateSyncPath) path = state_sync_path_parse ("a\\.b.c", NULL);
  const char *const its[] = { "x", "a.b", NULL };
  const char *const others[] = { "a", "c", NULL };
  const char *const none[] = { NULL };

  g_assert_true (state_sync_path_is_touched (path, its));
  g_assert_false (state_sync_path_is_touched (path, others));
  g_assert_false (state_sync_path_is_touched (path, none));
  g_assert_true (state_sync_path_is_touched (path, NULL));
}

static void
test_property_names (void)
{
  static const struct
  {
    const char *member, *property;
  } names[] = {
    { "font-size", "font-size" },
    { "font_size", "font-size" },
    { "fontSize", "font-size" },
    { "size", "size" },
    { "anyInt", "any-int" },
    { "any_Int", NULL },
    { "FontSize", NULL },
    { "fontsize", NULL },
    { "font size", NULL },
    { "font--size", NULL },
    { "Size", NULL },
    { "size ", NULL },
    { "", NULL },
    { "none", NULL },
    { "schrift-gr\xc3\xb6\xc3\x9f"
      "e",
      NULL },
  };
  g_autoptr (TestMany) object = test_many_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GParamSpec *pspec = state_sync_find_property (G_OBJECT_GET_CLASS (object), names[i].member);

      g_test_message ("%s", names[i].member);
      g_assert_cmpstr (pspec != NULL ? pspec->name : NULL, ==, names[i].property);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/values/path/parse", test_parse);
  g_test_add_func ("/values/path/refused", test_refused);
  g_test_add_func ("/values/path/too-deep", test_too_deep);
  g_test_add_func ("/values/path/every-name-has-a-path", test_every_name_has_a_path);
  g_test_add_func ("/values/path/every-path-is-canonical", test_every_path_is_canonical);
  g_test_add_func ("/values/path/find", test_find);
  g_test_add_func ("/values/path/patch", test_patch);
  g_test_add_func ("/values/path/patch-of-data", test_patch_of_data);
  g_test_add_func ("/values/path/touched", test_touched);
  g_test_add_func ("/values/property-names", test_property_names);

  return g_test_run ();
}
