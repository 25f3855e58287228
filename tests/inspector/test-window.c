/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The inspector with a user before it: the real program, keys, pointer and service. */

#include <signal.h>
#include <string.h>

#include "examples/seat.h"
#include "statesync/statesync.h"
#include "support/role.h"

#define EDITOR "org.example.Editor.settings"
#define PLAIN "LC_ALL=C.UTF-8"
#define DARK "ADW_DEBUG_COLOR_SCHEME=prefer-dark"
#define EDITOR_ROW "settings, revision *"

typedef struct
{
  TestSession *session;
  GSubprocess *daemon; /* (nullable) */
  TestClient *client;
  TestReader *reader;
  Seat seat;
} Fixture;

/* --- the window --- */

/* @how: a variable of its environment
 * @topic: (nullable): to be shown at first */
static void
open_window (Fixture *self, const char *how, const char *topic)
{
  const char *argv[] = {
    "/usr/bin/env", "PATH=" TEST_PATH, "G_DEBUG=fatal-criticals", how, TEST_INSPECTOR, topic, NULL
  };

  seat_init (&self->seat, self->session, self->reader, argv);
}

static void
start_service (Fixture *self)
{
  self->daemon = test_session_start_daemon (self->session, NULL);
}

static void
end_service (Fixture *self)
{
  test_process_end (self->daemon, SIGKILL);
  g_clear_object (&self->daemon);
}

static void
set_up_alone (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->client = test_client_new (test_session_get_address (self->session));
  self->reader = test_reader_new (self->session, self->client);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  set_up_alone (self, data);
  start_service (self);
  test_client_write (self->client, "cart", "{\"items\":2}");
  test_client_write (self->client, EDITOR, "{\"theme\":\"dark\",\"size\":12}");
  test_client_write (self->client, "org.example.Viewer.page", "7");
  open_window (self, data != NULL ? data : PLAIN, NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  seat_shoot (&self->seat, "end");
  seat_clear (&self->seat);
  test_reader_free (self->reader);
  test_client_free (self->client);
  g_clear_object (&self->daemon);
  test_session_free (self->session);
}

static void
press (Fixture *self, const char *keys)
{
  test_display_press_key (self->seat.display, keys);
}

static void
type (Fixture *self, const char *text)
{
  test_display_type (self->seat.display, text);
}

static void
wait_for_label (Fixture *self, const char *text)
{
  seat_wait_for (&self->seat, "label", text);
}

static void
wait_for_row (Fixture *self, const char *name)
{
  seat_wait_for (&self->seat, "list item", name);
}

static void
wait_for_data (Fixture *self, const char *pattern)
{
  seat_wait_for_text (&self->seat, "text box", "Data", pattern);
}

static void
wait_for_edited (Fixture *self, const char *pattern)
{
  seat_wait_for_text (&self->seat, "text box", "Data to edit", pattern);
}

/* The settings of the editor are shown, and the pointer is where nothing pops up. */
static void
open_settings (Fixture *self)
{
  seat_click (&self->seat, "list item", EDITOR_ROW);
  test_display_point (self->seat.display, 600, 400);
  wait_for_label (self, "Revision *");
  wait_for_data (self, "*\"theme\"*");
}

/* What is edited is @text. */
static void
edit (Fixture *self, const char *text)
{
  press (self, "Control_L+e");
  wait_for_edited (self, "*\"theme\"*");
  press (self, "Control_L+a");
  type (self, text);
  wait_for_edited (self, text);
}

/* --- topics --- */

static void
test_topics_are_a_tree (Fixture *self, gconstpointer data)
{
  wait_for_row (self, "cart, revision 1");
  wait_for_row (self, "org.example, namespace");
  wait_for_row (self, "Editor, namespace");
  wait_for_row (self, "settings, revision 1");
  wait_for_row (self, "page, revision 1");

  test_client_write (self->client, "org.example.Editor.window", "{}");
  wait_for_row (self, "window, revision 1");
  test_client_write (self->client, "cart", "{}");
  wait_for_row (self, "cart, revision 2");
  test_client_write (self->client, "cart", "null");
  seat_wait_until_gone (&self->seat, "list item", "cart, *");
}

static void
test_what_is_typed_filters (Fixture *self, gconstpointer data)
{
  seat_click (&self->seat, "list item", "cart, revision 1");
  wait_for_data (self, "*items*");
  type (self, "VIEW");
  seat_wait_until_gone (&self->seat, "list item", EDITOR_ROW);
  wait_for_row (self, "page, revision 1");
  type (self, " zz");
  wait_for_label (self, "Nothing Found");
  seat_shoot (&self->seat, "nothing");
  press (self, "Escape");
  wait_for_row (self, EDITOR_ROW);
  seat_wait_until (&self->seat, "list item", "cart, revision 1", "on");
}

static void
test_the_list_has_the_keys_first (Fixture *self, gconstpointer data)
{
  wait_for_row (self, "cart, revision 1");
  type (self, "VIEW");
  seat_wait_until_gone (&self->seat, "list item", EDITOR_ROW);
  wait_for_row (self, "page, revision 1");
}

/* From the list to the data and back, without a pointer. */
static void
test_keys_are_enough (Fixture *self, gconstpointer data)
{
  TestExtents place;

  wait_for_row (self, "cart, revision 1");
  press (self, "Control_L+f");
  test_reader_get_extents (self->reader, self->seat.app, "search box", "Filter topics", &place);
  type (self, "sett");
  seat_wait_until_gone (&self->seat, "list item", "cart, *");
  press (self, "Return");
  press (self, "Down");
  wait_for_data (self, "*\"theme\"*");
  press (self, "Control_L+e");
  wait_for_edited (self, "*\"theme\"*");
  press (self, "Escape");
  seat_wait_until_gone (&self->seat, "text box", "Data to edit");
  press (self, "Alt_L+2");
  press (self, "Control_L+question");
  wait_for_label (self, "Go to the fault");
}

/* What has no name of its own is called by its kind. */
static void
test_controls_have_names (Fixture *self, gconstpointer data)
{
  static const char *const roles[] = { "button", "toggle button", "text box", "search box",
                                       "list",   "tree grid",     "list item" };

  open_settings (self);
  press (self, "Control_L+e");
  wait_for_edited (self, "*\"theme\"*");
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      seat_wait_until_gone (&self->seat, roles[i], "");
      seat_wait_until_gone (&self->seat, roles[i], "Gtk*");
    }
}

