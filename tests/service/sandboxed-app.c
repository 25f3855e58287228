/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/sandboxed-app.h"

#include <signal.h>

#include "access/sandbox.h"

gboolean
test_app_is_possible (void)
{
  g_autofree char *program = g_find_program_in_path ("xdg-dbus-proxy");

  if (program != NULL)
    return test_sandbox_is_possible ();

  g_test_skip ("there is no xdg-dbus-proxy");
  return FALSE;
}

static char *
info_of (const char *application_id)
{
  return g_strdup_printf ("[Application]\nname=%s\nruntime=runtime/org.example.Platform\n",
                          application_id);
}

TestApp *
test_app_start (TestSession *session, const char *application_id, const char *rules)
{
  TestApp *self = g_new0 (TestApp, 1);
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *socket = g_build_filename (test_session_get_folder (session), uuid, NULL);
  g_autofree char *info = info_of (application_id);
  g_autofree char *command = g_strdup_printf ("exec xdg-dbus-proxy --fd=1 '%s' '%s' --filter %s",
                                              test_session_get_address (session), socket, rules);

  self->address = g_strdup_printf ("unix:path=%s", socket);
  self->proxy = test_sandbox_spawn (session, TEST_INFO_FILE, info,
                                    (const char *const[]){ "sh", "-c", command, NULL });

  /* It writes a byte when it listens. */
  g_assert_cmpint (
      g_input_stream_read (g_subprocess_get_stdout_pipe (self->proxy), &(char){ 0 }, 1, NULL, NULL),
      ==, 1);
  self->client = test_client_new (self->address);
  test_client_use_portal (self->client);
  return self;
}

void
test_app_end (TestApp *self)
{
  test_client_free (self->client);
  test_process_end (self->proxy, SIGTERM);
  g_object_unref (self->proxy);
  g_free (self->address);
  g_free (self);
}
