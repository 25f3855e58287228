/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Boards and doorbells take a descriptor each, for as long as their peers like. The process needs
 * some for itself: the database opens files as it goes, answers bear some, and a message may come
 * with 253 of them (the kernel's SCM_MAX_FD).
 *
 * A new descriptor has the lowest number that is free, so a high one says that all below it are
 * in use: nothing has to be counted, and those of an embedding app count too.
 */

#include "service/descriptors.h"

#include <errno.h>
#include <sys/resource.h>

#include <gio/gio.h>

/* Where there are few, half of them. */
static rlim_t
get_reserved (rlim_t limit)
{
  return MIN (STATE_SYNC_DESCRIPTORS_RESERVED, limit / 2);
}

gboolean
state_sync_descriptor_is_spare (int fd, GError **error)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY ||
      (rlim_t)fd < limit.rlim_cur - get_reserved (limit.rlim_cur))
    return TRUE;

  errno = EMFILE;
  state_sync_set_errno_error (error);
  return FALSE;
}

void
state_sync_set_errno_error (GError **error)
{
  int saved_errno = errno;

  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                       g_strerror (saved_errno));
}
