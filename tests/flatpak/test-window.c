/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The settings example as Flatpak runs it, with no permission but a display, beside the same
 * program outside. */

#include "examples/seat.h"
#include "support/sandbox.h"

#define APP "org.example.Settings"

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
install (TestSession *session)
{
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "flatpak", "install", NULL);
  g_autofree char *manifest =
      g_test_build_filename (G_TEST_DIST, "..", "examples", "settings", APP ".json", NULL);
  g_autofree char *folder = g_build_filename (test_session_get_folder (session), "made", NULL);
  g_autofree char *errors = NULL;
  g_autoptr (GSubprocess) process =
      test_session_spawn (session, G_SUBPROCESS_FLAGS_STDERR_PIPE,
                          WORDS (script, folder, manifest, "--", TEST_SETTINGS));

  if (test_process_finish (process, NULL, &errors) != 0)
    g_error ("%s", errors);
}

/* What is done on either side of the wall is seen on the other. */
static void
use (TestSession *session)
{
  g_autoptr (TestClient) client = test_client_new (test_session_get_address (session));
  g_autoptr (TestReader) reader = test_reader_new (session, client);
  Seat inside, outside;

  seat_init (&inside, session, reader, WORDS ("flatpak", "run", APP "//plain"));
  seat_init (&outside, session, reader, WORDS (TEST_SETTINGS, "--preferences"));
  seat_wait_until (&inside, "switch", "Notifications", "off");

  seat_click (&inside, "switch", "Notifications");
  seat_wait_until (&outside, "switch", "Notifications", "on");
  seat_click (&outside, "switch", "Auto-Save");
  seat_wait_until (&inside, "switch", "Auto-Save", "on");
  test_client_assert_snapshot (client, APP ".settings", 2,
                               "{\"notifications\":true,\"autoSave\":true}");

  seat_shoot (&inside, "inside");
  seat_close (&inside);
  seat_clear (&inside);
  seat_clear (&outside);
}

static void
test_settings (void)
{
  g_autofree char *program = g_find_program_in_path ("flatpak");
  g_autoptr (TestSession) session = NULL;

  if (program == NULL)
    {
      g_test_skip ("there is no flatpak");
      return;
    }
  if (!test_sandbox_can_be ())
    return;

  session = test_session_new ();
  test_session_make_activatable (session, NULL);
  install (session);
  use (session);
}

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);
  g_test_add_func ("/flatpak/window/settings", test_settings);
  return g_test_run ();
}
