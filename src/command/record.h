/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "command/output.h"

G_BEGIN_DECLS

/* JSON objects as --json and export print them: {"topic":"…","revision":"42","data":…}. */
void record_begin        (GString *line);
void record_add_name     (GString *line, const char *name);
void record_add_string   (GString *line, const char *name, const char *value);
void record_add_revision (GString *line, guint64 revision);
void record_end          (GString *line);

/* A topic's state as a line, in JSON or in columns. @data: (nullable) left out then */
void record_print        (Output *out, gboolean json, const char *topic, guint64 revision, GBytes *data);

G_END_DECLS