/* A topic that was asked for is shown when there is one. */
static void
test_without_a_service (Fixture *self, gconstpointer data)
{
  open_window (self, PLAIN, "cart");
  wait_for_label (self, "No Service");
  seat_shoot (&self->seat, "none");
  start_service (self);
  wait_for_label (self, "No Topics");
  seat_shoot (&self->seat, "empty");
  test_client_write (self->client, "cart", "{\"items\":2}");
  wait_for_row (self, "cart, revision 1");
  wait_for_data (self, "*items*");
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
test_without_access (Fixture *self, gconstpointer data)
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
  open_window (self, PLAIN, NULL);
  wait_for_label (self, "No Access");
  wait_for_label (self, "This app may not list topics; ask for it");
  g_bus_unown_name (name);
  g_dbus_connection_unregister_object (bus, registration);
}

static void
test_the_service_comes_again (Fixture *self, gconstpointer data)
{
  open_settings (self);
  end_service (self);
  wait_for_label (self, "The service is not running. *");
  wait_for_data (self, "*\"dark\"*");
  seat_shoot (&self->seat, "gone");

  start_service (self);
  seat_wait_until_gone (&self->seat, "label", "The service is not running. *");
  test_client_write (self->client, EDITOR, "{\"theme\":\"light\"}");
  wait_for_row (self, "settings, revision 2");
  wait_for_data (self, "*+ *\"light\"*");
}

/* --- a topic --- */

