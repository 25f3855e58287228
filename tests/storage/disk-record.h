/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* All that happened to the files of a folder that began empty, and what a loss of power at any
 * moment may leave of it.
 *
 * Certain is what a successful sync covered: of a file, what was written to it before; of the
 * folder, which names there are. Of the rest each write may be there or not, whole or in any of
 * its sectors, in any combination; and so may what a sync covered that failed, for ever: the
 * kernel gives such writes up and a later sync does not bring them back. */
typedef struct _DiskRecord DiskRecord;

typedef enum
{
  DISK_NOTHING_UNCERTAIN, /* only what is certain */
  DISK_EVERYTHING,        /* as after a kill */
  DISK_ANY,               /* any part of what is uncertain, by chance */
} DiskLuck;

DiskRecord *disk_record_new           (void);
void        disk_record_free          (DiskRecord *self);

void        disk_record_create        (DiskRecord *self, const char *name);
void        disk_record_delete        (DiskRecord *self, const char *name);
void        disk_record_write         (DiskRecord *self, const char *name, gint64 offset, gconstpointer data, gsize size);
void        disk_record_truncate      (DiskRecord *self, const char *name, gint64 size);
void        disk_record_sync          (DiskRecord *self, const char *name, gboolean succeeded);
void        disk_record_sync_folder   (DiskRecord *self);

guint       disk_record_get_n_steps   (DiskRecord *self);
void        disk_record_leave         (DiskRecord *self, guint n_steps, DiskLuck luck, GRand *rand, const char *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DiskRecord, disk_record_free)

G_END_DECLS
