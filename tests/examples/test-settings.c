/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The main window and the preferences of examples/settings, with a user before each. Preferences in
 * another language are the program that this one is given: then it tries what is theirs to do,
 * beside the same main window.
 */

#include <signal.h>
#include <string.h>

#include <glib/gstdio.h>

#include "examples/seat.h"

#define TOPIC "org.example.Settings.settings"

/* The words that start the preferences window. */
static const char *const *preferences =
    (const char *const[]){ TEST_EXAMPLE, "--preferences", NULL };

typedef struct
{
  TestSession *session;
  GSubprocess *daemon;
  TestClient *client;
  TestReader *reader;
  Seat main, preferences;
} Fixture;

/* The example's own, where a package would have put it. */
static void
install_schema (Fixture *self)
{
  g_autofree char *schemas =
      g_test_build_filename (G_TEST_DIST, "..", "examples", "settings", "share", "statesync", NULL);
  g_autofree char *target = g_canonicalize_filename (schemas, NULL);
  g_autofree char *folder =
      g_build_filename (test_session_get_folder (self->session), "share", NULL);
  g_autofree char *link = g_build_filename (folder, "statesync", NULL);

  g_assert_no_errno (g_mkdir_with_parents (folder, 0700));
  g_assert_no_errno (symlink (target, link));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  install_schema (self);
  self->daemon = test_session_start_daemon (self->session, NULL);
  self->client = test_client_new (test_session_get_address (self->session));
  self->reader = test_reader_new (self->session, self->client);
  seat_init (&self->main, self->session, self->reader, (const char *const[]){ TEST_EXAMPLE, NULL });
  seat_init (&self->preferences, self->session, self->reader, preferences);
  seat_wait_for (&self->main, "label", "Revision 0 *");
  seat_wait_for (&self->preferences, "label", "Revision 0 *");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  seat_shoot (&self->main, "main");
  seat_shoot (&self->preferences, "preferences");
  seat_clear (&self->main);
  seat_clear (&self->preferences);
  test_reader_free (self->reader);
  test_client_free (self->client);
  g_clear_object (&self->daemon);
  test_session_free (self->session);
}

/* --- the tests --- */

static void
test_switches_work_both_ways (Fixture *self, gconstpointer data)
{
  seat_wait_until (&self->preferences, "switch", "Notifications", "on");
  seat_wait_until (&self->main, "switch", "Notifications", "on");
  seat_click (&self->preferences, "switch", "Notifications");
  seat_wait_until (&self->main, "switch", "Notifications", "off");
  seat_click (&self->main, "switch", "Auto-Save");
  seat_wait_until (&self->preferences, "switch", "Auto-Save", "off");
  seat_click (&self->main, "button", "Sidebar");
  seat_wait_until (&self->preferences, "switch", "Sidebar", "off");
  seat_wait_for (&self->main, "label", "Revision 3 *");
  seat_wait_for (&self->preferences, "label", "Revision 3 *");
}

static void
choose (Seat *seat, const char *row, const char *item)
{
  seat_click (seat, "combo box", row);
  seat_wait_for (seat, "label", item);
  test_display_press_key (seat->display, "End");
  test_display_press_key (seat->display, "Return");
}

static void
test_choices_are_applied (Fixture *self, gconstpointer data)
{
  seat_wait_for (&self->main, "label", "The quick brown fox *");
  choose (&self->preferences, "Language", "Français");
  seat_wait_for (&self->main, "label", "Portez ce vieux whisky *");

  test_display_wait_until_dark (self->main.display, FALSE);
  choose (&self->preferences, "Theme", "Dark");
  test_display_wait_until_dark (self->preferences.display, TRUE);
  test_display_wait_until_dark (self->main.display, TRUE);
  test_client_write_with (self->client, TOPIC, "{\"theme\":\"light\"}", "{'mode': <'merge'>}");
  test_display_wait_until_dark (self->preferences.display, FALSE);
  test_display_wait_until_dark (self->main.display, FALSE);
}

/* The last two things in the control are minus and plus. */
static void
test_plus_and_minus (Fixture *self, gconstpointer data)
{
  seat_click_near_end (&self->preferences, "spin button", "Font Size", 16);
  seat_wait_until (&self->preferences, "spin button", "Font Size", "15");
  seat_wait_for (&self->main, "label", "Revision 1 *");
  seat_click_near_end (&self->preferences, "spin button", "Font Size", 49);
  seat_wait_until (&self->preferences, "spin button", "Font Size", "14");
  seat_wait_for (&self->main, "label", "Revision 2 *");
}

static void
test_refusal_springs_back (Fixture *self, gconstpointer data)
{
  seat_click_near_end (&self->preferences, "spin button", "Font Size", 90);
  test_display_press_key (self->preferences.display, "Control_L+a");
  test_display_type (self->preferences.display, "99");
  test_display_press_key (self->preferences.display, "Return");
  seat_wait_for (&self->preferences, "label", "“fontSize” is 99, but should be at most 32");
  seat_wait_until (&self->preferences, "spin button", "Font Size", "14");
  seat_wait_for (&self->preferences, "label", "Revision 0 *");
  test_client_write_with (self->client, TOPIC, "{\"fontSize\":20}", "{'mode': <'merge'>}");
  seat_wait_until (&self->preferences, "spin button", "Font Size", "20");
  seat_wait_for (&self->main, "label", "Revision 1 *");
}