static void
test_changes_are_marked (Fixture *self, gconstpointer data)
{
  open_settings (self);
  wait_for_data (self, "{\n  \"theme\": \"dark\",\n  \"size\": 12\n}");
  test_client_write (self->client, EDITOR, "{\"theme\":\"dark\",\"size\":13,\"wrap\":true}");
  wait_for_data (self, "  {\n"
                       "    \"theme\": \"dark\",\n"
                       "−   \"size\": 12\n"
                       "+   \"size\": 13,\n"
                       "+   \"wrap\": true\n"
                       "  }");
  seat_shoot (&self->seat, "marked");
  press (self, "Control_L+d");
  wait_for_data (self, "{\n  \"theme\": \"dark\",\n  \"size\": 13,\n  \"wrap\": true\n}");
  test_client_write (self->client, EDITOR, "null");
  wait_for_label (self, "Holds Nothing");
}

static void
test_revisions_have_a_timeline (Fixture *self, gconstpointer data)
{
  open_settings (self);
  for (guint i = 2; i <= 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"theme\":\"dark\",\"size\":%u}", i * i * i);
      g_autofree char *summary = g_strdup_printf ("Revision %u · *", i);

      test_client_write (self->client, EDITOR, text);
      wait_for_label (self, summary);
    }
  seat_wait_for (&self->seat, "image", "Size of 20 revisions, of the newest: 28 bytes");
  seat_wait_for (&self->seat, "image", "Latency of 20 revisions, of the newest: * ms");
  press (self, "Alt_L+2");
  wait_for_label (self, "20");
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
test_followers_are_listed (Fixture *self, gconstpointer data)
{
  const char *args[] = { EDITOR, NULL };
  g_autoptr (GSubprocess) window = test_session_spawn_role (self->session, "follow", args);
  g_autoptr (GSubprocess) script =
      test_session_spawn (self->session, G_SUBPROCESS_FLAGS_STDOUT_SILENCE,
                          (const char *[]){ TEST_STATESYNC, "watch", EDITOR, NULL });

  open_settings (self);
  press (self, "Alt_L+3");
  wait_for_label (self, "statesync");
  wait_for_label (self, "Process * · is told of this topic");
  wait_for_label (self, "Process * · reads it in shared memory");
  seat_shoot (&self->seat, "followers");
  test_process_end (script, SIGTERM);
  test_process_end (window, SIGTERM);
  wait_for_label (self, "No Followers");
}

/* --- editing --- */

static void
test_an_edit_is_written (Fixture *self, gconstpointer data)
{
  open_settings (self);
  edit (self, "{\"theme\": \"blue\"}");
  wait_for_label (self, "Valid JSON");
  seat_shoot (&self->seat, "valid");
  press (self, "Control_L+s");
  wait_for_label (self, "Revision 2 *");
  wait_for_data (self, "*+ *\"blue\"*");
  test_client_assert_snapshot (self->client, EDITOR, 2, "{\"theme\":\"blue\"}");
}

/* Of a text of many lines only those that are seen are coloured; what is far down is edited as
 * well. */
static void
test_a_long_text_is_edited (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("{\"theme\":\"dark\"");

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (text, ",\"m%u\":%u", i, i);
  g_string_append_c (text, '}');
  test_client_write (self->client, EDITOR, text->str);
  open_settings (self);
  press (self, "Control_L+e");
  wait_for_edited (self, "*\"m2999\": 2999\n}");
  press (self, "Control_L+End");
  press (self, "Left");
  press (self, "Left");
  type (self, ",\"end\":1");
  wait_for_edited (self, "*2999,\"end\":1\n}");
  seat_shoot (&self->seat, "end-of-text");
  press (self, "Control_L+s");
  wait_for_label (self, "Revision 3 *");
  g_string_insert (text, (gssize)text->len - 1, ",\"end\":1");
  test_client_assert_snapshot (self->client, EDITOR, 3, text->str);
}

