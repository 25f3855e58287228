/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/command-fixture.h"

#include <string.h>

void
fixture_set_up_no_service (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->client = test_client_new (test_session_get_address (self->session));
}

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  fixture_set_up_no_service (self, data);
  test_session_make_activatable (self->session, NULL);
}

void
fixture_clear (Fixture *self)
{
  test_client_free (self->client);
  test_session_free (self->session);
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  fixture_clear (self);
}

char *
fixture_write_file (Fixture *self, const char *name, const char *text)
{
  char *path = g_build_filename (test_session_get_folder (self->session), name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

int
fixture_run_program (
    Fixture *self, const char *input, char **out, char **err, const char *const *argv)
{
  GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  if (input != NULL)
    flags |= G_SUBPROCESS_FLAGS_STDIN_PIPE;
  process = test_session_spawn (self->session, flags, argv);
  g_subprocess_communicate_utf8 (process, input, NULL, out, err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process);
}

int
fixture_run_shell (Fixture *self, const char *line, char **out, char **err)
{
  g_autofree char *folder = g_strconcat ("FOLDER=", test_session_get_folder (self->session), NULL);

  return fixture_run_program (
      self, NULL, out, err,
      WORDS ("/usr/bin/env", "STATESYNC=" TEST_STATESYNC, folder, "TERM=xterm", "sh", "-c", line));
}

/* (transfer container) */
static GPtrArray *
make_argv (const char *const *words)
{
  GPtrArray *argv = g_ptr_array_new ();

  g_ptr_array_add (argv, (gpointer)TEST_STATESYNC);
  for (gsize i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)words[i]);
  g_ptr_array_add (argv, NULL);
  return argv;
}

int
fixture_run (Fixture *self, const char *input, char **out, char **err, const char *const *words)
{
  g_autoptr (GPtrArray) argv = make_argv (words);

  return fixture_run_program (self, input, out, err, (const char *const *)argv->pdata);
}

void
fixture_expect (Fixture *self,
                const char *input,
                int status,
                const char *out,
                const char *err,
                const char *const *words)
{
  g_autofree char *line = g_strjoinv (" ", (char **)words);
  g_autofree char *actual_out = NULL;
  g_autofree char *actual_err = NULL;
  int actual_status;

  g_test_message ("statesync %s", line);
  actual_status = fixture_run (self, input, &actual_out, &actual_err, words);
  if (out != NULL)
    g_assert_cmpstr (actual_out, ==, out);
  if (err != NULL)
    g_assert_cmpstr (actual_err, ==, err);
  g_assert_cmpint (actual_status, ==, status);
}

int
play_service (TestClient *client, StateSyncBusService *service)
{
  GDBusConnection *connection = test_client_get_connection (client);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;

  g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (service), connection,
                                    "/org/statesync/StateSync1", &error);
  g_assert_no_error (error);
  g_bus_own_name_on_connection (connection, "org.statesync.StateSync1", G_BUS_NAME_OWNER_FLAGS_NONE,
                                NULL, NULL, NULL, NULL);
  g_main_loop_run (loop);
  return 0;
}

GSubprocess *
fixture_start (Fixture *self, const char *const *words)
{
  g_autoptr (GPtrArray) argv = make_argv (words);

  return test_session_spawn (self->session,
                             G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                             (const char *const *)argv->pdata);
}

void
assert_line (GSubprocess *process, const char *expected)
{
  g_autofree char *line = test_role_read_line (process);

  g_assert_cmpstr (line, ==, expected);
}

/* The next line of its standard error; nothing else may read that. */
void
assert_error_line (GSubprocess *process, const char *expected)
{
  GInputStream *errors = g_subprocess_get_stderr_pipe (process);
  g_autoptr (GString) line = g_string_new (NULL);
  char c = '\0';

  while (c != '\n' && g_input_stream_read (errors, &c, 1, NULL, NULL) == 1)
    g_string_append_c (line, c);
  g_assert_cmpstr (line->str, ==, expected);
}

/* @signal_number: 0: it ends by itself */
void
assert_ends (GSubprocess *process, int signal_number, int status)
{
  if (signal_number != 0)
    g_subprocess_send_signal (process, signal_number);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, status);
}
