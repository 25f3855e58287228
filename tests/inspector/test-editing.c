/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A user edits a topic in the inspector, and so do others. */

#include <signal.h>

#include "inspector/desk.h"

/* A dialog tells that others wrote meanwhile. */
static void
save_too_late (Desk *self)
{
  desk_press (self, "Control_L+s");
  desk_wait_for_label (self, "Changed Meanwhile");
  test_display_await (self->seat.display);
}

static void
wait_until_asked (Desk *self)
{
  desk_wait_for_label (self, "Discard the Changes?");
  test_display_await (self->seat.display);
}

/* What was typed is still there. */
static void
go_on_editing (Desk *self)
{
  desk_press (self, "Escape");
  seat_wait_until_gone (&self->seat, "label", "Discard the Changes?");
  test_display_await (self->seat.display);
  desk_wait_for_edited (self, "{\"theme\": \"mine\"}");
}

static void
test_an_edit_is_written (Desk *self, gconstpointer data)
{
  desk_open_settings (self);
  desk_edit (self, "{\"theme\": \"blue\"}");
  desk_wait_for_label (self, "Valid JSON");
  seat_shoot (&self->seat, "valid");
  desk_press (self, "Control_L+s");
  desk_wait_for_label (self, "Revision 2 *");
  desk_wait_for_data (self, "*+ *\"blue\"*");
  test_client_assert_snapshot (self->client, DESK_EDITOR, 2, "{\"theme\":\"blue\"}");
}

/* Of a text of many lines only those that are seen are coloured; what is far down is edited as
 * well. */
static void
test_a_long_text_is_edited (Desk *self, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("{\"theme\":\"dark\"");

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (text, ",\"m%u\":%u", i, i);
  g_string_append_c (text, '}');
  test_client_write (self->client, DESK_EDITOR, text->str);
  desk_open_settings (self);
  desk_press (self, "Control_L+e");
  desk_wait_for_edited (self, "*\"m2999\": 2999\n}");
  desk_press (self, "Control_L+End");
  desk_press (self, "Left");
  desk_press (self, "Left");
  desk_type (self, ",\"end\":1");
  desk_wait_for_edited (self, "*2999,\"end\":1\n}");
  seat_shoot (&self->seat, "end-of-text");
  desk_press (self, "Control_L+s");
  desk_wait_for_label (self, "Revision 3 *");
  g_string_insert (text, (gssize)text->len - 1, ",\"end\":1");
  test_client_assert_snapshot (self->client, DESK_EDITOR, 3, text->str);
}

/* Deleted while it is edited, by others; then what is saved is all there is. */
static void
test_a_topic_goes_while_it_is_edited (Desk *self, gconstpointer data)
{
  desk_open_settings (self);
  desk_edit (self, "{\"theme\": \"mine\"}");
  test_client_write (self->client, DESK_EDITOR, "null");
  seat_wait_until_gone (&self->seat, "list item", DESK_EDITOR_ROW);
  save_too_late (self);
  seat_shoot (&self->seat, "conflict");
  desk_press (self, "Alt_L+k");
  desk_wait_for_row (self, "settings, revision 3");
  test_client_assert_snapshot (self->client, DESK_EDITOR, 3, "{\"theme\":\"mine\"}");
}

/* A click elsewhere, while it is not known yet whether it is saved, leads nowhere. */
static void
test_nobody_leaves_while_it_is_saved (Desk *self, gconstpointer data)
{
  desk_open_settings (self);
  desk_edit (self, "{\"theme\": \"mine\"}");
  g_subprocess_send_signal (self->daemon, SIGSTOP);
  test_process_wait_until_stopped (self->daemon);
  desk_press (self, "Control_L+s");
  desk_wait_for_label (self, "Saving…");
  seat_click (&self->seat, "list item", "cart, *");
  desk_wait_for_label (self, "Still Saving");
  g_subprocess_send_signal (self->daemon, SIGCONT);
  desk_wait_for_label (self, "Revision 2 *");
  desk_wait_for_data (self, "*+ *\"mine\"*");
  test_client_assert_snapshot (self->client, DESK_EDITOR, 2, "{\"theme\":\"mine\"}");
}

/* What was typed stays, and is saved when there is a service again. */
static void
test_the_service_goes_while_a_topic_is_edited (Desk *self, gconstpointer data)
{
  desk_open_settings (self);
  desk_edit (self, "{\"theme\": \"mine\"}");
  desk_end_service (self);
  desk_wait_for_label (self, "The service is not running. *");
  desk_press (self, "Control_L+s");
  desk_wait_for_label (self, "*can't be started*");
  seat_shoot (&self->seat, "gone");
  desk_wait_for_edited (self, "{\"theme\": \"mine\"}");
  desk_start_service (self);
  seat_wait_until_gone (&self->seat, "label", "The service is not running. *");
  desk_press (self, "Control_L+s");
  desk_wait_for_label (self, "Revision 2 *");
  test_client_assert_snapshot (self->client, DESK_EDITOR, 2, "{\"theme\":\"mine\"}");
}

