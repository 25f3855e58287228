/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Boards and doorbells as any client meets them: over raw calls, with nothing of ours to help. */

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "service/service-fixture.h"

#define BOARDS_MAX 1024

static int
call_for_fd (TestClient *client, const char *method, GVariant *args)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED = g_dbus_connection_call_with_unix_fd_list_sync (
      test_client_get_connection (client), "org.statesync.StateSync1", "/org/statesync/StateSync1",
      "org.statesync.StateSync1", method, args, G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NONE, -1,
      NULL, &fds, NULL, &error);
  int fd;

  g_assert_no_error (error);
  fd = g_unix_fd_list_get (fds, 0, &error);
  g_assert_no_error (error);
  return fd;
}

static guint64
number_at (const char *board, gsize offset)
{
  guint64 number;

  memcpy (&number, board + offset, sizeof number);
  return number;
}

static void
test_holds_the_newest_snapshot (Fixture *self, gconstpointer data)
{
  int fd = call_for_fd (self->client, "MapSnapshot", g_variant_new ("(s)", "t"));
  const char *board = mmap (NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

  g_assert_true (board != MAP_FAILED);
  g_assert_cmpmem (board, 4, "SSB1", 4);
  g_assert_cmpuint (number_at (board, 16), ==, 0);

  g_assert_cmpuint (test_client_write (self->client, "t", "{\"a\":1}"), ==, 1);
  g_assert_cmpuint (number_at (board, 8) % 2, ==, 0);
  g_assert_cmpuint (number_at (board, 16), ==, 1);
  g_assert_cmpmem (board + 64, number_at (board, 24), "{\"a\":1}", 7);
  close (fd);
}

static void
test_nobody_else_changes_it (Fixture *self, gconstpointer data)
{
  int fd = call_for_fd (self->client, "MapSnapshot", g_variant_new ("(s)", "t"));
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  int writable = open (path, O_RDWR);

  g_assert_true (mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
  if (writable >= 0)
    {
      g_assert_true (mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, writable, 0) ==
                     MAP_FAILED);
      g_assert_cmpint (write (writable, "x", 1), <, 0);
      g_assert_cmpint (ftruncate (writable, 1), <, 0);
      g_assert_cmpint (ftruncate (writable, 1024 * 1024), <, 0);
      g_assert_cmpint (fallocate (writable, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096), <,
                       0);
      close (writable);
    }
  close (fd);
}

static void
test_bell_is_rung_for_what_is_mapped (Fixture *self, gconstpointer data)
{
  int bell = call_for_fd (self->client, "OpenDoorbell", NULL);
  char ring;

  close (call_for_fd (self->client, "MapSnapshot", g_variant_new ("(s)", "t")));
  g_unix_set_fd_nonblocking (bell, TRUE, NULL);

  test_client_write (self->client, "other", "1");
  g_assert_cmpint (read (bell, &ring, 1), <, 0);

  g_unix_set_fd_nonblocking (bell, FALSE, NULL);
  test_client_write (self->client, "t", "1");
  g_assert_cmpint (read (bell, &ring, 1), ==, 1);
  close (bell);
}

/* All of a peer's goes with it. */
static void
test_too_many_are_refused (Fixture *self, gconstpointer data)
{
  TestClient *mapper = test_client_new (test_session_get_address (self->session));

  for (guint i = 0; i < BOARDS_MAX; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t%u", i);

      close (call_for_fd (mapper, "MapSnapshot", g_variant_new ("(s)", topic)));
    }
  test_client_assert_refused (
      mapper, "MapSnapshot", g_variant_new ("(s)", "one more"), STATE_SYNC_ERROR_LIMIT_EXCEEDED,
      "Topic “one more” can't be mapped: this connection has mapped 1024 topics, the most there "
      "may be; unmap one, or follow the topic by signal");
  g_assert_cmpuint (test_client_get_statistic (self->client, "boards"), ==, BOARDS_MAX);

  test_client_free (mapper);
  while (test_client_get_statistic (self->client, "boards") > 0)
    test_client_sync (self->client);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/service/boards/holds-the-newest-snapshot", test_holds_the_newest_snapshot);
  test_add ("/service/boards/nobody-else-changes-it", test_nobody_else_changes_it);
  test_add ("/service/boards/bell-is-rung-for-what-is-mapped",
            test_bell_is_rung_for_what_is_mapped);
  test_add ("/service/boards/too-many-are-refused", test_too_many_are_refused);

  return g_test_run ();
}
