/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A topic is a folder with two files:
 *
 *   state    what the topic is (state-file.c). Never written in place: a new one is written
 *            beside it as "next.REVISION" and renamed over it, so a reader finds the one or the
 *            other and needs no lock, and who is killed in the middle leaves the old one
 *   lock     held (flock) by who changes the topic, from reading the state to renaming the new
 *            one; the kernel lets go for the dead. So no revision is given out twice. It also
 *            keeps the last revision that somebody set out to give
 *
 * The revision in the lock file is written before the rename and counts for nothing as long as
 * the state is sound: what was to be is not yet. It is there for when the state is broken or gone:
 * others may have seen any revision up to that one, so the topic goes on above it, as `null`. The
 * broken file is kept under another name.
 *
 * A lock is good only while the file has its name: if the folder was removed and made anew,
 * others lock another file. So the name is looked at once more when the lock is held.
 *
 * Nothing here is for a main loop: it waits for disks and for others.
 */

#include "broadcast/edit.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixoutputstream.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broadcast/state-file.h"
#include "broadcast/state-path.h"
#include "protocol/error.h"
#include "protocol/revision.h"

/* How often a folder that vanishes under the hands is made anew. */
#define MAX_TRIES 10

struct _StateSyncEdit
{
  char *topic;
  char *folder;
  char *instance;
  int lock_fd;
  StateSyncSnapshot *found; /* what is in the file */
  StateSyncSnapshot *head;  /* what shall be; the same if nothing changes */
  gboolean is_durable;
  char *staged; /* (nullable) path of what waits to be renamed */
};

static gboolean
fail (const char *topic, const char *what, GError **error)
{
  int saved_errno = errno;
  g_autofree char *reason = g_strdup_printf ("%s (%s); look at the disk's space and permissions",
                                             what, g_strerror (saved_errno));
  g_autofree char *subject = g_strdup_printf ("Topic “%s” could not be stored", topic);

  g_propagate_error (error, state_sync_error_storage (subject, reason));
  return FALSE;
}

/* --- the lock --- */

/* With errno ENOENT if not. */
static gboolean
has_its_name (int fd, const char *path)
{
  struct stat held;
  struct stat named;

  if (fstat (fd, &held) < 0 || stat (path, &named) < 0)
    return FALSE;
  errno = ENOENT;
  return held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

static gboolean
wait_for_lock (int fd)
{
  while (flock (fd, LOCK_EX) < 0)
    {
      if (errno != EINTR)
        return FALSE;
    }
  return TRUE;
}

/* A descriptor that holds the lock; -1 with errno. ENOENT: it has to be tried again. */
static int
try_lock (const char *path)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  int saved_errno;

  if (fd < 0)
    return -1;

  if (wait_for_lock (fd) && has_its_name (fd, path))
    return fd;

  saved_errno = errno;
  close (fd);
  errno = saved_errno;
  return -1;
}

static int
lock (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, STATE_SYNC_LOCK_NAME, NULL);
  int fd = try_lock (path);

  for (guint i = 0; fd < 0 && errno == ENOENT && i < MAX_TRIES; i++)
    {
      if (g_mkdir_with_parents (folder, 0700) < 0)
        return -1;
      fd = try_lock (path);
    }
  return fd;
}

/* The last revision that somebody was about to give out; 0 if nobody was. */
static guint64
read_last_revision (int lock_fd)
{
  char text[STATE_SYNC_REVISION_TEXT_SIZE] = { 0 };
  guint64 revision;

  if (pread (lock_fd, text, sizeof text - 1, 0) <= 0 ||
      !state_sync_revision_parse (text, &revision))
    return 0;
  return revision;
}

static gboolean
write_last_revision (int lock_fd, guint64 revision)
{
  char text[STATE_SYNC_REVISION_TEXT_SIZE];
  gsize length = strlen (state_sync_revision_format (revision, text));

  return pwrite (lock_fd, text, length, 0) == (gssize)length &&
         ftruncate (lock_fd, (off_t)length) == 0;
}

/* --- the state --- */

static StateSyncSnapshot *
absent (const char *instance)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("null", strlen ("null"));

  return state_sync_snapshot_new_from (0, data, instance);
}

/* (transfer full) (nullable): NULL with G_FILE_ERROR if it can't be read, with STATE_SYNC_ERROR if
 * it is broken. */
