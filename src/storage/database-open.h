/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

sqlite3 *state_sync_database_open_handle (const char *path, guint lock_timeout_ms, GError **error);

G_END_DECLS
