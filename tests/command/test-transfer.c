/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Export and import. */

#include <stdio.h>
#include <string.h>

#include "command/command-fixture.h"

static char *export(Fixture *self)
{
  char *out;

  g_assert_cmpint (fixture_run (self, NULL, &out, NULL, WORDS ("export")), ==, 0);
  return out;
}

static void
test_export_is_an_object_a_line (Fixture *self, gconstpointer data)
{
  expect (self, 0, "", "", "export");
  test_client_write (self->client, "b \"c\"", "{ \"x\": 1.10 }");
  test_client_write (self->client, "a", "1");
  test_client_write (self->client, "a", "[]");
  test_client_write (self->client, "gone", "1");
  test_client_write (self->client, "gone", "null");
  expect (self, 0,
          "{\"topic\":\"a\",\"revision\":\"2\",\"data\":[]}\n"
          "{\"topic\":\"b \\\"c\\\"\",\"revision\":\"1\",\"data\":{ \"x\": 1.10 }}\n",
          "", "export");
}

static void
test_export_of_a_namespace (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, "a", "1");
  test_client_write (self->client, "a.b", "2");
  test_client_write (self->client, "ab", "3");
  expect (self, 0,
          "{\"topic\":\"a\",\"revision\":\"1\",\"data\":1}\n"
          "{\"topic\":\"a.b\",\"revision\":\"1\",\"data\":2}\n",
          "", "export", "a");
  expect (self, 0, "", "", "export", "b");
}

/* What goes out of one service comes into another to the byte. */
static void
test_round_trip_is_exact (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *topic;
    const char *data;
  } states[] = {
    { "plain", "{\"a\":[1,1.10,1e2,-0,true,false,null]}" },
    { "pretty", "{\n  \"a\": [\n    1\n  ]\n}" },
    { "white space", " \t\r\n{ }\n\n" },
    { "behind", "1 " },
    { "before", "\n1" },
    { "it's \"quoted\" \\ and :x", "\"\\u0000\\ud83d\\ude00 ü \\/ \\n\"" },
    { "ü ☃", "\"}{\\\"][\"" },
    { "deep", "[[[[[[[[[[{\"a\":[{}]}]]]]]]]]]]" },
  };
  g_autofree char *exported = NULL;
  g_auto (Fixture) other = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    test_client_write (self->client, states[i].topic, states[i].data);
  exported = export(self);

  fixture_set_up (&other, NULL);
  expect_input (&other, exported, 0, NULL, "", "import", "-");
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    test_client_assert_snapshot (other.client, states[i].topic, 1, states[i].data);
  expect (&other, 0, exported, "", "export");
}

static void
test_import_tells_new_revisions (Fixture *self, gconstpointer data)
{
  g_autofree char *path =
      fixture_write_file (self, "export",
                          "{\"topic\":\"a\",\"data\":1}\n"
                          "{\"topic\":\"b c\",\"revision\":\"77\",\"data\":2}\n");

  test_client_write (self->client, "a", "0");
  expect (self, 0, "a\t2\nb c\t1\n", "", "import", path);
  expect (self, 0, "{\"topic\":\"a\",\"revision\":\"2\"}\n{\"topic\":\"b c\",\"revision\":\"1\"}\n",
          "", "import", "--json", path);
  expect (self, 1, "", NULL, "import", "/nowhere/at/all");
}

/* It may have gone through an editor or another program. */
static void
test_import_of_another_layout (Fixture *self, gconstpointer data)
{
  expect_input (
      self,
      "\n {\"data\" : { \"x\" : 1 } ,\n \"to\\u0070ic\" : \"a\\u0020b\" , \"after\": \"\\n\"\n}"
      "{\"topic\":\"c\",\"data\":null}\t\n",
      0, "a b\t1\nc\t0\n", "", "import", "-");
  test_client_assert_snapshot (self->client, "a b", 1, "{ \"x\" : 1 }\n");
}

static void
test_dry_run_writes_nothing (Fixture *self, gconstpointer data)
{
  expect_input (self, "{\"topic\":\"a\",\"data\":1}{\"topic\":\"b\",\"data\":2}", 0, "a\nb\n", "",
                "import", "-", "--dry-run");
  expect_input (self, "{\"topic\":\"a\",\"data\":1}{\"topic\":\"b\",\"data\":}", 5, "", NULL,
                "import", "-", "--dry-run");
  expect (self, 0, "", "", "list");
}

