/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Text goes out as UTF-8, whatever the locale says: it is what D-Bus and JSON hold, and scripts
 * read the same bytes everywhere. A terminal obeys control characters, so it never gets one that
 * came from outside: they are written as JSON writes them. Anything else gets the exact bytes.
 */

#include "command/output.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#include "protocol/revision.h"

/* Indexed by Style: the parameters of the terminal's "select graphic rendition". */
static const char *const renditions[] = {
  [STYLE_PLAIN] = NULL, [STYLE_TOPIC] = "1",    [STYLE_REVISION] = "36",
  [STYLE_NOTE] = "2",   [STYLE_ERROR] = "1;31",
};

/* The convention of no-color.org: set and not empty. */
static gboolean
wants_colour (void)
{
  const char *no_colour = g_getenv ("NO_COLOR");

  return (no_colour == NULL || no_colour[0] == '\0') && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
}

void
output_init (Output *self, int fd)
{
  self->fd = fd;
  self->is_terminal = isatty (fd);
  self->has_colour = self->is_terminal && wants_colour ();
  self->pending = g_string_new (NULL);
}

void
output_clear (Output *self)
{
  g_string_free (self->pending, TRUE);
}

/* @kept: control characters that stay. */
static void
append_escaped (GString *string, const char *text, const char *kept)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_iscntrl (c) && (c >= 0x80 || strchr (kept, (int)c) == NULL))
        g_string_append_printf (string, "\\u%04x", c);
      else
        g_string_append_unichar (string, c);
    }
}

void
output_text (Output *self, Style style, const char *text)
{
  gboolean is_styled = self->has_colour && renditions[style] != NULL;

  if (is_styled)
    g_string_append_printf (self->pending, "\033[%sm", renditions[style]);
  if (self->is_terminal)
    append_escaped (self->pending, text, "\n\t");
  else
    g_string_append (self->pending, text);
  if (is_styled)
    g_string_append (self->pending, "\033[0m");
}

void
output_revision (Output *self, Style style, guint64 revision)
{
  char text[STATE_SYNC_REVISION_TEXT_SIZE];

  output_text (self, style, state_sync_revision_format (revision, text));
}

void
output_line (Output *self, const char *text)
{
  output_text (self, STYLE_PLAIN, text);
  g_string_append_c (self->pending, '\n');
}

/* One line, whatever @message holds, and at once: for standard error, of which nobody can be
 * told that it failed. */
void
output_message (Output *self, Style style, const char *message)
{
  output_text (self, style, "statesync:");
  g_string_append_c (self->pending, ' ');
  append_escaped (self->pending, message, "");
  g_string_append_c (self->pending, '\n');
  output_flush (self, NULL);
}

/* G_IO_ERROR_BROKEN_PIPE if the reader has left. */
gboolean
output_flush (Output *self, GError **error)
{
  const char *p = self->pending->str;
  gsize left = self->pending->len;

  while (left > 0)
    {
      gssize n = write (self->fd, p, left);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          int saved = errno;

          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved),
                       "The output could not be written: %s", g_strerror (saved));
          return FALSE;
        }
      p += n;
      left -= (gsize)n;
    }
  g_string_truncate (self->pending, 0);
  return TRUE;
}
