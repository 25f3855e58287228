/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "access/grants.h"
#include "access/identity.h"
#include "statesync-service/access.h"

G_BEGIN_DECLS

/* What a peer may do: the one place that decides it, for every method, list and signal. */

/* Until it is ready for an identity, what the user granted may still be refused. */
gboolean         state_sync_access_is_ready       (StateSyncAccess *self, StateSyncIdentity *identity);
void             state_sync_access_prepare_async  (StateSyncAccess *self, StateSyncIdentity *identity, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean         state_sync_access_prepare_finish (StateSyncAccess *self, GAsyncResult *result, GError **error);

/* --- from any thread --- */

/* @topic has passed the check of names. @error: (nullable) */
gboolean         state_sync_access_may_read       (StateSyncAccess *self, StateSyncIdentity *identity, const char *topic, GError **error);
gboolean         state_sync_access_may_write      (StateSyncAccess *self, StateSyncIdentity *identity, const char *topic, GError **error);

/* The namespaces whose topics together are all that may be read inside @namespace_ ("" = anywhere),
 * none of them inside another, sorted; none at all is an empty list. (transfer full) */
char           **state_sync_access_list_readable  (StateSyncAccess *self, StateSyncIdentity *identity, const char *namespace_);

/* The name by which an app may write the topic, and against whose quota it counts: its own id or
 * the widest that was granted; (transfer full), NULL if it may not. */
char            *state_sync_access_get_scope      (StateSyncAccess *self, StateSyncIdentity *identity, const char *topic);

G_END_DECLS
