/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "protocol/error.h"
#include "protocol/json-check.h"

#define CHUNK_BYTES ((gsize)64 * 1024)

/* No service takes more for one topic: a D-Bus message holds twice that. */
#define VALUE_MAX_BYTES ((gsize)64 * 1024 * 1024)

static gboolean
is_stdin (const char *file)
{
  return g_str_equal (file, "-");
}

/* What messages call the input. */
const char *
input_name (const char *file)
{
  return is_stdin (file) ? "Standard input" : file;
}

static gboolean
read_failed (const char *file, GError **error)
{
  int saved = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved), "%s can't be read: %s",
               input_name (file), g_strerror (saved));
  return FALSE;
}

static gboolean
read_all (int fd, const char *file, gsize limit, GByteArray *bytes, GError **error)
{
  for (;;)
    {
      guint start = bytes->len;
      gssize n;

      g_byte_array_set_size (bytes, start + CHUNK_BYTES);
      n = read (fd, bytes->data + start, CHUNK_BYTES);
      if (n < 0 && errno != EINTR)
        return read_failed (file, error);
      g_byte_array_set_size (bytes, start + (guint)MAX (n, 0));
      if (n == 0 || bytes->len > limit)
        return TRUE;
    }
}

/* The bytes of @file, or of standard input if it is "-"; a little more than @limit are a sign
 * that there are more. */
GBytes *
input_read (const char *file, gsize limit, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  int fd = is_stdin (file) ? STDIN_FILENO : open (file, O_RDONLY | O_CLOEXEC);
  gboolean is_read;

  if (fd < 0)
    {
      read_failed (file, error);
      return NULL;
    }

  is_read = read_all (fd, file, limit, bytes, error);
  if (!is_stdin (file))
    close (fd);
  return is_read ? g_byte_array_free_to_bytes (g_steal_pointer (&bytes)) : NULL;
}

/* `get` ends the data with a newline, and so does every editor: it is not part of it. */
static GBytes *
without_newline (GBytes *bytes)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (length > 0 && text[length - 1] == '\n')
    length--;
  return g_bytes_new_from_bytes (bytes, 0, length);
}

/* The JSON text for a topic, checked: @argument itself, or what is in @file or, if either is
 * "-", comes in on standard input. */
GBytes *
input_read_value (const char *topic, const char *argument, const char *file, GError **error)
{
  StateSyncJsonFault fault;
  g_autoptr (GBytes) value = NULL;
  gsize length;
  const char *text;

  if (file == NULL && is_stdin (argument))
    file = argument;
  if (file == NULL)
    {
      value = g_bytes_new (argument, strlen (argument));
    }
  else
    {
      g_autoptr (GBytes) content = input_read (file, VALUE_MAX_BYTES, error);

      if (content == NULL)
        return NULL;
      value = without_newline (content);
    }

  text = g_bytes_get_data (value, &length);
  if (length > VALUE_MAX_BYTES)
    {
      g_propagate_error (error, state_sync_error_too_large (topic, length, VALUE_MAX_BYTES));
      return NULL;
    }
  if (!state_sync_json_check (text, length, &fault))
    {
      g_propagate_error (error, state_sync_error_invalid_data (topic, fault.offset, fault.reason));
      return NULL;
    }
  return g_steal_pointer (&value);
}
