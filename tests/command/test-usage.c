/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What holds for every sub-command: help, exit statuses, messages, output. */

#include <stdlib.h>
#include <string.h>

#include "command/command-fixture.h"

/* Each with words that are right but for what the test is about. */
static const char *const calls[][4] = {
  { "get", "t" },       { "set", "t", "1" }, { "merge", "t", "{}" },
  { "delete", "t" },    { "list" },          { "watch", "t" },
  { "monitor" },        { "wait", "t" },     { "export" },
  { "import", "FILE" }, { "stats" },         { "schema", "find", "t" },
};

/* The words of such a call: FILE becomes one that can be imported. */
static void
fill_words (Fixture *self, guint call, const char *words[4], char **file)
{
  *file = fixture_write_file (self, "topics", "{\"topic\":\"t\",\"data\":1}");
  for (guint i = 0; i < 4; i++)
    words[i] = g_strcmp0 (calls[call][i], "FILE") == 0 ? *file : calls[call][i];
}

#define STATUSES                                                                                   \
  "Exit status:\n"                                                                                 \
  "  0  success\n"                                                                                 \
  "  1  failure of another kind, such as a file that can't be read\n"                              \
  "  2  the command line is wrong\n"                                                               \
  "  3  the topic holds nothing, or nothing at the path; or it has no schema\n"                    \
  "  4  the topic is not at the expected revision\n"                                               \
  "  5  topic, data or call is refused; the message says why\n"                                    \
  "  6  the bus or the service can't be reached\n"                                                 \
  "  7  what was waited for did not come in time\n"

static void
test_help (Fixture *self, gconstpointer data)
{
  g_autofree char *all = NULL;

  g_assert_cmpint (fixture_run (self, NULL, &all, NULL, WORDS ("--help")), ==, 0);
  g_assert_true (g_str_has_prefix (all, "Usage: statesync COMMAND [OPTION…] [ARGUMENT…]\n"));
  g_assert_true (g_str_has_suffix (all, STATUSES));

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *entry = g_strdup_printf ("\n  %-8s  ", calls[i][0]);
      g_autofree char *usage = g_strdup_printf ("Usage:\n  statesync %s [OPTION…]", calls[i][0]);
      g_autofree char *help = NULL;

      g_assert_nonnull (strstr (all, entry));
      g_assert_cmpint (fixture_run (self, NULL, &help, NULL, WORDS (calls[i][0], "--help")), ==, 0);
      g_assert_true (g_str_has_prefix (help, usage));
      g_assert_true (g_str_has_suffix (help, STATUSES));
      g_assert_nonnull (strstr (help, "\n  -h, --help "));
    }
}

static void
test_version (Fixture *self, gconstpointer data)
{
  expect (self, 0, "statesync " STATESYNC_VERSION "\n", "", "--version");
}

static void
test_wrong_command_lines (Fixture *self, gconstpointer data)
{
  expect (self, 2, "", "statesync: A command is missing; see statesync --help\n", NULL);
  expect (self, 2, "", "statesync: There is no command “frob”; see statesync --help\n", "frob");
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *err = g_strdup_printf (
          "statesync: There is no option --frob; see statesync %s --help\n", calls[i][0]);

      expect (self, 2, "", err, calls[i][0], "--frob", calls[i][1], calls[i][2]);
    }
  expect (self, 2, "", "statesync: TOPIC is missing; see statesync get --help\n", "get");
  expect (self, 2, "", "statesync: TOPIC is missing; see statesync set --help\n", "set");
  expect (self, 2, "", "statesync: TOPIC… is missing; see statesync watch --help\n", "watch");
  expect (self, 2, "", "statesync: FILE is missing; see statesync import --help\n", "import");
  expect (self, 2, "", "statesync: check|find is missing; see statesync schema --help\n", "schema");
  expect (self, 2, "", "statesync: FILE|TOPIC is missing; see statesync schema --help\n", "schema",
          "check");
  expect (self, 2, "", "statesync: Say check FILE or find TOPIC; see statesync schema --help\n",
          "schema", "frob", "x");
  expect (self, 2, "", "statesync: find takes one topic; see statesync schema --help\n", "schema",
          "find", "a", "b");
  expect (self, 2, "",
          "statesync: There is one argument too many, “b”: put quotes around what belongs "
          "together; see statesync list --help\n",
          "list", "a", "b");
  expect (self, 2, "",
          "statesync: There is one argument too many, “2}”: put quotes around what belongs "
          "together; see statesync set --help\n",
          "set", "cart", "{items:", "2}");
  expect (self, 2, "",
          "statesync: “--timeout” stands before the command: write statesync COMMAND first, then "
          "its options; see statesync --help\n",
          "--timeout", "1", "wait", "t");
  expect (self, 2, "", "statesync: Missing argument for --path; see statesync get --help\n", "get",
          "t", "--path");
  expect (self, 2, "", NULL, "stats", "x");
  expect (self, 2, "", NULL, "set", "t", "1", "-x");
}

