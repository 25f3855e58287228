/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* inotify as a source of the main loop. GFileMonitor has a thread of its own and waits 100 ms
 * for more before it tells of a rename; this tells of it in the next turn of the loop.
 *
 * What is watched is a folder, and what is told is the name that a renamed file had: the kernel
 * tells of it in one with the rename, so nobody can die between the change and the notice, as
 * with a file that is written to give notice. (Measured: both are as fast.)
 *
 * Calls back in the main context that was the thread's default when it was made; folders are
 * added from any thread.
 */

#include "broadcast/folder-watch.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <sys/inotify.h>
#include <unistd.h>

#define BUFFER_BYTES 16384

struct _StateSyncFolderWatch
{
  const StateSyncFolderWatchFuncs *funcs;
  gpointer user_data;
  int fd; /* -1 with errno in failure if there is none */
  int failure;
  GSource *source;
};

static void
dispatch (StateSyncFolderWatch *self, const struct inotify_event *event)
{
  if (event->mask & IN_Q_OVERFLOW)
    self->funcs->missed (self->user_data);
  else if (event->mask & IN_MOVED_FROM)
    self->funcs->renamed (event->wd, event->name, self->user_data);
  else if (event->mask & IN_MOVE_SELF)
    state_sync_folder_watch_remove (self, event->wd);
  else if (event->mask & IN_IGNORED)
    self->funcs->gone (event->wd, self->user_data);
}

/* As much as one read gives; the rest in the next turn, so that a burst does not take it all. */
static gboolean
on_readable (int fd, GIOCondition condition, gpointer user_data)
{
  StateSyncFolderWatch *self = user_data;
  char buffer[BUFFER_BYTES] __attribute__ ((aligned (__alignof__(struct inotify_event))));
  gssize length = read (fd, buffer, sizeof buffer);
  g_autoptr (GSource) hold = g_source_ref (self->source);

  for (gssize i = 0; i < length && !g_source_is_destroyed (hold);)
    {
      const struct inotify_event *event = (const struct inotify_event *)(gpointer)(buffer + i);

      dispatch (self, event);
      i += (gssize)(sizeof *event + event->len);
    }
  return G_SOURCE_CONTINUE;
}

StateSyncFolderWatch *
state_sync_folder_watch_new (const StateSyncFolderWatchFuncs *funcs, gpointer user_data)
{
  StateSyncFolderWatch *self = g_new0 (StateSyncFolderWatch, 1);

  self->funcs = funcs;
  self->user_data = user_data;
  self->fd = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  if (self->fd < 0)
    {
      self->failure = errno;
      return self;
    }

  self->source = g_unix_fd_source_new (self->fd, G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return self;
}

void
state_sync_folder_watch_free (StateSyncFolderWatch *self)
{
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
      close (self->fd);
    }
  g_free (self);
}

/* What the folder is called from now on; the same for the same folder. -1 if it can't be watched.
 */
int
state_sync_folder_watch_add (StateSyncFolderWatch *self, const char *path, GError **error)
{
  int id = -1;
  int failure = self->failure;

  if (self->fd >= 0)
    {
      id = inotify_add_watch (self->fd, path, IN_MOVED_FROM | IN_MOVE_SELF | IN_ONLYDIR);
      failure = errno;
    }
  if (id < 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (failure),
                 "Folder %s can't be watched (%s): the limits are in /proc/sys/fs/inotify", path,
                 g_strerror (failure));
  return id;
}

/* `gone` follows. */
void
state_sync_folder_watch_remove (StateSyncFolderWatch *self, int id)
{
  inotify_rm_watch (self->fd, id);
}
