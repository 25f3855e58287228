/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "storage/disk-record.h"

#include <string.h>

#define SECTOR 512

typedef enum
{
  CREATE,
  DELETE,
  WRITE,
  TRUNCATE,
  SYNC,
  SYNC_FAILED,
  SYNC_FOLDER,
} StepKind;

typedef struct
{
  StepKind kind;
  char *name;
  gint64 offset;
  GBytes *data;
} Step;

struct _DiskRecord
{
  GPtrArray *steps; /* of Step */
};

/* A write or a truncation. */
typedef struct
{
  const Step *step;
  gboolean is_certain;
  gboolean is_given_up;
} Change;

typedef struct
{
  GArray *changes; /* of Change */
} File;

/* A name that appeared, with its file, or disappeared. */
typedef struct
{
  const char *name;
  File *file;
} Entry;

typedef struct
{
  GPtrArray *files;    /* of File, owned */
  GHashTable *current; /* name → File, as the process sees it */
  GHashTable *certain; /* the same, as of the last sync of the folder */
  GArray *uncertain;   /* of Entry, in their order; no file: disappeared */
} Disk;

static void
step_free (gpointer data)
{
  Step *step = data;

  g_clear_pointer (&step->data, g_bytes_unref);
  g_free (step->name);
  g_free (step);
}

static void
add (DiskRecord *self, StepKind kind, const char *name, gint64 offset, GBytes *data)
{
  Step *step = g_new (Step, 1);

  *step = (Step){ kind, g_strdup (name), offset, data };
  g_ptr_array_add (self->steps, step);
}

void
disk_record_create (DiskRecord *self, const char *name)
{
  add (self, CREATE, name, 0, NULL);
}

void
disk_record_delete (DiskRecord *self, const char *name)
{
  add (self, DELETE, name, 0, NULL);
}

void
disk_record_write (
    DiskRecord *self, const char *name, gint64 offset, gconstpointer data, gsize size)
{
  add (self, WRITE, name, offset, g_bytes_new (data, size));
}

void
disk_record_truncate (DiskRecord *self, const char *name, gint64 size)
{
  add (self, TRUNCATE, name, size, NULL);
}

void
disk_record_sync (DiskRecord *self, const char *name, gboolean succeeded)
{
  add (self, succeeded ? SYNC : SYNC_FAILED, name, 0, NULL);
}

void
disk_record_sync_folder (DiskRecord *self)
{
  add (self, SYNC_FOLDER, NULL, 0, NULL);
}

guint
disk_record_get_n_steps (DiskRecord *self)
{
  return self->steps->len;
}

/* --- what is certain --- */

static void
file_free (gpointer data)
{
  File *file = data;

  g_array_unref (file->changes);
  g_free (file);
}

static void
enter (Disk *disk, const char *name, File *file)
{
  Entry entry = { name, file };

  g_array_append_val (disk->uncertain, entry);
  if (file != NULL)
    g_hash_table_insert (disk->current, (char *)name, file);
  else
    g_hash_table_remove (disk->current, name);
}

static File *
add_file (Disk *disk)
{
  File *file = g_new (File, 1);

  file->changes = g_array_new (FALSE, FALSE, sizeof (Change));
  g_ptr_array_add (disk->files, file);
  return file;
}

static void
settle (File *file, gboolean succeeded)
{
  for (guint i = 0; i < file->changes->len; i++)
    {
      Change *change = &g_array_index (file->changes, Change, i);

      if (!change->is_given_up && succeeded)
        change->is_certain = TRUE;
      else if (!change->is_certain)
        change->is_given_up = TRUE;
    }
}

static void
apply_entry (GHashTable *folder, const Entry *entry)
{
  if (entry->file != NULL)
    g_hash_table_insert (folder, (char *)entry->name, entry->file);
  else
    g_hash_table_remove (folder, entry->name);
}

static void
sync_folder (Disk *disk)
{
  for (guint i = 0; i < disk->uncertain->len; i++)
    apply_entry (disk->certain, &g_array_index (disk->uncertain, Entry, i));
  g_array_set_size (disk->uncertain, 0);
}

