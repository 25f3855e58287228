/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transports/bus/sealed-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* What may change under a mapping makes its reader crash (SIGBUS) or see two different texts. */
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

typedef struct
{
  gpointer address;
  gsize length;
} Mapping;

static void
mapping_free (gpointer data)
{
  Mapping *mapping = data;

  munmap (mapping->address, mapping->length);
  g_free (mapping);
}

/* The whole of a memory file that nobody can change any more, without a copy. @fd stays the
 * caller's. */
GBytes *
state_sync_sealed_file_map (int fd, GError **error)
{
  int seals = fcntl (fd, F_GET_SEALS);
  struct stat status;
  gpointer address;
  Mapping *mapping;

  if (seals < 0 || (seals & SEALS) != SEALS)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "The descriptor is not of a sealed memory file");
      return NULL;
    }

  if (fstat (fd, &status) < 0 || status.st_size == 0)
    return g_bytes_new_static ("", 0);

  address = mmap (NULL, (gsize)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (address == MAP_FAILED)
    {
      int saved_errno = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                   "The memory file can't be mapped: %s", g_strerror (saved_errno));
      return NULL;
    }

  mapping = g_new (Mapping, 1);
  *mapping = (Mapping){ .address = address, .length = (gsize)status.st_size };
  return g_bytes_new_with_free_func (address, mapping->length, mapping_free, mapping);
}
