/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Readers of boards at the worst of moments: while the service writes as fast as it can, and when
 * it stops or dies in the middle of that.
 */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "service/hand-board.h"
#include "service/service-fixture.h"
#include "support/role.h"

#define N_READERS 2
#define N_READS 2000000
#define N_IN_FLIGHT 16

/* --- documents that tell whether they are whole --- */

#define CHECKSUM_HEX 8

/* "CHECKSUM TEXT": TEXT tells its length and number. Most are small; now and then one is so large
 * that the board is replaced, which every so often gives way to a smaller one again. */
static char *
document_new (guint number)
{
  gsize length = number % 1000 == 999 ? 64 * 1024 + number % 50000 : 20 + (number * 7919) % 3000;
  g_autofree char *text = g_strnfill (length, (char)('a' + number % 26));

  return g_strdup_printf ("\"%08lx %s\"", crc32 (0, (const Bytef *)text, (uInt)length), text);
}

static gboolean
is_whole (const char *document, gsize length)
{
  const char *text = document + 1 + CHECKSUM_HEX + 1;
  gsize text_length = length - CHECKSUM_HEX - 3;

  return length > CHECKSUM_HEX + 3 && document[0] == '"' && document[length - 1] == '"' &&
         crc32 (0, (const Bytef *)text, (uInt)text_length) == strtoul (document + 1, NULL, 16);
}

/* --- the writer --- */

static guint n_in_flight;

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED = test_client_call_finish (result, &error);

  g_assert_no_error (error);
  n_in_flight--;
}

/* As fast as it goes, both topics at once and with the same data, until it is told something. */
static int
play_writer (TestClient *client, const char *const *args)
{
  guint number = 0;

  while (!test_role_is_told ())
    {
      g_autofree char *document = document_new (number++);

      test_client_call_async (
          client, "WriteMany",
          write_many_args (test_client_write_args ("a", document, "{'durable': <false>}"),
                           test_client_write_args ("b", document, "{'durable': <false>}"), NULL),
          on_written, NULL);
      n_in_flight++;
      while (n_in_flight >= N_IN_FLIGHT)
        g_main_context_iteration (NULL, TRUE);
    }
  while (n_in_flight > 0)
    g_main_context_iteration (NULL, TRUE);
  printf ("%u\n", number);
  return 0;
}

/* --- readers --- */

typedef struct
{
  TestClient *client;
  const char *topic;
  HandBoard *board;
  HandSnapshot snapshot;
  guint n_boards;
  guint n_states;
  guint n_given_up;
} Reader;

/* The newest state, if it is on the board. */
static void
read_next (Reader *self)
{
  guint64 before = self->snapshot.revision;

  switch (hand_board_read (self->board, &self->snapshot))
    {
    case HAND_BOARD_CLOSED:
      hand_board_free (self->board);
      self->board = hand_board_map (self->client, self->topic);
      self->n_boards++;
      self->snapshot.revision = before;
      read_next (self);
      return;

    case HAND_BOARD_GIVEN_UP:
      self->snapshot.revision = before;
      self->n_given_up++;
      return;

    case HAND_BOARD_TOO_LARGE:
      g_assert_not_reached ();
      return;

    case HAND_BOARD_READ:
      break;
    }

  if (self->snapshot.revision < before)
    g_error ("%s went back from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, self->topic, before,
             self->snapshot.revision);
  if (self->snapshot.revision > 0 && !is_whole (self->snapshot.data, self->snapshot.length))
    g_error ("torn: %s at %" G_GUINT64_FORMAT ": %.100s", self->topic, self->snapshot.revision,
             self->snapshot.data);
  self->n_states += self->snapshot.revision > before;
}

/* What has happened to the first topic when it is read has happened to the second afterwards. */
static int
play_reader (TestClient *client, const char *const *args)
{
  Reader a = { client, "a", hand_board_map (client, "a"), { 0 }, 1, 0, 0 };
  Reader b = { client, "b", hand_board_map (client, "b"), { 0 }, 1, 0, 0 };

  for (guint i = 0; i < N_READS; i += 2)
    {
      guint n_given_up = b.n_given_up;

      read_next (&a);
      read_next (&b);
      if (b.n_given_up == n_given_up && b.snapshot.revision < a.snapshot.revision)
        g_error ("b at %" G_GUINT64_FORMAT " was found after a at %" G_GUINT64_FORMAT,
                 b.snapshot.revision, a.snapshot.revision);
    }

  printf ("%u reads, %u states, %u boards, %u times given up\n", N_READS, a.n_states + b.n_states,
          a.n_boards + b.n_boards, a.n_given_up + b.n_given_up);
  hand_snapshot_clear (&a.snapshot);
  hand_snapshot_clear (&b.snapshot);
  hand_board_free (a.board);
  hand_board_free (b.board);
  return 0;
}

static void
assert_played (GSubprocess *role)
{
  g_autofree char *told = test_role_read_line (role);

  g_assert_nonnull (told);
  g_test_message ("%s", told);
  g_assert_cmpint (test_process_finish (role, NULL, NULL), ==, 0);
  g_object_unref (role);
}