static void
replay (Disk *disk, const Step *step)
{
  File *file = step->name != NULL ? g_hash_table_lookup (disk->current, step->name) : NULL;
  Change change = { .step = step };

  switch (step->kind)
    {
    case CREATE:
      enter (disk, step->name, add_file (disk));
      break;
    case DELETE:
      enter (disk, step->name, NULL);
      break;
    case WRITE:
    case TRUNCATE:
      g_array_append_val (file->changes, change);
      break;
    case SYNC:
    case SYNC_FAILED:
      settle (file, step->kind == SYNC);
      break;
    case SYNC_FOLDER:
      sync_folder (disk);
      break;
    }
}

/* --- what luck leaves --- */

static gboolean
is_lucky (DiskLuck luck, GRand *rand)
{
  return luck == DISK_EVERYTHING || (luck == DISK_ANY && g_rand_boolean (rand));
}

static void
put (GByteArray *content, gint64 offset, gconstpointer data, gsize size)
{
  guint old = content->len;

  if (offset + size > old)
    {
      g_byte_array_set_size (content, (guint)(offset + size));
      memset (content->data + old, 0, content->len - old);
    }
  memcpy (content->data + offset, data, size);
}

/* A third of the unlucky writes is there in part. */
static void
put_sectors (GByteArray *content, const Step *step, GRand *rand)
{
  gsize size;
  const guchar *data = g_bytes_get_data (step->data, &size);

  for (gsize at = 0; at < size; at += SECTOR)
    {
      if (g_rand_boolean (rand))
        put (content, step->offset + (gint64)at, data + at, MIN (SECTOR, size - at));
    }
}

static void
apply_change (GByteArray *content, const Change *change, DiskLuck luck, GRand *rand)
{
  const Step *step = change->step;

  if (!change->is_certain && !is_lucky (luck, rand))
    {
      if (luck == DISK_ANY && step->kind == WRITE && g_rand_int_range (rand, 0, 3) == 0)
        put_sectors (content, step, rand);
      return;
    }

  if (step->kind == WRITE)
    put (content, step->offset, g_bytes_get_data (step->data, NULL), g_bytes_get_size (step->data));
  else if (step->offset < content->len)
    g_byte_array_set_size (content, (guint)step->offset);
}

static void
leave_file (const char *name, File *file, DiskLuck luck, GRand *rand, const char *folder)
{
  g_autoptr (GByteArray) content = g_byte_array_new ();
  g_autofree char *path = g_build_filename (folder, name, NULL);

  for (guint i = 0; i < file->changes->len; i++)
    apply_change (content, &g_array_index (file->changes, Change, i), luck, rand);
  g_assert_true (g_file_set_contents_full (path, (const char *)content->data, content->len,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* Fills the empty @folder with what may be found when the power is lost after @n_steps. */
void
disk_record_leave (DiskRecord *self, guint n_steps, DiskLuck luck, GRand *rand, const char *folder)
{
  Disk disk = {
    .files = g_ptr_array_new_with_free_func (file_free),
    .current = g_hash_table_new (g_str_hash, g_str_equal),
    .certain = g_hash_table_new (g_str_hash, g_str_equal),
    .uncertain = g_array_new (FALSE, FALSE, sizeof (Entry)),
  };
  GHashTableIter iter;
  gpointer name, file;

  for (guint i = 0; i < n_steps; i++)
    replay (&disk, g_ptr_array_index (self->steps, i));

  for (guint i = 0; i < disk.uncertain->len; i++)
    {
      if (is_lucky (luck, rand))
        apply_entry (disk.certain, &g_array_index (disk.uncertain, Entry, i));
    }

  g_hash_table_iter_init (&iter, disk.certain);
  while (g_hash_table_iter_next (&iter, &name, &file))
    leave_file (name, file, luck, rand, folder);

  g_hash_table_unref (disk.current);
  g_hash_table_unref (disk.certain);
  g_array_unref (disk.uncertain);
  g_ptr_array_unref (disk.files);
}

DiskRecord *
disk_record_new (void)
{
  DiskRecord *self = g_new (DiskRecord, 1);

  self->steps = g_ptr_array_new_with_free_func (step_free);
  return self;
}

void
disk_record_free (DiskRecord *self)
{
  g_ptr_array_unref (self->steps);
  g_free (self);
}
