/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "support/role.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROLE_ARG "--role"

static int
play (const TestRole *role, const char *const *args)
{
  g_autoptr (TestClient) client = test_client_new (g_getenv ("DBUS_SESSION_BUS_ADDRESS"));

  setlinebuf (stdout);
  return role->play (client, args);
}

void
test_init (int *argc, char ***argv, const TestRole *roles)
{
  if (*argc < 3 || !g_str_equal ((*argv)[1], ROLE_ARG))
    {
      g_test_init (argc, argv, NULL);
      return;
    }

  for (const TestRole *role = roles; role->name != NULL; role++)
    {
      if (g_str_equal ((*argv)[2], role->name))
        exit (play (role, (const char *const *)*argv + 3));
    }
  g_error ("no role “%s” in this test", (*argv)[2]);
}

/* (transfer full) */
GPtrArray *
test_role_get_argv (const char *role, const char *const *args)
{
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (argv, g_file_read_link ("/proc/self/exe", NULL));
  g_ptr_array_add (argv, g_strdup (ROLE_ARG));
  g_ptr_array_add (argv, g_strdup (role));
  for (guint i = 0; args != NULL && args[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (args[i]));
  g_ptr_array_add (argv, NULL);
  return argv;
}

GSubprocess *
test_session_spawn_role (TestSession *self, const char *role, const char *const *args)
{
  g_autoptr (GPtrArray) argv = test_role_get_argv (role, args);

  return test_session_spawn (self, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                             (const char *const *)argv->pdata);
}

gboolean
test_role_is_told (void)
{
  struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

  return poll (&input, 1, 0) > 0;
}

/* One byte at a time: what comes after the line is left for the next reader. */
char *
test_role_read_line (GSubprocess *role)
{
  GInputStream *output = g_subprocess_get_stdout_pipe (role);
  g_autoptr (GString) line = g_string_new (NULL);
  char c;

  while (g_input_stream_read (output, &c, 1, NULL, NULL) == 1)
    {
      if (c == '\n')
        return g_string_free (g_steal_pointer (&line), FALSE);
      g_string_append_c (line, c);
    }
  return NULL;
}

void
test_role_tell (GSubprocess *role, const char *line)
{
  GOutputStream *input = g_subprocess_get_stdin_pipe (role);
  g_autofree char *text = g_strconcat (line, "\n", NULL);
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (input, text, strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
}