static gboolean
needs_bus (const char *command)
{
  return !g_str_equal (command, "schema");
}

static void
test_no_bus (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      const char *words[4];
      g_autofree char *file = NULL;
      g_autofree char *out = NULL;
      g_autofree char *err = NULL;
      int status;

      if (!needs_bus (calls[i][0]))
        continue;
      fill_words (self, i, words, &file);
      status =
          fixture_run_program (self, NULL, &out, &err,
                               WORDS ("/usr/bin/env", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere",
                                      TEST_STATESYNC, words[0], words[1], words[2]));
      g_assert_cmpstr (
          err, ==,
          "statesync: There is no session bus to find the service on: start one, or set "
          "DBUS_SESSION_BUS_ADDRESS (Could not connect: No such file or directory)\n");
      g_assert_cmpstr (out, ==, "");
      g_assert_cmpint (status, ==, 6);
    }
}

static gboolean
waits_for_service (const char *command)
{
  return g_strv_contains (WORDS ("watch", "monitor", "wait"), command);
}

static void
test_no_service (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      const char *words[4];
      g_autofree char *file = NULL;

      if (waits_for_service (calls[i][0]) || !needs_bus (calls[i][0]))
        continue;
      fill_words (self, i, words, &file);
      fixture_expect (self, NULL, 6, "",
                      "statesync: The service org.statesync.StateSync1 can't be reached: see that "
                      "Statesync is installed (The name org.statesync.StateSync1 was "
                      "not provided by any .service files)\n",
                      words);
    }
}

#define COULD_NOT_START                                                                            \
  "statesync: The service org.statesync.StateSync1 could not be started: see why with journalctl " \
  "--user --unit statesync, or by running statesyncd ("

static void
test_service_that_does_not_start (Fixture *self, gconstpointer data)
{
  g_autofree char *err = NULL;

  test_session_make_activatable (self->session, WORDS ("--no-such-option"));
  g_assert_cmpint (fixture_run (self, NULL, NULL, &err, WORDS ("get", "t")), ==, 6);
  g_assert_cmpstr (err, ==,
                   COULD_NOT_START "Process org.statesync.StateSync1 exited with status 2)\n");
}

/* --- a service that is not one --- */

static gboolean
on_get_snapshot (StateSyncBusService *service, GDBusMethodInvocation *invocation, const char *topic)
{
  if (g_str_equal (topic, "unit"))
    g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.systemd1.UnitMasked",
                                                "Unit statesync.service is masked.");
  else if (g_str_equal (topic, "start timeout"))
    g_dbus_method_invocation_return_dbus_error (
        invocation, "org.freedesktop.DBus.Error.TimedOut",
        "Failed to activate service 'org.statesync.StateSync1': timed out");
  else if (g_str_equal (topic, "error"))
    g_dbus_method_invocation_return_dbus_error (invocation, "org.example.Error",
                                                "red \033[31m\nand \xc2\x9b more");
  else
    state_sync_bus_service_complete_get_snapshot (service, invocation, 1, "{\"a\": x}");
  return TRUE;
}

/* Dies of it. */
static gboolean
on_write (StateSyncBusService *service,
          GDBusMethodInvocation *invocation,
          const char *topic,
          const char *data,
          GVariant *options)
{
  exit (0);
}

