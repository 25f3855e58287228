/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the daemon does about a database that is not as it left it, or that another one has. The
 * files themselves are tested with the storage; here it is what a person and a client see.
 */

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "support/client.h"

#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Offsets in a database's header (SQLite, "Database File Format"), of big-endian 32 bit. */
#define USER_VERSION_OFFSET 60
#define APPLICATION_ID_OFFSET 68

static void
stop (TestSession *session, GSubprocess *daemon)
{
  test_process_end (daemon, SIGTERM);
  g_assert_cmpint (g_subprocess_get_exit_status (daemon), ==, 0);
  test_session_wait_for_no_owner (session);
}

/* A service has stored some topics there, and stopped. */
static TestSession *
session_with_topics (void)
{
  TestSession *session = test_session_new ();
  g_autoptr (GSubprocess) daemon = test_session_start_daemon (session, NULL);
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t%u", i);
      g_autofree char *filling = g_strnfill (1000, 'x');
      g_autofree char *text = g_strdup_printf ("\"%s\"", filling);

      test_client_write_with (client, topic, text, "{'durable': <false>}");
    }
  stop (session, daemon);
  return session;
}

static GBytes *
read_database (TestSession *session)
{
  g_autoptr (GError) error = NULL;
  char *text;
  gsize length;

  g_file_get_contents (test_session_get_database (session), &text, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (text, length);
}

static void
overwrite (TestSession *session, goffset offset, gconstpointer bytes, gsize length)
{
  int fd = open (test_session_get_database (session), O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, bytes, length, offset), ==, length);
  close (fd);
}

/* (nullable): the path of the file that was set aside. */
static char *
find_set_aside (TestSession *session)
{
  g_autofree char *folder = g_path_get_dirname (test_session_get_database (session));
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_prefix (name, "statesync.db.corrupt-") && !g_str_has_suffix (name, "-wal"))
        return g_build_filename (folder, name, NULL);
    }
  return NULL;
}

/* It is kept as it is under another name, and the log says so; the service starts empty. */
static void
assert_set_aside (TestSession *session)
{
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autoptr (GBytes) before = read_database (session);
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GSubprocess) daemon =
      test_session_spawn_daemon (session, G_SUBPROCESS_FLAGS_STDERR_PIPE, NULL);
  g_autofree char *owner G_GNUC_UNUSED = test_session_wait_for_owner (session, NULL);
  g_autofree char *path = find_set_aside (session);
  g_autofree char *errors = NULL;
  g_autofree char *what = NULL;
  g_autoptr (GError) error = NULL;
  char *text;
  gsize length;

  test_client_assert_snapshot (client, "t0", 0, "null");
  g_assert_cmpuint (test_client_write (client, "t0", "1"), ==, 1);

  g_assert_nonnull (path);
  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  after = g_bytes_new_take (text, length);
  g_assert_true (g_bytes_equal (before, after));

  g_subprocess_send_signal (daemon, SIGTERM);
  g_assert_cmpint (test_process_finish (daemon, NULL, &errors), ==, 0);
  what = g_strdup_printf ("The database “%s” is damaged (", test_session_get_database (session));
  g_assert_nonnull (strstr (errors, what));
  g_assert_nonnull (strstr (errors, path));
}

static void
test_garbage_is_set_aside (void)
{
  g_autoptr (TestSession) session = session_with_topics ();
  g_autofree char *garbage = g_strnfill (4096, '#');

  overwrite (session, 0, garbage, 4096);
  assert_set_aside (session);
}

static void
test_damaged_page_is_set_aside (void)
{
  g_autoptr (TestSession) session = session_with_topics ();
  g_autofree char *garbage = g_strnfill (4096, '#');

  overwrite (session, 2 * 4096, garbage, 4096);
  assert_set_aside (session);
}

static void
test_truncated_is_set_aside (void)
{
  g_autoptr (TestSession) session = session_with_topics ();

  g_assert_no_errno (truncate (test_session_get_database (session), 5 * 4096));
  assert_set_aside (session);
}