static void
test_what_import_refuses (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *text;
    const char *message; /* behind the name of the input */
  } cases[] = {
    { "x", "line 1 (byte 22): a value is expected; write an object, array, string, number, true, "
           "false or null" },
    { "{\"topic\":\"b\",\"data\":1",
      "line 1 (byte 43): the text ends before its value is complete; send "
      "all of it" },
    { "[]", "line 1 (byte 22): this is no object; give one with topic and data" },
    { "1", "line 1 (byte 22): this is no object; give one with topic and data" },
    { "{\"topic\":\"b\",\"data\":1}\n\n7",
      "line 3 (byte 46): this is no object; give one with topic and data" },
    { "{}", "line 1 (byte 22): topic or data is missing here; give both" },
    { "{\"topic\":\"b\"}", "line 1 (byte 22): topic or data is missing here; give both" },
    { "{\"data\":1}", "line 1 (byte 22): topic or data is missing here; give both" },
    { "{\"topic\":1,\"data\":1}",
      "line 1 (byte 23): member “topic” is not a string, or has U+0000 in it; correct it" },
    { "{\"topic\":\"b\\u0000\",\"data\":1}",
      "line 1 (byte 23): member “topic” is not a string, or has U+0000 in it; correct it" },
    { "{\"topic\":\" b\",\"data\":1}",
      "line 1 (byte 22): Topic name “ b” is refused: it begins or ends with "
      "white space; trim it" },
    { "{\"topic\":\"b\",\n\"dat\":1}",
      "line 2 (byte 36): there is no member “dat”; there are topic, revision, "
      "data, before and after" },
    { "{\"topic\":\"b\",\"data\":1}\n{\"topic\":\"b\",\"data\":1}",
      "line 2 (byte 45): this topic was there before; keep one of the two" },
    { "{\"topic\":\"b\",\"data\":1,\"revision\":1}",
      "line 1 (byte 44): member “revision” is not a string, or has U+0000 in it; correct it" },
    { "{\"topic\":\"b\",\"data\":1,\"revision\":\"01\"}",
      "line 1 (byte 22): this revision is not a decimal number of 64 bits; correct it or leave it "
      "out" },
    { "{\"topic\":\"b\",\"data\":1,\"before\":\"1\"}",
      "line 1 (byte 22): before or after is more than white space; correct it or leave it out" },
    { "{\"topic\":\"b\",\"data\":1,\"after\":\",\"}",
      "line 1 (byte 22): before or after is more than white space; correct it or leave it out" },
    { "{\"topic\":\"b\",\"data\":{\"x\":1,\"x\":2}}",
      "line 1 (byte 49): this member name occurs twice in its object; keep one of the two" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *input = g_strconcat ("{\"topic\":\"a\",\"data\":1}", cases[i].text, NULL);
      g_autofree char *err = g_strdup_printf (
          "statesync: Standard input, %s; nothing is imported\n", cases[i].message);

      expect_input (self, input, 5, "", err, "import", "-");
    }
  expect (self, 0, "", "", "list");
}

/* The service has the last word, and it is one commit. */
static void
test_import_is_all_or_nothing (Fixture *self, gconstpointer data)
{
  g_autofree char *exported = NULL;

  test_client_write (self->client, "a", "1");
  test_client_write (self->client, "b", "1");
  exported = export(self);
  expect_input (self, exported, 0, "a\t1\nb\t1\n", "", "import", "-", "--if-unchanged");

  test_client_write (self->client, "a", "2");
  test_client_write (self->client, "b", "2");
  test_client_write (self->client, "a", "1");
  expect_input (self,
                "{\"topic\":\"a\",\"revision\":\"3\",\"data\":5}"
                "{\"topic\":\"b\",\"revision\":\"1\",\"data\":5}",
                4, "",
                "statesync: Nothing is imported: Write 2 of 2: Topic “b” is at revision 2, not at "
                "the expected 1: read it "
                "again and retry\n",
                "import", "-", "--if-unchanged");
  test_client_assert_snapshot (self->client, "a", 3, "1");
  expect_input (self, exported, 0, "a\t3\nb\t3\n", "", "import", "-");
}

