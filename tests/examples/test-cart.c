/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Windows of examples/cart, with a user before each, and nobody who serves. */

#include <signal.h>

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
set_up (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->client = test_client_new (test_session_get_address (self->session));
  self->reader = test_reader_new (self->session, self->client);
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

#define test_add(name, func)                                                                       \
  g_test_add ("/examples/cart/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);

  test_add ("items-are-added-in-each", test_items_are_added_in_each);
  test_add ("items-are-taken-out", test_items_are_taken_out);
  test_add ("cart-stays", test_cart_stays);

  return g_test_run ();
}
