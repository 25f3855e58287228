/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "support/sandboxed-app.h"

#include "support/sandbox.h"

#define BUS_IN_SANDBOX "/run/flatpak/bus"

gboolean
test_app_can_be (void)
{
  g_autofree char *program = g_find_program_in_path ("xdg-dbus-proxy");

  if (program != NULL)
    return test_sandbox_can_be ();

  g_test_skip ("there is no xdg-dbus-proxy");
  return FALSE;
}

/* What Flatpak tells of the app, to it and to those it calls. */
static char *
make_info (const char *app_id)
{
  return g_strdup_printf (TEST_INFO_OF ("%s"), app_id);
}

/* (transfer full): the path of its socket. */
static char *
start_proxy (TestSession *session, const char *app_id, const char *rules)
{
  g_autofree char *uuid = g_uuid_string_random ();
  char *socket = g_build_filename (test_session_get_folder (session), uuid, NULL);
  g_autofree char *info = make_info (app_id);
  g_autofree char *command = g_strdup_printf ("exec xdg-dbus-proxy --fd=1 '%s' '%s' --filter %s",
                                              test_session_get_address (session), socket, rules);
  g_autoptr (GSubprocess) proxy = test_sandbox_spawn (
      session, TEST_INFO_FILE, info, (const char *const[]){ "sh", "-c", command, NULL });

  /* It writes a byte when it listens. */
  g_assert_cmpint (
      g_input_stream_read (g_subprocess_get_stdout_pipe (proxy), &(char){ 0 }, 1, NULL, NULL), ==,
      1);
  return socket;
}

char *
test_app_start_proxy (TestSession *session, const char *app_id, const char *rules)
{
  g_autofree char *socket = start_proxy (session, app_id, rules);

  return g_strconcat ("unix:path=", socket, NULL);
}

GSubprocess *
test_app_spawn (TestSession *session,
                const char *app_id,
                const char *rules,
                GSubprocessFlags flags,
                const char *const *argv)
{
  g_autofree char *info = make_info (app_id);
  g_autofree char *socket = start_proxy (session, app_id, rules);
  const char *options[] = { "--unshare-all",
                            "--new-session",
                            "--ro-bind",
                            socket,
                            BUS_IN_SANDBOX,
                            "--setenv",
                            "FLATPAK_ID",
                            app_id,
                            "--setenv",
                            "DBUS_SESSION_BUS_ADDRESS",
                            "unix:path=" BUS_IN_SANDBOX,
                            NULL };

  return test_sandbox_spawn_with (session, TEST_INFO_FILE, info, options, flags, argv);
}

GSubprocess *
test_app_spawn_role (TestSession *session,
                     const char *app_id,
                     const char *role,
                     const char *const *args)
{
  g_autoptr (GPtrArray) argv = test_role_get_argv (role, args);

  return test_app_spawn (session, app_id, TEST_RULES_PLAIN,
                         G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                         (const char *const *)argv->pdata);
}
