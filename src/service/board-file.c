/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The memory file is mapped for writing first and sealed then: F_SEAL_FUTURE_WRITE leaves this
 * mapping alone and forbids every other way to write, map writable or punch holes, whatever
 * descriptor it is tried on. Then it is opened for reading, once, and that is what readers get:
 * opening it anew for each would let one of them, who is the same user, forbid it to all others
 * with fchmod. So they share a file offset, which nobody needs who maps.
 *
 * A board's size follows the data: it has room for data twice as large, and one that stays mostly
 * empty for a long row of writes gives way to a smaller one. Above a ceiling a copy into shared
 * memory at every write costs more than the few pulls that it saves; such a board only tells the
 * revision.
 */

#include "service/board-file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gio/gio.h>

#include "protocol/board.h"
#include "service/descriptors.h"

#define CEILING (1024 * 1024)

/* So many writes in a row that would fit a quarter. */
#define ROOMY_WRITES 256

struct _StateSyncBoardFile
{
  int fd; /* for reading only */
  StateSyncBoard *board;
  gsize size;
  guint n_roomy;
};

static gsize
size_for (gsize data_size)
{
  gsize page = (gsize)sysconf (_SC_PAGESIZE);
  gsize size = page;

  if (data_size > CEILING)
    return page;
  while (size < STATE_SYNC_BOARD_DATA + data_size)
    size *= 2;
  return size == page ? page : MIN (size * 2, CEILING + page);
}

static gboolean
map (StateSyncBoardFile *self, int fd)
{
  if (ftruncate (fd, (off_t)self->size) < 0)
    return FALSE;

  self->board = mmap (NULL, self->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (self->board == MAP_FAILED)
    {
      self->board = NULL;
      return FALSE;
    }
  return fcntl (fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) ==
         0;
}

static gboolean
open_and_map (StateSyncBoardFile *self, GError **error)
{
  int fd = memfd_create ("statesync-board", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);

  if (fd >= 0 && map (self, fd))
    self->fd = open (path, O_RDONLY | O_CLOEXEC);
  if (self->fd < 0)
    state_sync_set_errno_error (error);
  if (fd >= 0)
    close (fd);
  return self->fd >= 0 && state_sync_descriptor_is_spare (self->fd, error);
}

/* With room for @data_size bytes, unless that is above the ceiling. */
StateSyncBoardFile *
state_sync_board_file_new (gsize data_size, GError **error)
{
  g_autoptr (StateSyncBoardFile) self = g_new0 (StateSyncBoardFile, 1);

  self->fd = -1;
  self->size = size_for (data_size);
  if (!open_and_map (self, error))
    return NULL;

  state_sync_board_init (self->board, self->size - STATE_SYNC_BOARD_DATA);
  return g_steal_pointer (&self);
}

void
state_sync_board_file_free (StateSyncBoardFile *self)
{
  if (self->board != NULL)
    munmap (self->board, self->size);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

void
state_sync_board_file_write (StateSyncBoardFile *self, StateSyncSnapshot *snapshot)
{
  gsize length;
  const char *data = g_bytes_get_data (state_sync_snapshot_get_data (snapshot), &length);

  self->n_roomy = size_for (length) * 4 <= self->size ? self->n_roomy + 1 : 0;
  state_sync_board_write (self->board, state_sync_snapshot_get_revision (snapshot), data, length);
}

/* What was written is there for readers. */
void
state_sync_board_file_show (StateSyncBoardFile *self)
{
  state_sync_board_show (self->board);
}

/* Readers are told to map anew. */
void
state_sync_board_file_close (StateSyncBoardFile *self)
{
  state_sync_board_close (self->board);
}

/* FALSE if another board would serve such data better: this one is too small, or has long been
 * much too large. */
gboolean
state_sync_board_file_fits (StateSyncBoardFile *self, gsize data_size)
{
  gsize capacity = self->size - STATE_SYNC_BOARD_DATA;

  if (data_size > capacity)
    return data_size > CEILING;
  return self->n_roomy < ROOMY_WRITES;
}

/* A descriptor for reading only, to be given away; -1 on error. */
int
state_sync_board_file_open (StateSyncBoardFile *self, GError **error)
{
  int fd = fcntl (self->fd, F_DUPFD_CLOEXEC, 0);

  if (fd < 0)
    state_sync_set_errno_error (error);
  return fd;
}
