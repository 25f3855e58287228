/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Windows of examples/cart, with a user before each, and nobody who serves. */

#include <glib/gstdio.h>
#include <signal.h>
#include <statesync/statesync.h>
#include <stdlib.h>

#include "examples/seat.h"

typedef struct
{
  TestSession *session;
  TestClient *client;
  TestReader *reader;
  Seat one, other;
} Fixture;

static void
sit_down (Fixture *self)
{
  seat_init (&self->one, self->session, self->reader, (const char *const[]){ TEST_EXAMPLE, NULL });
}

static void
set_up_without_windows (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->client = test_client_new (test_session_get_address (self->session));
  self->reader = test_reader_new (self->session, self->client);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  set_up_without_windows (self, data);
  sit_down (self);
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
  test_session_free (self->session);
}

/* --- another program that has the cart --- */

/* @args: the new data */
static int
play_writer (TestClient *client, const char *const *args)
{
  g_autoptr (StateSyncClient) broadcast =
      state_sync_client_new_broadcast ("org.example.Shop", NULL);
  g_autoptr (StateSyncTopic) cart = state_sync_client_get_topic (broadcast, "cart");
  g_autoptr (JsonNode) data = json_from_string (args[0], NULL);
  g_autoptr (GError) error = NULL;

  state_sync_topic_write_sync (cart, data, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  return EXIT_SUCCESS;
}

static const TestRole roles[] = { { "writer", play_writer }, { 0 } };

static void
write_cart (Fixture *self, const char *data)
{
  g_autoptr (GSubprocess) writer =
      test_session_spawn_role (self->session, "writer", (const char *const[]){ data, NULL });

  g_assert_cmpint (test_process_finish (writer, NULL, NULL), ==, EXIT_SUCCESS);
}

/* --- the tests --- */

static void
both_show (Fixture *self, const char *role, const char *name)
{
  seat_wait_for (&self->one, role, name);
  seat_wait_for (&self->other, role, name);
}

static void
test_items_are_added_in_each (Fixture *self, gconstpointer data)
{
  both_show (self, "label", "Nothing is in it yet");
  seat_click (&self->one, "list item", "Tea*");
  both_show (self, "button", "Remove Tea");
  both_show (self, "label", "1");
  seat_click (&self->other, "list item", "Tea*");
  both_show (self, "label", "2");
  seat_click (&self->other, "list item", "Cup*");
  both_show (self, "button", "Remove Cup");

  seat_resize (&self->other, 370, 420);
  seat_shoot (&self->other, "narrow");
}

static void
test_items_are_taken_out (Fixture *self, gconstpointer data)
{
  seat_click (&self->one, "list item", "Honey*");
  both_show (self, "button", "Remove Honey");
  seat_click (&self->other, "button", "Remove Honey");
  seat_wait_until_gone (&self->one, "button", "Remove Honey");
  both_show (self, "label", "Nothing is in it yet");
}

/* What is in the cart outlives the windows, however they end. */
static void
test_cart_stays (Fixture *self, gconstpointer data)
{
  seat_click (&self->one, "list item", "Tea*");
  both_show (self, "button", "Remove Tea");
  test_process_end (self->one.process, SIGKILL);
  seat_click (&self->other, "list item", "Tea*");
  seat_wait_for (&self->other, "label", "2");
  seat_close (&self->other);

  seat_clear (&self->one);
  sit_down (self);
  seat_wait_for (&self->one, "button", "Remove Tea");
  seat_wait_for (&self->one, "label", "2");
}

/* What others wrote is no number, or none that could be one more. */
static void
test_others_write_anything (Fixture *self, gconstpointer data)
{
  write_cart (self, "{\"items\":{\"Tea\":{\"a\":1},\"Honey\":[2],\"Cup\":9223372036854775807}}");
  both_show (self, "button", "Remove Cup");
  seat_click (&self->one, "list item", "Tea*");
  both_show (self, "label", "1");
  seat_click (&self->one, "button", "Remove Tea");
  seat_wait_until_gone (&self->one, "label", "1");
  seat_click (&self->one, "list item", "Honey*");
  both_show (self, "label", "1");
  seat_click (&self->one, "list item", "Cup*");
  seat_click (&self->one, "button", "Remove Honey");
  seat_wait_until_gone (&self->other, "button", "Remove Honey");
  both_show (self, "label", "9223372036854775807");
  seat_close (&self->one);

  write_cart (self, "{\"items\":\"none\"}");
  seat_wait_for (&self->other, "label", "Nothing is in it yet");
  seat_click (&self->other, "list item", "Tea*");
  seat_wait_for (&self->other, "button", "Remove Tea");
}

/* A file is where the folder of the state should be. */
static void
test_folder_comes_later (Fixture *self, gconstpointer data)
{
  g_autofree char *path =
      g_build_filename (test_session_get_folder (self->session), "state", "statesync", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "", -1, &error);
  g_assert_no_error (error);
  sit_down (self);
  seat_wait_for (&self->one, "label", "The folder *");
  g_assert_no_errno (g_unlink (path));
  write_cart (self, "{\"items\":{\"Tea\":3}}");
  seat_click (&self->one, "label", "Try Again");
  seat_wait_for (&self->one, "label", "3");

  seat_init (&self->other, self->session, self->reader,
             (const char *const[]){ SEAT_DARK, TEST_EXAMPLE, NULL });
  seat_wait_for (&self->other, "label", "3");
  seat_click (&self->other, "list item", "Tea*");
  seat_wait_for (&self->one, "label", "4");
}

#define test_add(name, func)                                                                       \
  g_test_add ("/examples/cart/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, roles);

  test_add ("items-are-added-in-each", test_items_are_added_in_each);
  test_add ("items-are-taken-out", test_items_are_taken_out);
  test_add ("cart-stays", test_cart_stays);
  test_add ("others-write-anything", test_others_write_anything);

  g_test_add ("/examples/cart/folder-comes-later", Fixture, NULL, set_up_without_windows,
              test_folder_comes_later, tear_down);

  return g_test_run ();
}
