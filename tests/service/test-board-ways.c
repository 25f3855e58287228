/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The ways on which boards and bells come to a reader, and a reader in another language, written
 * from the description of the interface: on the bus, through a filtering proxy, and in a sandbox
 * behind that.
 */

#include <signal.h>
#include <string.h>

#include "service/service-fixture.h"
#include "support/sandboxed-app.h"

#define APP "org.example.App"
#define TOPIC APP ".t"

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

  assert_finds (reader, test_client_write (self->client, TOPIC, text), text, source);
}

/* Through all that can happen to a board, to the end of the service. */
static void
assert_follows (Fixture *self, GSubprocess *reader)
{
  assert_finds (reader, 0, "null", "board");
  for (guint i = 0; i < N_WRITES; i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"n\":%u}", i);

      assert_finds (reader, test_client_write (self->client, TOPIC, text), text, "board");
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

/* --- the ways --- */

static void
test_on_the_bus (Fixture *self, gconstpointer data)
{
  g_autofree char *path = reader_path ();
  g_autoptr (GSubprocess) reader = start (self, (const char *[]){ path, TOPIC, NULL });

  assert_follows (self, reader);
}

/* The reader is the proxy's, and so an app that may talk to the service, as far as that can tell.
 */
static void
test_through_a_proxy (Fixture *self, gconstpointer data)
{
  g_autofree char *path = reader_path ();
  g_autofree char *address = NULL;
  g_autofree char *variable = NULL;
  g_autoptr (GSubprocess) reader = NULL;

  if (!test_app_can_be ())
    return;

  address = test_app_start_proxy (self->session, APP, TEST_RULES_TALK);
  variable = g_strconcat ("DBUS_SESSION_BUS_ADDRESS=", address, NULL);
  reader = start (self, (const char *[]){ "env", variable, path, TOPIC, NULL });
  assert_follows (self, reader);
}

static void
test_from_a_sandbox (Fixture *self, gconstpointer data)
{
  g_autofree char *path = reader_path ();
  g_autoptr (GSubprocess) reader = NULL;

  if (!test_app_can_be ())
    return;

  reader = test_app_spawn (self->session, APP, TEST_RULES_TALK, G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                           (const char *[]){ path, TOPIC, NULL });
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
