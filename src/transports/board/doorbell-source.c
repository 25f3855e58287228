/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transports/board/doorbell-source.h"

#include <errno.h>
#include <unistd.h>

#include <glib-unix.h>

typedef struct
{
  int fd; /* owned */
  StateSyncDoorbellFunc rung;
  gpointer user_data;
} Doorbell;

static void
doorbell_free (gpointer data)
{
  Doorbell *self = data;

  close (self->fd);
  g_free (self);
}

/* Reads it empty: rings that came since are one. FALSE when nobody can ring any more. */
static gboolean
drain (int fd)
{
  char rings[512];
  gssize n;

  do
    n = read (fd, rings, sizeof rings);
  while (n == sizeof rings || (n < 0 && errno == EINTR));

  return n > 0 || (n < 0 && errno == EAGAIN);
}

/* It is read empty first: what is written while the boards are looked at rings anew. */
static gboolean
on_readable (int fd, GIOCondition condition, gpointer user_data)
{
  Doorbell *self = user_data;
  gboolean goes_on = drain (fd);

  self->rung (self->user_data);
  return goes_on;
}

/* @fd: (transfer full): closed with the source. To be destroyed before @user_data goes. */
GSource *
state_sync_doorbell_source_new (int fd, StateSyncDoorbellFunc rung, gpointer user_data)
{
  Doorbell *self = g_new (Doorbell, 1);
  GSource *source;

  *self = (Doorbell){ fd, rung, user_data };
  g_unix_set_fd_nonblocking (fd, TRUE, NULL);
  source = g_unix_fd_source_new (fd, G_IO_IN);

  /* A nested main loop, of a dialog for one, goes on following. And GLib takes a source that may
   * not recurse out of the poll while it is dispatched, which wakes the main loop up twice. */
  g_source_set_can_recurse (source, TRUE);
  g_source_set_callback (source, G_SOURCE_FUNC (on_readable), self, doorbell_free);
  return source;
}
