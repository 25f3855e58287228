/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A pair of sockets, of which the peer gets one. This end never blocks, whatever the peer does
 * with its own: that a ring may not wait is said with each ring (MSG_DONTWAIT), and the kernel
 * takes no lock for it that the other end could hold on to.
 *
 * That is what other things lack. Both ends of an eventfd are one, with flags that a peer may
 * clear. The ends of a pipe have flags of their own but one lock, which a peer holds for as long
 * as it likes when it splices its end into something that is full: whoever writes to the pipe
 * waits then, non-blocking or not, and can't even be killed.
 *
 * A bell whose buffer is full was rung already; one that nobody can hear any more is given up.
 * What a peer sends to this end is refused by the kernel.
 */

#include "service/doorbell.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gio/gio.h>

#include "service/descriptors.h"

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

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      state_sync_set_errno_error (error);
      return NULL;
    }
  if (!state_sync_descriptor_is_spare (fds[1], error))
    {
      close (fds[0]);
      close (fds[1]);
      return NULL;
    }

  /* The smallest buffer there is, which takes a handful of rings; a failure only costs memory. */
  setsockopt (fds[1], SOL_SOCKET, SO_SNDBUF, &(int){ 1 }, sizeof (int));
  shutdown (fds[1], SHUT_RD);

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
    n = send (self->fd, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);

  return n == 1 || errno == EAGAIN;
}
