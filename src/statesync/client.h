/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <statesync/invalidation-source.h>
#include <statesync/snapshot-provider.h>
#include <statesync/topic.h>
#include <statesync/transaction.h>
#include <statesync/writer.h>

G_BEGIN_DECLS

#define STATE_SYNC_TYPE_CLIENT (state_sync_client_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncClient, state_sync_client, STATE_SYNC, CLIENT, GObject)

/**
 * StateSyncClientFlags:
 * @STATE_SYNC_CLIENT_FLAGS_NONE: the bus wakes this process only for the topics that it follows
 * @STATE_SYNC_CLIENT_FLAGS_WHOLE_NAMESPACE: one subscription for all topics of the client's
 *   namespace: cheaper for the bus when the app follows most of them
 * @STATE_SYNC_CLIENT_FLAGS_BY_SIGNAL: by signals and pulls alone, also where the service offers its
 *   snapshots in shared memory
 */
typedef enum
{
  STATE_SYNC_CLIENT_FLAGS_NONE = 0,
  STATE_SYNC_CLIENT_FLAGS_WHOLE_NAMESPACE = 1 << 0,
  STATE_SYNC_CLIENT_FLAGS_BY_SIGNAL = 1 << 1,
} StateSyncClientFlags;

/* Making one */
STATE_SYNC_AVAILABLE_IN_ALL
void             state_sync_client_new_async          (const char *namespace_,
                                                       StateSyncClientFlags flags,
                                                       GCancellable *cancellable,
                                                       GAsyncReadyCallback callback,
                                                       gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncClient *state_sync_client_new_finish         (GAsyncResult *result, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncClient *state_sync_client_new_sync           (const char *namespace_,
                                                       StateSyncClientFlags flags,
                                                       GCancellable *cancellable,
                                                       GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncClient *state_sync_client_new_for_connection (GDBusConnection *connection,
                                                       const char *bus_name,
                                                       const char *object_path,
                                                       const char *namespace_,
                                                       StateSyncClientFlags flags);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncClient *state_sync_client_new_broadcast      (const char *app_id, GDBusConnection *connection);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncClient *state_sync_client_new_for_transport  (StateSyncInvalidationSource *source,
                                                       StateSyncSnapshotProvider *provider,
                                                       StateSyncWriter *writer,
                                                       const char *namespace_);

/* What it is */
STATE_SYNC_AVAILABLE_IN_ALL
const char      *state_sync_client_get_namespace      (StateSyncClient *self);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean         state_sync_client_get_available      (StateSyncClient *self);

/* Topics */
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncTopic  *state_sync_client_get_topic          (StateSyncClient *self, const char *name);
STATE_SYNC_AVAILABLE_IN_ALL
void             state_sync_client_set_policy         (StateSyncClient *self, StateSyncPolicy *policy);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncPolicy *state_sync_client_get_policy         (StateSyncClient *self);

/* Many at once */
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncTransaction *state_sync_client_begin         (StateSyncClient *self);
STATE_SYNC_AVAILABLE_IN_ALL
void             state_sync_client_write_many_async   (StateSyncClient *self,
                                                       StateSyncTransaction *transaction,
                                                       GCancellable *cancellable,
                                                       GAsyncReadyCallback callback,
                                                       gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
guint64         *state_sync_client_write_many_finish  (StateSyncClient *self,
                                                       GAsyncResult *result,
                                                       gsize *n_revisions,
                                                       GError **error);

G_END_DECLS