/* Deleted while it is edited, by others; then what is saved is all there is. */
static void
test_a_topic_goes_while_it_is_edited (Fixture *self, gconstpointer data)
{
  open_settings (self);
  edit (self, "{\"theme\": \"mine\"}");
  test_client_write (self->client, EDITOR, "null");
  seat_wait_until_gone (&self->seat, "list item", EDITOR_ROW);
  press (self, "Control_L+s");
  wait_for_label (self, "Changed Meanwhile");
  test_display_await (self->seat.display);
  seat_shoot (&self->seat, "conflict");
  press (self, "Alt_L+k");
  wait_for_row (self, "settings, revision 3");
  test_client_assert_snapshot (self->client, EDITOR, 3, "{\"theme\":\"mine\"}");
}

/* A click elsewhere, while it is not known yet whether it is saved, leads nowhere. */
static void
test_nobody_leaves_while_it_is_saved (Fixture *self, gconstpointer data)
{
  open_settings (self);
  edit (self, "{\"theme\": \"mine\"}");
  g_subprocess_send_signal (self->daemon, SIGSTOP);
  test_process_wait_until_stopped (self->daemon);
  press (self, "Control_L+s");
  wait_for_label (self, "Saving…");
  seat_click (&self->seat, "list item", "cart, *");
  wait_for_label (self, "Still Saving");
  g_subprocess_send_signal (self->daemon, SIGCONT);
  wait_for_label (self, "Revision 2 *");
  wait_for_data (self, "*+ *\"mine\"*");
  test_client_assert_snapshot (self->client, EDITOR, 2, "{\"theme\":\"mine\"}");
}

/* What was typed stays, and is saved when there is a service again. */
static void
test_the_service_goes_while_a_topic_is_edited (Fixture *self, gconstpointer data)
{
  open_settings (self);
  edit (self, "{\"theme\": \"mine\"}");
  end_service (self);
  wait_for_label (self, "The service is not running. *");
  press (self, "Control_L+s");
  wait_for_label (self, "*can't be started*");
  seat_shoot (&self->seat, "gone");
  wait_for_edited (self, "{\"theme\": \"mine\"}");
  start_service (self);
  seat_wait_until_gone (&self->seat, "label", "The service is not running. *");
  press (self, "Control_L+s");
  wait_for_label (self, "Revision 2 *");
  test_client_assert_snapshot (self->client, EDITOR, 2, "{\"theme\":\"mine\"}");
}

/* Saving leads to the fault, and what is typed mends it. */
static void
test_a_fault_is_shown (Fixture *self, gconstpointer data)
{
  open_settings (self);
  edit (self, "{\"theme\": , \"size\": 3}");
  wait_for_label (self, "Line 1, column 11: *");
  seat_shoot (&self->seat, "fault");
  press (self, "Control_L+Home");
  press (self, "Control_L+s");
  type (self, "1");
  wait_for_edited (self, "{\"theme\": 1, \"size\": 3}");
  wait_for_label (self, "Valid JSON");
  press (self, "Control_L+s");
  wait_for_label (self, "Revision 2 *");
  test_client_assert_snapshot (self->client, EDITOR, 2, "{\"theme\":1,\"size\":3}");
}

/* A dialog tells that others wrote meanwhile. */
static void
save_too_late (Fixture *self)
{
  press (self, "Control_L+s");
  wait_for_label (self, "Changed Meanwhile");
  test_display_await (self->seat.display);
}

static void
test_others_are_not_overwritten (Fixture *self, gconstpointer data)
{
  open_settings (self);
  edit (self, "{\"theme\": \"mine\"}");
  test_client_write (self->client, EDITOR, "{\"theme\":\"theirs\"}");
  wait_for_label (self, "Revision 2 came while you edit revision 1");
  save_too_late (self);
  seat_shoot (&self->seat, "conflict");

  press (self, "Escape");
  seat_wait_until_gone (&self->seat, "label", "Changed Meanwhile");
  test_display_await (self->seat.display);
  wait_for_edited (self, "{\"theme\": \"mine\"}");

  save_too_late (self);
  press (self, "Alt_L+t");
  seat_wait_until_gone (&self->seat, "text box", "Data to edit");
  wait_for_data (self, "*+ *\"theirs\"*");
  test_client_assert_snapshot (self->client, EDITOR, 2, "{\"theme\":\"theirs\"}");
}

