/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A user looks around in the inspector: topics, revisions, followers. */

#include <signal.h>

#include "inspector/desk.h"
#include "statesync/statesync.h"
#include "support/role.h"

/* --- topics --- */

static void
test_topics_are_a_tree (Desk *self, gconstpointer data)
{
  desk_wait_for_row (self, "cart, revision 1");
  desk_wait_for_row (self, "org.example, namespace");
  desk_wait_for_row (self, "Editor, namespace");
  desk_wait_for_row (self, "settings, revision 1");
  desk_wait_for_row (self, "page, revision 1");

  test_client_write (self->client, "org.example.Editor.window", "{}");
  desk_wait_for_row (self, "window, revision 1");
  test_client_write (self->client, "cart", "{}");
  desk_wait_for_row (self, "cart, revision 2");
  test_client_write (self->client, "cart", "null");
  seat_wait_until_gone (&self->seat, "list item", "cart, *");
}

static void
test_what_is_typed_filters (Desk *self, gconstpointer data)
{
  seat_click (&self->seat, "list item", "cart, revision 1");
  desk_wait_for_data (self, "*items*");
  desk_type (self, "VIEW");
  seat_wait_until_gone (&self->seat, "list item", DESK_EDITOR_ROW);
  desk_wait_for_row (self, "page, revision 1");
  desk_type (self, " zz");
  desk_wait_for_label (self, "Nothing Found");
  seat_shoot (&self->seat, "nothing");
  desk_press (self, "Escape");
  desk_wait_for_row (self, DESK_EDITOR_ROW);
}

static void
test_what_was_filtered_out_is_selected_again (Desk *self, gconstpointer data)
{
  desk_open_settings (self);
  desk_press (self, "Control_L+f");
  desk_type (self, "page");
  seat_wait_until_gone (&self->seat, "list item", DESK_EDITOR_ROW);
  desk_press (self, "Escape");
  seat_wait_until (&self->seat, "list item", DESK_EDITOR_ROW, "on");
}

static void
test_the_list_has_the_keys_first (Desk *self, gconstpointer data)
{
  desk_wait_for_row (self, "cart, revision 1");
  desk_type (self, "VIEW");
  seat_wait_until_gone (&self->seat, "list item", DESK_EDITOR_ROW);
  desk_wait_for_row (self, "page, revision 1");
}

/* From the list to the data and back, without a pointer. */
static void
test_keys_are_enough (Desk *self, gconstpointer data)
{
  TestExtents place;

  desk_wait_for_row (self, "cart, revision 1");
  desk_press (self, "Control_L+f");
  test_reader_get_extents (self->reader, self->seat.app, "search box", "Filter topics", &place);
  desk_type (self, "sett");
  seat_wait_until_gone (&self->seat, "list item", "cart, *");
  desk_press (self, "Return");
  desk_press (self, "Down");
  desk_wait_for_data (self, "*\"theme\"*");
  desk_press (self, "Control_L+e");
  desk_wait_for_edited (self, "*\"theme\"*");
  desk_press (self, "Escape");
  seat_wait_until_gone (&self->seat, "text box", "Data to edit");
  desk_press (self, "Alt_L+2");
  desk_press (self, "Control_L+question");
  desk_wait_for_label (self, "Go to the fault");
}

/* What has no name of its own is called by its kind. */
static void
test_controls_have_names (Desk *self, gconstpointer data)
{
  static const char *const roles[] = { "button", "toggle button", "text box", "search box",
                                       "list",   "tree grid",     "list item" };

  desk_open_settings (self);
  desk_press (self, "Control_L+e");
  desk_wait_for_edited (self, "*\"theme\"*");
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      seat_wait_until_gone (&self->seat, roles[i], "");
      seat_wait_until_gone (&self->seat, roles[i], "Gtk*");
    }
}

/* A topic that was asked for is shown when there is one. */
static void
test_without_a_service (Desk *self, gconstpointer data)
{
  desk_open_window (self, DESK_PLAIN, "cart");
  desk_wait_for_label (self, "No Service");
  seat_shoot (&self->seat, "none");
  desk_start_service (self);
  desk_wait_for_label (self, "No Topics");
  seat_shoot (&self->seat, "empty");
  test_client_write (self->client, "cart", "{\"items\":2}");
  desk_wait_for_row (self, "cart, revision 1");
  desk_wait_for_data (self, "*items*");
}

/* --- a service that lets nobody see what there is --- */

static void
refuse (GDBusConnection *bus,
        const char *sender,
        const char *path,
        const char *interface,
        const char *method,
        GVariant *args,
        GDBusMethodInvocation *invocation,
        gpointer user_data)
{
  g_dbus_method_invocation_return_dbus_error (invocation,
                                              "org.statesync.StateSync1.Error.AccessDenied",
                                              "This app may not list topics; ask for it");
}

