/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

int state_sync_data_version_read  (sqlite3 *handle, guint32 *version);
int state_sync_data_version_write (sqlite3 *handle, guint32 version);

G_END_DECLS
