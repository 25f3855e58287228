/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Real processes, in real sandboxes and out of them, looked at by their id or their pidfd. */

#include "access/peer-process.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/role.h"
#include "support/sandbox.h"

#define APP "org.example.App"

typedef struct
{
  TestSession *session;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_session_free (self->session);
}

/* --- looks --- */

/* What is seen of a process: an application id, "host", or "" for unknown. */
static char *
look (pid_t pid, int pidfd, const char *label)
{
  StateSyncCredentials credentials = { geteuid (), pid, pidfd, (char *)label };
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncIdentity) identity = state_sync_peer_process_identify (&credentials, &error);

  if (identity == NULL)
    {
      g_test_message ("%s", error->message);
      return g_strdup ("");
    }
  g_assert_no_error (error);
  if (state_sync_identity_get_kind (identity) == STATE_SYNC_IDENTITY_KIND_HOST)
    return g_strdup ("host");
  g_assert_cmpint (state_sync_identity_get_kind (identity), ==, STATE_SYNC_IDENTITY_KIND_APP);
  return g_strdup (state_sync_identity_get_application_id (identity));
}

static void
assert_seen (pid_t pid, const char *expected)
{
  g_autofree char *by_id = look (pid, -1, NULL);
  g_autofree char *by_pidfd = NULL;
  int pidfd = pidfd_open (pid, 0);

  g_assert_cmpint (pidfd, >=, 0);
  by_pidfd = look (pid, pidfd, NULL);
  close (pidfd);
  g_assert_cmpstr (by_id, ==, expected);
  g_assert_cmpstr (by_pidfd, ==, expected);
}

/* A shell that says its id and waits. */
static const char *const waiter[] = { "sh", "-c", "echo $$; read line; echo", NULL };

static pid_t
get_waiter_pid (GSubprocess *process)
{
  g_autofree char *line = test_role_read_line (process);

  g_assert_nonnull (line);
  return (pid_t)atoi (line);
}

/* --- Flatpak --- */

static const struct
{
  const char *name;
  TestInfo info;
  const char *text;
  const char *seen;
} sandboxes[] = {
  { "app", TEST_INFO_FILE, TEST_INFO_OF (APP), APP },
  { "no-flatpak", TEST_INFO_NONE, NULL, "host" },
  { "empty", TEST_INFO_FILE, "", "" },
  { "no-id", TEST_INFO_FILE, "[Application]\n", "" },
  { "huge", TEST_INFO_HUGE, TEST_INFO_OF (APP), "" },
  { "fifo", TEST_INFO_FIFO, NULL, "" },
  { "terminal", TEST_INFO_TERMINAL, TEST_INFO_OF (APP), "" },
  { "folder", TEST_INFO_FOLDER, NULL, "" },
  { "symlink", TEST_INFO_SYMLINK, TEST_INFO_OF (APP), "" },
  { "unreadable", TEST_INFO_UNREADABLE, NULL, "" },
};

static void
test_sandboxes (Fixture *self, gconstpointer data)
{
  if (!test_sandbox_can_be ())
    return;

  for (guint i = 0; i < G_N_ELEMENTS (sandboxes); i++)
    {
      g_autoptr (GSubprocess) process =
          test_sandbox_spawn (self->session, sandboxes[i].info, sandboxes[i].text, waiter);

      g_test_message ("%s", sandboxes[i].name);
      assert_seen (get_waiter_pid (process), sandboxes[i].seen);
    }
}

static void
test_host (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) process = test_session_spawn (
      self->session, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, waiter);

  assert_seen (getpid (), "host");
  assert_seen (get_waiter_pid (process), "host");
}

/* What it runs, how it is called and what is in its environment is its own to say. */
static void
test_disguise (Fixture *self, gconstpointer data)
{
  static const char *const disguised[] = {
    "env", "FLATPAK_ID=org.example.Other", "SNAP_NAME=other",   "sh",
    "-c",  "echo $$; read line; echo",     "org.example.Other", NULL
  };
  g_autoptr (GSubprocess) process = NULL;

  if (!test_sandbox_can_be ())
    return;
  process = test_sandbox_spawn (self->session, TEST_INFO_FILE, TEST_INFO_OF (APP), disguised);
  assert_seen (get_waiter_pid (process), APP);
}