static void
assert_refused_and_untouched (TestSession *session, const char *reason)
{
  g_autoptr (GBytes) before = read_database (session);
  g_autoptr (GSubprocess) daemon =
      test_session_spawn_daemon (session, G_SUBPROCESS_FLAGS_STDERR_PIPE, NULL);
  g_autofree char *errors = NULL;
  g_autofree char *expected =
      g_strdup_printf ("statesyncd: The database “%s” is left untouched: %s\n",
                       test_session_get_database (session), reason);
  g_autoptr (GBytes) after = NULL;

  g_assert_cmpint (test_process_finish (daemon, NULL, &errors), ==, 1);
  g_assert_cmpstr (errors, ==, expected);
  after = read_database (session);
  g_assert_true (g_bytes_equal (before, after));
  g_assert_null (find_set_aside (session));
}

static void
test_newer_is_refused (void)
{
  g_autoptr (TestSession) session = session_with_topics ();
  guint32 version = GUINT32_TO_BE (1000);

  overwrite (session, USER_VERSION_OFFSET, &version, sizeof version);
  assert_refused_and_untouched (
      session, "a newer version of Statesync has written it: update, or use another file");
}

static void
test_foreign_is_refused (void)
{
  g_autoptr (TestSession) session = session_with_topics ();
  guint32 application_id = GUINT32_TO_BE (0x12345678);

  overwrite (session, APPLICATION_ID_OFFSET, &application_id, sizeof application_id);
  assert_refused_and_untouched (session, "it belongs to another application: use another file");
}

