/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broadcast/instance-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "protocol/error.h"

static char *
load (const char *path)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL) || !g_uuid_string_is_valid (text))
    return NULL;
  return g_steal_pointer (&text);
}

/* The folder itself is the lock: it is there before anything in it. */
static int
lock_folder (const char *root)
{
  int fd;

  if (g_mkdir_with_parents (root, 0700) < 0)
    return -1;

  fd = open (root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  while (fd >= 0 && flock (fd, LOCK_EX) < 0 && errno == EINTR)
    ;
  return fd;
}

static char *
load_or_make (const char *path, GError **error)
{
  g_autofree char *instance = load (path);

  if (instance != NULL)
    return g_steal_pointer (&instance);

  instance = g_uuid_string_random ();
  if (!g_file_set_contents (path, instance, -1, error))
    return NULL;
  return g_steal_pointer (&instance);
}

/* (transfer full): a name for the folder @root and all that is in it, made when the folder is.
 * Revisions go on for as long as it stays the same: who finds another name knows that the folder
 * was removed and made anew. */
char *
state_sync_instance_file_read (const char *root, GError **error)
{
  g_autofree char *path = g_build_filename (root, "instance", NULL);
  char *instance = load (path);
  g_autoptr (GError) cause = NULL;
  int fd;

  if (instance != NULL)
    return instance;

  fd = lock_folder (root);
  if (fd >= 0)
    {
      instance = load_or_make (path, &cause);
      close (fd);
    }
  if (instance == NULL)
    {
      g_autofree char *what = g_strdup_printf ("The folder %s can't be used", root);

      g_propagate_error (
          error, state_sync_error_storage (what, fd < 0 ? g_strerror (errno) : cause->message));
    }
  return instance;
}
