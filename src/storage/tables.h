/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

#define STATE_SYNC_TABLES_APPLICATION_ID 0x53535331 /* "SSS1" */
#define STATE_SYNC_TABLES_VERSION        1

int state_sync_tables_create (sqlite3 *handle);
int state_sync_tables_check  (sqlite3 *handle, const char **damage);

G_END_DECLS
