/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/sealed-memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gio/gio.h>

#include "service/descriptors.h"

static gboolean
write_all (int fd, const char *data, gsize length)
{
  while (length > 0)
    {
      gssize n = write (fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      data += n;
      length -= (gsize)n;
    }
  return TRUE;
}

/* Seals what was written and opens it anew for reading: a file offset and access mode that
 * nobody else shares. */
static int
seal (int fd)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);

  if (fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
    return -1;
  return open (path, O_RDONLY | O_CLOEXEC);
}

/* A descriptor that holds @data, for reading only, that nobody can change; -1 on error. */
int
state_sync_sealed_memory_open (GBytes *data, GError **error)
{
  gsize length;
  const char *bytes = g_bytes_get_data (data, &length);
  int fd = memfd_create ("statesync-snapshot", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  int sealed = -1;

  if (fd >= 0 && write_all (fd, bytes, length))
    sealed = seal (fd);

  if (sealed < 0)
    state_sync_set_errno_error (error);
  if (fd >= 0)
    close (fd);
  return sealed;
}