static int
play_impostor (TestClient *client, const char *const *args)
{
  g_autoptr (StateSyncBusService) service = state_sync_bus_service_skeleton_new ();

  g_signal_connect (service, "handle-get-snapshot", G_CALLBACK (on_get_snapshot), NULL);
  g_signal_connect (service, "handle-write", G_CALLBACK (on_write), NULL);
  return play_service (client, service);
}

static void
start_impostor (Fixture *self)
{
  g_object_unref (test_session_spawn_role (self->session, "impostor", NULL));
  g_free (test_session_wait_for_owner (self->session, NULL));
}

/* Nobody knows then whether the change was made, and the message says so. */
static void
test_service_that_dies_before_it_answers (Fixture *self, gconstpointer data)
{
  start_impostor (self);
  expect (self, 6, "",
          "statesync: The service org.statesync.StateSync1 did not answer: what was to be changed "
          "may be or not; read it before trying again (Message recipient disconnected from message "
          "bus without replying)\n",
          "set", "t", "1");
}

/* With systemd the reason comes in words of its own, and a service that ends before it has its
 * name is waited for until a limit. */
static void
test_service_that_systemd_does_not_start (Fixture *self, gconstpointer data)
{
  start_impostor (self);
  expect (self, 6, "", COULD_NOT_START "Unit statesync.service is masked.)\n", "get", "unit");
  expect (self, 6, "",
          COULD_NOT_START "Failed to activate service 'org.statesync.StateSync1': timed out)\n",
          "get", "start timeout");
}

static void
test_what_the_service_says_is_not_trusted (Fixture *self, gconstpointer data)
{
  g_object_unref (test_session_spawn_role (self->session, "impostor", NULL));
  g_free (test_session_wait_for_owner (self->session, NULL));
  expect (self, 1, "", "statesync: red \\u001b[31m\\u000aand \\u009b more\n", "get", "error");
  expect (self, 1, "",
          "statesync: The service gave data for topic “t” that is not JSON at byte 6: see which "
          "program has the name org.statesync.StateSync1\n",
          "get", "t");
  expect (self, 1, "", NULL, "wait", "t", "--path", "a");
  expect (self, 1, "", NULL, "watch", "t");
}

/* --- output --- */

static void
test_reader_who_leaves_is_no_failure (Fixture *self, gconstpointer data)
{
  static const char *const lines[] = {
    "{ $STATESYNC get t; echo $? >&2; } | head -c 1", "{ $STATESYNC list; echo $? >&2; } | true",
    "{ $STATESYNC export; echo $? >&2; } | true",     "{ $STATESYNC --help; echo $? >&2; } | true",
    "{ $STATESYNC set t 2; echo $? >&2; } | true",    "{ $STATESYNC get -h; echo $? >&2; } | true",
  };
  g_autofree char *fill = g_strnfill (1000000, '0');
  g_autofree char *text = g_strdup_printf ("\"%s\"", fill);

  test_client_write (self->client, "t", text);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *err = NULL;

      fixture_run_shell (self, lines[i], NULL, &err);
      g_assert_cmpstr (err, ==, "0\n");
    }
}

static void
test_output_that_fails_is_a_failure (Fixture *self, gconstpointer data)
{
  static const char *const words[] = { "get t", "--help", "--version", "get --help", "watch -h" };

  test_client_write (self->client, "t", "1");
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *line = g_strdup_printf ("$STATESYNC %s > /dev/full", words[i]);
      g_autofree char *err = NULL;

      g_assert_cmpint (fixture_run_shell (self, line, NULL, &err), ==, 1);
      g_assert_cmpstr (err, ==,
                       "statesync: The output could not be written: No space left on device\n");
    }
}

