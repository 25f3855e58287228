/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "command/command-fixture.h"

static void
test_data_from_an_argument (Fixture *self, gconstpointer data)
{
  expect (self, 0, "1\n", "", "set", "t", "{ \"a\": 1.10 }");
  test_client_assert_snapshot (self->client, "t", 1, "{ \"a\": 1.10 }");
}

static void
test_data_from_a_file (Fixture *self, gconstpointer data)
{
  g_autofree char *path = fixture_write_file (self, "input.json", "{\n  \"a\": 1\n}\n");

  expect (self, 0, "1\n", "", "set", "t", "--file", path);
  test_client_assert_snapshot (self->client, "t", 1, "{\n  \"a\": 1\n}");
  expect (self, 1, "", NULL, "set", "t", "--file", "/nowhere/at/all");
  expect (self, 1, "", NULL, "set", "t", "--file", "/");
}

static void
test_data_from_standard_input (Fixture *self, gconstpointer data)
{
  expect_input (self, "[1]\n", 0, "1\n", "", "set", "t", "-");
  test_client_assert_snapshot (self->client, "t", 1, "[1]");
  expect_input (self, "[2]", 0, "2\n", "", "set", "t", "--file", "-");
  test_client_assert_snapshot (self->client, "t", 2, "[2]");
  expect_input (self, "", 5, "", NULL, "set", "t", "-");
}

static void
test_large_data_from_standard_input (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("\"");

  for (guint i = 0; i < 1000000; i++)
    g_string_append (text, "0123456789");
  g_string_append (text, "\"\n");
  expect_input (self, text->str, 0, "1\n", "", "set", "t", "-");
  expect (self, 0, text->str, "", "get", "t");
}

/* What get printed is no change when it is set again, whatever white space it has. */
static void
test_get_and_set_are_inverse (Fixture *self, gconstpointer data)
{
  static const char *const texts[] = { "1",   " 1",    "1 ",     "\n1",
                                       "1\n", "1\n\n", "{\n}\n", "\r\n\t[]\r\n" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *printed = NULL;
      g_autofree char *revision = NULL;

      revision = g_strdup_printf ("%" G_GUINT64_FORMAT "\n",
                                  test_client_write (self->client, "t", texts[i]));
      g_assert_cmpint (fixture_run (self, NULL, &printed, NULL, WORDS ("get", "t")), ==, 0);
      expect_input (self, printed, 0, revision, "", "set", "t", "-");
      test_client_assert_snapshot (self->client, "t", i + 1, texts[i]);
    }
}

static void
test_negative_numbers_are_data (Fixture *self, gconstpointer data)
{
  expect (self, 0, "1\n", "", "set", "t", "-5");
  test_client_assert_snapshot (self->client, "t", 1, "-5");
  expect (self, 0, "2\n", "", "set", "t", "-1e2");
  test_client_assert_snapshot (self->client, "t", 2, "-1e2");
  expect (self, 0, "3\n", "", "set", "--", "t", "-7");
  expect (self, 0, "1\n", "", "set", "--", "--file", "-8");
  test_client_assert_snapshot (self->client, "--file", 1, "-8");
}

static void
test_data_comes_from_one_place (Fixture *self, gconstpointer data)
{
  expect (self, 2, "",
          "statesync: Give the data in one way: as JSON, as - for standard input, or with --file; "
          "see statesync set --help\n",
          "set", "t");
  expect (self, 2, "", NULL, "set", "t", "1", "--file", "/dev/null");
  expect (self, 2, "", NULL, "merge", "t");
}

static void
test_new_revision_as_json (Fixture *self, gconstpointer data)
{
  expect (self, 0, "{\"topic\":\"a \\\"b\\\\\",\"revision\":\"1\"}\n", "", "set", "a \"b\\", "1",
          "--json");
  expect (self, 0, "{\"topic\":\"a \\\"b\\\\\",\"revision\":\"2\"}\n", "", "merge", "a \"b\\",
          "{\"c\":1}", "--json");
  expect (self, 0, "{\"topic\":\"a \\\"b\\\\\",\"revision\":\"3\"}\n", "", "delete", "a \"b\\",
          "--json");
}

