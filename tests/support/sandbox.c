/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The root is on a tmpfs: with the real one bwrap would leave an empty /.flatpak-info behind there.
 */

#include "support/sandbox.h"

#include <stdlib.h>
#include <string.h>

#define BUS_IN_SANDBOX "/run/flatpak/bus"

static guint n_sandboxes;

/* --- what it takes --- */

static void
add (GPtrArray *argv, ...)
{
  va_list words;
  const char *word;

  va_start (words, argv);
  while ((word = va_arg (words, const char *)) != NULL)
    g_ptr_array_add (argv, g_strdup (word));
  va_end (words);
}

static GPtrArray *
begin_argv (void)
{
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);

  add (argv, "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--tmpfs", "/",
       "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64",
       "/lib64", "--symlink", "usr/bin", "/bin", "--proc", "/proc", "--dev", "/dev", NULL);
  return argv;
}

gboolean
test_sandbox_can_be (void)
{
  static const char *const programs[] = { "bwrap", "xdg-dbus-proxy" };
  g_autoptr (GPtrArray) argv = begin_argv ();
  g_autoptr (GSubprocess) attempt = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autofree char *path = g_find_program_in_path (programs[i]);
      g_autofree char *reason = g_strdup_printf ("there is no %s", programs[i]);

      if (path != NULL)
        continue;
      g_test_skip (reason);
      return FALSE;
    }

  add (argv, "true", NULL);
  g_ptr_array_add (argv, NULL);
  attempt =
      g_subprocess_newv ((const char *const *)argv->pdata, G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);
  if (attempt != NULL && g_subprocess_wait_check (attempt, NULL, NULL))
    return TRUE;
  g_test_skip ("bwrap can't make a sandbox here");
  return FALSE;
}

/* --- making one --- */

/* What Flatpak tells of the app, to it and to those it calls. */
static char *
write_info (TestSession *session, const char *app_id)
{
  g_autofree char *name = g_strconcat (app_id, ".flatpak-info", NULL);
  char *path = g_build_filename (test_session_get_folder (session), name, NULL);
  g_autofree char *text = g_strdup_printf ("[Application]\nname=%s\n"
                                           "runtime=runtime/org.example.Platform/x86_64/1\n",
                                           app_id);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

static void
start_proxy (TestSession *session, const char *info, const char *socket)
{
  const char *folder = test_session_get_folder (session);
  g_autoptr (GPtrArray) argv = begin_argv ();
  g_autoptr (GSubprocess) proxy = NULL;
  char ready;

  add (argv, "--bind", folder, folder, "--ro-bind", info, "/.flatpak-info", "xdg-dbus-proxy",
       test_session_get_address (session), socket, "--filter", "--call=org.freedesktop.portal.*=*",
       "--broadcast=org.freedesktop.portal.*=@/org/freedesktop/portal/*", "--fd=1", NULL);
  g_ptr_array_add (argv, NULL);
  proxy = test_session_spawn (session, G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                              (const char *const *)argv->pdata);
  g_assert_cmpint (
      g_input_stream_read (g_subprocess_get_stdout_pipe (proxy), &ready, 1, NULL, NULL), ==, 1);
}

GSubprocess *
test_sandbox_spawn (TestSession *session,
                    const char *app_id,
                    GSubprocessFlags flags,
                    const char *const *argv)
{
  g_autofree char *info = write_info (session, app_id);
  g_autofree char *name = g_strdup_printf ("proxy-%u", n_sandboxes++);
  g_autofree char *socket = g_build_filename (test_session_get_folder (session), name, NULL);
  g_autoptr (GPtrArray) all = begin_argv ();

  start_proxy (session, info, socket);
  add (all, "--ro-bind", TEST_BUILD_ROOT, TEST_BUILD_ROOT, "--ro-bind", info, "/.flatpak-info",
       "--ro-bind", socket, BUS_IN_SANDBOX, "--setenv", "DBUS_SESSION_BUS_ADDRESS",
       "unix:path=" BUS_IN_SANDBOX, "--setenv", "FLATPAK_ID", app_id, NULL);
  for (gsize i = 0; argv[i] != NULL; i++)
    add (all, argv[i], NULL);
  g_ptr_array_add (all, NULL);
  return test_session_spawn (session, flags, (const char *const *)all->pdata);
}

GSubprocess *
test_sandbox_spawn_role (TestSession *session,
                         const char *app_id,
                         const char *role,
                         const char *const *args)
{
  g_autoptr (GPtrArray) argv = test_role_get_argv (role, args);

  return test_sandbox_spawn (session, app_id,
                             G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                             (const char *const *)argv->pdata);
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