/* --- snaps --- */

static void
test_label (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *snap = look (getpid (), -1, "snap.firefox.firefox (enforce)");
  g_autofree char *classic = look (getpid (), -1, "snap.code.code (complain)");
  g_autofree char *other = look (getpid (), -1, "/usr/bin/evince (enforce)");
  g_autofree char *both = NULL;

  g_assert_cmpstr (snap, ==, "snap.firefox");
  g_assert_cmpstr (classic, ==, "host");
  g_assert_cmpstr (other, ==, "host");

  if (!test_sandbox_can_be ())
    return;

  /* A Flatpak that was started from a terminal in a classic snap. */
  process = test_sandbox_spawn (self->session, TEST_INFO_FILE, TEST_INFO_OF (APP), waiter);
  both = look (get_waiter_pid (process), -1, "snap.code.code (complain)");
  g_assert_cmpstr (both, ==, APP);
}

/* Makes a control group and moves the process into it. */
static char *
move_to_cgroup (const char *parent, const char *name, pid_t pid)
{
  g_autofree char *folder = g_build_filename (parent, name, NULL);
  g_autofree char *members = g_build_filename (folder, "cgroup.procs", NULL);
  g_autofree char *id = g_strdup_printf ("%d", (int)pid);
  int file;

  if (g_mkdir (folder, 0755) < 0)
    return NULL;

  file = open (members, O_WRONLY | O_CLOEXEC);
  if (file >= 0 && write (file, id, strlen (id)) == (gssize)strlen (id))
    {
      close (file);
      return g_steal_pointer (&folder);
    }
  if (file >= 0)
    close (file);
  g_rmdir (folder);
  return NULL;
}

static void
assert_seen_in_cgroup (Fixture *self, const char *parent, const char *name, const char *expected)
{
  g_autoptr (GSubprocess) process = test_session_spawn (
      self->session, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, waiter);
  pid_t pid = get_waiter_pid (process);
  g_autofree char *folder = move_to_cgroup (parent, name, pid);

  if (folder == NULL)
    {
      g_test_skip ("no control group can be made here");
      return;
    }
  assert_seen (pid, expected);
  test_process_end (process, SIGKILL);
  g_assert_no_errno (g_rmdir (folder));
}

static void
test_cgroup (Fixture *self, gconstpointer data)
{
  const char *unified = "/sys/fs/cgroup/unified";
  g_autofree char *scope = g_strdup_printf ("snap.firefox.firefox-%d.scope", (int)getpid ());
  g_autofree char *slice = g_strdup_printf ("statesync-test-%d.slice", (int)getpid ());

  if (!g_file_test (unified, G_FILE_TEST_IS_DIR))
    unified = "/sys/fs/cgroup";
  assert_seen_in_cgroup (self, unified, scope, "snap.firefox");
  assert_seen_in_cgroup (self, unified, slice, "host");
}

/* --- other users, the dead, and the half dead --- */

static void
test_other_user (Fixture *self, gconstpointer data)
{
  StateSyncCredentials credentials = { geteuid () + 1, getpid (), -1, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncIdentity) identity = state_sync_peer_process_identify (&credentials, &error);

  g_assert_null (identity);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
}

/* As if the id were another process's now: this one, which is the host's. */
static void
test_reused_id (Fixture *self, gconstpointer data)
{
  g_autofree char *dead = NULL;
  g_autofree char *mine = NULL;
  pid_t pid = fork ();
  int pidfd;

  if (pid == 0)
    _exit (0);
  g_assert_cmpint (pid, >, 0);
  pidfd = pidfd_open (pid, 0);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);

  dead = look (getpid (), pidfd, NULL);
  g_assert_cmpstr (dead, ==, "");
  close (pidfd);

  mine = look (pid, -1, NULL);
  g_assert_cmpstr (mine, ==, "");
}

