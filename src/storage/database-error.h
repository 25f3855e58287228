/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

gboolean state_sync_database_is_damage (int code);
GError  *state_sync_database_error     (sqlite3 *handle, int code, const char *what, const char *path);

G_END_DECLS
