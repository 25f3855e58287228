/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync-service/grants.h"
#include "statesync-service/rights.h"

G_BEGIN_DECLS

/* What is in the store is known when this is done, at once if it was before. Fails only if
 * cancelled. */
void             state_sync_grants_prepare_async  (StateSyncGrants *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean         state_sync_grants_prepare_finish (StateSyncGrants *self, GAsyncResult *result, GError **error);
gboolean         state_sync_grants_is_ready       (StateSyncGrants *self);

/* --- from any thread --- */

/* The widest name by which the app has all of @rights to the topic, (transfer full); NULL if none
 * gives them. */
char            *state_sync_grants_find           (StateSyncGrants *self, const char *application_id, StateSyncRights rights, const char *topic);

/* (transfer full): of all names by which it may read. */
GPtrArray       *state_sync_grants_list_readable  (StateSyncGrants *self, const char *application_id);

G_END_DECLS
