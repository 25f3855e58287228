/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service/peer.h"
#include "service/service.h"

G_BEGIN_DECLS

/* Whether a peer may, as the service's access decides; without one, everybody may do everything.
 * @topic has passed the check of names. @error: (nullable) */
gboolean   state_sync_rights_may_read      (StateSyncService *service, StateSyncPeer *peer, const char *topic, GError **error);
gboolean   state_sync_rights_may_write     (StateSyncService *service, StateSyncPeer *peer, const char *topic, GError **error);

/* What is for no topic: for any who may read something; for none in a sandbox. */
gboolean   state_sync_rights_may_follow    (StateSyncService *service, StateSyncPeer *peer, GError **error);
gboolean   state_sync_rights_may_oversee   (StateSyncService *service, StateSyncPeer *peer, GError **error);

/* (transfer full): the namespaces whose topics are all that may be read inside @namespace_. */
char     **state_sync_rights_list_readable (StateSyncService *service, StateSyncPeer *peer, const char *namespace_);

/* Whether it is bound by limits, and by no right to read. */
gboolean   state_sync_rights_is_limited    (StateSyncService *service, StateSyncPeer *peer);

G_END_DECLS
