/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Schemas and data in files, checked by people and their build scripts: no bus is needed. */

#include "command/command-fixture.h"

#define SCHEMA "{\"type\": \"object\", \"properties\": {\"zoom\": {\"maximum\": 4}}}"

static void
test_good (Fixture *self, gconstpointer data)
{
  g_autofree char *schema = fixture_write_file (self, "schema", SCHEMA);
  g_autofree char *good = fixture_write_file (self, "good", "{\"zoom\": 4}\n");

  expect (self, 0, "", "", "schema", "check", schema);
  expect (self, 0, "", "", "schema", "check", schema, good, good);
  expect_input (self, " {} ", 0, "", "", "schema", "check", schema, "-");
}

static void
test_data_that_does_not_fit (Fixture *self, gconstpointer data)
{
  g_autofree char *schema = fixture_write_file (self, "schema", SCHEMA);
  g_autofree char *good = fixture_write_file (self, "good", "{}");
  g_autofree char *bad = fixture_write_file (self, "bad", "{\"zoom\": 5}");
  g_autofree char *broken = fixture_write_file (self, "broken", "{\"zoom\": 5");
  g_autofree char *too_large =
      g_strdup_printf ("statesync: %s: “zoom” is 5, but should be at most 4\n", bad);
  g_autofree char *all = g_strdup_printf (
      "statesync: %s: “zoom” is 5, but should be at most 4\n"
      "statesync: %s: No topic can hold this, at byte 10: the text ends before its value is "
      "complete; send all of it\n"
      "statesync: Standard input: The data is 1, but should be an object\n",
      bad, broken);

  expect (self, 5, "", too_large, "schema", "check", schema, good, bad, good);
  expect_input (self, "1", 5, "", all, "schema", "check", schema, bad, good, broken, "-");
}

static void
test_files_that_cannot_be_read (Fixture *self, gconstpointer data)
{
  g_autofree char *schema = fixture_write_file (self, "schema", SCHEMA);

  expect (self, 1, "", "statesync: /nowhere can't be read: No such file or directory\n", "schema",
          "check", schema, "/nowhere");
  expect (self, 1, "", "statesync: Schema file /nowhere can't be read: No such file or directory\n",
          "schema", "check", "/nowhere");
}

static void
test_bad_schema (Fixture *self, gconstpointer data)
{
  g_autofree char *schema = fixture_write_file (self, "schema", "{\"items\": {\"maximun\": 4}}");
  g_autofree char *err = g_strdup_printf (
      "statesync: %s: The schema is refused at “#/items/maximun”: this keyword is unknown; see "
      "the list in the manual\n",
      schema);

  expect (self, 5, "", err, "schema", "check", schema);
}

static void
test_find (Fixture *self, gconstpointer data)
{
  const char *folder = test_session_get_folder (self->session);
  g_autofree char *schemas = g_build_filename (folder, "share", "statesync", "schemas", NULL);
  g_autofree char *path = g_build_filename (schemas, "a%2Fb.json", NULL);
  g_autofree char *expected = g_strconcat (path, "\n", NULL);
  g_autofree char *dirs = g_strdup_printf ("XDG_DATA_DIRS=/nowhere:%s/share", folder);
  g_autofree char *out = NULL;

  g_assert_cmpint (g_mkdir_with_parents (schemas, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, SCHEMA, -1, NULL));
  g_assert_cmpint (
      fixture_run_program (self, NULL, &out, NULL,
                           WORDS ("/usr/bin/env", dirs, TEST_STATESYNC, "schema", "find", "a/b")),
      ==, 0);
  g_assert_cmpstr (out, ==, expected);

  expect (self, 3, "",
          "statesync: There is no schema for topic “no/such”: no folder of XDG_DATA_DIRS has "
          "statesync/schemas/no%2Fsuch.json\n",
          "schema", "find", "no/such");
  expect (self, 5, "", NULL, "schema", "find", " bad name ");
}

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);
  test_add_no_service ("/command/schema/good", test_good);
  test_add_no_service ("/command/schema/data-that-does-not-fit", test_data_that_does_not_fit);
  test_add_no_service ("/command/schema/files-that-cannot-be-read", test_files_that_cannot_be_read);
  test_add_no_service ("/command/schema/bad-schema", test_bad_schema);
  test_add_no_service ("/command/schema/find", test_find);
  return g_test_run ();
}
