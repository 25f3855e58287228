/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An app with a service of its own, and its windows: each a process. */

#include <signal.h>

#include "client/window.h"
#include "support/role.h"

#define BUS_NAME "org.example.Editor.StateSync"
#define PATH "/org/example/Editor/StateSync"
#define APP_ID "org.example.Editor"

typedef struct
{
  TestSession *session;
  GDBusConnection *bus;
  GSubprocess *app;
  char *database;
  char *socket;
} Fixture;

static void
on_name (GDBusConnection *bus, const char *name, const char *owner, gpointer is_there)
{
  *(gboolean *)is_there = TRUE;
}

static void
start_app (Fixture *self)
{
  const char *argv[] = { TEST_APP, self->database, self->socket, NULL };
  gboolean is_there = FALSE;
  guint watch;

  self->app = test_session_spawn (self->session, G_SUBPROCESS_FLAGS_STDOUT_PIPE, argv);
  watch = g_bus_watch_name_on_connection (self->bus, BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                          on_name, NULL, &is_there, NULL);
  while (!is_there)
    g_main_context_iteration (NULL, TRUE);
  g_bus_unwatch_name (watch);
}

static void
on_no_name (GDBusConnection *bus, const char *name, gpointer is_gone)
{
  *(gboolean *)is_gone = TRUE;
}

static void
end_app (Fixture *self, int signal_number)
{
  gboolean is_gone = FALSE;
  guint watch;

  test_process_end (self->app, signal_number);
  g_clear_object (&self->app);
  watch = g_bus_watch_name_on_connection (self->bus, BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                          on_no_name, &is_gone, NULL);
  while (!is_gone)
    g_main_context_iteration (NULL, TRUE);
  g_bus_unwatch_name (watch);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->bus = test_bus_connect (test_session_get_address (self->session));
  self->database = g_build_filename (test_session_get_folder (self->session), "own.db", NULL);
  self->socket = g_build_filename (test_session_get_folder (self->session), "own", NULL);
  start_app (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->app);
  g_clear_object (&self->bus);
  test_session_free (self->session);
  g_free (self->database);
  g_free (self->socket);
}

static Window *
open_window (Fixture *self)
{
  return window_open_own (self->session, APP_ID, BUS_NAME, PATH);
}

/* The refusal reaches the window that wrote, which takes the change back; the other never sees it.
 */
static void
test_refusal (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = open_window (self);
  g_autoptr (Window) two = open_window (self);

  window_start (one, "settings");
  window_start (two, "settings");
  window_do (one, "update settings {\"volume\":3}");
  window_wait_until (two, "settings", 1, "{\"volume\":3}");
  window_assert_outcome (one, "updated", "settings", "1");

  window_do (one, "update settings {\"volume\":11}");
  window_assert_outcome (one, "returned", "settings", "1 {\"volume\":11}");
  window_wait_until (one, "settings", 1, "{\"volume\":3}");
  window_assert_outcome (one, "rejected", "settings", "{\"volume\":11} The volume goes to ten");
  window_do (two, "update settings {\"mute\":true}");
  window_assert_outcome (two, "returned", "settings", "1 {\"volume\":3,\"mute\":true}");
  window_wait_until (one, "settings", 2, "{\"volume\":3,\"mute\":true}");
}

static void
test_later_answer (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = open_window (self);
  g_autoptr (Window) two = open_window (self);
  g_autofree char *told = NULL;

  window_start (one, "settings");
  window_start (two, "settings");
  window_do (one, "update settings {\"wait\":1}");
  told = test_role_read_line (self->app);
  g_assert_cmpstr (told, ==, "waits");
  window_assert_silent (two, "settings");
  g_subprocess_send_signal (self->app, SIGUSR1);
  window_assert_outcome (one, "updated", "settings", "1");
  window_wait_until (two, "settings", 1, "{\"wait\":1}");
}

