/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A janitor, a shell that waits for the end of a pipe whose other end only the test holds, ends
 * what was started in the session and removes the folder, also when the test was killed. It knows
 * its processes by their environment, in which the folder's name is: the bus starts the service
 * through two forks, so nothing that goes from parent to child reaches that far.
 */

#include "support/session.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#define SERVICE_NAME "org.statesync.StateSync1"
#define PORTAL_NAME "org.freedesktop.portal.StateSync"

struct _TestSession
{
  char *folder;
  char *address;
  char *database;
  char *daemon;
  char **env;
  GPtrArray *daemon_env; /* of "NAME=VALUE" */
  GPtrArray *processes;  /* of GSubprocess, all but the bus and the janitor */
  GSubprocess *janitor;
  GSubprocess *bus;
  GDBusConnection *connection;
  guint watch_id;
  char *owner;
};

/* --- processes --- */

static GSubprocess *
spawn (TestSession *self, GSubprocessFlags flags, const char *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_environ (launcher, self->env);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return process;
}

/* @argv runs with the environment of a user who is logged in here. */
GSubprocess *
test_session_spawn (TestSession *self, GSubprocessFlags flags, const char *const *argv)
{
  GSubprocess *process = spawn (self, flags, argv);

  g_ptr_array_add (self->processes, g_object_ref (process));
  return process;
}

/* The command line of the daemon in this session; @args (nullable) come last. */
static GPtrArray *
daemon_argv (TestSession *self, const char *const *args)
{
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (argv, g_strdup ("/usr/bin/env"));
  for (guint i = 0; i < self->daemon_env->len; i++)
    g_ptr_array_add (argv, g_strdup (g_ptr_array_index (self->daemon_env, i)));
  g_ptr_array_add (argv, g_strdup (self->daemon));
  for (guint i = 0; args != NULL && args[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (args[i]));
  g_ptr_array_add (argv, NULL);
  return argv;
}

GSubprocess *
test_session_spawn_daemon (TestSession *self, GSubprocessFlags flags, const char *const *args)
{
  g_autoptr (GPtrArray) argv = daemon_argv (self, args);

  return test_session_spawn (self, flags, (const char *const *)argv->pdata);
}

void
test_process_end (GSubprocess *process, int signal_number)
{
  g_subprocess_send_signal (process, signal_number);
  g_subprocess_wait (process, NULL, NULL);
}

/* As in proc(5). */
static char
get_state (GSubprocess *process)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/stat", g_subprocess_get_identifier (process));
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return strrchr (text, ')')[2];
}

void
test_process_wait_until_stopped (GSubprocess *process)
{
  while (get_state (process) != 'T')
    g_thread_yield ();
}

guint
test_pid_get_n_files (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", pid);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);
  guint n_files = 0;

  g_assert_no_error (error);
  while (g_dir_read_name (dir) != NULL)
    n_files++;
  return n_files;
}

guint
test_process_get_n_files (GSubprocess *process)
{
  return test_pid_get_n_files (atoi (g_subprocess_get_identifier (process)));
}

guint64
test_process_get_resident_kib (GSubprocess *process)
{
  static const char key[] = "VmRSS:";
  g_autofree char *path =
      g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (process));
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return g_ascii_strtoull (strstr (text, key) + strlen (key), NULL, 10);
}

int
test_process_finish (GSubprocess *process, char **output, char **errors)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_utf8 (process, NULL, NULL, output, errors, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process);
}

void
test_session_set_env (TestSession *self, const char *name, const char *value)
{
  g_ptr_array_add (self->daemon_env, g_strdup_printf ("%s=%s", name, value));
}

/* --- the service --- */

/* Of the program, for those who start it in their own way. */
const char *
test_daemon_get_path (void)
{
  return TEST_STATESYNCD;
}

/* What is started from now on in place of it. */
void
test_session_set_daemon (TestSession *self, const char *path)
{
  g_free (self->daemon);
  self->daemon = g_strdup (path);
}

static gboolean
has_portal (TestSession *self, const char *owner)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "GetNameOwner", g_variant_new ("(s)", PORTAL_NAME), G_VARIANT_TYPE ("(s)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  const char *portal_owner;

  if (answer == NULL)
    return FALSE;
  g_variant_get (answer, "(&s)", &portal_owner);
  return g_str_equal (portal_owner, owner);
}

