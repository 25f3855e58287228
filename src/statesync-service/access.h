/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync-service/grants.h>

G_BEGIN_DECLS

/**
 * StateSyncAccess:
 *
 * The rules of the session's own service: who is in no sandbox may do everything; a sandboxed app
 * may read and write inside the namespace of its application id, and what the user granted it; of
 * whom it can't be told who it is, may nothing.
 *
 * It is given to a service with [method@Service.set_access].
 */
#define STATE_SYNC_TYPE_ACCESS (state_sync_access_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncAccess, state_sync_access, STATE_SYNC, ACCESS, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncAccess *state_sync_access_new (StateSyncGrants *grants);

G_END_DECLS