/* @data: (type int): the signal that ends it. */
static void
test_restart (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = open_window (self);
  g_autoptr (Window) two = open_window (self);

  window_start (one, "settings");
  window_start (two, "settings");
  window_do (one, "update settings {\"volume\":3}");
  window_assert_outcome (one, "updated", "settings", "1");
  window_wait_until (two, "settings", 1, "{\"volume\":3}");

  end_app (self, GPOINTER_TO_INT (data));
  window_assert_outcome (two, "available", "settings", "no");
  window_do (one, "update settings {\"volume\":4}");
  start_app (self);
  window_assert_outcome (one, "updated", "settings", "2");
  window_wait_until (two, "settings", 2, "{\"volume\":4}");
}

/* Who has no client library, and no bus. */
static void
test_without_a_bus (Fixture *self, gconstpointer data)
{
  g_autofree char *address = g_strconcat ("unix:path=", self->socket, NULL);
  g_autoptr (Window) window = open_window (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) peer = NULL;
  g_autoptr (GDBusProxy) proxy = NULL;
  g_autoptr (GVariant) written = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GVariant) expected = g_variant_ref_sink (g_variant_new ("(t)", (guint64)1));

  peer = g_dbus_connection_new_for_address_sync (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL, NULL, &error);
  g_assert_no_error (error);
  proxy = g_dbus_proxy_new_sync (peer, G_DBUS_PROXY_FLAGS_NONE, NULL, NULL, PATH,
                                 "org.statesync.StateSync1", NULL, &error);
  g_assert_no_error (error);
  window_start (window, "settings");
  written = g_dbus_proxy_call_sync (
      proxy, "Write", g_variant_new_parsed ("('" APP_ID ".settings', '{\"volume\":3}', @a{sv} {})"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpvariant (written, expected);
  window_wait_until (window, "settings", 1, "{\"volume\":3}");

  g_assert_null (g_dbus_proxy_call_sync (
      proxy, "Write",
      g_variant_new_parsed ("('" APP_ID ".settings', '{\"volume\":11}', @a{sv} {})"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error));
  name = g_dbus_error_get_remote_error (error);
  g_assert_cmpstr (name, ==, "org.statesync.StateSync1.Error.Rejected");
}

static GVariant *
call (Fixture *self, const char *method, GVariant *args, GError **error)
{
  return g_dbus_connection_call_sync (self->bus, BUS_NAME, PATH, "org.statesync.StateSync1", method,
                                      args, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
}

/* Nor is it read past the app, where the service answers what it has in memory without asking. */
static void
test_secret (Fixture *self, gconstpointer data)
{
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GVariant) written = call (
          self, "Write",
          g_variant_new_parsed ("('" APP_ID ".secret', %s, @a{sv} {})", i % 2 ? "1" : "2"), &error);
      g_autoptr (GVariant) read = NULL;

      g_assert_no_error (error);
      read = call (self, "GetSnapshot", g_variant_new ("(s)", APP_ID ".settings"), &error);
      g_assert_no_error (error);
    }
  g_assert_null (call (self, "GetSnapshot", g_variant_new ("(s)", APP_ID ".secret"), &error));
  name = g_dbus_error_get_remote_error (error);
  g_assert_cmpstr (name, ==, "org.statesync.StateSync1.Error.AccessDenied");
}

int
main (int argc, char **argv)
{
  const TestRole roles[] = { WINDOW_ROLE, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  g_test_add ("/embedded/app/refusal", Fixture, NULL, set_up, test_refusal, tear_down);
  g_test_add ("/embedded/app/later-answer", Fixture, NULL, set_up, test_later_answer, tear_down);
  g_test_add ("/embedded/app/restart/in-order", Fixture, GINT_TO_POINTER (SIGTERM), set_up,
              test_restart, tear_down);
  g_test_add ("/embedded/app/restart/killed", Fixture, GINT_TO_POINTER (SIGKILL), set_up,
              test_restart, tear_down);
  g_test_add ("/embedded/app/secret", Fixture, NULL, set_up, test_secret, tear_down);
  g_test_add ("/embedded/app/without-a-bus", Fixture, NULL, set_up, test_without_a_bus, tear_down);

  return g_test_run ();
}
