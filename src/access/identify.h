/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "access/looker.h"

G_BEGIN_DECLS

/* Who the peer is that has @unique_name on the bus, or that is at the other end of a connection
 * without a bus, if NULL. What can't be told is unknown. The only errors are that it was cancelled, and
 * %G_IO_ERROR_TOO_MANY_OPEN_FILES where this process lacks what it takes: then it may be tried again.
 * The answer holds for as long as the peer is connected; to keep it is the caller's. */
void               state_sync_identify_async  (GDBusConnection *connection, const char *unique_name, StateSyncLooker *looker, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StateSyncIdentity *state_sync_identify_finish (GAsyncResult *result, GError **error);

G_END_DECLS
