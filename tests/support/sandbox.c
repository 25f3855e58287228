/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The root is a tmpfs. With the host's as root, bwrap would leave an empty `/.flatpak-info` there,
 * and from then on every process of the machine would look sandboxed. */

#include "support/sandbox.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INFO_PATH "/.flatpak-info"
#define HUGE_BYTES (2 * 1024 * 1024)

static const char *const root[] = {
  "bwrap",     "--die-with-parent",
  "--tmpfs",   "/",
  "--ro-bind", "/usr",
  "/usr",      "--symlink",
  "usr/lib",   "/lib",
  "--symlink", "usr/lib64",
  "/lib64",    "--symlink",
  "usr/bin",   "/bin",
  "--proc",    "/proc",
  "--dev",     "/dev",
  NULL,
};

static void
add_words (GPtrArray *argv, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (words[i]));
}

static void
add_bind (GPtrArray *argv, const char *source, const char *target)
{
  add_words (argv, (const char *const[]){ "--ro-bind", source, target, NULL });
}

/* (transfer full): in the session's folder. */
static char *
make_info_file (TestSession *session, const char *text, gssize length)
{
  g_autofree char *uuid = g_uuid_string_random ();
  char *path = g_build_filename (test_session_get_folder (session), uuid, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, length, &error);
  g_assert_no_error (error);
  return path;
}

/* (transfer full): of a terminal that stays for as long as this process runs. */
static char *
make_terminal (const char *text)
{
  static const char end_of_file = '\4';
  int keyboard = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  char path[64];

  g_assert_cmpint (keyboard, >=, 0);
  g_assert_no_errno (grantpt (keyboard));
  g_assert_no_errno (unlockpt (keyboard));
  g_assert_no_errno (ptsname_r (keyboard, path, sizeof path));
  g_assert_cmpint (write (keyboard, text, strlen (text)), ==, (gssize)strlen (text));
  g_assert_cmpint (write (keyboard, &end_of_file, 1), ==, 1);
  return g_strdup (path);
}

static void
add_info (GPtrArray *argv, TestSession *session, TestInfo info, const char *text)
{
  g_autofree char *file = make_info_file (session, text != NULL ? text : "", -1);
  g_autofree char *path = g_strconcat (file, ".info", NULL);
  g_autofree char *huge = NULL;

  switch (info)
    {
    case TEST_INFO_NONE:
      break;

    case TEST_INFO_FILE:
      add_bind (argv, file, INFO_PATH);
      break;

    case TEST_INFO_HUGE:
      huge = g_strnfill (HUGE_BYTES, '\n');
      memcpy (huge, text, strlen (text));
      g_free (path);
      path = make_info_file (session, huge, HUGE_BYTES);
      add_bind (argv, path, INFO_PATH);
      break;

    case TEST_INFO_FIFO:
      g_assert_no_errno (mkfifo (path, 0600));
      add_bind (argv, path, INFO_PATH);
      break;

    case TEST_INFO_TERMINAL:
      g_free (path);
      path = make_terminal (text);
      add_words (argv, (const char *const[]){ "--dev-bind", path, INFO_PATH, NULL });
      break;

    case TEST_INFO_FOLDER:
      add_words (argv, (const char *const[]){ "--dir", INFO_PATH, NULL });
      break;

    case TEST_INFO_SYMLINK:
      add_bind (argv, file, "/info");
      add_words (argv, (const char *const[]){ "--symlink", "/info", INFO_PATH, NULL });
      break;

    case TEST_INFO_UNREADABLE:
      /* At its beginning no process has memory, so reading fails, for root too. */
      g_free (path);
      path = g_strdup_printf ("/proc/%d/mem", (int)getpid ());
      add_bind (argv, path, INFO_PATH);
      break;
    }
}

gboolean
test_sandbox_can_be (void)
{
  g_autofree char *program = g_find_program_in_path (root[0]);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GSubprocess) attempt = NULL;

  add_words (argv, root);
  g_ptr_array_add (argv, g_strdup ("true"));
  g_ptr_array_add (argv, NULL);
  if (program != NULL)
    attempt = g_subprocess_newv ((const char *const *)argv->pdata,
                                 G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);
  if (attempt != NULL && g_subprocess_wait_check (attempt, NULL, NULL))
    return TRUE;

  g_test_skip ("bwrap can't make a sandbox here");
  return FALSE;
}

GSubprocess *
test_sandbox_spawn_with (TestSession *session,
                         TestInfo info,
                         const char *text,
                         const char *const *options,
                         GSubprocessFlags flags,
                         const char *const *argv)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  add_words (words, root);
  add_bind (words, TEST_BUILD_ROOT, TEST_BUILD_ROOT);
  add_bind (words, g_test_get_dir (G_TEST_DIST), g_test_get_dir (G_TEST_DIST));
  add_info (words, session, info, text);
  add_words (words, options);
  add_words (words, argv);
  g_ptr_array_add (words, NULL);
  return test_session_spawn (session, flags, (const char *const *)words->pdata);
}

GSubprocess *
test_sandbox_spawn (TestSession *session, TestInfo info, const char *text, const char *const *argv)
{
  const char *folder = test_session_get_folder (session);

  return test_sandbox_spawn_with (
      session, info, text, (const char *const[]){ "--bind", folder, folder, NULL },
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, argv);
}

/* bwrap waits for what it has started, outside and, as the first process there, inside. */
pid_t
test_sandbox_get_pid (GSubprocess *process)
{
  pid_t pid = atoi (g_subprocess_get_identifier (process));

  for (;;)
    {
      g_autofree char *path = g_strdup_printf ("/proc/%d/task/%d/children", pid, pid);
      g_autofree char *children = NULL;

      g_assert_true (g_file_get_contents (path, &children, NULL, NULL));
      if (children[0] == '\0')
        return pid;
      pid = atoi (children);
    }
}