/* What they changed elsewhere stays. */
static void
test_mine_goes_on_top_if_asked (Fixture *self, gconstpointer data)
{
  open_settings (self);
  edit (self, "{\"theme\": \"mine\", \"size\": 12}");
  test_client_write (self->client, EDITOR, "{\"theme\":\"theirs\",\"size\":13,\"wrap\":true}");
  save_too_late (self);
  seat_wait_for_text (&self->seat, "text box", "What keeping yours changes in theirs",
                      "  {\n"
                      "−   \"theme\": \"theirs\",\n"
                      "+   \"theme\": \"mine\",\n"
                      "    \"size\": 13,\n"
                      "    \"wrap\": true\n"
                      "  }");
  seat_shoot (&self->seat, "conflict");
  press (self, "Alt_L+k");
  wait_for_label (self, "Revision 3 *");
  wait_for_data (self, "*+ *\"mine\"*");
  test_client_assert_snapshot (self->client, EDITOR, 3,
                               "{\"theme\":\"mine\",\"size\":13,\"wrap\":true}");
}

/* A click in the list does not lose what was typed. */
static void
test_edits_are_not_lost (Fixture *self, gconstpointer data)
{
  open_settings (self);
  edit (self, "{\"theme\": \"mine\"}");
  seat_click (&self->seat, "list item", "cart, *");
  wait_for_label (self, "Discard the Changes?");
  test_display_await (self->seat.display);
  press (self, "Escape");
  seat_wait_until_gone (&self->seat, "label", "Discard the Changes?");
  wait_for_edited (self, "{\"theme\": \"mine\"}");
}

/* Nor by Escape, nor when the window is closed. */
static void
test_edits_are_given_up_if_asked (Fixture *self, gconstpointer data)
{
  open_settings (self);
  edit (self, "{\"theme\": \"mine\"}");
  press (self, "Escape");
  wait_for_label (self, "Discard the Changes?");
  test_display_await (self->seat.display);
  seat_shoot (&self->seat, "asked");
  press (self, "Escape");
  seat_wait_until_gone (&self->seat, "label", "Discard the Changes?");
  test_display_await (self->seat.display);
  wait_for_edited (self, "{\"theme\": \"mine\"}");

  press (self, "Control_L+q");
  wait_for_label (self, "Discard the Changes?");
  test_display_await (self->seat.display);
  press (self, "Alt_L+d");
  g_assert_cmpint (test_process_finish (self->seat.process, NULL, NULL), ==, 0);
  test_client_assert_snapshot (self->client, EDITOR, 1, "{\"theme\":\"dark\",\"size\":12}");
}

/* --- export --- */

/* Its name is shown as it is, not as markup. */
/* Of what is shown, where the filter hides it in the list. */
static void
test_an_export_is_that_of_the_command (Fixture *self, gconstpointer data)
{
  g_autofree char *path =
      g_build_filename (test_session_get_folder (self->session), "mine&yours.jsonl", NULL);
  const char *argv[] = { TEST_STATESYNC, "export", EDITOR, NULL };
  g_autoptr (GSubprocess) command = NULL;
  g_autofree char *exported = NULL;
  g_autofree char *expected = NULL;

  open_settings (self);
  press (self, "Control_L+f");
  type (self, "page");
  seat_wait_until_gone (&self->seat, "list item", EDITOR_ROW);
  press (self, "Control_L+Shift_L+e");
  test_display_await (self->seat.display);
  press (self, "Control_L+a");
  type (self, path);
  press (self, "Return");
  wait_for_label (self, "Exported to mine&yours.jsonl");

  command = test_session_spawn (self->session, G_SUBPROCESS_FLAGS_STDOUT_PIPE, argv);
  g_assert_cmpint (test_process_finish (command, &expected, NULL), ==, 0);
  g_assert_true (g_file_get_contents (path, &exported, NULL, NULL));
  g_assert_cmpstr (exported, ==, expected);
}

