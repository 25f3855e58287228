/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transports/board/board-map.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* Memory that could shrink under the mapping would end the process that reads it (SIGBUS). */
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW)

struct _StateSyncBoardMap
{
  const StateSyncBoard *board;
  gsize size;
};

/* (nullable): NULL if @fd, which stays the caller's, is not of a board. */
StateSyncBoardMap *
state_sync_board_map_new (int fd)
{
  int seals = fcntl (fd, F_GET_SEALS);
  struct stat status;
  StateSyncBoardMap *self;
  gpointer address;

  if (seals < 0 || (seals & SEALS) != SEALS || fstat (fd, &status) < 0 ||
      status.st_size < STATE_SYNC_BOARD_DATA)
    return NULL;

  address = mmap (NULL, (gsize)status.st_size, PROT_READ, MAP_SHARED, fd, 0);
  if (address == MAP_FAILED)
    return NULL;

  self = g_new (StateSyncBoardMap, 1);
  self->board = address;
  self->size = (gsize)status.st_size;
  return self;
}

void
state_sync_board_map_free (StateSyncBoardMap *self)
{
  munmap ((gpointer)self->board, self->size);
  g_free (self);
}

StateSyncBoardResult
state_sync_board_map_read (StateSyncBoardMap *self, guint64 *revision, GBytes **data)
{
  return state_sync_board_read (self->board, self->size, revision, data);
}

StateSyncBoardResult
state_sync_board_map_get_revision (StateSyncBoardMap *self, guint64 *revision)
{
  return state_sync_board_get_revision (self->board, self->size, revision);
}
