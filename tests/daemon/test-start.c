/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How the daemon starts, or says in one line why it can't, by its exit status and its output. */

#include <signal.h>
#include <string.h>

#include "support/client.h"

#define EXIT_USAGE 2

typedef struct
{
  int status;
  char *output;
  char *errors;
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_free (outcome->output);
  g_free (outcome->errors);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static Outcome
run (TestSession *session, const char *const *args)
{
  g_autoptr (GSubprocess) daemon = test_session_spawn_daemon (
      session, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, args);
  Outcome outcome;

  outcome.status = test_process_finish (daemon, &outcome.output, &outcome.errors);
  return outcome;
}

/* Exactly one line, which begins and ends so. */
static void
assert_one_line (const char *text, const char *start, const char *end)
{
  g_autofree char *full_end = g_strconcat (end, "\n", NULL);

  if (!g_str_has_prefix (text, start) || !g_str_has_suffix (text, full_end) ||
      strchr (text, '\n') != text + strlen (text) - 1)
    g_error ("not one line from “%s” to “%s”: %s", start, end, text);
}

static void
assert_refuses (
    TestSession *session, const char *const *args, int status, const char *start, const char *end)
{
  g_auto (Outcome) outcome = run (session, args);

  assert_one_line (outcome.errors, start, end);
  g_assert_cmpstr (outcome.output, ==, "");
  g_assert_cmpint (outcome.status, ==, status);
}

#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* --- the command line --- */

static void
test_version (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_auto (Outcome) outcome = run (session, ARGS ("--version"));

  g_assert_cmpstr (outcome.output, ==, "statesyncd " STATESYNC_VERSION "\n");
  g_assert_cmpstr (outcome.errors, ==, "");
  g_assert_cmpint (outcome.status, ==, 0);
}

static void
test_help (void)
{
  static const char *const options[] = {
    "--replace",      "--database=PATH", "--max-data-size=BYTES",
    "--idle-timeout", "--verbose",       "--version"
  };
  g_autoptr (TestSession) session = test_session_new ();
  g_auto (Outcome) outcome = run (session, ARGS ("--help"));

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    g_assert_nonnull (strstr (outcome.output, options[i]));
  g_assert_cmpint (outcome.status, ==, 0);
}

static void
test_output_that_fails (void)
{
  static const char *const options[] = { "--help", "-h", "--version" };
  g_autoptr (TestSession) session = test_session_new ();

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autoptr (GSubprocess) daemon = test_session_spawn (
          session, G_SUBPROCESS_FLAGS_STDERR_PIPE,
          ARGS ("sh", "-c", "exec \"$0\" \"$1\" > /dev/full", test_daemon_get_path (), options[i]));
      g_autofree char *errors = NULL;

      g_assert_cmpint (test_process_finish (daemon, NULL, &errors), ==, 1);
      g_assert_cmpstr (errors, ==, "statesyncd: The output could not be written\n");
    }
}

static void
test_bad_options (void)
{
  static const char end[] = "; see statesyncd --help";
  g_autoptr (TestSession) session = test_session_new ();

  assert_refuses (session, ARGS ("--frobnicate"), EXIT_USAGE, "statesyncd: Unknown option --frob",
                  end);
  assert_refuses (session, ARGS ("/tmp/statesync.db"), EXIT_USAGE,
                  "statesyncd: Unexpected argument “/tmp/statesync.db”", end);
  assert_refuses (session, ARGS ("--idle-timeout=-1"), EXIT_USAGE,
                  "statesyncd: --idle-timeout takes a number from 0 to ", end);
  assert_refuses (session, ARGS ("--idle-timeout=soon"), EXIT_USAGE, "statesyncd: ", end);
  assert_refuses (session, ARGS ("--max-data-size=0"), EXIT_USAGE,
                  "statesyncd: --max-data-size takes a number from 1 to 67108864", end);
  assert_refuses (session, ARGS ("--max-data-size=67108865"), EXIT_USAGE,
                  "statesyncd: --max-data-size takes a number from 1 to 67108864", end);
  assert_refuses (session, ARGS ("--database="), EXIT_USAGE,
                  "statesyncd: --database takes the path of a file", end);
}

/* --- what is on the bus --- */

static void
test_no_bus (void)
{
  g_autoptr (TestSession) session = test_session_new ();

  test_session_set_env (session, "DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
  assert_refuses (session, NULL, 1,
                  "statesyncd: No session bus to serve on; start one or set "
                  "DBUS_SESSION_BUS_ADDRESS: ",
                  "");
}

static void
test_another_has_the_name (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (GSubprocess) first G_GNUC_UNUSED = test_session_start_daemon (session, NULL);
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));

  assert_refuses (session, NULL, 1,
                  "statesyncd: Another service has the name org.statesync.StateSync1 on this bus",
                  ": stop it, or start with --replace");
  assert_refuses (session, ARGS ("--database=/nowhere"), 1,
                  "statesyncd: Another service has the name org.statesync.StateSync1 on this bus",
                  ": stop it, or start with --replace");
  g_assert_cmpuint (test_client_write (client, "t", "1"), ==, 1);
}