/* The process that connected, not the one that has its number. */
static void
test_pidfd_before_id (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *seen = NULL;
  int pidfd;

  if (!test_sandbox_can_be ())
    return;
  process = test_sandbox_spawn (self->session, TEST_INFO_FILE, TEST_INFO_OF (APP), waiter);
  pidfd = pidfd_open (get_waiter_pid (process), 0);
  seen = look (getpid (), pidfd, NULL);
  close (pidfd);
  g_assert_cmpstr (seen, ==, APP);
}

/* Has no root: nothing is found there, and that says nothing. */
static void
test_zombie (Fixture *self, gconstpointer data)
{
  g_autofree char *by_id = NULL;
  pid_t pid = fork ();
  siginfo_t info;

  if (pid == 0)
    _exit (0);
  g_assert_cmpint (pid, >, 0);
  g_assert_no_errno (waitid (P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));

  by_id = look (pid, -1, NULL);
  g_assert_cmpstr (by_id, ==, "");
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
}

static void *
tell_and_wait (void *out)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/stat", (int)getpid ());

  /* Until the first thread has ended. */
  for (;;)
    {
      g_autofree char *stat = NULL;

      g_file_get_contents (path, &stat, NULL, NULL);
      if (stat != NULL && strrchr (stat, ')')[2] == 'Z')
        break;
    }
  if (write (GPOINTER_TO_INT (out), "x", 1) != 1)
    _exit (1);
  for (;;)
    pause ();
}

static void
test_first_thread_ended (Fixture *self, gconstpointer data)
{
  g_autofree char *seen = NULL;
  int pipe_ends[2];
  pid_t pid;
  char c;

  g_assert_no_errno (pipe (pipe_ends));
  pid = fork ();
  if (pid == 0)
    {
      pthread_t thread;

      pthread_create (&thread, NULL, tell_and_wait, GINT_TO_POINTER (pipe_ends[1]));
      pthread_exit (NULL);
    }
  g_assert_cmpint (pid, >, 0);
  g_assert_cmpint (read (pipe_ends[0], &c, 1), ==, 1);

  seen = look (pid, -1, NULL);
  g_assert_cmpstr (seen, ==, "");
  kill (pid, SIGKILL);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  close (pipe_ends[0]);
  close (pipe_ends[1]);
}

/* Of a process that may not be traced nothing is seen. Root may trace anything, so this is done as
 * somebody else. */
static void
look_as_nobody (int in, int out)
{
  g_autofree char *seen = NULL;
  pid_t pid;

  if (geteuid () == 0 && (setgid (65534) < 0 || setuid (65534) < 0))
    _exit (2);
  prctl (PR_SET_DUMPABLE, 1);

  pid = fork ();
  if (pid == 0)
    {
      prctl (PR_SET_DUMPABLE, 0);
      if (write (out, "x", 1) != 1)
        _exit (1);
      for (;;)
        pause ();
    }
  if (pid < 0 || read (in, &(char){ 0 }, 1) != 1)
    _exit (3);

  seen = look (pid, -1, NULL);
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  _exit (g_str_equal (seen, "") ? 0 : 4);
}

static void
test_untraceable (Fixture *self, gconstpointer data)
{
  int pipe_ends[2];
  int status;
  pid_t pid;

  g_assert_no_errno (pipe (pipe_ends));
  pid = fork ();
  if (pid == 0)
    look_as_nobody (pipe_ends[0], pipe_ends[1]);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  close (pipe_ends[0]);
  close (pipe_ends[1]);
}

int
main (int argc, char *argv[])
{
#define TEST(name, func)                                                                           \
  g_test_add ("/access/peer-process/" name, Fixture, NULL, set_up, func, tear_down)

  g_test_init (&argc, &argv, NULL);

  TEST ("sandboxes", test_sandboxes);
  TEST ("host", test_host);
  TEST ("disguise", test_disguise);
  TEST ("label", test_label);
  TEST ("cgroup", test_cgroup);
  TEST ("other-user", test_other_user);
  TEST ("reused-id", test_reused_id);
  TEST ("pidfd-before-id", test_pidfd_before_id);
  TEST ("zombie", test_zombie);
  TEST ("first-thread-ended", test_first_thread_ended);
  TEST ("untraceable", test_untraceable);

#undef TEST
  return g_test_run ();
}
