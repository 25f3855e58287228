/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two windows of examples/editor, with a user before each, who save the same document. */

#include <signal.h>

#include "examples/seat.h"

#define LETTER "org.example.Papers.documents.letter"
#define NOTE "org.example.Papers.documents.note"

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

/* What is no text is shown as none, and the window follows on. */
static void
test_another_program_writes_what_is_no_text (Fixture *self, gconstpointer data)
{
  seat_click (&self->one, "list item", "Letter*");
  test_client_write (self->client, LETTER, "{\"title\":5,\"author\":\"Bob\"}");
  seat_wait_for (&self->one, "label", "Bob");
  test_client_write (self->client, LETTER, "{\"title\":\"Poem\",\"author\":[]}");
  seat_wait_for (&self->one, "label", "Poem");
  test_client_write (self->client, LETTER, "{\"title\":{},\"author\":\"Ann\"}");
  seat_wait_for (&self->one, "label", "Ann");
  test_client_write (self->client, LETTER, "{\"title\":\"Letter\",\"author\":\"Ann\"}");
  seat_wait_for (&self->one, "label", "Letter");
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

/* A dialog asks what shall become of the draft. */
static void
wait_until_asked (Seat *seat)
{
  seat_wait_for (seat, "label", "Save the Changes?");
  test_display_await (seat->display);
}

static void
answer (Seat *seat, const char *key)
{
  test_display_press_key (seat->display, key);
  seat_wait_until_gone (seat, "label", "Save the Changes?");
  test_display_await (seat->display);
}

static void
leave_a_draft_for_the_note (Fixture *self, const char *author, const char *key)
{
  Seat *seat = &self->one;

  seat_click (seat, "text box", "Author");
  test_display_press_key (seat->display, "Control_L+a");
  test_display_type (seat->display, author);
  seat_wait_until (seat, "button", "Save", "off");
  seat_click (seat, "list item", "Note*");
  wait_until_asked (seat);
  seat_shoot (seat, "asked");
  answer (seat, key);
}

/* A click on another document leads there, and what is typed too, when it is known what becomes of
 * the draft. */
static void
test_drafts_are_not_lost (Fixture *self, gconstpointer data)
{
  Seat *seat = &self->one;

  test_client_write (self->client, NOTE, "{\"title\":\"Note\",\"author\":\"\"}");
  seat_click (seat, "list item", "Letter*");
  leave_a_draft_for_the_note (self, "Bob", "Escape");
  seat_wait_until (seat, "list item", "Letter*", "on");
  save (seat);
  seat_wait_until (seat, "button", "Save", "insensitive");
  test_client_assert_snapshot (self->client, LETTER, 2,
                               "{\"title\":\"Letter\",\"author\":\"Bob\"}");

  leave_a_draft_for_the_note (self, "Cat", "Alt_L+d");
  seat_wait_until (seat, "list item", "Note*", "on");
  seat_wait_until (seat, "button", "Save", "insensitive");
  test_client_assert_snapshot (self->client, LETTER, 2,
                               "{\"title\":\"Letter\",\"author\":\"Bob\"}");

  seat_click (seat, "list item", "Letter*");
  seat_wait_until (seat, "list item", "Letter*", "on");
  leave_a_draft_for_the_note (self, "Dan", "Alt_L+s");
  seat_wait_until (seat, "list item", "Note*", "on");
  test_client_assert_snapshot (self->client, LETTER, 3,
                               "{\"title\":\"Letter\",\"author\":\"Dan\"}");
  test_client_assert_snapshot (self->client, NOTE, 1, "{\"title\":\"Note\",\"author\":\"\"}");

  test_display_press_key (seat->display, "Control_L+a");
  test_display_type (seat->display, "Memo");
  seat_wait_until (seat, "button", "Save", "off");
  test_display_press_key (seat->display, "Control_L+s");
  seat_wait_for (&self->other, "label", "Memo");
}

/* Where the window is narrow, going back to the list does not end it. */
static void
test_a_draft_waits_behind_the_list (Fixture *self, gconstpointer data)
{
  Seat *seat = &self->one;

  seat_resize (seat, 368, 480);
  seat_wait_for (seat, "button", "Back to the Documents");
  edit (seat, "Title", "Poem");
  seat_wait_until (seat, "button", "Save", "off");
  seat_click (seat, "button", "Back to the Documents");
  test_display_press_key (seat->display, "Return");
  test_display_press_key (seat->display, "Control_L+s");
  seat_wait_until (seat, "button", "Save", "insensitive");
  test_client_assert_snapshot (self->client, LETTER, 2, "{\"title\":\"Poem\",\"author\":\"Ann\"}");
}

static void
test_a_window_with_a_draft_closes (Fixture *self, gconstpointer data)
{
  edit (&self->one, "Title", "Poem");
  seat_wait_until (&self->one, "button", "Save", "off");
  test_display_press_key (self->one.display, "Control_L+w");
  wait_until_asked (&self->one);
  answer (&self->one, "Escape");
  test_display_press_key (self->one.display, "Control_L+w");
  wait_until_asked (&self->one);
  test_display_press_key (self->one.display, "Alt_L+s");
  g_assert_cmpint (test_process_finish (self->one.process, NULL, NULL), ==, 0);
  test_client_assert_snapshot (self->client, LETTER, 2, "{\"title\":\"Poem\",\"author\":\"Ann\"}");

  seat_wait_for (&self->other, "label", "Poem");
  seat_click (&self->other, "list item", "Poem*");
  seat_click (&self->other, "text box", "Author");
  test_display_type (self->other.display, "a");
  seat_wait_until (&self->other, "button", "Save", "off");
  test_display_press_key (self->other.display, "Control_L+w");
  wait_until_asked (&self->other);
  test_display_press_key (self->other.display, "Alt_L+d");
  g_assert_cmpint (test_process_finish (self->other.process, NULL, NULL), ==, 0);
  test_client_assert_snapshot (self->client, LETTER, 2, "{\"title\":\"Poem\",\"author\":\"Ann\"}");
}

/* Nothing is answered until service_goes_on(). */
static void
save_without_an_answer (Fixture *self)
{
  edit (&self->one, "Title", "Poem");
  seat_wait_until (&self->one, "button", "Save", "off");
  g_subprocess_send_signal (self->daemon, SIGSTOP);
  test_process_wait_until_stopped (self->daemon);
  test_display_press_key (self->one.display, "Control_L+s");
}

static void
service_goes_on (Fixture *self)
{
  g_subprocess_send_signal (self->daemon, SIGCONT);
}

static void
test_a_window_closes_while_it_saves (Fixture *self, gconstpointer data)
{
  save_without_an_answer (self);
  test_display_press_key (self->one.display, "Control_L+w");
  wait_until_asked (&self->one);
  answer (&self->one, "Alt_L+s");
  service_goes_on (self);
  g_assert_cmpint (test_process_finish (self->one.process, NULL, NULL), ==, 0);
  test_client_assert_snapshot (self->client, LETTER, 2, "{\"title\":\"Poem\",\"author\":\"Ann\"}");
}

/* Who saves again before there is an answer is in no conflict with themselves. */
static void
test_a_draft_is_saved_once (Fixture *self, gconstpointer data)
{
  save_without_an_answer (self);
  test_display_press_key (self->one.display, "Control_L+s");
  service_goes_on (self);
  seat_wait_until (&self->one, "button", "Save", "insensitive");
  seat_click (&self->one, "text box", "Author");
  test_display_press_key (self->one.display, "Control_L+a");
  test_display_type (self->one.display, "Bob");
  save (&self->one);
  seat_wait_until (&self->one, "button", "Save", "insensitive");
  test_client_assert_snapshot (self->client, LETTER, 3, "{\"title\":\"Poem\",\"author\":\"Bob\"}");
}

static void
test_a_document_is_deleted (Fixture *self, gconstpointer data)
{
  seat_click (&self->one, "list item", "Letter*");
  seat_wait_until (&self->one, "list item", "Letter*", "on");
  edit (&self->other, "Title", "Poem");
  seat_wait_until (&self->other, "button", "Save", "off");
  test_client_write (self->client, LETTER, "null");
  seat_wait_for (&self->one, "label", "“Letter” was deleted elsewhere");
  seat_wait_for (&self->one, "label", "No Document");
  seat_wait_until_gone (&self->one, "list item", "Letter*");

  seat_wait_for (&self->other, "label", "“Letter” was deleted elsewhere: *");
  seat_wait_until_gone (&self->other, "list item", "Letter*");
  seat_shoot (&self->other, "draft");
  save (&self->other);
  seat_wait_for (&self->one, "list item", "Poem*");
  seat_wait_until (&self->other, "list item", "Poem*", "on");
  seat_wait_until (&self->other, "button", "Save", "insensitive");
  test_client_assert_snapshot (self->client, LETTER, 3, "{\"title\":\"Poem\",\"author\":\"Ann\"}");
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
  test_add ("another-program-writes-what-is-no-text", test_another_program_writes_what_is_no_text);
  test_add ("a-narrow-window", test_a_narrow_window);
  test_add ("edits-are-merged", test_edits_are_merged);
  test_add ("edits-are-discarded", test_edits_are_discarded);
  test_add ("drafts-are-not-lost", test_drafts_are_not_lost);
  test_add ("a-draft-waits-behind-the-list", test_a_draft_waits_behind_the_list);
  test_add ("a-window-with-a-draft-closes", test_a_window_with_a_draft_closes);
  test_add ("a-window-closes-while-it-saves", test_a_window_closes_while_it_saves);
  test_add ("a-draft-is-saved-once", test_a_draft_is_saved_once);
  test_add ("a-document-is-deleted", test_a_document_is_deleted);
  test_add ("windows-outlive-the-service", test_windows_outlive_the_service);

  return g_test_run ();
}
