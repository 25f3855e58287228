/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How many boards and bells there may be: for one peer, for all together with few descriptors, and
 * that nothing is left of those that are gone.
 */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <gio/gunixfdlist.h>
#include <unistd.h>

#include "service/hand-board.h"
#include "service/service-fixture.h"
#include "support/raw-client.h"

/* As in boards.c. */
#define BOARDS_OF_PEER_MAX 1024

#define N_CYCLES 10000
#define N_WARM_UP 1000

/* What a raw client sends before it reads. */
#define N_AT_ONCE 50

/* What the daemon may have in the tests in which it has few descriptors. */
#define FEW_FILES 128

static pid_t
get_pid (GSubprocess *process)
{
  return (pid_t)strtol (g_subprocess_get_identifier (process), NULL, 10);
}

static guint
count_mapped_boards (GSubprocess *process)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/maps", get_pid (process));
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  for (const char *at = text; (at = strstr (at, "statesync-board")) != NULL; at++)
    n++;
  return n;
}

static void
assert_others_are_served (Fixture *self)
{
  static guint n;
  g_autofree char *text = g_strdup_printf ("%u", ++n);
  guint64 revision = test_client_write (self->client, "others", text);

  test_client_assert_snapshot (self->client, "others", revision, text);
}

static void
wait_for_no_boards (Fixture *self)
{
  while (test_client_get_statistic (self->client, "boards") > 0)
    ;
}

/* --- one peer --- */

/* All of a peer's goes with it. */
static void
test_one_peer_maps_too_many (Fixture *self, gconstpointer data)
{
  TestRawClient *mapper = test_raw_client_new (test_session_get_address (self->session));
  guint n_refused = 0;

  for (guint i = 0; i < N_CYCLES; i += N_AT_ONCE)
    {
      guint32 last = 0;

      for (guint j = i; j < i + N_AT_ONCE; j++)
        {
          g_autofree char *topic = g_strdup_printf ("t%u", j);

          last = test_raw_client_call (mapper, "MapSnapshot", g_variant_new ("(s)", topic));
        }
      for (guint32 serial = last - N_AT_ONCE + 1; serial <= last; serial++)
        {
          g_autoptr (GDBusMessage) answer = test_raw_client_wait_for_answer (mapper, serial);

          n_refused += g_dbus_message_get_message_type (answer) == G_DBUS_MESSAGE_TYPE_ERROR;
        }
    }
  g_assert_cmpuint (n_refused, ==, N_CYCLES - BOARDS_OF_PEER_MAX);
  g_assert_cmpuint (test_client_get_statistic (self->client, "boards"), ==, BOARDS_OF_PEER_MAX);
  g_assert_cmpuint (count_mapped_boards (self->daemon), ==, BOARDS_OF_PEER_MAX);
  assert_others_are_served (self);

  test_raw_client_free (mapper);
  wait_for_no_boards (self);
  g_assert_cmpuint (count_mapped_boards (self->daemon), ==, 0);
}

static void
test_refusal_says_what_to_do (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < BOARDS_OF_PEER_MAX; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t%u", i);

      close (hand_call_for_fd (self->other, "MapSnapshot", g_variant_new ("(s)", topic)));
    }
  test_client_assert_refused (
      self->other, "MapSnapshot", g_variant_new ("(s)", "one more"),
      STATE_SYNC_ERROR_LIMIT_EXCEEDED,
      "Topic “one more” can't be mapped: this connection has mapped 1024 topics, the most there "
      "may be; unmap one, or follow the topic by signal");

  /* What is mapped may be mapped again. */
  hand_board_free (hand_board_map (self->other, "t0"));
}

/* --- what is left of those that are gone --- */

/* In a few of the cycles it waits for its answers, else its calls may be under way as it leaves. */
static void
map_and_leave (Fixture *self, TestRawClient *unused, guint cycle)
{
  g_autoptr (TestRawClient) peer = test_raw_client_new (test_session_get_address (self->session));
  g_autofree char *topic = g_strdup_printf ("t%u", cycle % 100);
  guint32 last;

  for (guint i = 0; i < cycle % 8; i++)
    test_raw_client_call (peer, "GetSnapshot", g_variant_new ("(s)", topic));
  test_raw_client_call (peer, "OpenDoorbell", NULL);
  last = test_raw_client_call (peer, "MapSnapshot", g_variant_new ("(s)", topic));
  if (cycle % 4 == 0)
    g_object_unref (test_raw_client_wait_for_answer (peer, last));
}

