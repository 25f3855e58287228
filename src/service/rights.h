/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service/peer.h"
#include "statesync-service/service.h"

G_BEGIN_DECLS

/* Whether it has to be known who a peer is, and then, whether it may read every topic without being
 * asked about any. */
gboolean   state_sync_rights_need_identity (StateSyncService *service);
gboolean   state_sync_rights_reads_all     (StateSyncService *service, StateSyncPeer *peer);

/* Whether a peer may, as the application and the service's access decide; without either, everybody
 * may do everything.
 * @topic has passed the check of names. @error: (nullable) */
gboolean   state_sync_rights_may_read      (StateSyncService *service, StateSyncPeer *peer, const char *topic, GError **error);
gboolean   state_sync_rights_may_write     (StateSyncService *service, StateSyncPeer *peer, const char *topic, GError **error);

/* What is for no topic: for any who may read something; for none in a sandbox. */
gboolean   state_sync_rights_may_follow    (StateSyncService *service, StateSyncPeer *peer, GError **error);
gboolean   state_sync_rights_may_oversee   (StateSyncService *service, StateSyncPeer *peer, GError **error);

/* (transfer full): the namespaces inside @namespace_ that no topic is outside of that it may read;
 * of their topics it may see those of which that is said. */
char     **state_sync_rights_list_readable (StateSyncService *service, StateSyncPeer *peer, const char *namespace_);

/* A #StateSyncMayKnowFunc: @service is one. */
gboolean   state_sync_rights_may_know      (StateSyncPeer *peer, const char *topic, gpointer service);

gboolean   state_sync_rights_may_see       (StateSyncService *service, StateSyncPeer *peer, const char *topic);

/* Whether it is bound by limits, and by no right to read. */
gboolean   state_sync_rights_is_limited    (StateSyncService *service, StateSyncPeer *peer);

G_END_DECLS
