/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the user allowed apps beyond their own namespace, as it is in the permission store: each
 * grant is for the topic of a name and all inside the namespace of that name.
 *
 * Signals: changed (const char *application_id): the rights of that app are others than before. */
#define STATE_SYNC_TYPE_GRANTS (state_sync_grants_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncGrants, state_sync_grants, STATE_SYNC, GRANTS, GObject)

typedef enum
{
  STATE_SYNC_RIGHT_READ = 1 << 0,
  STATE_SYNC_RIGHT_WRITE = 1 << 1,
} StateSyncRights;

/* @connection: (nullable): without a bus there are no grants. */
StateSyncGrants *state_sync_grants_new            (GDBusConnection *connection);

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