static StateSyncSnapshot *
load (const char *folder, const char *topic, const char *instance, GError **error)
{
  g_autofree char *path = g_build_filename (folder, STATE_SYNC_STATE_NAME, NULL);
  g_autoptr (GBytes) file = NULL;
  char *text;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  file = g_bytes_new_take (text, length);
  return state_sync_state_file_decode (file, topic, instance, error);
}

static gboolean
write_file (StateSyncEdit *self, const char *path, GError **error)
{
  g_autofree char *header = state_sync_state_file_header (self->topic, self->head);
  GBytes *data = state_sync_snapshot_get_data (self->head);
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  g_autoptr (GOutputStream) stream = NULL;
  g_autoptr (GError) cause = NULL;

  if (fd < 0)
    return fail (self->topic, "a file can't be made", error);

  stream = g_unix_output_stream_new (fd, TRUE);
  if (!g_output_stream_write_all (stream, header, strlen (header), NULL, NULL, &cause) ||
      !g_output_stream_write_all (stream, g_bytes_get_data (data, NULL), g_bytes_get_size (data),
                                  NULL, NULL, &cause))
    {
      errno = g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? ENOSPC : EIO;
      return fail (self->topic, "a file can't be written", error);
    }
  if (self->is_durable && fdatasync (fd) < 0)
    return fail (self->topic, "a file can't be synchronised", error);
  return TRUE;
}

static char *
staged_path (StateSyncEdit *self, guint64 revision)
{
  char text[STATE_SYNC_REVISION_TEXT_SIZE];
  g_autofree char *name =
      g_strconcat (STATE_SYNC_STAGED_PREFIX, state_sync_revision_format (revision, text), NULL);

  return g_build_filename (self->folder, name, NULL);
}

/* Writes what shall be beside what is. */
gboolean
state_sync_edit_stage (StateSyncEdit *self, GError **error)
{
  guint64 revision = state_sync_snapshot_get_revision (self->head);

  if (self->head == self->found)
    return TRUE;

  if (!write_last_revision (self->lock_fd, revision))
    return fail (self->topic, "its revision can't be written", error);
  self->staged = staged_path (self, revision);
  return write_file (self, self->staged, error);
}

/* What was staged is what everyone sees from now on. */
gboolean
state_sync_edit_publish (StateSyncEdit *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, STATE_SYNC_STATE_NAME, NULL);

  if (self->staged == NULL)
    return TRUE;
  if (g_rename (self->staged, path) < 0)
    return fail (self->topic, "a file can't be renamed", error);

  g_clear_pointer (&self->staged, g_free);
  state_sync_snapshot_unref (self->found);
  self->found = state_sync_snapshot_ref (self->head);
  return TRUE;
}

/* Waits until what was published is on stable storage, if that was asked for. */
gboolean
state_sync_edit_sync (StateSyncEdit *self, GError **error)
{
  int fd;
  gboolean is_synced;

  if (!self->is_durable)
    return TRUE;

  fd = open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  is_synced = fd >= 0 && fsync (fd) == 0;
  if (fd >= 0)
    close (fd);
  if (!is_synced)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 "It is not sure that topic “%s” is on stable storage (%s): look at the disk",
                 self->topic, g_strerror (errno));
  return is_synced;
}

/* --- what is broken --- */

static void
set_aside (StateSyncEdit *self, const GError *fault)
{
  g_autofree char *path = g_build_filename (self->folder, STATE_SYNC_STATE_NAME, NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y%m%dT%H%M%S.%fZ");
  g_autofree char *aside = g_strdup_printf ("%s.broken.%s", path, time);

  if (g_rename (path, aside) == 0)
    g_warning ("Topic “%s” is emptied: its file is broken and kept as %s. %s", self->topic, aside,
               fault->message);
  else
    g_warning ("Topic “%s” is emptied: its file %s was removed", self->topic, path);
}

/* Goes on with `null`, above every revision that somebody may have seen. */
static gboolean
begin_anew (StateSyncEdit *self, guint64 last_revision, const GError *fault, GError **error)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("null", strlen ("null"));
  guint64 revision;

  if (!state_sync_revision_next (last_revision, &revision))
    {
      g_propagate_error (error, state_sync_error_revision_exhausted (self->topic));
      return FALSE;
    }

  set_aside (self, fault);
  self->found = absent (self->instance);
  self->head = state_sync_snapshot_new_from (revision, data, self->instance);
  return state_sync_edit_stage (self, error) && state_sync_edit_publish (self, error);
}

