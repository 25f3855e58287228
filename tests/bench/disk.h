/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file of blocks, for what the disk alone costs. */
typedef struct _BenchDisk BenchDisk;

BenchDisk *bench_disk_open (const char *path);
void       bench_disk_free (BenchDisk *self);
void       bench_disk_sync (BenchDisk *self, const char *data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchDisk, bench_disk_free)

G_END_DECLS
