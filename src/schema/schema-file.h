/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "schema/schema.h"

G_BEGIN_DECLS

char            *state_sync_schema_file_name (const char *topic);
char            *state_sync_schema_find      (const char *topic, GError **error);
StateSyncSchema *state_sync_schema_load_file (const char *path, GError **error);
StateSyncSchema *state_sync_schema_load      (const char *topic, GError **error);

G_END_DECLS
