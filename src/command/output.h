/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  STYLE_PLAIN,
  STYLE_TOPIC,
  STYLE_REVISION,
  STYLE_NOTE,
  STYLE_ERROR,
} Style;

/* Standard output or standard error: text is gathered and goes out with a flush. */
typedef struct
{
  int fd;
  gboolean is_terminal;
  gboolean has_colour;
  GString *pending;
} Output;

void     output_init     (Output *self, int fd);
void     output_clear    (Output *self);

void     output_text     (Output *self, Style style, const char *text);
void     output_line     (Output *self, const char *text);
void     output_revision (Output *self, Style style, guint64 revision);
void     output_message  (Output *self, Style style, const char *message);
gboolean output_flush    (Output *self, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Output, output_clear)

G_END_DECLS
