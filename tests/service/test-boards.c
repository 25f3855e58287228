/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Boards and doorbells as any client meets them: over raw calls, with nothing of ours to help. */

#include <signal.h>
#include <unistd.h>

#include "service/hand-board.h"
#include "service/service-fixture.h"
#include "support/raw-client.h"

#define KIB 1024
#define CEILING (1024 * KIB)

static guint64
write_string_of (TestClient *client, const char *topic, gsize length)
{
  g_autofree char *text = json_string_of (length);

  return test_client_write_with (client, topic, text, "{'durable': <false>}");
}

static void
assert_holds_string_of (HandBoard *board, guint64 revision, gsize length)
{
  g_autofree char *text = json_string_of (length);

  hand_board_assert (board, revision, text);
}

/* --- what is there --- */

static void
test_holds_the_newest_snapshot (Fixture *self, gconstpointer data)
{
  g_autoptr (HandBoard) board = hand_board_map (self->client, "t");

  hand_board_assert (board, 0, "null");
  g_assert_cmpuint (test_client_write (self->client, "t", "{\"a\":1}"), ==, 1);
  hand_board_assert (board, 1, "{\"a\":1}");
}

static void
test_bell_is_rung_for_what_is_mapped (Fixture *self, gconstpointer data)
{
  int bell = hand_call_for_fd (self->client, "OpenDoorbell", NULL);
  g_autoptr (HandBoard) board G_GNUC_UNUSED = hand_board_map (self->client, "t");

  test_client_write (self->client, "other", "1");
  g_assert_false (hand_bell_is_rung (bell));

  test_client_write (self->client, "t", "1");
  hand_bell_wait (bell);

  assert_call (self->client, "UnmapSnapshot", g_variant_new ("(s)", "t"), "()");
  test_client_write (self->client, "t", "2");
  g_assert_false (hand_bell_is_rung (bell));
  close (bell);
}

/* A connection has one bell: what is left of the one before ends. */
static void
test_second_bell_ends_the_first (Fixture *self, gconstpointer data)
{
  int first = hand_call_for_fd (self->client, "OpenDoorbell", NULL);
  int second = hand_call_for_fd (self->client, "OpenDoorbell", NULL);
  g_autoptr (HandBoard) board G_GNUC_UNUSED = hand_board_map (self->client, "t");
  char ring;

  g_assert_cmpint (read (first, &ring, 1), ==, 0);
  test_client_write (self->client, "t", "1");
  hand_bell_wait (second);
  close (first);
  close (second);
}

/* --- sizes follow the data --- */

static void
test_one_too_small_is_replaced (Fixture *self, gconstpointer data)
{
  static const gsize lengths[] = { 100, 5 * KIB, 64 * KIB, 700 * KIB, CEILING };
  int bell = hand_call_for_fd (self->client, "OpenDoorbell", NULL);
  HandBoard *board = hand_board_map (self->client, "t");

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_assert_cmpuint (write_string_of (self->client, "t", lengths[i]), ==, i + 1);
      hand_bell_wait (bell);
      if (hand_board_is_closed (board))
        {
          g_assert_cmpuint (board->size, <, lengths[i] + 64);
          hand_board_free (board);
          board = hand_board_map (self->client, "t");
        }
      assert_holds_string_of (board, i + 1, lengths[i]);
    }
  hand_board_free (board);
  close (bell);
}

/* Above the ceiling a board only tells the revision, and what is on it again is told as ever. */
static void
test_too_large_is_to_be_pulled (Fixture *self, gconstpointer data)
{
  g_autoptr (HandBoard) board = hand_board_map (self->client, "t");
  g_autoptr (HandBoard) other = NULL;
  g_auto (HandSnapshot) snapshot = { 0 };

  write_string_of (self->client, "t", CEILING + 8 * KIB);
  g_assert_cmpint (hand_board_read (board, &snapshot), ==, HAND_BOARD_TOO_LARGE);
  g_assert_cmpuint (snapshot.revision, ==, 1);
  other = hand_board_map (self->other, "t");
  g_assert_cmpint (hand_board_read (other, &snapshot), ==, HAND_BOARD_TOO_LARGE);
  g_assert_cmpuint (other->size, <=, 8 * KIB);

  test_client_write (self->client, "t", "1");
  hand_board_assert (board, 2, "1");
}

