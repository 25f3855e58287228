/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two windows of real widgets, each in a process and on a display of its own, and a user before
 * each of them. What a user does is real events; what is waited for is what the windows say. */

#include "binding/binding-fixture.h"
#include "binding/widgets-role.h"
#include "client/window.h"
#include "support/display.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define STEP 8       /* of the pointer: the slider shows another number */
#define INTERVAL 100 /* between two writes while something is dragged, in ms */

typedef struct
{
  const char *name;
  TestDisplay *display;
  Window *window;
} Seat;

typedef struct
{
  TestSession *session;
  GSubprocess *daemon;
  TestClient *writer;
  Seat one, other;
} Room;

static void
sit_down (Room *self, Seat *seat, const char *name)
{
  seat->name = name;
  seat->display = test_display_new (self->session);
  seat->window = window_of (test_display_spawn_role (seat->display, "widgets", NULL));
}

static void
wait_until_ready (Seat *seat)
{
  g_free (window_wait_for (seat->window, "ready", "window"));
  test_display_await (seat->display);
}

/* @data: (nullable): the schema of the topic */
static void
set_up (Room *self, gconstpointer data)
{
  self->session = test_session_new ();
  if (data != NULL)
    binding_put_schema (self->session, "settings", data);
  self->daemon = test_session_start_daemon (self->session, NULL);
  self->writer = test_client_new (test_session_get_address (self->session));
  test_client_write (self->writer, "settings",
                     "{\"name\":\"\",\"on\":false,\"volume\":20,\"count\":5,\"theme\":\"light\","
                     "\"colour\":\"rgb(255,0,0)\"}");
  sit_down (self, &self->one, "one");
  sit_down (self, &self->other, "other");
  wait_until_ready (&self->one);
  wait_until_ready (&self->other);
}

static void
stand_up (Seat *seat)
{
  window_close (seat->window);
  test_display_free (seat->display);
}

static void
tear_down (Room *self, gconstpointer data)
{
  stand_up (&self->one);
  stand_up (&self->other);
  test_client_free (self->writer);
  g_clear_object (&self->daemon);
  test_session_free (self->session);
}

/* --- what a user does and sees --- */

typedef struct
{
  int x, y, width, height;
} Place;

static Place
place_of (Seat *seat, const char *widget)
{
  g_autofree char *rest = NULL;
  Place place;

  window_do (seat->window, "where %s", widget);
  rest = window_wait_for (seat->window, "where", widget);
  g_assert_cmpint (sscanf (rest, "%d %d %d %d", &place.x, &place.y, &place.width, &place.height),
                   ==, 4);
  return place;
}

static void
click (Seat *seat, const char *widget)
{
  Place place = place_of (seat, widget);

  test_display_click (seat->display, place.x + place.width / 2, place.y + place.height / 2);
}

static void
focus (Seat *seat, const char *widget)
{
  window_do (seat->window, "focus %s", widget);
  g_free (window_wait_for (seat->window, "focused", widget));
}

static void
wait_until_shows (Seat *seat, const char *widget, const char *value)
{
  g_autofree char *shown = NULL;

  window_do (seat->window, "show %s", widget);
  do
    {
      g_clear_pointer (&shown, g_free);
      shown = window_wait_for (seat->window, "shows", widget);
    }
  while (!g_str_equal (shown, value));
}

static void
both_show (Room *self, const char *widget, const char *value)
{
  wait_until_shows (&self->one, widget, value);
  wait_until_shows (&self->other, widget, value);
}

static void
wait_until_opened (Seat *seat, const char *widget, const char *how)
{
  g_autofree char *told = NULL;

  do
    {
      g_clear_pointer (&told, g_free);
      told = window_wait_for (seat->window, "opened", widget);
    }
  while (!g_str_equal (told, how));
}

/* The window closes, and all that its user did is where it belongs. */
static void
leave (Seat *seat)
{
  g_autofree char *test = g_path_get_basename (g_test_get_path ());
  g_autofree char *picture = g_strdup_printf ("%s-%s", test, seat->name);

  test_display_shoot (seat->display, picture);
  window_do (seat->window, "close window");
  g_free (window_wait_for (seat->window, "closed", "window"));
  g_assert_cmpint (test_process_finish (window_get_process (seat->window), NULL, NULL), ==, 0);
}

static void
assert_member (Room *self, const char *member)
{
  g_autofree char *data = NULL;
  guint64 revision;

  leave (&self->one);
  leave (&self->other);
  data = test_client_dup_snapshot (self->writer, "settings", &revision);
  if (strstr (data, member) == NULL)
    g_error ("there is no %s in %s", member, data);
}