/* A client that calls a service that can't start is told so. */
static void
test_client_is_told_that_it_does_not_start (void)
{
  g_autoptr (TestSession) session = session_with_topics ();
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  guint32 version = GUINT32_TO_BE (1000);
  g_autoptr (GError) error = NULL;

  overwrite (session, USER_VERSION_OFFSET, &version, sizeof version);
  test_session_make_activatable (session, NULL);
  g_assert_null (test_client_call (client, "GetSnapshot", g_variant_new ("(s)", "t"), &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_SPAWN_CHILD_EXITED);
}

/* --- to replace a service --- */

/* Ends in failure and says so; the one that serves, serves on. */
static void
assert_does_not_replace (TestSession *session,
                         GSubprocess *daemon,
                         const char *database,
                         const char *reason)
{
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autofree char *option = g_strconcat ("--database=", database, NULL);
  g_autoptr (GSubprocess) other = test_session_spawn_daemon (
      session, G_SUBPROCESS_FLAGS_STDERR_PIPE, ARGS ("--replace", option));
  g_autofree char *pid = NULL;
  g_autofree char *errors = NULL;

  g_assert_cmpint (test_process_finish (other, NULL, &errors), ==, 1);
  if (strstr (errors, reason) == NULL)
    g_error ("not for “%s”: %s", reason, errors);
  test_client_write (client, "t0", "1");
  pid = g_strdup_printf ("%d", (int)test_session_get_owner_pid (session));
  g_assert_cmpstr (pid, ==, g_subprocess_get_identifier (daemon));
}

static void
test_replaces_only_if_it_can_serve (void)
{
  g_autoptr (TestSession) session = session_with_topics ();
  g_autoptr (TestSession) newer = session_with_topics ();
  g_autoptr (TestSession) foreign = session_with_topics ();
  g_autoptr (GSubprocess) daemon = test_session_start_daemon (session, NULL);
  g_autofree char *in_file =
      g_build_filename (test_session_get_database (session), "statesync.db", NULL);
  guint32 version = GUINT32_TO_BE (1000);
  guint32 application_id = GUINT32_TO_BE (0x12345678);

  overwrite (newer, USER_VERSION_OFFSET, &version, sizeof version);
  overwrite (foreign, APPLICATION_ID_OFFSET, &application_id, sizeof application_id);

  assert_does_not_replace (session, daemon, test_session_get_database (newer), "newer version");
  assert_does_not_replace (session, daemon, test_session_get_database (foreign), "another appl");
  assert_does_not_replace (session, daemon, test_session_get_folder (session), "it is a folder");
  assert_does_not_replace (session, daemon, "/dev/null", "it is no regular file");
  assert_does_not_replace (session, daemon, "/proc/none/statesync.db", "“/proc/none”: No such");
  assert_does_not_replace (session, daemon, in_file, "Not a directory");

  /* As if the one that serves were newer: it has stored that, and holds the database. */
  overwrite (session, USER_VERSION_OFFSET, &version, sizeof version);
  assert_does_not_replace (session, daemon, test_session_get_database (session), "newer version");
}

/* --- two services --- */

static char *
database_option (TestSession *session)
{
  return g_strconcat ("--database=", test_session_get_database (session), NULL);
}

static char *
waiting_message (TestSession *session)
{
  return g_strdup_printf ("Another service uses the database “%s”: waiting for it to stop, 10 s at "
                          "most\n",
                          test_session_get_database (session));
}

/* On two buses, so the name does not keep them apart: the file does. */
static void
test_two_services_never_open_one_database (void)
{
  g_autoptr (TestSession) session = session_with_topics ();
  g_autoptr (TestSession) other_session = test_session_new ();
  g_autoptr (GSubprocess) first G_GNUC_UNUSED = test_session_start_daemon (session, NULL);
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autofree char *option = database_option (session);
  g_autoptr (GSubprocess) second =
      test_session_spawn_daemon (other_session, G_SUBPROCESS_FLAGS_STDERR_PIPE, ARGS (option));
  g_autofree char *errors = NULL;
  g_autofree char *waits = waiting_message (session);
  g_autofree char *expected = g_strdup_printf (
      "statesyncd: The topics can't be opened (database “%s”): another service uses it: stop that "
      "one, or use another file\n",
      test_session_get_database (session));

  g_assert_cmpint (test_process_finish (second, NULL, &errors), ==, 1);
  g_assert_true (g_str_has_suffix (errors, expected));
  g_assert_nonnull (strstr (errors, waits));
  g_assert_null (strstr (strstr (errors, waits) + 1, waits));
  g_assert_cmpuint (test_client_write (client, "t0", "1"), ==, 2);
}

/* The first line that it logs. */
static void
assert_says_that_it_waits (GSubprocess *daemon, TestSession *session)
{
  g_autoptr (GDataInputStream) errors =
      g_data_input_stream_new (g_subprocess_get_stderr_pipe (daemon));
  g_autofree char *line = g_data_input_stream_read_line (errors, NULL, NULL, NULL);
  g_autofree char *waits = waiting_message (session);

  g_assert_true (g_str_has_suffix (line, g_strchomp (waits)));
}

/* The second one says at once that it waits for the first to stop, and has all that it stored. */
static void
test_second_service_waits_for_the_first (void)
{
  g_autoptr (TestSession) session = session_with_topics ();
  g_autoptr (TestSession) other_session = test_session_new ();
  g_autoptr (GSubprocess) first = test_session_start_daemon (session, NULL);
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autoptr (TestClient) other = test_client_new (test_session_get_address (other_session));
  g_autofree char *option = database_option (session);
  g_autofree char *owner = NULL;
  g_autoptr (GSubprocess) second =
      test_session_spawn_daemon (other_session, G_SUBPROCESS_FLAGS_STDERR_PIPE, ARGS (option));

  assert_says_that_it_waits (second, session);
  for (guint i = 2; i <= 100; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      g_assert_cmpuint (test_client_write (client, "t0", text), ==, i);
    }
  stop (session, first);
  owner = test_session_wait_for_owner (other_session, NULL);
  test_client_assert_snapshot (other, "t0", 100, "100");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/daemon/database/garbage-is-set-aside", test_garbage_is_set_aside);
  g_test_add_func ("/daemon/database/damaged-page-is-set-aside", test_damaged_page_is_set_aside);
  g_test_add_func ("/daemon/database/truncated-is-set-aside", test_truncated_is_set_aside);
  g_test_add_func ("/daemon/database/newer-is-refused", test_newer_is_refused);
  g_test_add_func ("/daemon/database/foreign-is-refused", test_foreign_is_refused);
  g_test_add_func ("/daemon/database/client-is-told-that-it-does-not-start",
                   test_client_is_told_that_it_does_not_start);
  g_test_add_func ("/daemon/database/replaces-only-if-it-can-serve",
                   test_replaces_only_if_it_can_serve);
  g_test_add_func ("/daemon/database/two-services-never-open-one-database",
                   test_two_services_never_open_one_database);
  g_test_add_func ("/daemon/database/second-service-waits-for-the-first",
                   test_second_service_waits_for_the_first);

  return g_test_run ();
}
