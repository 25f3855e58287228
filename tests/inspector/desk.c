/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "inspector/desk.h"

#include <signal.h>

void
desk_open_window (Desk *self, const char *how, const char *topic)
{
  const char *argv[] = {
    "/usr/bin/env", "PATH=" TEST_PATH, "G_DEBUG=fatal-criticals", how, TEST_INSPECTOR, topic, NULL
  };

  seat_init (&self->seat, self->session, self->reader, argv);
}

void
desk_start_service (Desk *self)
{
  self->daemon = test_session_start_daemon (self->session, NULL);
}

void
desk_end_service (Desk *self)
{
  test_process_end (self->daemon, SIGKILL);
  g_clear_object (&self->daemon);
}

void
desk_set_up_alone (Desk *self, gconstpointer how)
{
  self->session = test_session_new ();
  self->client = test_client_new (test_session_get_address (self->session));
  self->reader = test_reader_new (self->session, self->client);
}

void
desk_set_up (Desk *self, gconstpointer how)
{
  desk_set_up_alone (self, how);
  desk_start_service (self);
  test_client_write (self->client, "cart", "{\"items\":2}");
  test_client_write (self->client, DESK_EDITOR, "{\"theme\":\"dark\",\"size\":12}");
  test_client_write (self->client, "org.example.Viewer.page", "7");
  desk_open_window (self, how != NULL ? how : DESK_PLAIN, NULL);
}

void
desk_tear_down (Desk *self, gconstpointer how)
{
  seat_shoot (&self->seat, "end");
  seat_clear (&self->seat);
  test_reader_free (self->reader);
  test_client_free (self->client);
  g_clear_object (&self->daemon);
  test_session_free (self->session);
}

void
desk_press (Desk *self, const char *keys)
{
  test_display_press_key (self->seat.display, keys);
}

void
desk_type (Desk *self, const char *text)
{
  test_display_type (self->seat.display, text);
}

void
desk_wait_for_label (Desk *self, const char *text)
{
  seat_wait_for (&self->seat, "label", text);
}

void
desk_wait_for_row (Desk *self, const char *name)
{
  seat_wait_for (&self->seat, "list item", name);
}

void
desk_wait_for_data (Desk *self, const char *pattern)
{
  seat_wait_for_text (&self->seat, "text box", "Data", pattern);
}

void
desk_wait_for_edited (Desk *self, const char *pattern)
{
  seat_wait_for_text (&self->seat, "text box", "Data to edit", pattern);
}

void
desk_open_settings (Desk *self)
{
  seat_click (&self->seat, "list item", DESK_EDITOR_ROW);
  test_display_point (self->seat.display, 600, 400);
  desk_wait_for_label (self, "Revision *");
  desk_wait_for_data (self, "*\"theme\"*");
}

void
desk_edit (Desk *self, const char *text)
{
  desk_press (self, "Control_L+e");
  desk_wait_for_edited (self, "*\"theme\"*");
  desk_press (self, "Control_L+a");
  desk_type (self, text);
  desk_wait_for_edited (self, text);
}