/* What is closed stays so, whatever the program opens: it says nothing into its own sockets. */
static void
test_closed_standard_files (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *line;
    int status;
    const char *out;
    const char *err;
  } cases[] = {
    { "$STATESYNC get t >&-", 1, "",
      "statesync: The output could not be written: Bad file descriptor\n" },
    { "$STATESYNC watch t >&-", 1, "",
      "statesync: The output could not be written: Bad file descriptor\n" },
    { "$STATESYNC get t <&- >&-", 1, "",
      "statesync: The output could not be written: Bad file descriptor\n" },
    { "$STATESYNC set t - <&-", 1, "",
      "statesync: Standard input can't be read: Bad file descriptor\n" },
    { "$STATESYNC wait t --equals 1 >&-", 0, "", "" },
    { "$STATESYNC wait --help >&-", 1, "",
      "statesync: The output could not be written: Bad file descriptor\n" },
    { "$STATESYNC get t <&- 2>&-", 0, "1\n", "" },
    { "$STATESYNC get u <&- >&- 2>&-", 3, "", "" },
    { "$STATESYNC get t <&- >&- 2>&-", 1, "", "" },
  };

  test_client_write (self->client, "t", "1");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *out = NULL;
      g_autofree char *err = NULL;

      g_test_message ("%s", cases[i].line);
      g_assert_cmpint (fixture_run_shell (self, cases[i].line, &out, &err), ==, cases[i].status);
      g_assert_cmpstr (out, ==, cases[i].out);
      g_assert_cmpstr (err, ==, cases[i].err);
    }
  test_client_assert_snapshot (self->client, "t", 1, "1");
}

static void
test_utf8_whatever_the_locale (Fixture *self, gconstpointer data)
{
  static const char *const locales[] = { "C", "POSIX", "C.UTF-8", "nowhere" };

  for (guint i = 0; i < G_N_ELEMENTS (locales); i++)
    {
      g_autofree char *line = g_strdup_printf (
          "export LC_ALL=%s; $STATESYNC set 'ü ☃' '\"é\"' && $STATESYNC get 'ü ☃' && "
          "$STATESYNC list && $STATESYNC wait 'ü ☃' --equals '\"é\"' && "
          "$STATESYNC get --help | head -n 2; $STATESYNC get ' ü'",
          locales[i]);
      g_autofree char *out = NULL;
      g_autofree char *err = NULL;

      g_assert_cmpint (fixture_run_shell (self, line, &out, &err), ==, 5);
      g_assert_cmpstr (out, ==, "1\n\"é\"\nü ☃\t1\nUsage:\n  statesync get [OPTION…] TOPIC\n");
      g_assert_cmpstr (err, ==,
                       "statesync: Topic name “ ü” is refused: it begins or ends with white "
                       "space; trim it\n");
    }
}

/* `script` gives the program a terminal and passes on what it writes there. */
static char *
run_on_terminal (Fixture *self, const char *line)
{
  g_autofree char *quoted = g_shell_quote (line);
  g_autofree char *full = g_strdup_printf ("script -qec %s /dev/null < /dev/null", quoted);
  char *out;

  fixture_run_shell (self, full, &out, NULL);
  return out;
}

static void
test_colours_only_on_a_terminal (Fixture *self, gconstpointer data)
{
  g_autofree char *coloured = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *dumb = NULL;
  g_autofree char *error = NULL;

  test_client_write (self->client, "t", "1");
  coloured = run_on_terminal (self, "$STATESYNC list");
  g_assert_cmpstr (coloured, ==, "\033[1mt\033[0m\t\033[36m1\033[0m\r\n");
  plain = run_on_terminal (self, "NO_COLOR=1 $STATESYNC list");
  g_assert_cmpstr (plain, ==, "t\t1\r\n");
  dumb = run_on_terminal (self, "TERM=dumb $STATESYNC list");
  g_assert_cmpstr (dumb, ==, "t\t1\r\n");
  error = run_on_terminal (self, "$STATESYNC get u 2>&1 >/dev/null");
  g_assert_true (g_str_has_prefix (error, "\033[1;31mstatesync:\033[0m Topic “u” was never"));
  expect (self, 0, "t\t1\n", "", "list");
}

/* A terminal obeys U+009B as it does ESC [; everyone else gets the bytes that were written. */
static void
test_no_control_character_on_a_terminal (Fixture *self, gconstpointer data)
{
  g_autofree char *out = NULL;

  test_client_write (self->client, "t",
                     "[\n\t\"\xc2\x9b"
                     "31m\x7f\"\r]");
  out = run_on_terminal (self, "NO_COLOR=1 $STATESYNC get t");
  g_assert_cmpstr (out, ==, "[\r\n\t\"\\u009b31m\\u007f\"\\u000d]\r\n");
  expect (self, 0,
          "[\n\t\"\xc2\x9b"
          "31m\x7f\"\r]\n",
          "", "get", "t");
}