/* A bus that gives nobody the name: its address. */
static char *
start_strict_bus (TestSession *session)
{
  static const char config[] =
      "<busconfig><include>/usr/share/dbus-1/session.conf</include><policy context='mandatory'>"
      "<deny own='org.statesync.StateSync1'/></policy></busconfig>";
  const char *folder = test_session_get_folder (session);
  g_autofree char *path = g_build_filename (folder, "strict.conf", NULL);
  g_autofree char *config_option = g_strconcat ("--config-file=", path, NULL);
  g_autofree char *address_option = g_strdup_printf ("--address=unix:path=%s/strict", folder);
  g_autoptr (GSubprocess) bus = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, config, -1, &error);
  g_assert_no_error (error);
  bus = test_session_spawn (
      session, G_SUBPROCESS_FLAGS_STDOUT_PIPE,
      ARGS ("dbus-daemon", config_option, address_option, "--nofork", "--print-address"));
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (bus));
  return g_data_input_stream_read_line_utf8 (output, NULL, NULL, &error);
}

static void
test_bus_does_not_give_the_name (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autofree char *address = start_strict_bus (session);

  test_session_set_env (session, "DBUS_SESSION_BUS_ADDRESS", address);
  assert_refuses (session, NULL, 1,
                  "statesyncd: The bus does not give the name org.statesync.StateSync1: ", "");
  assert_refuses (session, ARGS ("--replace"), 1,
                  "statesyncd: The bus does not give the name org.statesync.StateSync1: ", "");
}

/* --- what is on the disk --- */

static void
test_no_folder (void)
{
  g_autoptr (TestSession) session = test_session_new ();

  assert_refuses (session, ARGS ("--database=/dev/null/statesync/statesync.db"), 1,
                  "statesyncd: The database's folder “/dev/null/statesync”",
                  ": check that path and the permissions along it");
  assert_refuses (session, ARGS ("--replace", "--database=/dev/null/statesync/statesync.db"), 1,
                  "statesyncd: The database's folder “/dev/null/statesync”",
                  ": check that path and the permissions along it");
}

/* Where SQLite would see an order of its own. */
static void
test_names_that_mean_something_to_sqlite (void)
{
  static const char *const names[] = { ":memory:", "file:x?mode=memory" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (TestSession) session = test_session_new ();
      g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
      g_autofree char *option = g_strconcat ("--database=", names[i], NULL);
      g_autofree char *path = g_build_filename (test_session_get_folder (session), names[i], NULL);
      g_autofree char *folder_option =
          g_strconcat ("--chdir=", test_session_get_folder (session), NULL);
      g_autofree char *owner = NULL;
      g_autoptr (GSubprocess) daemon G_GNUC_UNUSED =
          test_session_spawn (session, G_SUBPROCESS_FLAGS_NONE,
                              ARGS ("env", folder_option, test_daemon_get_path (), option));

      owner = test_session_wait_for_owner (session, NULL);
      g_assert_cmpuint (test_client_write (client, "t", "1"), ==, 1);
      g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
    }
}

/* --- what it says --- */

static void
test_says_little_by_default (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autoptr (GSubprocess) daemon =
      test_session_spawn_daemon (session, G_SUBPROCESS_FLAGS_STDERR_PIPE, NULL);
  g_autofree char *owner G_GNUC_UNUSED = test_session_wait_for_owner (session, NULL);
  g_autofree char *errors = NULL;

  test_client_write (client, "t", "1");
  g_subprocess_send_signal (daemon, SIGTERM);
  g_assert_cmpint (test_process_finish (daemon, NULL, &errors), ==, 0);
  g_assert_nonnull (strstr (errors, "serving "));
  g_assert_null (strstr (errors, "topic"));
}

static void
test_verbose_tells_changes_and_refusals (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autoptr (GSubprocess) daemon =
      test_session_spawn_daemon (session, G_SUBPROCESS_FLAGS_STDERR_PIPE, ARGS ("--verbose"));
  g_autofree char *owner G_GNUC_UNUSED = test_session_wait_for_owner (session, NULL);
  g_autofree char *errors = NULL;

  test_client_write (client, "t", "1");
  test_client_assert_refused (client, "Write", test_client_write_args ("t", "x", NULL),
                              STATE_SYNC_ERROR_INVALID_DATA, NULL);
  g_subprocess_send_signal (daemon, SIGTERM);
  g_assert_cmpint (test_process_finish (daemon, NULL, &errors), ==, 0);
  g_assert_nonnull (strstr (errors, "topic “t” is at revision 1\n"));
  g_assert_nonnull (strstr (errors, " is refused: Data for topic “t” is refused at byte 0: "));
}