/* It gets the sandbox-facing name after the other. */
GSubprocess *
test_session_start_daemon (TestSession *self, const char *const *args)
{
  g_autofree char *previous = g_strdup (self->owner);
  g_autofree char *owner = NULL;
  GSubprocess *daemon = test_session_spawn_daemon (self, G_SUBPROCESS_FLAGS_NONE, args);

  owner = test_session_wait_for_owner (self, previous);
  while (!has_portal (self, owner))
    g_thread_yield ();
  return daemon;
}

static void
write_service_file (TestSession *self, const char *name, GPtrArray *argv)
{
  g_autofree char *file = g_strconcat (name, ".service", NULL);
  g_autofree char *path = g_build_filename (self->folder, "data", "dbus-1", "services", file, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_string_printf (text, "[D-BUS Service]\nName=%s\nExec=", name);
  for (guint i = 0; argv->pdata[i] != NULL; i++)
    {
      g_autofree char *word = g_shell_quote (argv->pdata[i]);

      g_string_append_printf (text, i == 0 ? "%s" : " %s", word);
    }
  g_string_append_c (text, '\n');
  g_file_set_contents (path, text->str, -1, &error);
  g_assert_no_error (error);
}

/* From now on the bus starts the service when somebody calls it. */
void
test_session_make_activatable (TestSession *self, const char *const *args)
{
  g_autoptr (GPtrArray) argv = daemon_argv (self, args);
  g_autoptr (GError) error = NULL;

  write_service_file (self, SERVICE_NAME, argv);
  write_service_file (self, PORTAL_NAME, argv);

  /* The bus looks for new files by itself, but when it likes. */
  g_variant_unref (g_dbus_connection_call_sync (
      self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "ReloadConfig", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error));
  g_assert_no_error (error);
}

/* (transfer full): the owner's unique name. */
char *
test_session_wait_for_owner (TestSession *self, const char *previous)
{
  while (self->owner == NULL || g_strcmp0 (self->owner, previous) == 0)
    g_main_context_iteration (NULL, TRUE);
  return g_strdup (self->owner);
}

void
test_session_wait_for_no_owner (TestSession *self)
{
  while (self->owner != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static pid_t
get_owner_pid (TestSession *self, GError **error)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "GetConnectionUnixProcessID", g_variant_new ("(s)", SERVICE_NAME), G_VARIANT_TYPE ("(u)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
  guint32 pid = 0;

  if (answer != NULL)
    g_variant_get (answer, "(u)", &pid);
  return (pid_t)pid;
}

pid_t
test_session_get_owner_pid (TestSession *self)
{
  g_autoptr (GError) error = NULL;
  pid_t pid = get_owner_pid (self, &error);

  g_assert_no_error (error);
  return pid;
}

static void
on_owner_appeared (GDBusConnection *connection,
                   const char *name,
                   const char *owner,
                   gpointer user_data)
{
  TestSession *self = user_data;

  g_free (self->owner);
  self->owner = g_strdup (owner);
}

static void
on_owner_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  TestSession *self = user_data;

  g_clear_pointer (&self->owner, g_free);
}

/* --- the bus --- */

/* A connection like that of a process of its own. */
GDBusConnection *
test_bus_connect (const char *address)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection =
      g_dbus_connection_new_for_address_sync (address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
start_bus (TestSession *self)
{
  g_autofree char *address = g_strdup_printf ("--address=unix:path=%s/bus", self->folder);
  const char *argv[] = { "dbus-daemon", "--session",       "--nofork", "--nopidfile",
                         address,       "--print-address", NULL };
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GError) error = NULL;

  self->bus = spawn (self, G_SUBPROCESS_FLAGS_STDOUT_PIPE, argv);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->bus));
  self->address = g_data_input_stream_read_line_utf8 (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (self->address);
}

/* The bus goes away under all who are on it. */
void
test_session_end_bus (TestSession *self)
{
  test_process_end (self->bus, SIGKILL);
}

const char *
test_session_get_address (TestSession *self)
{
  return self->address;
}

/* --- the session --- */

/* Where everything is that the session keeps. */
const char *
test_session_get_folder (TestSession *self)
{
  return self->folder;
}

/* Where the service keeps its topics unless it is told otherwise. */
const char *
test_session_get_database (TestSession *self)
{
  return self->database;
}

static void
add_folder (TestSession *self, const char *variable, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  g_assert_no_errno (g_mkdir_with_parents (path, 0700));
  self->env = g_environ_setenv (self->env, variable, path, TRUE);
}

static void
set_up_environment (TestSession *self)
{
  g_autofree char *services = g_build_filename (self->folder, "data", "dbus-1", "services", NULL);
  g_autofree char *address = g_strdup_printf ("unix:path=%s/bus", self->folder);

  self->env = g_get_environ ();
  add_folder (self, "HOME", "home");
  add_folder (self, "XDG_DATA_HOME", "data");
  add_folder (self, "XDG_DATA_DIRS", "share");
  add_folder (self, "XDG_CONFIG_HOME", "config");
  add_folder (self, "XDG_CACHE_HOME", "cache");
  add_folder (self, "XDG_STATE_HOME", "state");
  add_folder (self, "XDG_RUNTIME_DIR", "run");
  g_assert_no_errno (g_mkdir_with_parents (services, 0700));
  self->env = g_environ_setenv (self->env, "DBUS_SESSION_BUS_ADDRESS", address, TRUE);
  self->env = g_environ_unsetenv (self->env, "G_MESSAGES_DEBUG");
  self->env = g_environ_setenv (self->env, "LC_ALL", "C.UTF-8", TRUE);
  self->database = g_build_filename (self->folder, "data", "statesync", "statesync.db", NULL);
}

/* Out of the process group of the test, which a test runner may kill as a whole. */
static void
outlive_test (gpointer user_data)
{
  setsid ();
}

static GSubprocess *
start_janitor (const char *folder)
{
  const char *argv[] = { "sh", "-c",
                         "cat\n"
                         "while pids=$(grep -lsF \"$0/\" /proc/[0-9]*/environ | cut -d/ -f3) &&\n"
                         "  [ -n \"$pids\" ]\n"
                         "do kill -KILL $pids\n"
                         "done\n"
                         "rm -rf -- \"$0\"",
                         folder, NULL };
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                 G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  GSubprocess *janitor;

  g_subprocess_launcher_set_child_setup (launcher, outlive_test, NULL, NULL);
  janitor = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return janitor;
}

TestSession *
test_session_new (void)
{
  TestSession *self = g_new0 (TestSession, 1);
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("statesync-test-XXXXXX", &error);
  g_assert_no_error (error);
  self->janitor = start_janitor (self->folder);
  self->daemon = g_strdup (TEST_STATESYNCD);
  self->daemon_env = g_ptr_array_new_with_free_func (g_free);
  self->processes = g_ptr_array_new_with_free_func (g_object_unref);

  set_up_environment (self);
  start_bus (self);
  self->connection = test_bus_connect (self->address);
  self->watch_id =
      g_bus_watch_name_on_connection (self->connection, SERVICE_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                      on_owner_appeared, on_owner_vanished, self, NULL);
  return self;
}

/* A service that the bus started is not a child of this process: it is told to stop, so that its
 * last words (a sanitizer's, say) are heard, and waited for. */
static void
end_service (TestSession *self)
{
  struct pollfd ended = { .events = POLLIN };
  pid_t pid = get_owner_pid (self, NULL);

  if (pid == 0)
    return;
  ended.fd = pidfd_open (pid, 0);
  if (ended.fd < 0)
    return;

  pidfd_send_signal (ended.fd, SIGTERM, NULL, 0);
  while (poll (&ended, 1, -1) < 0)
    g_assert_cmpint (errno, ==, EINTR);
  close (ended.fd);
}

void
test_session_free (TestSession *self)
{
  end_service (self);
  g_bus_unwatch_name (self->watch_id);
  for (guint i = 0; i < self->processes->len; i++)
    test_process_end (g_ptr_array_index (self->processes, i), SIGKILL);
  test_process_end (self->bus, SIGKILL);

  g_output_stream_close (g_subprocess_get_stdin_pipe (self->janitor), NULL, NULL);
  g_subprocess_wait (self->janitor, NULL, NULL);

  g_object_unref (self->connection);
  g_object_unref (self->janitor);
  g_object_unref (self->bus);
  g_ptr_array_unref (self->processes);
  g_ptr_array_unref (self->daemon_env);
  g_strfreev (self->env);
  g_free (self->owner);
  g_free (self->database);
  g_free (self->daemon);
  g_free (self->address);
  g_free (self->folder);
  g_free (self);
}