/* The memory of one large state is not kept for ever: after so many small ones it is given back,
 * in steps or at once. One large one in between says that it is needed. */
static void
test_one_mostly_empty_is_replaced (Fixture *self, gconstpointer data)
{
  HandBoard *board;
  guint n_kept = 0;

  write_string_of (self->client, "t", 300 * KIB);
  board = hand_board_map (self->client, "t");
  for (guint i = 0; i < 200; i++)
    write_string_of (self->client, "t", 100 + i);
  write_string_of (self->client, "t", 299 * KIB);
  g_assert_false (hand_board_is_closed (board));

  for (; !hand_board_is_closed (board); n_kept++)
    {
      g_assert_cmpuint (n_kept, <, 1000);
      write_string_of (self->client, "t", 100 + n_kept % 2);
    }
  g_assert_cmpuint (n_kept, >, 200);
  hand_board_free (board);

  board = hand_board_map (self->client, "t");
  g_assert_cmpuint (board->size, <=, 8 * KIB);
  assert_holds_string_of (board, 1 + 200 + 1 + n_kept, 100 + (n_kept - 1) % 2);
  hand_board_free (board);
}

/* --- when they go --- */

static void
test_goes_with_its_last_reader (Fixture *self, gconstpointer data)
{
  TestClient *third = test_client_new (test_session_get_address (self->session));
  g_autoptr (HandBoard) one = hand_board_map (self->client, "t");
  g_autoptr (HandBoard) two = hand_board_map (self->other, "t");
  g_autoptr (HandBoard) three = hand_board_map (third, "t");

  assert_call (self->client, "UnmapSnapshot", g_variant_new ("(s)", "t"), "()");
  assert_call (self->client, "UnmapSnapshot", g_variant_new ("(s)", "t"), "()");
  assert_call (self->other, "UnmapSnapshot", g_variant_new ("(s)", "t"), "()");
  g_assert_cmpuint (test_client_get_statistic (self->client, "boards"), ==, 1);
  g_assert_false (hand_board_is_closed (three));

  test_client_free (third);
  while (test_client_get_statistic (self->client, "boards") > 0)
    ;
  g_assert_true (hand_board_is_closed (one));
  g_assert_true (hand_board_is_closed (two));
  g_assert_true (hand_board_is_closed (three));
}

/* A topic that has to be loaded first is not mapped after it was unmapped. */
static void
test_unmapped_while_it_is_loaded (Fixture *self, gconstpointer data)
{
  g_autoptr (TestRawClient) peer = NULL;
  guint32 last = 0;

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t%u", i);

      write_string_of (self->client, topic, 10 * KIB);
    }
  fixture_restart_after (self, SIGTERM);

  peer = test_raw_client_new (test_session_get_address (self->session));
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t%u", i);

      test_raw_client_call (peer, "MapSnapshot", g_variant_new ("(s)", topic));
      last = test_raw_client_call (peer, "UnmapSnapshot", g_variant_new ("(s)", topic));
    }
  g_object_unref (test_raw_client_wait_for_answer (peer, last));
  g_assert_cmpuint (test_client_get_statistic (self->client, "boards"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/service/boards/holds-the-newest-snapshot", test_holds_the_newest_snapshot);
  test_add ("/service/boards/bell-is-rung-for-what-is-mapped",
            test_bell_is_rung_for_what_is_mapped);
  test_add ("/service/boards/second-bell-ends-the-first", test_second_bell_ends_the_first);
  test_add ("/service/boards/one-too-small-is-replaced", test_one_too_small_is_replaced);
  test_add ("/service/boards/too-large-is-to-be-pulled", test_too_large_is_to_be_pulled);
  test_add ("/service/boards/one-mostly-empty-is-replaced", test_one_mostly_empty_is_replaced);
  test_add ("/service/boards/goes-with-its-last-reader", test_goes_with_its_last_reader);
  test_add ("/service/boards/unmapped-while-it-is-loaded", test_unmapped_while_it_is_loaded);

  return g_test_run ();
}
