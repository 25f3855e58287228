/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/hand-board.h"

#include <gio/gunixfdlist.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define N_TRIES 10000

#define SEQUENCE 8
#define REVISION 16
#define LENGTH 24
#define STATE 40
#define DATA 64

int
hand_call_for_fd (TestClient *client, const char *method, GVariant *args)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED = g_dbus_connection_call_with_unix_fd_list_sync (
      test_client_get_connection (client), test_client_get_name (client),
      test_client_get_path (client), "org.statesync.StateSync1", method, args,
      G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, &fds, NULL, &error);
  int fd;

  g_assert_no_error (error);
  fd = g_unix_fd_list_get (fds, 0, &error);
  g_assert_no_error (error);
  return fd;
}

/* --- boards --- */

HandBoard *
hand_board_map (TestClient *client, const char *topic)
{
  HandBoard *self = g_new (HandBoard, 1);
  struct stat status;

  self->fd = hand_call_for_fd (client, "MapSnapshot", g_variant_new ("(s)", topic));
  g_assert_no_errno (fstat (self->fd, &status));
  self->size = (gsize)status.st_size;
  self->at = mmap (NULL, self->size, PROT_READ, MAP_SHARED, self->fd, 0);
  g_assert_true (self->at != MAP_FAILED);
  g_assert_cmpmem (self->at, 4, "SSB1", 4);
  g_assert_cmpuint (hand_board_number (self, 32), <=, self->size - DATA);
  return self;
}

void
hand_board_free (HandBoard *self)
{
  munmap ((gpointer)self->at, self->size);
  close (self->fd);
  g_free (self);
}

guint64
hand_board_number (HandBoard *self, gsize offset)
{
  return __atomic_load_n ((const guint64 *)(gconstpointer)(self->at + offset), __ATOMIC_ACQUIRE);
}

gboolean
hand_board_is_closed (HandBoard *self)
{
  return (guint32)hand_board_number (self, STATE) == 1;
}

static void
copy (HandSnapshot *snapshot, const char *data, gsize length)
{
  if (length >= snapshot->room)
    {
      snapshot->room = length + 1;
      snapshot->data = g_realloc (snapshot->data, snapshot->room);
    }
  memcpy (snapshot->data, data, length);
  snapshot->data[length] = '\0';
  snapshot->length = length;
}

HandBoardResult
hand_board_read (HandBoard *self, HandSnapshot *snapshot)
{
  for (guint i = 0; i < N_TRIES; i++)
    {
      guint64 sequence = hand_board_number (self, SEQUENCE);
      guint64 length = hand_board_number (self, LENGTH);
      gboolean is_closed = hand_board_is_closed (self);

      if (sequence % 2 != 0)
        continue;

      snapshot->revision = hand_board_number (self, REVISION);
      if (length <= self->size - DATA)
        copy (snapshot, self->at + DATA, length);
      __atomic_thread_fence (__ATOMIC_ACQUIRE);
      if (hand_board_number (self, SEQUENCE) != sequence)
        continue;

      if (is_closed)
        return HAND_BOARD_CLOSED;
      if (length == G_MAXUINT64)
        return HAND_BOARD_TOO_LARGE;
      g_assert_cmpuint (length, <=, self->size - DATA);
      return HAND_BOARD_READ;
    }
  return HAND_BOARD_GIVEN_UP;
}

void
hand_board_assert (HandBoard *self, guint64 revision, const char *data)
{
  g_auto (HandSnapshot) snapshot = { 0 };

  g_assert_cmpint (hand_board_read (self, &snapshot), ==, HAND_BOARD_READ);
  g_assert_cmpuint (snapshot.revision, ==, revision);
  g_assert_cmpmem (snapshot.data, snapshot.length, data, strlen (data));
}

void
hand_snapshot_clear (HandSnapshot *snapshot)
{
  g_free (snapshot->data);
}

/* --- bells --- */

static gboolean
wait_for_ring (int bell, int timeout)
{
  struct pollfd ring = { .fd = bell, .events = POLLIN };
  char rings[4096];

  if (poll (&ring, 1, timeout) != 1)
    return FALSE;
  g_assert_cmpint (read (bell, rings, sizeof rings), >, 0);
  return TRUE;
}

void
hand_bell_wait (int bell)
{
  g_assert_true (wait_for_ring (bell, -1));
}

gboolean
hand_bell_is_rung (int bell)
{
  return wait_for_ring (bell, 0);
}