static void
map_and_unmap (Fixture *self, TestRawClient *peer, guint cycle)
{
  g_autofree char *topic = g_strdup_printf ("t%u", cycle % 100);
  guint32 last;

  test_raw_client_call (peer, "MapSnapshot", g_variant_new ("(s)", topic));
  last = test_raw_client_call (peer, "UnmapSnapshot", g_variant_new ("(s)", topic));
  if (cycle % 16 == 0)
    g_object_unref (test_raw_client_wait_for_answer (peer, last));
}

/* The service has dealt with all that was sent to it before. */
static void
assert_nothing_is_left (Fixture *self, guint n_files, guint64 resident_kib)
{
  wait_for_no_boards (self);
  while (test_process_get_n_files (self->daemon) > n_files)
    test_client_get_statistic (self->client, "boards");
  g_assert_cmpuint (count_mapped_boards (self->daemon), ==, 0);
  g_assert_cmpuint (test_process_get_resident_kib (self->daemon), <, resident_kib + 4096);
  assert_others_are_served (self);
}

static void
assert_leaves_nothing (Fixture *self, void (*cycle) (Fixture *, TestRawClient *, guint))
{
  g_autoptr (TestRawClient) peer = test_raw_client_new (test_session_get_address (self->session));
  guint n_files;
  guint64 resident_kib = 0;

  assert_others_are_served (self);
  n_files = test_process_get_n_files (self->daemon);
  for (guint i = 0; i < N_CYCLES; i++)
    {
      if (i == N_WARM_UP)
        resident_kib = test_process_get_resident_kib (self->daemon);
      cycle (self, peer, i);
    }
  assert_nothing_is_left (self, n_files, resident_kib);
}

static void
test_peers_come_and_go (Fixture *self, gconstpointer data)
{
  assert_leaves_nothing (self, map_and_leave);
}

static void
test_mapped_and_unmapped (Fixture *self, gconstpointer data)
{
  assert_leaves_nothing (self, map_and_unmap);
}

/* --- few descriptors --- */

static void
set_max_files (Fixture *self, rlim_t max)
{
  pid_t pid = get_pid (self->daemon);
  struct rlimit limit;

  g_assert_no_errno (prlimit (pid, RLIMIT_NOFILE, NULL, &limit));
  limit.rlim_cur = max;
  g_assert_no_errno (prlimit (pid, RLIMIT_NOFILE, &limit, NULL));
}

/* What may be had is taken, whatever it was started with. */
static void
test_soft_limit_is_raised (Fixture *self, gconstpointer data)
{
  struct rlimit own;
  struct rlimit of_daemon;
  struct rlimit low;

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &own));
  low = own;
  low.rlim_cur = MIN (256, own.rlim_max);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &low));
  fixture_restart_after (self, SIGTERM);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &own));

  g_assert_no_errno (prlimit (get_pid (self->daemon), RLIMIT_NOFILE, NULL, &of_daemon));
  g_assert_cmpuint (of_daemon.rlim_cur, ==, own.rlim_max);
}

/* Until it is refused; how often it was not. */
static guint
map_all (TestClient *client, const char *prefix)
{
  for (guint n = 0;; n++)
    {
      g_autofree char *topic = g_strdup_printf ("%s%u", prefix, n);
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) answer =
          test_client_call (client, "MapSnapshot", g_variant_new ("(s)", topic), &error);

      if (answer != NULL)
        continue;
      g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_LIMIT_EXCEEDED);
      g_assert_cmpstr (error->message, ==,
                       "A board can't be made (Too many open files): follow by signal instead");
      return n;
    }
}

