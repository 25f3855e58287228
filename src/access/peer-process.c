/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who is that process? All that is known of a peer is what the kernel told the bus when it
 * connected: a user, a process id, with luck a descriptor of the process (a pidfd) and a label. The
 * answer is in the process's files, and the process may be hostile. What it can do meanwhile:
 *
 * - Run another program. That changes neither its root nor its cgroup, and who it is depends on
 *   nothing else: name, arguments, environment and memory are its own to write, and not looked at.
 * - Be given to another parent. Parents are not asked.
 * - Move its root to where there is no `/.flatpak-info`. Flatpak forbids in its sandboxes what is
 *   needed for that; a sandbox that does not is no better than none here.
 * - Pass its connection to another process. The identity is of the process that connected, and
 *   holds for the connection for good: who is given it acts for who gave it.
 * - Die, and leave its id to another. `/proc/PID` is opened once and all is read through that
 *   descriptor, which stays with the process it was opened for: after its death there is only an
 *   error to be had. So what is read is of one process. That it is the *right* one, the pidfd says,
 *   if it is alive after the opening. Without it the caller asks the bus afterwards whether the
 *   connection is still there (identify.c); an id that was reused before the opening is then only
 *   noticed by the label. For that a sandboxed process must have passed its connection on, died,
 *   and have had the user start something under its very id, and it must have been on the bus
 *   itself: with Flatpak only an app has that whose manifest asks for the whole bus, on which it
 *   could have any program started anyway.
 * - Be a zombie, or a process whose first thread has ended. Its root is gone then, and a file that
 *   is not found there would mean nothing. So the root is opened first, and once more at the end.
 *
 * With Flatpak the peer on the bus is not the app but its xdg-dbus-proxy, one for each sandbox. It
 * runs in a sandbox of its own with the same `/.flatpak-info`, out of the app's reach: the app can
 * neither change that file, nor trace the proxy, nor make it die without losing the connection.
 *
 * Only the certain absence of `.flatpak-info` in a root that can be searched says that there is no
 * Flatpak. A file that may not be read, is no file, too large, empty or nonsense says that
 * something is odd: unknown, never unsandboxed. The kernel refuses the roots of processes that may
 * not be traced (those with capabilities of their own, say): they are unknown too.
 *
 * Containers that are no app's (toolbox, distrobox, a chroot) have no such file and count as the
 * user, as they do for the portals.
 */

#include "access/peer-process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/flatpak-info.h"
#include "access/snap.h"

/* Larger than any of these files is. */
#define FILE_MAX (1024 * 1024)

static gboolean
fail (GError **error, int code, const char *what)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", what, g_strerror (code));
  return FALSE;
}

/* --- one file --- */

static gboolean
read_all (int file, GByteArray *bytes)
{
  guint8 buffer[4096];

  for (;;)
    {
      gssize n = TEMP_FAILURE_RETRY (read (file, buffer, sizeof buffer));

      if (n <= 0)
        return n == 0;
      if (bytes->len + (gsize)n > FILE_MAX)
        {
          errno = EFBIG;
          return FALSE;
        }
      g_byte_array_append (bytes, buffer, (guint)n);
    }
}

/* (transfer full): with a NUL behind it that is not counted; NULL and errno. Nothing is followed,
 * and nothing waits for a writer: the file is in somebody else's hands. */
static GByteArray *
read_file (int folder, const char *name)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  int file = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct stat status;
  gboolean is_read;
  int code;

  if (file < 0)
    return NULL;

  is_read = fstat (file, &status) == 0;
  if (is_read && !S_ISREG (status.st_mode))
    {
      errno = EINVAL;
      is_read = FALSE;
    }
  is_read = is_read && read_all (file, bytes);
  code = errno;
  close (file);
  errno = code;
  if (!is_read)
    return NULL;

  g_byte_array_append (bytes, (const guint8 *)"", 1);
  bytes->len--;
  return g_steal_pointer (&bytes);
}

/* --- the process --- */

static int
open_root (int process, GError **error)
{
  int root = openat (process, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);

  if (root < 0)
    fail (error, errno, "Its root can't be opened");
  return root;
}