/* A caller can't make lines of its own in the log, or talk to the terminal that shows it. */
static void
test_one_line_for_each_refusal (void)
{
  static const char name[] = "a\nb\033[31m\xc2\x9b";
  static const char quoted[] = " is refused: Topic name “a\\u000ab\\u001b[31m\\u009b” is refused: "
                               "it contains a control character; leave it out\n";
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autoptr (GSubprocess) daemon =
      test_session_spawn_daemon (session, G_SUBPROCESS_FLAGS_STDERR_PIPE, ARGS ("--verbose"));
  g_autofree char *owner G_GNUC_UNUSED = test_session_wait_for_owner (session, NULL);
  g_autofree char *errors = NULL;
  const char *found;

  test_client_assert_refused (client, "Write", test_client_write_args (name, "1", NULL),
                              STATE_SYNC_ERROR_INVALID_TOPIC, NULL);
  test_client_assert_refused (client, "ListTopics", g_variant_new ("(s)", name),
                              STATE_SYNC_ERROR_INVALID_TOPIC, NULL);
  g_subprocess_send_signal (daemon, SIGTERM);
  g_assert_cmpint (test_process_finish (daemon, NULL, &errors), ==, 0);
  found = strstr (errors, quoted);
  g_assert_nonnull (found);
  g_assert_nonnull (strstr (found + 1, quoted));
}

/* --- started by the bus --- */

static void
count_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED = test_client_call_finish (result, &error);
  guint *n_answers = user_data;

  g_assert_no_error (error);
  (*n_answers)++;
}

/* Either name is called, both at once: the bus starts two services, of which one serves. */
static void
test_both_names_are_called_at_once (void)
{
  for (guint round = 0; round < 5; round++)
    {
      g_autoptr (TestSession) session = test_session_new ();
      g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
      g_autoptr (TestClient) app = test_client_new (test_session_get_address (session));
      guint n_answers = 0;

      test_client_use_portal (app);
      test_session_make_activatable (session, NULL);
      test_client_call_async (round % 2 == 0 ? app : client, "GetSnapshot",
                              g_variant_new ("(s)", "t"), count_answer, &n_answers);
      test_client_call_async (round % 2 == 0 ? client : app, "GetSnapshot",
                              g_variant_new ("(s)", "t"), count_answer, &n_answers);
      while (n_answers < 2)
        g_main_context_iteration (NULL, TRUE);

      test_client_write (app, "t", "1");
      test_client_assert_snapshot (client, "t", 1, "1");
    }
}

/* --- how it is started --- */

/* Nothing that it opens, the database above all, gets a number that is written to as output. */
static void
test_closed_standard_files (void)
{
  g_autoptr (TestSession) session = test_session_new ();
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autoptr (GSubprocess) daemon = test_session_spawn (
      session, G_SUBPROCESS_FLAGS_NONE,
      ARGS ("sh", "-c", "exec \"$0\" --verbose <&- >&- 2>&-", test_daemon_get_path ()));
  g_autofree char *owner G_GNUC_UNUSED = test_session_wait_for_owner (session, NULL);

  for (guint fd = 0; fd <= 2; fd++)
    {
      g_autofree char *link =
          g_strdup_printf ("/proc/%s/fd/%u", g_subprocess_get_identifier (daemon), fd);
      g_autofree char *target = g_file_read_link (link, NULL);

      g_assert_cmpstr (target, ==, "/dev/null");
    }
  g_assert_cmpuint (test_client_write (client, "t", "1"), ==, 1);
  g_subprocess_send_signal (daemon, SIGTERM);
  g_assert_cmpint (test_process_finish (daemon, NULL, NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/daemon/start/version", test_version);
  g_test_add_func ("/daemon/start/help", test_help);
  g_test_add_func ("/daemon/start/output-that-fails", test_output_that_fails);
  g_test_add_func ("/daemon/start/bad-options", test_bad_options);
  g_test_add_func ("/daemon/start/no-bus", test_no_bus);
  g_test_add_func ("/daemon/start/another-has-the-name", test_another_has_the_name);
  g_test_add_func ("/daemon/start/bus-does-not-give-the-name", test_bus_does_not_give_the_name);
  g_test_add_func ("/daemon/start/no-folder", test_no_folder);
  g_test_add_func ("/daemon/start/names-that-mean-something-to-sqlite",
                   test_names_that_mean_something_to_sqlite);
  g_test_add_func ("/daemon/start/says-little-by-default", test_says_little_by_default);
  g_test_add_func ("/daemon/start/verbose-tells-changes-and-refusals",
                   test_verbose_tells_changes_and_refusals);
  g_test_add_func ("/daemon/start/one-line-for-each-refusal", test_one_line_for_each_refusal);
  g_test_add_func ("/daemon/start/both-names-are-called-at-once",
                   test_both_names_are_called_at_once);
  g_test_add_func ("/daemon/start/closed-standard-files", test_closed_standard_files);

  return g_test_run ();
}
