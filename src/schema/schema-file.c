/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the schema of a topic is: statesync/schemas/NAME.json in the data folders of the system,
 * the first of which that has it.
 *
 * NAME is the topic's name, but that "/", "%" and a dot at the beginning are written as "%2F",
 * "%25" and "%2E": all that a file name can't have or would hide. Topic names have no control
 * characters, and "%" is always one of these three, so that each name leads back to one topic. A
 * topic whose file name would be longer than file names can be has no schema.
 */

#include "schema/schema-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/error.h"
#include "protocol/name.h"

#define MAX_BYTES (1024 * 1024)

/* (transfer full): of the file in the folders. */
char *
state_sync_schema_file_name (const char *topic)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (const char *p = topic; *p != '\0'; p++)
    {
      if (*p == '/' || *p == '%' || (*p == '.' && p == topic))
        g_string_append_printf (name, "%%%02X", *p);
      else
        g_string_append_c (name, *p);
    }
  g_string_append (name, ".json");
  return g_string_free (g_steal_pointer (&name), FALSE);
}

static gpointer
fail (const char *path, int code, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code),
               "Schema file %s can't be read: %s", name, g_strerror (code));
  return NULL;
}

/* (transfer full) (nullable): the path of the schema that applies to @topic. NULL without @error
 * if there is none. */
char *
state_sync_schema_find (const char *topic, GError **error)
{
  const char *const *folders = g_get_system_data_dirs ();
  g_autofree char *name = NULL;

  if (!state_sync_name_check (topic, error))
    return NULL;

  name = state_sync_schema_file_name (topic);
  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folders[i], "statesync", "schemas", name, NULL);
      struct stat status;

      /* The Base Directory specification: others are to be ignored. */
      if (!g_path_is_absolute (folders[i]))
        continue;
      if (lstat (path, &status) == 0)
        return g_steal_pointer (&path);
      if (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG)
        return fail (path, errno, error);
    }
  return NULL;
}

/* The bytes of @fd, which is a regular file. */
static GBytes *
read_all (int fd, const char *path, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gssize n = 1;

  while (n > 0 && bytes->len <= MAX_BYTES)
    {
      guint start = bytes->len;

      g_byte_array_set_size (bytes, start + 64 * 1024);
      do
        n = read (fd, bytes->data + start, 64 * 1024);
      while (n < 0 && errno == EINTR);
      if (n < 0)
        return fail (path, errno, error);
      g_byte_array_set_size (bytes, start + (guint)n);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static gboolean
refuse (const char *path, const char *reason, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_REJECTED, "Schema file %s is refused: %s",
               name, reason);
  return FALSE;
}

static GBytes *
read_file (int fd, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  struct stat status;

  if (fstat (fd, &status) != 0)
    return fail (path, errno, error);
  if (!S_ISREG (status.st_mode))
    {
      refuse (path, "it is no regular file", error);
      return NULL;
    }

  bytes = read_all (fd, path, error);
  if (bytes != NULL && g_bytes_get_size (bytes) > MAX_BYTES)
    {
      refuse (path, "it is larger than 1 MiB", error);
      return NULL;
    }
  return g_steal_pointer (&bytes);
}

/* (transfer full) (nullable): NULL with an @error that names the file. */
StateSyncSchema *
state_sync_schema_load_file (const char *path, GError **error)
{
  /* Opening what is no regular file must not wait, nor take a terminal. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  g_autofree char *name = g_filename_display_name (path);
  g_autoptr (GBytes) text = NULL;
  StateSyncSchema *schema;

  if (fd < 0)
    return fail (path, errno, error);

  text = read_file (fd, path, error);
  close (fd);
  if (text == NULL)
    return NULL;

  schema = state_sync_schema_new (text, error);
  if (schema == NULL)
    g_prefix_error (error, "%s: ", name);
  return schema;
}

/* (transfer full) (nullable): the schema that applies to @topic. NULL without @error if there is
 * none. Reads files, and so may block. */
StateSyncSchema *
state_sync_schema_load (const char *topic, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *path = state_sync_schema_find (topic, &cause);

  if (path == NULL)
    {
      if (cause != NULL)
        g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }
  return state_sync_schema_load_file (path, error);
}
