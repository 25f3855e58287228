/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

int state_sync_database_query (sqlite3 *handle, const char *sql, const char *text, gint64 *value);

G_END_DECLS
