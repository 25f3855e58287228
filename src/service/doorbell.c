/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A pipe: its two ends have flags of their own, so whatever the peer does to its end, this one
 * never blocks. (Both ends of an eventfd are one: a peer could make it block.) A pipe that is full
 * was rung already; one that nobody can read any more is given up. SIGPIPE is ignored, as it is
 * in every process that has a GSocket.
 */

#include "service/doorbell.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <gio/gio.h>

struct _StateSyncDoorbell
{
  int fd;
};

/* @peer_end: (out): to be given away */
StateSyncDoorbell *
state_sync_doorbell_new (int *peer_end, GError **error)
{
  StateSyncDoorbell *self;
  int fds[2];

  if (pipe2 (fds, O_CLOEXEC) < 0 || fcntl (fds[1], F_SETFL, O_NONBLOCK) < 0)
    {
      int saved_errno = errno;

      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                           g_strerror (saved_errno));
      return NULL;
    }

  /* The smallest there is; a failure only costs memory. */
  fcntl (fds[1], F_SETPIPE_SZ, 1);

  self = g_new (StateSyncDoorbell, 1);
  self->fd = fds[1];
  *peer_end = fds[0];
  return self;
}

void
state_sync_doorbell_free (StateSyncDoorbell *self)
{
  close (self->fd);
  g_free (self);
}

/* FALSE if nobody will hear it again. */
gboolean
state_sync_doorbell_ring (StateSyncDoorbell *self)
{
  gssize n;

  do
    n = write (self->fd, "", 1);
  while (n < 0 && errno == EINTR);

  return n == 1 || errno == EAGAIN;
}