/* --- the manual --- */

static char *
read_manual (const char *folder, const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "src", folder, name, NULL);
  g_autofree char *roff = NULL;
  g_autoptr (GString) text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &roff, NULL, &error);
  g_assert_no_error (error);
  text = g_string_new (roff);
  g_string_replace (text, "\\-", "-", 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_manual_has_options (const char *manual, const char *help)
{
  g_autoptr (GRegex) option = g_regex_new ("^  .*?(--[a-z-]+)", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (option, help, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 1);

      g_test_message ("the manual has %s", name);
      g_assert_nonnull (strstr (manual, name));
    }
}

static void
test_manual_says_what_help_says (Fixture *self, gconstpointer data)
{
  g_autofree char *manual = read_manual ("command", "statesync.1");
  g_auto (GStrv) statuses = g_strsplit (STATUSES, "\n  ", -1);

  for (guint i = 1; statuses[i] != NULL; i++)
    {
      g_autofree char *row =
          g_strdup_printf ("\n%c|%s", statuses[i][0], g_strchomp (statuses[i] + 3));

      g_assert_nonnull (strstr (manual, row));
    }
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *entry = g_strdup_printf ("\n.BI \"%s ", calls[i][0]);
      g_autofree char *help = NULL;

      g_assert_nonnull (strstr (manual, entry));
      g_assert_cmpint (fixture_run (self, NULL, &help, NULL, WORDS (calls[i][0], "--help")), ==, 0);
      assert_manual_has_options (manual, help);
    }
}

static void
test_manual_of_the_daemon (Fixture *self, gconstpointer data)
{
  g_autofree char *manual = read_manual ("daemon", "statesyncd.1");
  g_autofree char *help = NULL;

  g_assert_cmpint (fixture_run_program (self, NULL, &help, NULL, WORDS (TEST_STATESYNCD, "--help")),
                   ==, 0);
  assert_manual_has_options (manual, help);
}

int
main (int argc, char **argv)
{
  static const TestRole roles[] = { { "impostor", play_impostor }, { 0 } };

  test_init (&argc, &argv, roles);
  test_add_no_service ("/command/usage/help", test_help);
  test_add_no_service ("/command/usage/version", test_version);
  test_add_no_service ("/command/usage/wrong-command-lines", test_wrong_command_lines);
  test_add_no_service ("/command/usage/no-bus", test_no_bus);
  test_add_no_service ("/command/usage/no-service", test_no_service);
  test_add_no_service ("/command/usage/service-that-does-not-start",
                       test_service_that_does_not_start);
  test_add_no_service ("/command/usage/service-that-systemd-does-not-start",
                       test_service_that_systemd_does_not_start);
  test_add_no_service ("/command/usage/service-that-dies-before-it-answers",
                       test_service_that_dies_before_it_answers);
  test_add_no_service ("/command/usage/what-the-service-says-is-not-trusted",
                       test_what_the_service_says_is_not_trusted);
  test_add ("/command/usage/reader-who-leaves-is-no-failure", test_reader_who_leaves_is_no_failure);
  test_add ("/command/usage/output-that-fails-is-a-failure", test_output_that_fails_is_a_failure);
  test_add ("/command/usage/closed-standard-files", test_closed_standard_files);
  test_add ("/command/usage/utf8-whatever-the-locale", test_utf8_whatever_the_locale);
  test_add ("/command/usage/colours-only-on-a-terminal", test_colours_only_on_a_terminal);
  test_add ("/command/usage/no-control-character-on-a-terminal",
            test_no_control_character_on_a_terminal);
  test_add_no_service ("/command/usage/manual-says-what-help-says",
                       test_manual_says_what_help_says);
  test_add_no_service ("/command/usage/manual-of-the-daemon", test_manual_of_the_daemon);
  return g_test_run ();
}
