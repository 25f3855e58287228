/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

int state_sync_database_check (sqlite3 *handle, gint64 n_pages, const char **damage);

G_END_DECLS