/* Somebody was about to give out @revision and did not come to it. */
static void
remove_left_over (StateSyncEdit *self, guint64 revision)
{
  g_autofree char *path = staged_path (self, revision);

  g_unlink (path);
}

/* What is there, made sound if it was not. */
static gboolean
find_state (StateSyncEdit *self, GError **error)
{
  guint64 last_revision = read_last_revision (self->lock_fd);
  g_autoptr (GError) fault = NULL;

  self->found = load (self->folder, self->topic, self->instance, &fault);
  if (self->found == NULL && last_revision == 0 &&
      g_error_matches (fault, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    self->found = absent (self->instance);

  if (self->found != NULL)
    {
      self->head = state_sync_snapshot_ref (self->found);
      if (last_revision > state_sync_snapshot_get_revision (self->found))
        remove_left_over (self, last_revision);
      return TRUE;
    }
  if (fault->domain == G_FILE_ERROR && fault->code != G_FILE_ERROR_NOENT)
    {
      g_propagate_error (error,
                         state_sync_error_storage ("A topic could not be read", fault->message));
      return FALSE;
    }
  return begin_anew (self, last_revision, fault, error);
}

/* --- the edit --- */

/* Waits for the lock and reads what is there. */
StateSyncEdit *
state_sync_edit_begin (const char *root, const char *topic, const char *instance, GError **error)
{
  g_autoptr (StateSyncEdit) self = g_new0 (StateSyncEdit, 1);

  self->topic = g_strdup (topic);
  self->folder = state_sync_state_path_for_topic (root, topic);
  self->instance = g_strdup (instance);
  self->lock_fd = lock (self->folder);
  if (self->lock_fd < 0)
    {
      fail (topic, "its lock can't be taken", error);
      return NULL;
    }
  if (!find_state (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* Lets go; what was not published has not been. */
void
state_sync_edit_end (StateSyncEdit *self)
{
  if (self->staged != NULL)
    g_unlink (self->staged);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_clear_pointer (&self->found, state_sync_snapshot_unref);
  g_clear_pointer (&self->head, state_sync_snapshot_unref);
  g_free (self->staged);
  g_free (self->instance);
  g_free (self->folder);
  g_free (self->topic);
  g_free (self);
}

/* Makes a write upon those before it. */
gboolean
state_sync_edit_apply (StateSyncEdit *self, const StateSyncWrite *write, GError **error)
{
  StateSyncSnapshot *next =
      state_sync_write_judge (write, self->head, STATE_SYNC_STATE_MAX_BYTES, error);

  if (next == NULL)
    return FALSE;

  self->is_durable |= write->durable;
  state_sync_snapshot_unref (self->head);
  self->head = next;
  return TRUE;
}

const char *
state_sync_edit_get_topic (StateSyncEdit *self)
{
  return self->topic;
}

/* (transfer none): what shall be. */
StateSyncSnapshot *
state_sync_edit_get_snapshot (StateSyncEdit *self)
{
  return self->head;
}

/* --- reading --- */

static gboolean
has_last_revision (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, STATE_SYNC_LOCK_NAME, NULL);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  guint64 revision = 0;

  if (fd < 0)
    return FALSE;
  revision = read_last_revision (fd);
  close (fd);
  return revision > 0;
}

/* (transfer full): what the topic is. Waits for nobody, unless the file has to be made sound. */
StateSyncSnapshot *
state_sync_state_read (const char *root, const char *topic, const char *instance, GError **error)
{
  g_autofree char *folder = state_sync_state_path_for_topic (root, topic);
  g_autoptr (GError) fault = NULL;
  StateSyncSnapshot *snapshot = load (folder, topic, instance, &fault);
  g_autoptr (StateSyncEdit) edit = NULL;

  if (snapshot != NULL)
    return snapshot;
  if (g_error_matches (fault, G_FILE_ERROR, G_FILE_ERROR_NOENT) && !has_last_revision (folder))
    return absent (instance);

  edit = state_sync_edit_begin (root, topic, instance, error);
  return edit != NULL ? state_sync_snapshot_ref (edit->found) : NULL;
}