static void
test_merge_keeps_the_rest (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, "t", "{ \"a\": 1.10, \"b\": 2 }");
  expect (self, 0, "2\n", "", "merge", "t", "{\"b\":null,\"c\":3}");
  test_client_assert_snapshot (self->client, "t", 2, "{ \"a\": 1.10, \"c\":3 }");
  expect_input (self, "{\"c\":4}\n", 0, "3\n", "", "merge", "t", "-");
  test_client_assert_snapshot (self->client, "t", 3, "{ \"a\": 1.10, \"c\":4 }");
}

static void
test_delete_keeps_counting (Fixture *self, gconstpointer data)
{
  expect (self, 0, "0\n", "", "delete", "t");
  expect (self, 0, "1\n", "", "set", "t", "1");
  expect (self, 0, "2\n", "", "delete", "t");
  expect (self, 0, "2\n", "", "delete", "t");
  test_client_assert_snapshot (self->client, "t", 2, "null");
  expect (self, 2, "", NULL, "delete", "t", "1");
  expect (self, 2, "", NULL, "delete", "t", "--file", "/dev/null");
}

static void
test_no_change_no_revision (Fixture *self, gconstpointer data)
{
  expect (self, 0, "1\n", "", "set", "t", "{\"a\":1}");
  expect (self, 0, "1\n", "", "set", "t", "{\"a\":1}");
  expect (self, 0, "1\n", "", "merge", "t", "{\"a\":1}");
}

static void
test_compare_and_swap (Fixture *self, gconstpointer data)
{
  expect (self, 0, "1\n", "", "set", "t", "1", "--expected-revision", "0");
  expect (self, 4, "",
          "statesync: Topic “t” is at revision 1, not at the expected 0: read it again and retry\n",
          "set", "t", "2", "--expected-revision", "0");
  expect (self, 4, "", NULL, "merge", "t", "{}", "--expected-revision=2");
  expect (self, 4, "", NULL, "delete", "t", "--expected-revision", "18446744073709551615");
  test_client_assert_snapshot (self->client, "t", 1, "1");
  expect (self, 0, "2\n", "", "merge", "t", "{}", "--expected-revision=1");
  expect (self, 0, "3\n", "", "delete", "t", "--expected-revision", "2");
}

