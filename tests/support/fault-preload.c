/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Makes the disk fail for a program that knows nothing of it: a library for LD_PRELOAD that
 * stands before the C library's calls on files.
 *
 *   LD_PRELOAD=…/libfault-preload.so
 *   STATESYNC_FAULT_FILE=/tmp/x/statesync.db   files whose path begins so: -wal and -journal too
 *   STATESYNC_FAULT_CONTROL=/tmp/x/fault       the control file
 *
 * While the control file is not there, or empty, all calls go through. Otherwise it holds
 *
 *   CALL FAULT [FROM [COUNT]]
 *
 * CALL   write, sync, truncate, open, or any
 * FAULT  the name or number of an errno that the call fails with: ENOSPC, EIO, EDQUOT, EROFS,
 *        EACCES; or SHORT: half of a write is written, the rest fails with ENOSPC;
 *        or KILL: the process is killed instead of the call
 * FROM   1 is the first such call after the control file was written, and the default
 * COUNT  how many fail; all from there on if it is left out
 *
 * as in "write ENOSPC", "sync EIO 2 1". The file is looked at for each call; replace it by
 * rename, so that it is never seen half written. For each call that fails a line is appended to
 * CONTROL.fired, "CALL PATH".
 *
 * With AddressSanitizer the program needs ASAN_OPTIONS=verify_asan_link_order=0.
 */

/* Both names of each call are stood before, so neither may become the other. */
#undef _FILE_OFFSET_BITS

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define FAULT_SHORT -1
#define FAULT_KILL -2

static const struct
{
  const char *name;
  int fault;
} fault_names[] = {
  { "ENOSPC", ENOSPC }, { "EIO", EIO },           { "EDQUOT", EDQUOT },   { "EROFS", EROFS },
  { "EACCES", EACCES }, { "SHORT", FAULT_SHORT }, { "KILL", FAULT_KILL },
};

typedef struct
{
  char call[16];
  int fault;
  unsigned long from;
  unsigned long count;
} Control;

/* The control file as it was last read, and how many calls it has been asked about since. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct stat last_status;
static Control control;
static unsigned long n_calls;

#define REAL(name) ((__typeof__ (&name))dlsym (RTLD_NEXT, #name))

static int
parse_fault (const char *name)
{
  for (size_t i = 0; i < sizeof fault_names / sizeof fault_names[0]; i++)
    {
      if (strcmp (fault_names[i].name, name) == 0)
        return fault_names[i].fault;
    }
  return atoi (name);
}

static void
read_control (const char *path)
{
  char text[128] = "", fault[16];
  int fd = REAL (open) (path, O_RDONLY | O_CLOEXEC);

  control = (Control){ .from = 1, .count = ULONG_MAX };
  n_calls = 0;
  if (fd < 0)
    return;
  if (read (fd, text, sizeof text - 1) > 0 &&
      sscanf (text, "%15s %15s %lu %lu", control.call, fault, &control.from, &control.count) >= 2)
    control.fault = parse_fault (fault);
  close (fd);
}

static void
update_control (const char *path)
{
  struct stat status = { 0 };

  stat (path, &status);
  if (status.st_ino == last_status.st_ino && status.st_mtim.tv_sec == last_status.st_mtim.tv_sec &&
      status.st_mtim.tv_nsec == last_status.st_mtim.tv_nsec)
    return;

  last_status = status;
  read_control (path);
}

static void
note_fired (const char *control_path, const char *call, const char *path)
{
  char log[PATH_MAX], line[PATH_MAX + 32];
  int length = snprintf (line, sizeof line, "%s %s\n", call, path);
  int fd;

  snprintf (log, sizeof log, "%s.fired", control_path);
  fd = REAL (open) (log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0 || write (fd, line, (size_t)length) != length)
    abort ();
  close (fd);
}

static int
decide (const char *call, const char *path)
{
  const char *file = getenv ("STATESYNC_FAULT_FILE");
  const char *control_path = getenv ("STATESYNC_FAULT_CONTROL");
  int fault = 0;

  if (file == NULL || control_path == NULL || strncmp (path, file, strlen (file)) != 0)
    return 0;

  pthread_mutex_lock (&mutex);
  update_control (control_path);
  if (control.fault != 0 && (strcmp (control.call, call) == 0 || strcmp (control.call, "any") == 0))
    {
      n_calls++;
      if (n_calls >= control.from && n_calls - control.from < control.count)
        fault = control.fault;
    }
  pthread_mutex_unlock (&mutex);

  if (fault != 0)
    note_fired (control_path, call, path);
  if (fault == FAULT_KILL)
    raise (SIGKILL);
  return fault;
}

static int
decide_fd (const char *call, int fd)
{
  char link[64], path[PATH_MAX];
  int saved_errno = errno;
  ssize_t length;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink (link, path, sizeof path - 1);
  errno = saved_errno;
  if (length < 0)
    return 0;

  path[length] = '\0';
  return decide (call, path);
}

/* What a call returns that fails. */
static int
fail (int fault)
{
  errno = fault == FAULT_SHORT ? ENOSPC : fault;
  return -1;
}

ssize_t
pwrite64 (int fd, const void *data, size_t size, off64_t offset)
{
  int fault = decide_fd ("write", fd);

  if (fault == 0)
    return REAL (pwrite64) (fd, data, size, offset);
  if (fault == FAULT_SHORT)
    REAL (pwrite64) (fd, data, size / 2, offset);
  return fail (fault);
}

ssize_t
pwrite (int fd, const void *data, size_t size, off_t offset)
{
  return pwrite64 (fd, data, size, offset);
}

int
fdatasync (int fd)
{
  int fault = decide_fd ("sync", fd);

  return fault == 0 ? REAL (fdatasync) (fd) : fail (fault);
}

int
fsync (int fd)
{
  int fault = decide_fd ("sync", fd);

  return fault == 0 ? REAL (fsync) (fd) : fail (fault);
}

int
ftruncate64 (int fd, off64_t size)
{
  int fault = decide_fd ("truncate", fd);

  return fault == 0 ? REAL (ftruncate64) (fd, size) : fail (fault);
}

int
ftruncate (int fd, off_t size)
{
  return ftruncate64 (fd, size);
}

int
open64 (const char *path, int flags, ...)
{
  int fault = decide ("open", path);
  va_list arguments;
  mode_t mode;

  va_start (arguments, flags);
  mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg (arguments, mode_t) : 0;
  va_end (arguments);
  return fault == 0 ? REAL (open64) (path, flags, mode) : fail (fault);
}

int
open (const char *path, int flags, ...)
{
  va_list arguments;
  mode_t mode;

  va_start (arguments, flags);
  mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg (arguments, mode_t) : 0;
  va_end (arguments);
  return open64 (path, flags, mode);
}