/* A namespace without topics has such an export. */
static void
test_import_of_nothing (Fixture *self, gconstpointer data)
{
  g_autofree char *file = fixture_write_file (self, "nothing", " \n");
  g_autofree char *err =
      g_strdup_printf ("statesync: %s has no topics: there is nothing to import\n", file);

  expect (self, 0, "", err, "import", file);
  expect (self, 0, "", err, "import", file, "--dry-run");
  expect_input (self, "", 0, "",
                "statesync: Standard input has no topics: there is nothing to import\n", "import",
                "-");
}

static void
test_if_unchanged_needs_revisions (Fixture *self, gconstpointer data)
{
  expect_input (self, "{\"topic\":\"a\",\"data\":1}", 5, "",
                "statesync: Standard input has no revision of topic “a”: add it, or leave "
                "--if-unchanged out\n",
                "import", "-", "--if-unchanged");
}

/* More than one commit takes and one answer holds. */
static void
test_more_than_one_message_holds (Fixture *self, gconstpointer data)
{
  g_autofree char *file =
      g_build_filename (test_session_get_folder (self->session), "export", NULL);

  fixture_run_shell (self,
                     "for i in 0 1 2 3 4; do\n"
                     "  printf '{\"topic\":\"t%s\",\"revision\":\"1\",\"data\":\"' $i\n"
                     "  head -c 13000000 /dev/zero | tr '\\0' x\n"
                     "  printf '\"}\\n'\n"
                     "done > $FOLDER/export",
                     NULL, NULL);
  expect (self, 5, "",
          "statesync: This is more than the 62914560 bytes of one commit: import it with "
          "--in-parts, in several\n",
          "import", file);
  expect (self, 0, "", "", "list");

  expect (self, 0, "t0\t1\nt1\t1\nt2\t1\nt3\t1\nt4\t1\n", "", "import", file, "--in-parts");
  g_assert_cmpint (fixture_run_shell (self, "$STATESYNC export | cmp - $FOLDER/export", NULL, NULL),
                   ==, 0);

  test_client_write (self->client, "t4", "1");
  expect (self, 4, "t0\t1\nt1\t1\nt2\t1\nt3\t1\n",
          "statesync: Of 5 topics only the first 4 are imported: Topic “t4” is at "
          "revision 2, not at the expected 1: read it again and retry\n",
          "import", file, "--in-parts", "--if-unchanged");
}

/* --- one moment --- */

static gboolean
write_pair (TestClient *client, guint n)
{
  g_autofree char *text = g_strdup_printf ("[('a', '%u', {'durable': <false>}), "
                                           "('b', '%u', {'durable': <false>})]",
                                           n, n);
  g_autoptr (GVariant) writes =
      g_variant_parse (G_VARIANT_TYPE ("a(ssa{sv})"), text, NULL, NULL, NULL);
  g_autoptr (GVariant) answer =
      test_client_call (client, "WriteMany", g_variant_new ("(@a(ssa{sv}))", writes), NULL);

  return answer != NULL;
}

/* Writes the same into two topics, again and again, until it is ended. */
static int
play_pair_writer (TestClient *client, const char *const *args)
{
  for (guint n = 1; write_pair (client, n); n++)
    {
      if (n == 1)
        puts ("begun");
    }
  return 1;
}

static void
test_export_shows_one_moment (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) writer = test_session_spawn_role (self->session, "pair-writer", NULL);
  g_autoptr (GRegex) same =
      g_regex_new ("^\\{\"topic\":\"a\",\"revision\":\"(\\d+)\",\"data\":\\1\\}\n"
                   "\\{\"topic\":\"b\",\"revision\":\"\\1\",\"data\":\\1\\}\n$",
                   0, 0, NULL);

  assert_line (writer, "begun");
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *exported = export(self);

      if (!g_regex_match (same, exported, 0, NULL))
        g_error ("these are not of one moment: %s", exported);
    }
}

/* A service that says that one answer can't hold two topics, and whose topics a and b change
 * together between any two reads, until they have changed args[0] times. */
typedef struct
{
  guint64 revision;
  guint64 last;
} Restless;