static void
test_peers_use_up_descriptors (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) late = test_client_new (test_session_get_address (self->session));
  g_autofree char *large = json_string_of (100 * 1024);
  g_autoptr (HandBoard) board = NULL;
  g_auto (HandSnapshot) snapshot = { 0 };

  set_max_files (self, FEW_FILES);
  g_assert_cmpuint (map_all (self->client, "c"), >, 0);
  g_assert_cmpuint (map_all (self->other, "o"), ==, 0);
  test_client_assert_refused (
      late, "OpenDoorbell", NULL, STATE_SYNC_ERROR_LIMIT_EXCEEDED,
      "A doorbell can't be made (Too many open files): follow by signal instead");

  /* There is enough for all else: what is mapped by others, too, or has to be another board. */
  board = hand_board_map (late, "c0");
  g_assert_cmpuint (test_client_write (self->client, "c0", "1"), ==, 1);
  hand_board_assert (board, 1, "1");
  g_assert_cmpuint (test_client_write (self->client, "c0", large), ==, 2);
  g_assert_cmpint (hand_board_read (board, &snapshot), ==, HAND_BOARD_TOO_LARGE);
  test_client_assert_snapshot (late, "c0", 2, large);
  assert_others_are_served (self);
  {
    g_autoptr (TestClient) newcomer = test_client_new (test_session_get_address (self->session));

    test_client_assert_snapshot (newcomer, "c0", 2, large);
  }

  /* And for everything again once there are descriptors. */
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *topic = g_strdup_printf ("c%u", i + 1);

      assert_call (self->client, "UnmapSnapshot", g_variant_new ("(s)", topic), "()");
    }
  close (hand_call_for_fd (late, "OpenDoorbell", NULL));
  g_assert_cmpuint (test_client_write (self->client, "c0", "3"), ==, 3);
  hand_board_free (hand_board_map (self->other, "o0"));
}

/* A board that is there stays as it is for who has it mapped, also when he is refused it now. */
static void
test_refusal_changes_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (HandBoard) board = hand_board_map (self->client, "t");
  int bell = hand_call_for_fd (self->client, "OpenDoorbell", NULL);

  /* Who calls for the first time is looked at, which takes descriptors. */
  test_client_assert_snapshot (self->other, "t", 0, "null");
  set_max_files (self, 4);
  {
    g_autoptr (TestClient) newcomer = test_client_new (test_session_get_address (self->session));

    test_client_assert_refused (newcomer, "GetSnapshot", g_variant_new ("(s)", "t"),
                                STATE_SYNC_ERROR_LIMIT_EXCEEDED, NULL);
    set_max_files (self, FEW_FILES);
    test_client_assert_snapshot (newcomer, "t", 0, "null");
    set_max_files (self, 4);
  }
  test_client_assert_refused (
      self->client, "MapSnapshot", g_variant_new ("(s)", "t"), STATE_SYNC_ERROR_LIMIT_EXCEEDED,
      "A board can't be made (Too many open files): follow by signal instead");
  test_client_write_with (self->other, "t", "1", "{'durable': <false>}");
  hand_bell_wait (bell);
  hand_board_assert (board, 1, "1");
  set_max_files (self, FEW_FILES);
  close (bell);
}

/* Descriptors that come along with calls are not kept while these wait for their turn. */
static void
test_calls_with_descriptors (Fixture *self, gconstpointer data)
{
  GDBusConnection *connection = test_client_get_connection (self->other);
  g_autofree char *text = json_string_of (1024 * 1024);
  guint n_files;

  test_client_write (self->client, "big", text);
  n_files = test_process_get_n_files (self->daemon);
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GDBusMessage) call = test_raw_call_new ("org.statesync.StateSync1", "GetSnapshot",
                                                         g_variant_new ("(s)", "big"));
      g_autoptr (GUnixFDList) files = g_unix_fd_list_new ();
      g_autoptr (GError) error = NULL;

      for (guint j = 0; j < 10; j++)
        g_unix_fd_list_append (files, STDIN_FILENO, NULL);
      g_dbus_message_set_unix_fd_list (call, files);
      g_dbus_connection_send_message (connection, call, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL,
                                      &error);
      g_assert_no_error (error);
    }
  g_dbus_connection_flush_sync (connection, NULL, NULL);
  for (guint i = 0; i < 50; i++)
    {
      assert_others_are_served (self);
      g_assert_cmpuint (test_process_get_n_files (self->daemon), <, n_files + 100);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_prepare_to_measure_memory ();

  test_add ("/service/board-limits/one-peer-maps-too-many", test_one_peer_maps_too_many);
  test_add ("/service/board-limits/refusal-says-what-to-do", test_refusal_says_what_to_do);
  test_add ("/service/board-limits/peers-come-and-go", test_peers_come_and_go);
  test_add ("/service/board-limits/mapped-and-unmapped", test_mapped_and_unmapped);
  test_add ("/service/board-limits/soft-limit-is-raised", test_soft_limit_is_raised);
  test_add ("/service/board-limits/peers-use-up-descriptors", test_peers_use_up_descriptors);
  test_add ("/service/board-limits/refusal-changes-nothing", test_refusal_changes_nothing);
  test_add ("/service/board-limits/calls-with-descriptors", test_calls_with_descriptors);

  return g_test_run ();
}