/* The service is killed while the windows are open. */
static void
test_windows_outlive_the_service (Fixture *self, gconstpointer data)
{
  seat_click (&self->main, "switch", "Notifications");
  seat_wait_until (&self->preferences, "switch", "Notifications", "off");
  seat_wait_for (&self->main, "label", "Revision 1 *");
  test_process_end (self->daemon, SIGKILL);
  g_clear_object (&self->daemon);
  seat_wait_for (&self->main, "label", "Not connected");
  seat_wait_for (&self->preferences, "label", "Not connected");
  seat_wait_until (&self->preferences, "switch", "Notifications", "insensitive");
  seat_shoot (&self->preferences, "alone");

  self->daemon = test_session_start_daemon (self->session, NULL);
  seat_wait_until (&self->preferences, "switch", "Notifications", "off");
  seat_click (&self->preferences, "switch", "Notifications");
  seat_wait_until (&self->main, "switch", "Notifications", "on");
  seat_wait_for (&self->main, "label", "Revision 2 *");
  seat_wait_for (&self->preferences, "label", "Revision 2 *");
}

/* The item of the menu and its key do what the button does. */
static void
test_the_menu_has_a_state (Fixture *self, gconstpointer data)
{
  TestDisplay *display = self->main.display;

  test_display_press_key (display, "F9");
  seat_wait_until (&self->preferences, "switch", "Sidebar", "off");
  seat_wait_until (&self->main, "button", "Sidebar", "off");
  seat_click (&self->preferences, "switch", "Sidebar");
  seat_wait_until (&self->main, "button", "Sidebar", "on");
  test_display_press_key (display, "F10");
  seat_wait_for (&self->main, "label", "Show Sidebar");
  seat_shoot (&self->main, "menu");
  test_display_press_key (display, "Return");
  seat_wait_until (&self->preferences, "switch", "Sidebar", "off");
}

/* The window that opens is of another process. */
static void
test_preferences_open (Fixture *self, gconstpointer data)
{
  g_autofree char *app = NULL;

  seat_close (&self->preferences);
  test_display_press_key (self->main.display, "Control_L+comma");
  app = test_reader_await_app (self->reader);
  g_assert_cmpstr (app, !=, self->main.app);
  test_reader_wait_until (self->reader, app, "switch", "Notifications", "on");
}

/* One change is on its way when the window closes, and the next waits for it. */
static void
close_in_the_middle (Fixture *self, Seat *seat, const char *how)
{
  g_subprocess_send_signal (self->daemon, SIGSTOP);
  test_process_wait_until_stopped (self->daemon);
  seat_click (seat, "switch", "Notifications");
  seat_wait_until (seat, "switch", "Notifications", how);
  seat_click (seat, "switch", "Auto-Save");
  seat_wait_until (seat, "switch", "Auto-Save", how);
  test_display_press_key (seat->display, "Control_L+w");
  seat_wait_until_gone (seat, "window", "*");
  g_subprocess_send_signal (self->daemon, SIGCONT);
  g_assert_cmpint (test_process_finish (seat->process, NULL, NULL), ==, 0);
}

/* What was done in a window the moment before is saved. */
static void
test_windows_close (Fixture *self, gconstpointer data)
{
  g_autofree char *text = NULL;

  close_in_the_middle (self, &self->preferences, "off");
  seat_wait_until (&self->main, "switch", "Auto-Save", "off");
  close_in_the_middle (self, &self->main, "on");
  text = test_client_dup_snapshot (self->client, TOPIC, NULL);
  g_assert_nonnull (strstr (text, "\"notifications\":true,\"autoSave\":true"));
}

/* Dark and narrow it is the same app. */
static void
test_narrow_window (Fixture *self, gconstpointer data)
{
  test_client_write_with (self->client, TOPIC, "{\"theme\":\"dark\",\"fontSize\":24}",
                          "{'mode': <'merge'>}");
  test_display_wait_until_dark (self->main.display, TRUE);
  test_display_wait_until_dark (self->preferences.display, TRUE);
  seat_shoot (&self->main, "wide");
  seat_shoot (&self->preferences, "preferences-wide");
  seat_resize (&self->main, 370, 420);
  seat_resize (&self->preferences, 370, 420);
  seat_click (&self->main, "switch", "Notifications");
  seat_wait_until (&self->preferences, "switch", "Notifications", "off");
  seat_shoot (&self->main, "sidebar");
  seat_click (&self->main, "button", "Sidebar");
  seat_wait_until (&self->preferences, "switch", "Sidebar", "off");
}

static void
add (const char *language, const char *name, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_build_path ("/", "/examples/settings", language, name, NULL);

  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  const char *language = "";

  test_init (&argc, &argv, NULL);

  if (argc > 1)
    {
      language = argv[1];
      preferences = (const char *const *)argv + 2;
    }
  else
    {
      add (language, "the-menu-has-a-state", test_the_menu_has_a_state);
      add (language, "preferences-open", test_preferences_open);
    }
  add (language, "switches-work-both-ways", test_switches_work_both_ways);
  add (language, "choices-are-applied", test_choices_are_applied);
  add (language, "plus-and-minus", test_plus_and_minus);
  add (language, "refusal-springs-back", test_refusal_springs_back);
  add (language, "windows-outlive-the-service", test_windows_outlive_the_service);
  add (language, "narrow-window", test_narrow_window);
  add (language, "windows-close", test_windows_close);

  return g_test_run ();
}