static void
test_expected_revision_is_canonical (Fixture *self, gconstpointer data)
{
  static const char *const texts[] = { "",    "-1",  "01",
                                       "1 ",  "+1",  "1.0",
                                       "0x1", "one", "18446744073709551616" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    expect (self, 2, "", NULL, "set", "t", "1", "--expected-revision", texts[i]);
  test_client_assert_snapshot (self->client, "t", 0, "null");
}

/* On a disk that takes nothing, who asks for it to be stored is refused. */
static void
test_not_durable_does_not_wait_for_the_disk (Fixture *self, gconstpointer data)
{
  g_autofree char *control =
      g_build_filename (test_session_get_folder (self->session), "fault", NULL);
  g_autofree char *err = NULL;

  test_session_set_env (self->session, "LD_PRELOAD", TEST_FAULT_PRELOAD);
  test_session_set_env (self->session, "ASAN_OPTIONS", "verify_asan_link_order=0");
  test_session_set_env (self->session, "STATESYNC_FAULT_FILE",
                        test_session_get_database (self->session));
  test_session_set_env (self->session, "STATESYNC_FAULT_CONTROL", control);
  g_object_unref (test_session_start_daemon (self->session, NULL));
  expect (self, 0, "1\n", "", "set", "t", "1");

  g_free (fixture_write_file (self, "fault", "write ENOSPC"));
  g_assert_cmpint (fixture_run (self, NULL, NULL, &err, WORDS ("set", "t", "2")), ==, 5);
  g_assert_true (g_str_has_prefix (err, "statesync: The change could not be stored ("));
  expect (self, 0, "2\n", "", "set", "t", "3", "--no-durable");
  test_client_assert_snapshot (self->client, "t", 2, "3");
  g_free (fixture_write_file (self, "fault", ""));
}

static void
test_refusals (Fixture *self, gconstpointer data)
{
  g_autofree char *long_name = g_strnfill (256, 'x');

  expect (self, 5, "",
          "statesync: Topic name “ t” is refused: it begins or ends with white space; trim it\n",
          "set", " t", "1");
  expect (self, 5, "", NULL, "set", "", "1");
  expect (self, 5, "", NULL, "set", long_name, "1");
  expect (self, 5, "", NULL, "set", "\xff", "1");
  expect (self, 5, "", NULL, "delete", "a\nb");
  expect (self, 5, "", NULL, "get", "a\tb");
  expect (self, 5, "", NULL, "list", " n");
  expect (self, 5, "",
          "statesync: Data for topic “t” is refused at byte 4: a value is expected; write an "
          "object, array, string, number, true, false or null\n",
          "set", "t", "[1, x]");
  expect (self, 5, "", NULL, "set", "t", "");
  expect (self, 5, "", NULL, "merge", "t", "{'a':1}");
  expect (self, 5, "", NULL, "set", "t", "\"\xff\"");
  test_client_assert_snapshot (self->client, "t", 0, "null");
}

static void
test_too_large (Fixture *self, gconstpointer data)
{
  g_object_unref (test_session_start_daemon (self->session, WORDS ("--max-data-size", "4")));
  expect (self, 0, "1\n", "", "set", "t", "1234");
  expect (self, 5, "",
          "statesync: Data for topic “t” would be 5 bytes, above the limit of 4: divide it among "
          "several topics\n",
          "set", "t", "12345");
}

/* A stream that never ends is given up, not gathered. */
static void
test_endless_input_is_refused (Fixture *self, gconstpointer data)
{
  g_autofree char *err = NULL;

  g_assert_cmpint (fixture_run (self, NULL, NULL, &err, WORDS ("set", "t", "--file", "/dev/zero")),
                   ==, 5);
  g_assert_nonnull (strstr (err, "above the limit of 67108864"));
}

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);
  test_add ("/command/write/data-from-an-argument", test_data_from_an_argument);
  test_add ("/command/write/data-from-a-file", test_data_from_a_file);
  test_add ("/command/write/data-from-standard-input", test_data_from_standard_input);
  test_add ("/command/write/large-data-from-standard-input", test_large_data_from_standard_input);
  test_add ("/command/write/get-and-set-are-inverse", test_get_and_set_are_inverse);
  test_add ("/command/write/negative-numbers-are-data", test_negative_numbers_are_data);
  test_add ("/command/write/data-comes-from-one-place", test_data_comes_from_one_place);
  test_add ("/command/write/new-revision-as-json", test_new_revision_as_json);
  test_add ("/command/write/merge-keeps-the-rest", test_merge_keeps_the_rest);
  test_add ("/command/write/delete-keeps-counting", test_delete_keeps_counting);
  test_add ("/command/write/no-change-no-revision", test_no_change_no_revision);
  test_add ("/command/write/compare-and-swap", test_compare_and_swap);
  test_add ("/command/write/expected-revision-is-canonical", test_expected_revision_is_canonical);
  test_add_no_service ("/command/write/not-durable-does-not-wait-for-the-disk",
                       test_not_durable_does_not_wait_for_the_disk);
  test_add ("/command/write/refusals", test_refusals);
  test_add_no_service ("/command/write/too-large", test_too_large);
  test_add ("/command/write/endless-input-is-refused", test_endless_input_is_refused);
  return g_test_run ();
}
