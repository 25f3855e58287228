/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Layers over SQLite's own VFS and allocator. The first offers neither shared memory nor mapped
 * files, so it proves that the storage needs none.
 *
 * The record says what the layer below does: in the unix VFS of SQLite, the first sync of a
 * journal or log that was opened to be made syncs the folder too.
 */

#include "storage/sqlite-faults.h"

#include <sqlite3.h>

typedef struct
{
  sqlite3_file base;
  char *name; /* (nullable) last part of the path; NULL for a temporary file */
  gboolean syncs_folder;
  sqlite3_file real[]; /* as large as the layer below needs */
} FaultFile;

/* SQLite knows one default VFS for the process. */
static struct
{
  sqlite3_vfs vfs;
  sqlite3_vfs *real;
  sqlite3_mem_methods real_memory;
  Fault fault;
  guint nth;
  guint n_calls;
  gboolean fired;
  DiskRecord *record;
} state;

/* --- faults --- */

void
sqlite_faults_arm (const Fault *fault, guint nth)
{
  state.fault = *fault;
  state.nth = nth;
  state.n_calls = 0;
  state.fired = FALSE;
}

void
sqlite_faults_disarm (void)
{
  state.fault.calls = 0;
}

gboolean
sqlite_faults_fired (void)
{
  return state.fired;
}

static gboolean
fails (FaultCalls call)
{
  if ((state.fault.calls & call) == 0)
    return FALSE;

  state.n_calls++;
  if (state.n_calls < state.nth || (state.n_calls > state.nth && !state.fault.lasts))
    return FALSE;

  state.fired = TRUE;
  return TRUE;
}

static gboolean
happens (gboolean failed)
{
  return !failed || state.fault.kind == FAULT_TOO_LATE;
}

/* What a call that changes something reports. */
static int
report (gboolean failed, int result, int io_error)
{
  if (!failed)
    return result;
  return state.fault.kind == FAULT_DISK_FULL || state.fault.kind == FAULT_SHORT ? SQLITE_FULL
                                                                                : io_error;
}

/* --- files --- */

static FaultFile *
fault_file (sqlite3_file *file)
{
  return (FaultFile *)file;
}

#define REAL(file) (fault_file (file)->real)

static gboolean
is_recorded (FaultFile *file)
{
  return state.record != NULL && file->name != NULL;
}

static int
file_close (sqlite3_file *file)
{
  g_clear_pointer (&fault_file (file)->name, g_free);
  return REAL (file)->pMethods->xClose (REAL (file));
}

static int
file_read (sqlite3_file *file, void *data, int size, sqlite3_int64 offset)
{
  if (fails (FAULT_READ))
    return SQLITE_IOERR_READ;
  return REAL (file)->pMethods->xRead (REAL (file), data, size, offset);
}

static int
write_through (sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
  if (is_recorded (fault_file (file)))
    disk_record_write (state.record, fault_file (file)->name, offset, data, (gsize)size);
  return REAL (file)->pMethods->xWrite (REAL (file), data, size, offset);
}

static int
file_write (sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
  gboolean failed = fails (FAULT_WRITE);
  int result = SQLITE_OK;

  if (happens (failed))
    result = write_through (file, data, size, offset);
  else if (state.fault.kind == FAULT_SHORT)
    write_through (file, data, size / 2, offset);
  return report (failed, result, SQLITE_IOERR_WRITE);
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  gboolean failed = fails (FAULT_TRUNCATE);
  int result = SQLITE_OK;

  if (happens (failed))
    {
      if (is_recorded (fault_file (file)))
        disk_record_truncate (state.record, fault_file (file)->name, size);
      result = REAL (file)->pMethods->xTruncate (REAL (file), size);
    }
  return report (failed, result, SQLITE_IOERR_TRUNCATE);
}

/* A sync reports an I/O error whatever the cause, as the layer below does. */
static int
file_sync (sqlite3_file *file, int flags)
{
  FaultFile *self = fault_file (file);
  gboolean failed = fails (FAULT_SYNC);
  int result = SQLITE_OK;

  if (is_recorded (self))
    disk_record_sync (state.record, self->name, happens (failed));
  if (happens (failed))
    {
      if (is_recorded (self) && self->syncs_folder)
        disk_record_sync_folder (state.record);
      self->syncs_folder = FALSE;
      result = REAL (file)->pMethods->xSync (REAL (file), flags);
    }
  return failed ? SQLITE_IOERR_FSYNC : result;
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  if (fails (FAULT_OTHER))
    return SQLITE_IOERR_FSTAT;
  return REAL (file)->pMethods->xFileSize (REAL (file), size);
}

