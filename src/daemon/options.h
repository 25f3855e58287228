/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *database;
  guint64 max_data_size;
  guint idle_timeout; /* in seconds; 0 = never */
  gboolean replace;
  gboolean verbose;
  gboolean version;
  char *help; /* its text, if that is what was asked for */
} Options;

gboolean options_parse (Options *options, int *argc, char ***argv, GError **error);
void     options_clear (Options *options);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

G_END_DECLS
