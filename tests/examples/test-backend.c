/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two windows of examples/backend, with a user before each, and the backend that the bus starts. */

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#include "examples/seat.h"

#define BUS_NAME "org.example.EggTimer.StateSync"

typedef struct
{
  TestSession *session;
  TestClient *client;
  TestReader *reader;
  Seat one, other;
} Fixture;

/* As a package would: the file is the example's, but for the folder of the program. */
static void
install_backend (Fixture *self)
{
  g_autofree char *path = g_build_filename (test_session_get_folder (self->session), "data",
                                            "dbus-1", "services", BUS_NAME ".service", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *source =
      g_test_build_filename (G_TEST_DIST, "..", "examples", "backend", BUS_NAME ".service", NULL);
  g_autofree char *name = NULL;
  g_autofree char *program = NULL;
  g_autoptr (GError) error = NULL;

  g_key_file_load_from_file (file, source, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  name = g_key_file_get_string (file, "D-BUS Service", "Exec", NULL);
  program = g_build_filename (TEST_FOLDER, name, NULL);
  g_key_file_set_string (file, "D-BUS Service", "Exec", program);
  g_key_file_save_to_file (file, path, &error);
  g_assert_no_error (error);
}

static GVariant *
call_bus (Fixture *self, const char *method, GVariant *args)
{
  g_autoptr (GError) error = NULL;
  GVariant *answer = g_dbus_connection_call_sync (
      test_client_get_connection (self->client), "org.freedesktop.DBus", "/org/freedesktop/DBus",
      "org.freedesktop.DBus", method, args, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
  return answer;
}

static void
set_up_without_windows (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  test_session_make_activatable (self->session, NULL);
  install_backend (self);
  self->client = test_client_new (test_session_get_address (self->session));
  g_variant_unref (call_bus (self, "ReloadConfig", NULL));
  self->reader = test_reader_new (self->session, self->client);
}

static void
sit_down (Fixture *self)
{
  seat_init (&self->one, self->session, self->reader, (const char *const[]){ TEST_EXAMPLE, NULL });
  seat_init (&self->other, self->session, self->reader,
             (const char *const[]){ SEAT_DARK, TEST_EXAMPLE, NULL });
}

static void
set_up (Fixture *self, gconstpointer data)
{
  set_up_without_windows (self, data);
  sit_down (self);
  seat_wait_for (&self->one, "label", "4:00");
  seat_wait_for (&self->other, "label", "4:00");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  seat_shoot (&self->one, "one");
  seat_shoot (&self->other, "other");
  seat_clear (&self->one);
  seat_clear (&self->other);
  test_reader_free (self->reader);
  test_client_free (self->client);
  test_session_free (self->session);
}

/* --- the tests --- */

static void
test_windows_follow_the_backend (Fixture *self, gconstpointer data)
{
  seat_click (&self->one, "button", "Hard");
  seat_wait_for (&self->one, "label", "9:00");
  seat_wait_for (&self->other, "label", "9:00");
  seat_click (&self->other, "button", "Start");
  seat_wait_for (&self->one, "button", "Pause");
  seat_wait_for (&self->one, "label", "8:*");
  seat_wait_for (&self->other, "label", "8:*");
  seat_click (&self->one, "button", "Pause");
  seat_wait_for (&self->other, "button", "Start");

  seat_resize (&self->other, 370, 380);
  seat_shoot (&self->other, "narrow");
}

static void
test_refusal_is_told (Fixture *self, gconstpointer data)
{
  seat_click (&self->one, "button", "Ostrich");
  seat_wait_for (&self->one, "label", "No egg takes longer than an hour");
  seat_wait_for (&self->one, "label", "4:00");
  seat_wait_for (&self->other, "label", "4:00");
}

static void
test_words_are_no_time (Fixture *self, gconstpointer data)
{
  static const char *const timers[] = { "{\"seconds\":\"nine\"}",
                                        "{\"seconds\":9,\"running\":\"yes\"}",
                                        "{\"seconds\":9,\"running\":{}}" };

  for (guint i = 0; i < G_N_ELEMENTS (timers); i++)
    {
      g_autoptr (GError) error = NULL;

      g_dbus_connection_call_sync (
          test_client_get_connection (self->client), BUS_NAME, "/org/example/EggTimer/StateSync",
          "org.statesync.StateSync1", "Write",
          test_client_write_args ("org.example.EggTimer.timer", timers[i], "{}"), NULL,
          G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
      g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED);
    }
}

static gboolean
is_served (Fixture *self)
{
  g_autoptr (GVariant) answer = call_bus (self, "NameHasOwner", g_variant_new ("(s)", BUS_NAME));
  gboolean has_owner;

  g_variant_get (answer, "(b)", &has_owner);
  return has_owner;
}

/* It is killed with both windows open, and the next click starts it again where it was. */
static void
test_backend_goes_on (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) answer = NULL;
  guint32 pid;

  seat_click (&self->one, "button", "Hard");
  seat_wait_for (&self->other, "label", "9:00");
  answer = call_bus (self, "GetConnectionUnixProcessID", g_variant_new ("(s)", BUS_NAME));
  g_variant_get (answer, "(u)", &pid);
  g_assert_no_errno (kill ((pid_t)pid, SIGKILL));
  /* A click before the bus knows would ask the one that is dying. */
  while (is_served (self))
    {
    }

  seat_click (&self->other, "button", "Start");
  seat_wait_for (&self->one, "button", "Pause");
  seat_wait_for (&self->one, "label", "8:*");
  seat_wait_for (&self->other, "label", "8:*");
}

/* While no window is open the egg boils on. */
static void
test_backend_needs_no_window (Fixture *self, gconstpointer data)
{
  seat_click (&self->one, "button", "Start");
  seat_wait_for (&self->other, "button", "Pause");
  seat_close (&self->one);
  seat_close (&self->other);
  seat_clear (&self->other);
  seat_init (&self->other, self->session, self->reader,
             (const char *const[]){ SEAT_DARK, TEST_EXAMPLE, NULL });
  seat_wait_for (&self->other, "button", "Pause");
  seat_wait_for (&self->other, "label", "3:*");
}

/* Where the backend's file should be is a folder; the path of that. */
static char *
obstruct (TestSession *session)
{
  char *path = g_build_filename (test_session_get_folder (session), "data", "org.example.EggTimer",
                                 "state.db", NULL);

  g_assert_no_errno (g_mkdir_with_parents (path, 0700));
  return path;
}

/* Windows say that nobody serves as long as it is so, and go on when somebody does. */
static void
test_backend_comes_later (Fixture *self, gconstpointer data)
{
  g_autofree char *path = obstruct (self->session);

  sit_down (self);
  seat_wait_for (&self->one, "label", "The service " BUS_NAME " can't be started*");
  seat_wait_for (&self->other, "label", "The service " BUS_NAME " can't be started*");
  g_assert_no_errno (g_rmdir (path));

  seat_click (&self->one, "button", "Hard");
  seat_wait_for (&self->one, "label", "9:00");
  seat_wait_for (&self->other, "label", "9:00");
  seat_wait_until_gone (&self->one, "label", "The service *");
  seat_wait_until_gone (&self->other, "label", "The service *");
}

static void
test_backend_says_why_it_ends (void)
{
  TestSession *session = test_session_new ();
  g_autofree char *path = obstruct (session);
  g_autofree char *program = g_build_filename (TEST_FOLDER, "egg-timer-backend", NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *errors = NULL;

  process = test_session_spawn (session, G_SUBPROCESS_FLAGS_STDERR_PIPE,
                                (const char *const[]){ program, NULL });
  g_assert_cmpint (test_process_finish (process, NULL, &errors), ==, EXIT_FAILURE);
  g_assert_true (g_str_has_prefix (errors, "egg-timer-backend: "));
  g_assert_nonnull (strstr (errors, path));
  test_session_free (session);
}

#define test_add(name, func)                                                                       \
  g_test_add ("/examples/backend/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);

  test_add ("windows-follow-the-backend", test_windows_follow_the_backend);
  test_add ("refusal-is-told", test_refusal_is_told);
  test_add ("words-are-no-time", test_words_are_no_time);
  test_add ("backend-goes-on", test_backend_goes_on);
  test_add ("backend-needs-no-window", test_backend_needs_no_window);

  g_test_add ("/examples/backend/backend-comes-later", Fixture, NULL, set_up_without_windows,
              test_backend_comes_later, tear_down);
  g_test_add_func ("/examples/backend/backend-says-why-it-ends", test_backend_says_why_it_ends);

  return g_test_run ();
}
