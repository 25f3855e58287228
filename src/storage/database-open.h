/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* Says, at most once, that another service has the database, and that it is waited for. Called
 * after all that can be told meanwhile was seen to be right. */
typedef void (*StateSyncDatabaseWaitFunc) (gpointer user_data);

sqlite3 *state_sync_database_open_handle (const char *path,
                                          guint lock_timeout_ms,
                                          StateSyncDatabaseWaitFunc on_wait,
                                          gpointer user_data,
                                          GError **error);

G_END_DECLS
