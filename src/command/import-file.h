/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A topic as an export tells it. */
typedef struct
{
  char *name;
  GBytes *data; /* checked, with the white space around it */
  gboolean has_revision;
  guint64 revision;
} ImportTopic;

void       import_topic_free (ImportTopic *topic);
GPtrArray *import_file_parse (const char *file, GBytes *content, GError **error);

G_END_DECLS