/* Saving leads to the fault, and what is typed mends it. */
static void
test_a_fault_is_shown (Desk *self, gconstpointer data)
{
  desk_open_settings (self);
  desk_edit (self, "{\"theme\": , \"size\": 3}");
  desk_wait_for_label (self, "Line 1, column 11: *");
  seat_shoot (&self->seat, "fault");
  desk_press (self, "Control_L+Home");
  desk_press (self, "Control_L+s");
  desk_type (self, "1");
  desk_wait_for_edited (self, "{\"theme\": 1, \"size\": 3}");
  desk_wait_for_label (self, "Valid JSON");
  desk_press (self, "Control_L+s");
  desk_wait_for_label (self, "Revision 2 *");
  test_client_assert_snapshot (self->client, DESK_EDITOR, 2, "{\"theme\":1,\"size\":3}");
}

static void
test_others_are_not_overwritten (Desk *self, gconstpointer data)
{
  desk_open_settings (self);
  desk_edit (self, "{\"theme\": \"mine\"}");
  test_client_write (self->client, DESK_EDITOR, "{\"theme\":\"theirs\"}");
  desk_wait_for_label (self, "Revision 2 came while you edit revision 1");
  save_too_late (self);
  seat_shoot (&self->seat, "conflict");

  desk_press (self, "Escape");
  seat_wait_until_gone (&self->seat, "label", "Changed Meanwhile");
  test_display_await (self->seat.display);
  desk_wait_for_edited (self, "{\"theme\": \"mine\"}");

  save_too_late (self);
  desk_press (self, "Alt_L+t");
  seat_wait_until_gone (&self->seat, "text box", "Data to edit");
  desk_wait_for_data (self, "*+ *\"theirs\"*");
  test_client_assert_snapshot (self->client, DESK_EDITOR, 2, "{\"theme\":\"theirs\"}");
}

/* What they changed elsewhere stays. */
static void
test_mine_goes_on_top_if_asked (Desk *self, gconstpointer data)
{
  desk_open_settings (self);
  desk_edit (self, "{\"theme\": \"mine\", \"size\": 12}");
  test_client_write (self->client, DESK_EDITOR, "{\"theme\":\"theirs\",\"size\":13,\"wrap\":true}");
  save_too_late (self);
  seat_wait_for_text (&self->seat, "text box", "What keeping yours changes in theirs",
                      "  {\n"
                      "−   \"theme\": \"theirs\",\n"
                      "+   \"theme\": \"mine\",\n"
                      "    \"size\": 13,\n"
                      "    \"wrap\": true\n"
                      "  }");
  seat_shoot (&self->seat, "conflict");
  desk_press (self, "Alt_L+k");
  desk_wait_for_label (self, "Revision 3 *");
  desk_wait_for_data (self, "*+ *\"mine\"*");
  test_client_assert_snapshot (self->client, DESK_EDITOR, 3,
                               "{\"theme\":\"mine\",\"size\":13,\"wrap\":true}");
}

/* A click in the list does not lose what was typed. */
static void
test_edits_are_not_lost (Desk *self, gconstpointer data)
{
  desk_open_settings (self);
  desk_edit (self, "{\"theme\": \"mine\"}");
  seat_click (&self->seat, "list item", "cart, *");
  wait_until_asked (self);
  go_on_editing (self);
}

/* Nor by Escape, nor when the window is closed. */
static void
test_edits_are_given_up_if_asked (Desk *self, gconstpointer data)
{
  desk_open_settings (self);
  desk_edit (self, "{\"theme\": \"mine\"}");
  desk_press (self, "Escape");
  wait_until_asked (self);
  seat_shoot (&self->seat, "asked");
  go_on_editing (self);

  desk_press (self, "Control_L+q");
  wait_until_asked (self);
  desk_press (self, "Alt_L+d");
  g_assert_cmpint (test_process_finish (self->seat.process, NULL, NULL), ==, 0);
  test_client_assert_snapshot (self->client, DESK_EDITOR, 1, "{\"theme\":\"dark\",\"size\":12}");
}

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);

  desk_add ("an-edit-is-written", desk_set_up, NULL, test_an_edit_is_written);
  desk_add ("a-long-text-is-edited", desk_set_up, NULL, test_a_long_text_is_edited);
  desk_add ("a-topic-goes-while-it-is-edited", desk_set_up, NULL,
            test_a_topic_goes_while_it_is_edited);
  desk_add ("nobody-leaves-while-it-is-saved", desk_set_up, NULL,
            test_nobody_leaves_while_it_is_saved);
  desk_add ("the-service-goes-while-a-topic-is-edited", desk_set_up, NULL,
            test_the_service_goes_while_a_topic_is_edited);
  desk_add ("a-fault-is-shown", desk_set_up, DESK_DARK, test_a_fault_is_shown);
  desk_add ("others-are-not-overwritten", desk_set_up, NULL, test_others_are_not_overwritten);
  desk_add ("mine-goes-on-top-if-asked", desk_set_up, DESK_DARK, test_mine_goes_on_top_if_asked);
  desk_add ("edits-are-not-lost", desk_set_up, NULL, test_edits_are_not_lost);
  desk_add ("edits-are-given-up-if-asked", desk_set_up, NULL, test_edits_are_given_up_if_asked);

  return g_test_run ();
}
