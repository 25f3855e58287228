/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync-service/identity.h"

G_BEGIN_DECLS

StateSyncIdentity *state_sync_identity_new_unknown (void);
StateSyncIdentity *state_sync_identity_new_app     (const char *application_id);
StateSyncIdentity *state_sync_identity_new_host    (void);

G_END_DECLS