/* --- looks --- */

/* In the dark, wide and narrow: the topic takes the place of the list, and gives it back. */
static void
test_a_narrow_window (Fixture *self, gconstpointer data)
{
  TestExtents place;

  test_display_wait_until_dark (self->seat.display, TRUE);
  open_settings (self);
  test_client_write (self->client, EDITOR, "{\"theme\":\"light\",\"size\":12.5,\"wrap\":null}");
  wait_for_data (self, "*+ *\"light\"*");
  seat_shoot (&self->seat, "wide");
  seat_resize (&self->seat, 368, 560);
  press (self, "Alt_L+1");
  seat_click (&self->seat, "button", "Back to the Topics");
  press (self, "Control_L+f");
  test_reader_get_extents (self->reader, self->seat.app, "search box", "Filter topics", &place);
  seat_shoot (&self->seat, "list");
  press (self, "Return");
  press (self, "Return");
  press (self, "Control_L+e");
  wait_for_edited (self, "*\"light\"*");
  seat_shoot (&self->seat, "edit");
  press (self, "Escape");
  seat_wait_until_gone (&self->seat, "text box", "Data to edit");
  press (self, "Alt_L+3");
  wait_for_label (self, "No Followers");
  seat_shoot (&self->seat, "followers");
  press (self, "Alt_L+2");
  wait_for_label (self, "Latency");
}

#define ADD(name, set, data, func)                                                                 \
  g_test_add ("/inspector/" name, Fixture, data, set, func, tear_down)

int
main (int argc, char **argv)
{
  static const TestRole roles[] = { { "follow", follow }, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  ADD ("topics-are-a-tree", set_up, NULL, test_topics_are_a_tree);
  ADD ("what-is-typed-filters", set_up, NULL, test_what_is_typed_filters);
  ADD ("the-list-has-the-keys-first", set_up, NULL, test_the_list_has_the_keys_first);
  ADD ("keys-are-enough", set_up, NULL, test_keys_are_enough);
  ADD ("controls-have-names", set_up, NULL, test_controls_have_names);
  ADD ("without-a-service", set_up_alone, NULL, test_without_a_service);
  ADD ("without-access", set_up_alone, NULL, test_without_access);
  ADD ("the-service-comes-again", set_up, NULL, test_the_service_comes_again);
  ADD ("changes-are-marked", set_up, NULL, test_changes_are_marked);
  ADD ("revisions-have-a-timeline", set_up, DARK, test_revisions_have_a_timeline);
  ADD ("followers-are-listed", set_up, NULL, test_followers_are_listed);
  ADD ("an-edit-is-written", set_up, NULL, test_an_edit_is_written);
  ADD ("a-long-text-is-edited", set_up, NULL, test_a_long_text_is_edited);
  ADD ("a-topic-goes-while-it-is-edited", set_up, NULL, test_a_topic_goes_while_it_is_edited);
  ADD ("nobody-leaves-while-it-is-saved", set_up, NULL, test_nobody_leaves_while_it_is_saved);
  ADD ("the-service-goes-while-a-topic-is-edited", set_up, NULL,
       test_the_service_goes_while_a_topic_is_edited);
  ADD ("a-fault-is-shown", set_up, DARK, test_a_fault_is_shown);
  ADD ("others-are-not-overwritten", set_up, NULL, test_others_are_not_overwritten);
  ADD ("mine-goes-on-top-if-asked", set_up, DARK, test_mine_goes_on_top_if_asked);
  ADD ("edits-are-not-lost", set_up, NULL, test_edits_are_not_lost);
  ADD ("edits-are-given-up-if-asked", set_up, NULL, test_edits_are_given_up_if_asked);
  ADD ("an-export-is-that-of-the-command", set_up, NULL, test_an_export_is_that_of_the_command);
  ADD ("a-narrow-window", set_up, DARK, test_a_narrow_window);
  return g_test_run ();
}