static gboolean
on_list_topics (StateSyncBusService *service,
                GDBusMethodInvocation *invocation,
                const char *namespace_,
                Restless *self)
{
  state_sync_bus_service_complete_list_topics (
      service, invocation,
      g_variant_new_parsed ("[('a', %t), ('b', %t)]", self->revision, self->revision));
  return TRUE;
}

static gboolean
on_get_snapshots (StateSyncBusService *service,
                  GDBusMethodInvocation *invocation,
                  const char *const *topics,
                  Restless *self)
{
  g_dbus_method_invocation_return_error_literal (invocation, STATE_SYNC_ERROR,
                                                 STATE_SYNC_ERROR_TOO_LARGE, "too large");
  return TRUE;
}

static gboolean
on_get_snapshot (StateSyncBusService *service,
                 GDBusMethodInvocation *invocation,
                 const char *topic,
                 Restless *self)
{
  state_sync_bus_service_complete_get_snapshot (service, invocation, self->revision, "0");
  self->revision = MIN (self->revision + 1, self->last);
  return TRUE;
}

static int
play_restless (TestClient *client, const char *const *args)
{
  g_autoptr (StateSyncBusService) service = state_sync_bus_service_skeleton_new ();
  Restless self = { 1, g_ascii_strtoull (args[0], NULL, 10) };

  g_signal_connect (service, "handle-list-topics", G_CALLBACK (on_list_topics), &self);
  g_signal_connect (service, "handle-get-snapshots", G_CALLBACK (on_get_snapshots), &self);
  g_signal_connect (service, "handle-get-snapshot", G_CALLBACK (on_get_snapshot), &self);
  return play_service (client, service);
}

static void
test_export_in_parts_shows_one_moment (Fixture *self, gconstpointer data)
{
  g_object_unref (test_session_spawn_role (self->session, "restless", WORDS ("6")));
  g_free (test_session_wait_for_owner (self->session, NULL));
  expect (self, 0,
          "{\"topic\":\"a\",\"revision\":\"6\",\"data\":0}\n"
          "{\"topic\":\"b\",\"revision\":\"6\",\"data\":0}\n",
          "", "export");
}

static void
test_export_says_if_it_is_not_of_one_moment (Fixture *self, gconstpointer data)
{
  g_object_unref (test_session_spawn_role (self->session, "restless", WORDS ("1000000")));
  g_free (test_session_wait_for_owner (self->session, NULL));
  expect (self, 0, NULL,
          "statesync: Topics changed all the time while they were read, so this export is not of "
          "one moment: export again when it is quieter\n",
          "export");
}

int
main (int argc, char **argv)
{
  static const TestRole roles[] = {
    { "pair-writer", play_pair_writer },
    { "restless", play_restless },
    { 0 },
  };

  test_init (&argc, &argv, roles);
  test_add ("/command/transfer/export-is-an-object-a-line", test_export_is_an_object_a_line);
  test_add ("/command/transfer/export-of-a-namespace", test_export_of_a_namespace);
  test_add ("/command/transfer/round-trip-is-exact", test_round_trip_is_exact);
  test_add ("/command/transfer/import-tells-new-revisions", test_import_tells_new_revisions);
  test_add ("/command/transfer/import-of-another-layout", test_import_of_another_layout);
  test_add ("/command/transfer/dry-run-writes-nothing", test_dry_run_writes_nothing);
  test_add ("/command/transfer/what-import-refuses", test_what_import_refuses);
  test_add ("/command/transfer/import-is-all-or-nothing", test_import_is_all_or_nothing);
  test_add ("/command/transfer/import-of-nothing", test_import_of_nothing);
  test_add ("/command/transfer/if-unchanged-needs-revisions", test_if_unchanged_needs_revisions);
  test_add ("/command/transfer/more-than-one-message-holds", test_more_than_one_message_holds);
  test_add ("/command/transfer/export-shows-one-moment", test_export_shows_one_moment);
  test_add_no_service ("/command/transfer/export-in-parts-shows-one-moment",
                       test_export_in_parts_shows_one_moment);
  test_add_no_service ("/command/transfer/export-says-if-it-is-not-of-one-moment",
                       test_export_says_if_it_is_not_of_one_moment);
  return g_test_run ();
}
