/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "examples/seat.h"

#include <signal.h>

void
seat_init (Seat *self, TestSession *session, TestReader *reader, const char *const *argv)
{
  self->reader = reader;
  self->display = test_display_new (session);
  self->process = test_display_spawn (self->display, argv);
  self->app = test_reader_await_app (reader);
  test_display_await (self->display);
}

void
seat_close (Seat *self)
{
  test_display_press_key (self->display, "Control_L+w");
  g_assert_cmpint (test_process_finish (self->process, NULL, NULL), ==, 0);
}

void
seat_clear (Seat *self)
{
  test_process_end (self->process, SIGTERM);
  test_display_free (self->display);
  g_object_unref (self->process);
  g_free (self->app);
}

/* @from_end: 0 is in the middle */
static void
click (Seat *self, const char *role, const char *name, int from_end)
{
  TestExtents window, place;
  int frame;

  test_reader_get_extents (self->reader, self->app, "window", "*", &window);
  test_reader_get_extents (self->reader, self->app, role, name, &place);
  frame = (test_display_get_width (self->display) - window.width) / 2;
  test_display_click (self->display,
                      frame + place.x + (from_end == 0 ? place.width / 2 : place.width - from_end),
                      frame + place.y + place.height / 2);
}

void
seat_click (Seat *self, const char *role, const char *name)
{
  click (self, role, name, 0);
}

void
seat_click_near_end (Seat *self, const char *role, const char *name, int pixels)
{
  click (self, role, name, pixels);
}

void
seat_wait_until (Seat *self, const char *role, const char *name, const char *how)
{
  test_reader_wait_until (self->reader, self->app, role, name, how);
}

void
seat_wait_for (Seat *self, const char *role, const char *name)
{
  test_reader_wait_until (self->reader, self->app, role, name, "");
}

void
seat_wait_for_text (Seat *self, const char *role, const char *name, const char *pattern)
{
  test_reader_wait_for_text (self->reader, self->app, role, name, pattern);
}

void
seat_wait_until_gone (Seat *self, const char *role, const char *name)
{
  test_reader_wait_until_gone (self->reader, self->app, role, name);
}

void
seat_resize (Seat *self, int width, int height)
{
  TestExtents window;
  int before;

  test_reader_get_extents (self->reader, self->app, "window", "*", &window);
  before = window.width;
  test_display_resize (self->display, width, height);
  while (window.width == before)
    test_reader_get_extents (self->reader, self->app, "window", "*", &window);
}

void
seat_shoot (Seat *self, const char *name)
{
  g_autofree char *picture = g_strdup_printf ("%s-%s", g_test_get_path () + 1, name);

  g_strdelimit (picture, "/", '-');
  test_display_shoot (self->display, picture);
}
