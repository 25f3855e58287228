/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench/disk.h"

#include <fcntl.h>
#include <unistd.h>

#define BLOCK_SIZE 4096
#define N_BLOCKS 256

struct _BenchDisk
{
  int fd;
  guint block;
};

/* (nullable): NULL if @path is "none". Blocks that exist, so that the file system has no more to
 * write than they. */
BenchDisk *
bench_disk_open (const char *path)
{
  static const char blocks[N_BLOCKS * BLOCK_SIZE];
  BenchDisk *self;

  if (g_str_equal (path, "none"))
    return NULL;

  self = g_new0 (BenchDisk, 1);
  self->fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (self->fd < 0 || write (self->fd, blocks, sizeof blocks) != sizeof blocks ||
      fsync (self->fd) < 0)
    g_error ("no file to be had at %s", path);
  return self;
}

void
bench_disk_free (BenchDisk *self)
{
  close (self->fd);
  g_free (self);
}

/* One fdatasync of 4 KiB that begin with @data. */
void
bench_disk_sync (BenchDisk *self, const char *data)
{
  g_autofree char *block = g_malloc0 (BLOCK_SIZE);

  g_strlcpy (block, data, BLOCK_SIZE);
  if (pwrite (self->fd, block, BLOCK_SIZE, (off_t)BLOCK_SIZE * (self->block++ % N_BLOCKS)) !=
          BLOCK_SIZE ||
      fdatasync (self->fd) < 0)
    g_error ("the disk does not write");
}
