/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "access/credentials.h"
#include "access/identity.h"

G_BEGIN_DECLS

/* Who the process is that connected, (transfer full), or NULL and why that can't be told. Reads
 * files and may wait for them as long as their file system likes: for a thread of its own. */
StateSyncIdentity *state_sync_peer_process_identify (const StateSyncCredentials *credentials, GError **error);

G_END_DECLS