static void
test_nothing_is_torn (Fixture *self, gconstpointer data)
{
  GSubprocess *writer = test_session_spawn_role (self->session, "writer", NULL);
  GSubprocess *readers[N_READERS];

  for (guint i = 0; i < N_READERS; i++)
    readers[i] = test_session_spawn_role (self->session, "reader", NULL);
  for (guint i = 0; i < N_READERS; i++)
    assert_played (readers[i]);

  test_role_tell (writer, "stop");
  assert_played (writer);
}

/* --- a service that stops inside a write --- */

static void
order_stop (Fixture *self, int signal_number, guint n_boards_before)
{
  g_autofree char *path = g_build_filename (test_session_get_folder (self->session), "stop", NULL);
  g_autofree char *order = g_strdup_printf ("%d %u", signal_number, n_boards_before);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, order, -1, &error);
  g_assert_no_error (error);
}

static void
set_up_stopping (Fixture *self, gconstpointer data)
{
  g_autofree char *path = NULL;

  self->session = test_session_new ();
  path = g_build_filename (test_session_get_folder (self->session), "stop", NULL);
  test_session_set_env (self->session, "TEST_STOP_IN_BOARD", path);
  test_session_set_daemon (self->session, TEST_STATESYNCD_STOPPING);
  self->daemon = test_session_start_daemon (self->session, NULL);
  self->client = test_client_new (test_session_get_address (self->session));
  self->other = test_client_new (test_session_get_address (self->session));
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GVariant **)user_data = test_client_call_finish (result, NULL);
}

static void
test_killed_inside_a_write (Fixture *self, gconstpointer data)
{
  g_autoptr (HandBoard) board = hand_board_map (self->other, "t");
  g_autoptr (HandBoard) next = NULL;
  g_auto (HandSnapshot) snapshot = { 0 };
  g_autoptr (GError) error = NULL;
  int bell = hand_call_for_fd (self->other, "OpenDoorbell", NULL);
  guint64 revision;
  char ring;

  test_client_write (self->client, "t", "1");
  hand_bell_wait (bell);
  order_stop (self, SIGKILL, 0);
  g_assert_false (test_client_try_write (self->client, "t", "2", NULL, &revision, &error));
  g_assert_cmpuint (hand_board_number (board, 8) % 2, ==, 1);
  g_assert_cmpint (hand_board_read (board, &snapshot), ==, HAND_BOARD_GIVEN_UP);

  /* Who waits at the bell is told as well. */
  g_assert_cmpint (read (bell, &ring, 1), ==, 0);

  /* The write was on stable storage before it was on the board. */
  test_session_wait_for_no_owner (self->session);
  g_object_unref (self->daemon);
  self->daemon = test_session_start_daemon (self->session, NULL);
  next = hand_board_map (self->other, "t");
  hand_board_assert (next, 2, "2");
  test_client_write (self->client, "t", "3");
  hand_board_assert (next, 3, "3");
}

/* Stopped when the new state of one topic is shown and that of the other is not: nobody finds the
 * new one and then an old one, not even where the board is replaced. */
static void
test_stopped_between_boards (Fixture *self, gconstpointer data)
{
  static const char *const topics[] = { "a", "b" };
  HandBoard *boards[2];
  g_autofree char *large = json_string_of (10000);
  g_auto (HandSnapshot) snapshot = { 0 };
  GVariant *answer = NULL;
  guint n_new = 0;

  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      test_client_write (self->client, topics[i], "1");
      boards[i] = hand_board_map (self->other, topics[i]);
    }
  order_stop (self, SIGSTOP, 1);
  test_client_call_async (self->client, "WriteMany",
                          write_many_args (test_client_write_args ("a", "2", NULL),
                                           test_client_write_args ("b", large, NULL), NULL),
                          on_answer, &answer);
  g_dbus_connection_flush_sync (test_client_get_connection (self->client), NULL, NULL);
  test_process_wait_until_stopped (self->daemon);

  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      HandBoardResult result = hand_board_read (boards[i], &snapshot);

      if (result == HAND_BOARD_READ && snapshot.revision == 2)
        n_new++;
      else
        g_assert_cmpint (result, !=, HAND_BOARD_READ);
      hand_board_free (boards[i]);
    }
  g_assert_cmpuint (n_new, ==, 1);

  g_subprocess_send_signal (self->daemon, SIGCONT);
  while (answer == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_variant_unref (answer);
}

int
main (int argc, char **argv)
{
  static const TestRole roles[] = { { "reader", play_reader }, { "writer", play_writer }, { 0 } };

  test_init (&argc, &argv, roles);

  test_add ("/service/board-readers/nothing-is-torn", test_nothing_is_torn);
  g_test_add ("/service/board-readers/killed-inside-a-write", Fixture, NULL, set_up_stopping,
              test_killed_inside_a_write, fixture_tear_down);
  g_test_add ("/service/board-readers/stopped-between-boards", Fixture, NULL, set_up_stopping,
              test_stopped_between_boards, fixture_tear_down);

  return g_test_run ();
}