static int
file_lock (sqlite3_file *file, int level)
{
  if (fails (FAULT_OTHER))
    return SQLITE_IOERR_LOCK;
  return REAL (file)->pMethods->xLock (REAL (file), level);
}

static int
file_unlock (sqlite3_file *file, int level)
{
  return REAL (file)->pMethods->xUnlock (REAL (file), level);
}

static int
file_check_reserved_lock (sqlite3_file *file, int *result)
{
  if (fails (FAULT_OTHER))
    return SQLITE_IOERR_CHECKRESERVEDLOCK;
  return REAL (file)->pMethods->xCheckReservedLock (REAL (file), result);
}

static int
file_control (sqlite3_file *file, int operation, void *argument)
{
  return REAL (file)->pMethods->xFileControl (REAL (file), operation, argument);
}

static int
file_sector_size (sqlite3_file *file)
{
  return REAL (file)->pMethods->xSectorSize (REAL (file));
}

static int
file_device_characteristics (sqlite3_file *file)
{
  return REAL (file)->pMethods->xDeviceCharacteristics (REAL (file));
}

static const sqlite3_io_methods methods = {
  .iVersion = 1,
  .xClose = file_close,
  .xRead = file_read,
  .xWrite = file_write,
  .xTruncate = file_truncate,
  .xSync = file_sync,
  .xFileSize = file_size,
  .xLock = file_lock,
  .xUnlock = file_unlock,
  .xCheckReservedLock = file_check_reserved_lock,
  .xFileControl = file_control,
  .xSectorSize = file_sector_size,
  .xDeviceCharacteristics = file_device_characteristics,
};

/* --- the folder --- */

static int
vfs_open (sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags)
{
  FaultFile *self = fault_file (file);
  gboolean is_new = path != NULL && !g_file_test (path, G_FILE_TEST_EXISTS);
  int result;

  self->base.pMethods = NULL;
  self->name = NULL;
  if (fails (FAULT_OPEN))
    return SQLITE_CANTOPEN;

  result = state.real->xOpen (state.real, path, self->real, flags, out_flags);
  if (result != SQLITE_OK)
    return result;

  self->base.pMethods = &methods;
  self->name = path != NULL ? g_path_get_basename (path) : NULL;
  self->syncs_folder = (flags & SQLITE_OPEN_CREATE) != 0 &&
                       (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
  if (is_new && is_recorded (self))
    disk_record_create (state.record, self->name);
  return SQLITE_OK;
}

static int
vfs_delete (sqlite3_vfs *vfs, const char *path, int sync_folder)
{
  gboolean failed = fails (FAULT_DELETE);
  int result = SQLITE_OK;

  if (happens (failed))
    {
      result = state.real->xDelete (state.real, path, sync_folder);
      if (result == SQLITE_OK && state.record != NULL)
        {
          g_autofree char *name = g_path_get_basename (path);

          disk_record_delete (state.record, name);
          if (sync_folder)
            disk_record_sync_folder (state.record);
        }
    }
  return failed ? SQLITE_IOERR_DELETE : result;
}

static int
vfs_access (sqlite3_vfs *vfs, const char *path, int flags, int *result)
{
  if (fails (FAULT_OTHER))
    return SQLITE_IOERR_ACCESS;
  return state.real->xAccess (state.real, path, flags, result);
}

/* --- memory --- */

static void *
memory_allocate (int size)
{
  return fails (FAULT_MEMORY) ? NULL : state.real_memory.xMalloc (size);
}

static void *
memory_reallocate (void *memory, int size)
{
  return fails (FAULT_MEMORY) ? NULL : state.real_memory.xRealloc (memory, size);
}

void
sqlite_faults_install (void)
{
  sqlite3_mem_methods memory;

  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_GETMALLOC, &state.real_memory), ==, SQLITE_OK);
  memory = state.real_memory;
  memory.xMalloc = memory_allocate;
  memory.xRealloc = memory_reallocate;
  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_MALLOC, &memory), ==, SQLITE_OK);

  state.real = sqlite3_vfs_find (NULL);
  state.vfs = *state.real;
  state.vfs.zName = "fault";
  state.vfs.szOsFile = (int)sizeof (FaultFile) + state.real->szOsFile;
  state.vfs.xOpen = vfs_open;
  state.vfs.xDelete = vfs_delete;
  state.vfs.xAccess = vfs_access;
  g_assert_cmpint (sqlite3_vfs_register (&state.vfs, TRUE), ==, SQLITE_OK);
}

void
sqlite_faults_record (DiskRecord *record)
{
  state.record = record;
}
