/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define IMPORT_FILE_HELP                                                                           \
  "FILE has JSON objects, one behind another, with the members topic (the name) and data.\n"       \
  "They may have: revision (a string of digits), for --if-unchanged; before and after\n"           \
  "(strings), white space that stood around the data."

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