/* --- the tests --- */

static void
test_typed_text_arrives (Room *self, gconstpointer data)
{
  click (&self->one, "name");
  test_display_type (self->one.display, "Hello, World!");
  wait_until_shows (&self->one, "name", "13 Hello, World!");
  wait_until_shows (&self->other, "name", "0 Hello, World!");
  assert_member (self, "\"name\":\"Hello, World!\"");
}

/* The cursor of each stays where it was in the text, whatever the other one types around it. */
static void
test_no_cursor_jumps (Room *self, gconstpointer data)
{
  click (&self->one, "name");
  test_display_type (self->one.display, "The end.");
  wait_until_shows (&self->other, "name", "0 The end.");

  click (&self->other, "name");
  test_display_press_key (self->other.display, "Home");
  for (guint i = 0; i < 4; i++)
    test_display_press_key (self->other.display, "Right");
  wait_until_shows (&self->other, "name", "4 The end.");

  test_display_type (self->one.display, " Or is it?");
  wait_until_shows (&self->one, "name", "18 The end. Or is it?");
  wait_until_shows (&self->other, "name", "4 The end. Or is it?");

  test_display_press_key (self->one.display, "Home");
  test_display_type (self->one.display, "Oh. ");
  wait_until_shows (&self->one, "name", "4 Oh. The end. Or is it?");
  wait_until_shows (&self->other, "name", "8 Oh. The end. Or is it?");

  test_display_type (self->other.display, "very ");
  wait_until_shows (&self->other, "name", "13 Oh. The very end. Or is it?");
  wait_until_shows (&self->one, "name", "4 Oh. The very end. Or is it?");
  assert_member (self, "\"name\":\"Oh. The very end. Or is it?\"");
}

static void
test_switch (Room *self, gconstpointer data)
{
  click (&self->one, "on");
  both_show (self, "on", "yes");
  click (&self->other, "on");
  both_show (self, "on", "no");
  assert_member (self, "\"on\":false");
}

static void
test_spin_button (Room *self, gconstpointer data)
{
  focus (&self->one, "count");
  test_display_press_key (self->one.display, "Up");
  both_show (self, "count", "6");
  focus (&self->other, "count");
  test_display_press_key (self->other.display, "Control_L+a");
  test_display_type (self->other.display, "42");
  test_display_press_key (self->other.display, "Return");
  both_show (self, "count", "42");
  assert_member (self, "\"count\":42");
}

static void
test_combo_row (Room *self, gconstpointer data)
{
  click (&self->one, "theme");
  wait_until_opened (&self->one, "theme", "yes");
  test_display_press_key (self->one.display, "End");
  test_display_press_key (self->one.display, "Return");
  both_show (self, "theme", "dark");
  assert_member (self, "\"theme\":\"dark\"");
}

static void
test_action (Room *self, gconstpointer data)
{
  click (&self->one, "dark");
  both_show (self, "dark", "yes");
  both_show (self, "theme", "dark");
  test_client_write_with (self->writer, "settings", "{\"theme\":\"system\"}",
                          "{'mode': <'merge'>}");
  both_show (self, "dark", "no");
  assert_member (self, "\"theme\":\"system\"");
}

static void
test_color_button (Room *self, gconstpointer data)
{
  g_autofree char *colour = NULL;
  g_autofree char *member = NULL;

  click (&self->one, "colour");
  wait_until_opened (&self->one, "colour", "yes");
  test_display_await (self->one.display);
  test_display_press_key (self->one.display, "Right");
  test_display_press_key (self->one.display, "space");
  test_display_press_key (self->one.display, "Alt_L+s");
  colour = window_wait_for (self->one.window, "shows", "colour");
  g_assert_cmpstr (colour, !=, "rgb(255,0,0)");
  both_show (self, "colour", colour);
  member = g_strdup_printf ("\"colour\":\"%s\"", colour);
  assert_member (self, member);
}

/* Writes are bounded by the time that it took, however many events there were, and the last value
 * is everywhere. */
