/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The ways on which boards and bells come to a reader, and a reader in another language, written
 * from the description of the interface: on the bus, through a filtering proxy, and in a sandbox
 * behind that.
 */

#include <signal.h>
#include <string.h>

#include "service/service-fixture.h"
#include "support/role.h"

#define N_WRITES 100
#define KIB 1024

/* --- the reader --- */

/* Waits for the line of this revision; those before it may be left out. */
static void
assert_finds (GSubprocess *reader, guint64 revision, const char *data, const char *source)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, data, -1);
  g_autofree char *expected = g_strdup_printf ("%" G_GUINT64_FORMAT " %" G_GSIZE_FORMAT " %s %s",
                                               revision, strlen (data), digest, source);
  guint64 found = 0;

  while (found < revision)
    {
      g_autofree char *line = test_role_read_line (reader);

      g_assert_nonnull (line);
      found = g_ascii_strtoull (line, NULL, 10);
      if (found >= revision)
        g_assert_cmpstr (line, ==, expected);
    }
}

static void
assert_follows_string_of (Fixture *self, GSubprocess *reader, gsize length, const char *source)
{
  g_autofree char *text = json_string_of (length);

  assert_finds (reader, test_client_write (self->client, "t", text), text, source);
}

/* Through all that can happen to a board, to the end of the service. */
static void
assert_follows (Fixture *self, GSubprocess *reader)
{
  assert_finds (reader, 0, "null", "board");
  for (guint i = 0; i < N_WRITES; i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"n\":%u}", i);

      assert_finds (reader, test_client_write (self->client, "t", text), text, "board");
    }

  /* Replaced by larger ones, too large for any, and small again. */
  assert_follows_string_of (self, reader, 10 * KIB, "board");
  assert_follows_string_of (self, reader, 800 * KIB, "board");
  assert_follows_string_of (self, reader, 2048 * KIB, "pull");
  assert_follows_string_of (self, reader, 100, "board");

  test_process_end (self->daemon, SIGTERM);
  g_assert_cmpint (test_process_finish (reader, NULL, NULL), ==, 0);
}

static GSubprocess *
start (Fixture *self, const char *const *argv)
{
  return test_session_spawn (self->session, G_SUBPROCESS_FLAGS_STDOUT_PIPE, argv);
}

static char *
reader_path (void)
{
  return g_test_build_filename (G_TEST_DIST, "service", "board-reader", NULL);
}

/* Where there is no such program the test is skipped. */
static gboolean
has_programs (const char *const *names)
{
  for (; *names != NULL; names++)
    {
      g_autofree char *path = g_find_program_in_path (*names);
      g_autofree char *reason = g_strdup_printf ("there is no %s", *names);

      if (path != NULL)
        continue;
      g_test_skip (reason);
      return FALSE;
    }
  return TRUE;
}

/* --- the ways --- */

static void
test_on_the_bus (Fixture *self, gconstpointer data)
{
  g_autofree char *path = reader_path ();
  g_autoptr (GSubprocess) reader = start (self, (const char *[]){ path, "t", NULL });

  assert_follows (self, reader);
}

/* A socket of a proxy that lets through what an app gets that may talk to the service. */
static GSubprocess *
start_proxy (Fixture *self, const char *path)
{
  const char *argv[] = { "xdg-dbus-proxy",
                         test_session_get_address (self->session),
                         path,
                         "--filter",
                         "--talk=org.statesync.StateSync1",
                         "--fd=1",
                         NULL };
  GSubprocess *proxy = start (self, argv);
  char ready;

  g_assert_cmpint (
      g_input_stream_read (g_subprocess_get_stdout_pipe (proxy), &ready, 1, NULL, NULL), ==, 1);
  return proxy;
}

static void
test_through_a_proxy (Fixture *self, gconstpointer data)
{
  g_autofree char *path = reader_path ();
  g_autofree char *socket = NULL;
  g_autofree char *address = NULL;
  g_autoptr (GSubprocess) proxy = NULL;
  g_autoptr (GSubprocess) reader = NULL;

  if (!has_programs ((const char *[]){ "xdg-dbus-proxy", NULL }))
    return;

  socket = g_build_filename (test_session_get_folder (self->session), "proxy", NULL);
  address = g_strdup_printf ("DBUS_SESSION_BUS_ADDRESS=unix:path=%s", socket);
  proxy = start_proxy (self, socket);
  reader = start (self, (const char *[]){ "env", address, path, "t", NULL });
  assert_follows (self, reader);
}

/* It sees processes and files of its own, has no network, and of the bus only the proxy. */
static GSubprocess *
start_in_sandbox (Fixture *self, const char *socket)
{
  g_autofree char *path = reader_path ();
  const char *argv[] = { "bwrap",
                         "--unshare-all",
                         "--die-with-parent",
                         "--new-session",
                         "--ro-bind",
                         "/usr",
                         "/usr",
                         "--symlink",
                         "usr/lib",
                         "/lib",
                         "--symlink",
                         "usr/lib64",
                         "/lib64",
                         "--symlink",
                         "usr/bin",
                         "/bin",
                         "--proc",
                         "/proc",
                         "--dev",
                         "/dev",
                         "--ro-bind",
                         path,
                         "/reader",
                         "--ro-bind",
                         socket,
                         "/bus",
                         "--clearenv",
                         "--setenv",
                         "DBUS_SESSION_BUS_ADDRESS",
                         "unix:path=/bus",
                         "/usr/bin/python3",
                         "/reader",
                         "t",
                         NULL };

  return start (self, argv);
}

/* Where nobody may make a namespace. */
static gboolean
has_sandbox (void)
{
  const char *argv[] = { "bwrap", "--unshare-all", "--ro-bind", "/", "/", "true", NULL };
  g_autoptr (GSubprocess) attempt = NULL;

  if (!has_programs ((const char *[]){ "xdg-dbus-proxy", "bwrap", NULL }))
    return FALSE;

  attempt = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);
  if (attempt != NULL && g_subprocess_wait_check (attempt, NULL, NULL))
    return TRUE;
  g_test_skip ("bwrap can't make a sandbox here");
  return FALSE;
}

static void
test_from_a_sandbox (Fixture *self, gconstpointer data)
{
  g_autofree char *socket = NULL;
  g_autoptr (GSubprocess) proxy = NULL;
  g_autoptr (GSubprocess) reader = NULL;

  if (!has_sandbox ())
    return;

  socket = g_build_filename (test_session_get_folder (self->session), "proxy", NULL);
  proxy = start_proxy (self, socket);
  reader = start_in_sandbox (self, socket);
  assert_follows (self, reader);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/service/board-ways/on-the-bus", test_on_the_bus);
  test_add ("/service/board-ways/through-a-proxy", test_through_a_proxy);
  test_add ("/service/board-ways/from-a-sandbox", test_from_a_sandbox);

  return g_test_run ();
}
