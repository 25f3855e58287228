/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two windows of examples/editor, with a user before each, who save the same document. */

#include <signal.h>

#include "examples/seat.h"

#define LETTER "org.example.Papers.documents.letter"

typedef struct
{
  TestSession *session;
  GSubprocess *daemon;
  TestClient *client;
  TestReader *reader;
  Seat one, other;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->daemon = test_session_start_daemon (self->session, NULL);
  self->client = test_client_new (test_session_get_address (self->session));
  self->reader = test_reader_new (self->session, self->client);
  test_client_write (self->client, LETTER, "{\"title\":\"Letter\",\"author\":\"Ann\"}");
  seat_init (&self->one, self->session, self->reader, (const char *const[]){ TEST_EXAMPLE, NULL });
  seat_init (&self->other, self->session, self->reader,
             (const char *const[]){ SEAT_DARK, TEST_EXAMPLE, NULL });
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
  g_clear_object (&self->daemon);
  test_session_free (self->session);
}

/* --- what a user does --- */

static void
edit (Seat *seat, const char *field, const char *text)
{
  seat_click (seat, "list item", "Letter*");
  seat_click (seat, "text box", field);
  test_display_press_key (seat->display, "Control_L+a");
  test_display_type (seat->display, text);
}

static void
save (Seat *seat)
{
  seat_wait_until (seat, "button", "Save", "off");
  seat_click (seat, "button", "Save");
}

/* Each has edited the same document; one is faster. */
static void
come_into_conflict (Fixture *self)
{
  edit (&self->one, "Title", "Poem");
  edit (&self->other, "Author", "Bob");
  save (&self->one);
  seat_wait_until (&self->one, "button", "Save", "insensitive");
  test_client_assert_snapshot (self->client, LETTER, 2, "{\"title\":\"Poem\",\"author\":\"Ann\"}");
  seat_wait_for (&self->other, "label", "Poem");

  save (&self->other);
  seat_wait_for (&self->other, "label", "Changed Meanwhile");
  test_display_await (self->other.display);
  seat_shoot (&self->other, "asked");
}

/* --- the tests --- */

static void
test_documents_come (Fixture *self, gconstpointer data)
{
  seat_wait_for (&self->one, "label", "Letter");
  seat_click (&self->one, "button", "New Document");
  seat_wait_for (&self->one, "label", "Untitled");
  seat_wait_for (&self->other, "label", "Untitled");
}

/* The document takes the place of the list, and gives it back. */
static void
test_a_narrow_window (Fixture *self, gconstpointer data)
{
  TestDisplay *display = self->other.display;

  seat_resize (&self->other, 368, 480);
  seat_wait_for (&self->other, "button", "Back to the Documents");
  seat_click (&self->other, "list item", "Letter*");
  test_display_press_key (display, "Control_L+a");
  test_display_type (display, "Poem");
  seat_wait_until (&self->other, "button", "Save", "off");
  seat_shoot (&self->other, "document");
  test_display_press_key (display, "Control_L+s");
  seat_wait_for (&self->one, "label", "Poem");

  seat_click (&self->other, "button", "Back to the Documents");
  test_display_press_key (display, "Control_L+n");
  seat_wait_for (&self->other, "label", "Untitled");
  seat_shoot (&self->other, "list");
  test_display_press_key (display, "Up");
  test_display_press_key (display, "Return");
  test_display_press_key (display, "Control_L+a");
  test_display_type (display, "Note");
  test_display_press_key (display, "Control_L+s");
  seat_wait_for (&self->one, "label", "Note");
}

/* It is the default: the title of the one, the author of the other. */
static void
test_edits_are_merged (Fixture *self, gconstpointer data)
{
  come_into_conflict (self);
  test_display_press_key (self->other.display, "Return");
  seat_wait_for (&self->one, "label", "Bob");
  seat_wait_until (&self->other, "button", "Save", "insensitive");
  test_client_assert_snapshot (self->client, LETTER, 3, "{\"title\":\"Poem\",\"author\":\"Bob\"}");
}

static void
test_edits_are_discarded (Fixture *self, gconstpointer data)
{
  come_into_conflict (self);
  test_display_press_key (self->other.display, "Shift_L+Tab");
  test_display_press_key (self->other.display, "space");
  seat_wait_until_gone (&self->other, "label", "Changed Meanwhile");
  seat_wait_until (&self->other, "button", "Save", "insensitive");
  test_client_assert_snapshot (self->client, LETTER, 2, "{\"title\":\"Poem\",\"author\":\"Ann\"}");
}

/* The service is killed with both windows open; what is saved meanwhile waits for it. */
static void
test_windows_outlive_the_service (Fixture *self, gconstpointer data)
{
  edit (&self->one, "Title", "Poem");
  test_process_end (self->daemon, SIGKILL);
  g_clear_object (&self->daemon);
  save (&self->one);
  self->daemon = test_session_start_daemon (self->session, NULL);
  seat_wait_for (&self->other, "label", "Poem");
  seat_wait_until (&self->one, "button", "Save", "insensitive");
  test_client_assert_snapshot (self->client, LETTER, 2, "{\"title\":\"Poem\",\"author\":\"Ann\"}");
}

#define test_add(name, func)                                                                       \
  g_test_add ("/examples/editor/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);

  test_add ("documents-come", test_documents_come);
  test_add ("a-narrow-window", test_a_narrow_window);
  test_add ("edits-are-merged", test_edits_are_merged);
  test_add ("edits-are-discarded", test_edits_are_discarded);
  test_add ("windows-outlive-the-service", test_windows_outlive_the_service);

  return g_test_run ();
}