/* The line "Pid:" of a pidfd's own file: as this process sees it, 0 or less if it does not. */
static pid_t
get_pid_of (int pidfd)
{
  static const char key[] = "\nPid:";
  g_autofree char *path = g_strdup_printf ("/proc/self/fdinfo/%d", pidfd);
  g_autoptr (GByteArray) bytes = read_file (AT_FDCWD, path);
  const char *line = bytes != NULL ? strstr ((const char *)bytes->data, key) : NULL;

  return line != NULL ? (pid_t)g_ascii_strtoll (line + strlen (key), NULL, 10) : -1;
}

/* A pidfd becomes readable when its process ends. */
static gboolean
is_alive (int pidfd)
{
  struct pollfd process = { .fd = pidfd, .events = POLLIN };

  return TEMP_FAILURE_RETRY (poll (&process, 1, 0)) == 0;
}

/* By errno. It says nothing of the process that was to be looked at. */
static gboolean
lacks_descriptors (void)
{
  return errno == EMFILE || errno == ENFILE;
}

/* `/proc/PID` of the process that connected, as far as that can be known here. */
static int
open_process (const StateSyncCredentials *credentials, GError **error)
{
  pid_t pid = credentials->pidfd >= 0 ? get_pid_of (credentials->pidfd) : credentials->pid;
  g_autofree char *path = g_strdup_printf ("/proc/%d", (int)pid);
  int process = pid > 0 ? open (path, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;

  if (process >= 0 && (credentials->pidfd < 0 || is_alive (credentials->pidfd)))
    return process;

  if (process < 0 && lacks_descriptors ())
    {
      fail (error, errno, "Its process can't be looked at");
      return -1;
    }
  if (process >= 0)
    close (process);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               "The process that connected, %d, is not there any more", (int)credentials->pid);
  return -1;
}

/* --- what it is --- */

/* The label that the kernel gave to the bus, else the one that it has now. */
static char *
get_snap_by_label (int process, const StateSyncCredentials *credentials)
{
  g_autoptr (GByteArray) bytes = NULL;

  if (credentials->label != NULL)
    return state_sync_snap_from_label (credentials->label);

  bytes = read_file (process, "attr/apparmor/current");
  if (bytes == NULL)
    bytes = read_file (process, "attr/current");
  return bytes != NULL ? state_sync_snap_from_label (g_strchomp ((char *)bytes->data)) : NULL;
}

static gboolean
find_flatpak (int process, char **application, GError **error)
{
  int root = open_root (process, error);
  g_autoptr (GByteArray) info = NULL;
  int code;

  if (root < 0)
    return FALSE;

  info = read_file (root, ".flatpak-info");
  code = errno;
  close (root);

  if (info == NULL)
    return code == ENOENT || fail (error, code, "Its /.flatpak-info can't be read");
  *application =
      state_sync_flatpak_info_get_application ((const char *)info->data, info->len, error);
  return *application != NULL;
}

static gboolean
find_snap (int process, char **application, GError **error)
{
  g_autoptr (GByteArray) cgroup = read_file (process, "cgroup");

  /* A kernel without cgroups has no snaps. */
  if (cgroup == NULL)
    return errno == ENOENT || fail (error, errno, "Its cgroup can't be read");

  *application = state_sync_snap_from_cgroup ((const char *)cgroup->data);
  return TRUE;
}

/* @application: NULL afterwards if it is no sandboxed app. */
static gboolean
find_application (int process,
                  const StateSyncCredentials *credentials,
                  char **application,
                  GError **error)
{
  *application = get_snap_by_label (process, credentials);
  if (*application != NULL)
    return TRUE;

  if (!find_flatpak (process, application, error))
    return FALSE;
  return *application != NULL || find_snap (process, application, error);
}

static gboolean
still_runs (int process, GError **error)
{
  int root = open_root (process, error);

  if (root < 0)
    return FALSE;
  close (root);
  return TRUE;
}

StateSyncIdentity *
state_sync_peer_process_identify (const StateSyncCredentials *credentials, GError **error)
{
  g_autofree char *application = NULL;
  gboolean is_found;
  int process;

  if (credentials->user != geteuid ())
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   "It runs as another user, with the id %u", (guint)credentials->user);
      return NULL;
    }

  process = open_process (credentials, error);
  if (process < 0)
    return NULL;

  is_found =
      find_application (process, credentials, &application, error) && still_runs (process, error);
  close (process);
  if (!is_found)
    return NULL;
  return application != NULL ? state_sync_identity_new_app (application)
                             : state_sync_identity_new_host ();
}