static void
test_slider_is_dragged (Room *self, gconstpointer data)
{
  Place place = place_of (&self->one, "volume");
  int x = place.x + place.width / 5;
  int y = place.y + place.height / 2;
  g_autofree char *counts = NULL;
  guint64 n_writes;
  gint64 span;

  test_display_point (self->one.display, x, y);
  test_display_press (self->one.display);
  for (guint i = 0; i < 30; i++)
    {
      test_display_point (self->one.display, x += STEP, y);
      g_free (window_wait_for (self->one.window, "shows", "volume"));
    }
  test_display_point (self->one.display, place.x + 2 * place.width, y);
  test_display_let_go (self->one.display);
  both_show (self, "volume", "100");

  window_do (self->one.window, "count topic");
  counts = window_wait_for (self->one.window, "counts", "topic");
  g_assert_cmpint (
      sscanf (counts, "writes=%" G_GUINT64_FORMAT " span=%" G_GINT64_FORMAT, &n_writes, &span), ==,
      2);
  g_assert_cmpuint (n_writes, >=, 1);
  g_assert_cmpuint (n_writes, <=, (guint64)(span / INTERVAL) + 2);
  assert_member (self, "\"volume\":100");
}

static void
test_refusal_restores (Room *self, gconstpointer data)
{
  g_autofree char *why = NULL;

  focus (&self->one, "count");
  test_display_press_key (self->one.display, "Up");
  why = window_wait_for (self->one.window, "rejected", "topic");
  g_assert_cmpstr (why, ==, "“count” is 6, but should be at most 5");
  both_show (self, "count", "5");

  click (&self->one, "name");
  test_display_type (self->one.display, "x");
  g_free (why);
  why = window_wait_for (self->one.window, "rejected", "topic");
  g_assert_cmpstr (why, ==, "“name” is \"x\", but should match the pattern “^[a-m]*$”");
  both_show (self, "name", "0 ");
  test_display_type (self->one.display, "lake");
  wait_until_shows (&self->one, "name", "4 lake");
  wait_until_shows (&self->other, "name", "0 lake");
  assert_member (self, "\"name\":\"lake\"");
}

/* The service is killed in the middle of a word, and starts again after a while. */
static void
test_no_key_stroke_is_lost (Room *self, gconstpointer data)
{
  click (&self->one, "name");
  test_display_type (self->one.display, "No key str");
  test_process_end (self->daemon, SIGKILL);
  g_clear_object (&self->daemon);
  test_display_type (self->one.display, "oke is lo");
  wait_until_shows (&self->one, "name", "19 No key stroke is lo");

  self->daemon = test_session_start_daemon (self->session, NULL);
  test_display_type (self->one.display, "st.");
  wait_until_shows (&self->one, "name", "22 No key stroke is lost.");
  wait_until_shows (&self->other, "name", "0 No key stroke is lost.");
  assert_member (self, "\"name\":\"No key stroke is lost.\"");
}

/* A window that closes takes nothing along, and writes nothing that its user did not. */
static void
test_window_closes (Room *self, gconstpointer data)
{
  leave (&self->other);
  test_client_assert_snapshot (self->writer, "settings", 1,
                               "{\"name\":\"\",\"on\":false,\"volume\":20,\"count\":5,"
                               "\"theme\":\"light\",\"colour\":\"rgb(255,0,0)\"}");
  click (&self->one, "name");
  test_display_type (self->one.display, "a");
  wait_until_shows (&self->one, "name", "1 a");
  leave (&self->one);
  test_client_assert_snapshot (self->writer, "settings", 2,
                               "{\"name\":\"a\",\"on\":false,\"volume\":20,\"count\":5,"
                               "\"theme\":\"light\",\"colour\":\"rgb(255,0,0)\"}");
}

#define test_add(name, schema, func)                                                               \
  g_test_add ("/binding/widgets/" name, Room, schema, set_up, func, tear_down)

static const TestRole roles[] = { WIDGETS_ROLE, { NULL } };

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, roles);

  test_add ("typed-text-arrives", NULL, test_typed_text_arrives);
  test_add ("no-cursor-jumps", NULL, test_no_cursor_jumps);
  test_add ("switch", NULL, test_switch);
  test_add ("spin-button", NULL, test_spin_button);
  test_add ("combo-row", NULL, test_combo_row);
  test_add ("action", NULL, test_action);
  test_add ("color-button", NULL, test_color_button);
  test_add ("slider-is-dragged", NULL, test_slider_is_dragged);
  test_add ("refusal-restores",
            "{\"properties\":{\"count\":{\"maximum\":5},\"name\":{\"pattern\":\"^[a-m]*$\"}}}",
            test_refusal_restores);
  test_add ("no-key-stroke-is-lost", NULL, test_no_key_stroke_is_lost);
  test_add ("window-closes", NULL, test_window_closes);

  return g_test_run ();
}