static void
test_without_access (Desk *self, gconstpointer data)
{
  static const char xml[] = "<node><interface name='org.statesync.StateSync1'>"
                            "<method name='ListTopics'>"
                            "<arg type='s' direction='in'/>"
                            "<arg type='a(st)' direction='out'/>"
                            "</method></interface></node>";
  static const GDBusInterfaceVTable vtable = { .method_call = refuse };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (xml, NULL);
  GDBusConnection *bus = test_client_get_connection (self->client);
  guint registration = g_dbus_connection_register_object (
      bus, "/org/statesync/StateSync1", info->interfaces[0], &vtable, NULL, NULL, NULL);
  guint name = g_bus_own_name_on_connection (bus, "org.statesync.StateSync1",
                                             G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);

  test_client_sync (self->client);
  desk_open_window (self, DESK_PLAIN, NULL);
  desk_wait_for_label (self, "No Access");
  desk_wait_for_label (self, "This app may not list topics; ask for it");
  g_bus_unown_name (name);
  g_dbus_connection_unregister_object (bus, registration);
}

static void
test_the_service_comes_again (Desk *self, gconstpointer data)
{
  desk_open_settings (self);
  desk_end_service (self);
  desk_wait_for_label (self, "The service is not running. *");
  desk_wait_for_data (self, "*\"dark\"*");
  seat_shoot (&self->seat, "gone");

  desk_start_service (self);
  seat_wait_until_gone (&self->seat, "label", "The service is not running. *");
  test_client_write (self->client, DESK_EDITOR, "{\"theme\":\"light\"}");
  desk_wait_for_row (self, "settings, revision 2");
  desk_wait_for_data (self, "*+ *\"light\"*");
}

/* --- a topic --- */

static void
test_changes_are_marked (Desk *self, gconstpointer data)
{
  desk_open_settings (self);
  desk_wait_for_data (self, "{\n  \"theme\": \"dark\",\n  \"size\": 12\n}");
  test_client_write (self->client, DESK_EDITOR, "{\"theme\":\"dark\",\"size\":13,\"wrap\":true}");
  desk_wait_for_data (self, "  {\n"
                            "    \"theme\": \"dark\",\n"
                            "−   \"size\": 12\n"
                            "+   \"size\": 13,\n"
                            "+   \"wrap\": true\n"
                            "  }");
  seat_shoot (&self->seat, "marked");
  desk_press (self, "Control_L+d");
  desk_wait_for_data (self, "{\n  \"theme\": \"dark\",\n  \"size\": 13,\n  \"wrap\": true\n}");
  test_client_write (self->client, DESK_EDITOR, "null");
  desk_wait_for_label (self, "Holds Nothing");
}

static void
test_revisions_have_a_timeline (Desk *self, gconstpointer data)
{
  desk_open_settings (self);
  for (guint i = 2; i <= 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"theme\":\"dark\",\"size\":%u}", i * i * i);
      g_autofree char *summary = g_strdup_printf ("Revision %u · *", i);

      test_client_write (self->client, DESK_EDITOR, text);
      desk_wait_for_label (self, summary);
    }
  seat_wait_for (&self->seat, "image", "Size of 20 revisions, of the newest: 28 bytes");
  seat_wait_for (&self->seat, "image", "Latency of 20 revisions, of the newest: * ms");
  desk_press (self, "Alt_L+2");
  desk_wait_for_label (self, "20");
  seat_shoot (&self->seat, "timeline");
}

/* --- followers --- */

static int
follow (TestClient *other, const char *const *args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncClient) client =
      state_sync_client_new_sync (NULL, STATE_SYNC_CLIENT_FLAGS_NONE, NULL, &error);
  g_autoptr (StateSyncTopic) topic = state_sync_client_get_topic (client, args[0]);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  state_sync_topic_start_sync (topic, NULL, &error);
  g_assert_no_error (error);
  g_main_loop_run (loop);
  return 0;
}

static void
test_followers_are_listed (Desk *self, gconstpointer data)
{
  const char *args[] = { DESK_EDITOR, NULL };
  g_autoptr (GSubprocess) window = test_session_spawn_role (self->session, "follow", args);
  g_autoptr (GSubprocess) script =
      test_session_spawn (self->session, G_SUBPROCESS_FLAGS_STDOUT_SILENCE,
                          (const char *[]){ TEST_STATESYNC, "watch", DESK_EDITOR, NULL });

  desk_open_settings (self);
  desk_press (self, "Alt_L+3");
  desk_wait_for_label (self, "statesync");
  desk_wait_for_label (self, "Process * · is told of this topic");
  desk_wait_for_label (self, "Process * · reads it in shared memory");
  seat_shoot (&self->seat, "followers");
  test_process_end (script, SIGTERM);
  test_process_end (window, SIGTERM);
  desk_wait_for_label (self, "No Followers");
}

/* --- export --- */

/* Of what is shown, where the filter hides it in the list; its name is shown as it is, not as
 * markup. */
static void
test_an_export_is_that_of_the_command (Desk *self, gconstpointer data)
{
  g_autofree char *path =
      g_build_filename (test_session_get_folder (self->session), "mine&yours.jsonl", NULL);
  const char *argv[] = { TEST_STATESYNC, "export", DESK_EDITOR, NULL };
  g_autoptr (GSubprocess) command = NULL;
  g_autofree char *exported = NULL;
  g_autofree char *expected = NULL;

  desk_open_settings (self);
  desk_press (self, "Control_L+f");
  desk_type (self, "page");
  seat_wait_until_gone (&self->seat, "list item", DESK_EDITOR_ROW);
  desk_press (self, "Control_L+Shift_L+e");
  test_display_await (self->seat.display);
  desk_press (self, "Control_L+a");
  desk_type (self, path);
  desk_press (self, "Return");
  desk_wait_for_label (self, "Exported to mine&yours.jsonl");

  command = test_session_spawn (self->session, G_SUBPROCESS_FLAGS_STDOUT_PIPE, argv);
  g_assert_cmpint (test_process_finish (command, &expected, NULL), ==, 0);
  g_assert_true (g_file_get_contents (path, &exported, NULL, NULL));
  g_assert_cmpstr (exported, ==, expected);
}

/* --- looks --- */

/* In the dark, wide and narrow: the topic takes the place of the list, and gives it back. */
static void
test_a_narrow_window (Desk *self, gconstpointer data)
{
  TestExtents place;

  test_display_wait_until_dark (self->seat.display, TRUE);
  desk_open_settings (self);
  test_client_write (self->client, DESK_EDITOR,
                     "{\"theme\":\"light\",\"size\":12.5,\"wrap\":null}");
  desk_wait_for_data (self, "*+ *\"light\"*");
  seat_shoot (&self->seat, "wide");
  seat_resize (&self->seat, 368, 560);
  desk_press (self, "Alt_L+1");
  seat_click (&self->seat, "button", "Back to the Topics");
  desk_press (self, "Control_L+f");
  test_reader_get_extents (self->reader, self->seat.app, "search box", "Filter topics", &place);
  seat_shoot (&self->seat, "list");
  desk_press (self, "Return");
  desk_press (self, "Return");
  desk_press (self, "Control_L+e");
  desk_wait_for_edited (self, "*\"light\"*");
  seat_shoot (&self->seat, "edit");
  desk_press (self, "Escape");
  seat_wait_until_gone (&self->seat, "text box", "Data to edit");
  desk_press (self, "Alt_L+3");
  desk_wait_for_label (self, "No Followers");
  seat_shoot (&self->seat, "followers");
  desk_press (self, "Alt_L+2");
  desk_wait_for_label (self, "Latency");
}

int
main (int argc, char **argv)
{
  static const TestRole roles[] = { { "follow", follow }, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  desk_add ("topics-are-a-tree", desk_set_up, NULL, test_topics_are_a_tree);
  desk_add ("what-is-typed-filters", desk_set_up, NULL, test_what_is_typed_filters);
  desk_add ("what-was-filtered-out-is-selected-again", desk_set_up, NULL,
            test_what_was_filtered_out_is_selected_again);
  desk_add ("the-list-has-the-keys-first", desk_set_up, NULL, test_the_list_has_the_keys_first);
  desk_add ("keys-are-enough", desk_set_up, NULL, test_keys_are_enough);
  desk_add ("controls-have-names", desk_set_up, NULL, test_controls_have_names);
  desk_add ("without-a-service", desk_set_up_alone, NULL, test_without_a_service);
  desk_add ("without-access", desk_set_up_alone, NULL, test_without_access);
  desk_add ("the-service-comes-again", desk_set_up, NULL, test_the_service_comes_again);
  desk_add ("changes-are-marked", desk_set_up, NULL, test_changes_are_marked);
  desk_add ("revisions-have-a-timeline", desk_set_up, DESK_DARK, test_revisions_have_a_timeline);
  desk_add ("followers-are-listed", desk_set_up, NULL, test_followers_are_listed);
  desk_add ("an-export-is-that-of-the-command", desk_set_up, NULL,
            test_an_export_is_that_of_the_command);
  desk_add ("a-narrow-window", desk_set_up, DESK_DARK, test_a_narrow_window);

  return g_test_run ();
}
