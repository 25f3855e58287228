/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <statesync/cache.h>
#include <statesync/invalidation-source.h>
#include <statesync/snapshot-provider.h>
#include <statesync/topic.h>
#include <statesync/transaction.h>
#include <statesync/writer.h>

G_BEGIN_DECLS

/**
 * StateSyncClient:
 *
 * Where an app gets its topics from. It joins a transport (the session's service, a service of the
 * app's own, files that the app's processes share, or anything else) and the topics that are
 * followed through it, one [class@Topic] for each name.
 *
 * An app makes one client per thread that follows topics, mostly one in all, with its application
 * id as the namespace:
 *
 * |[<!-- language="C" -->
 * client = state_sync_client_new_sync ("org.example.Editor", STATE_SYNC_CLIENT_FLAGS_NONE,
 *                                      NULL, &error);
 * settings = state_sync_client_get_topic (client, "settings"); // org.example.Editor.settings
 * ]|
 *
 * A client keeps no topic alive, while each topic keeps its client.
 *
 * A client and its topics are used in the thread of the main context that was the thread default
 * when the client was made, and call back there. Clients of several threads share the connection
 * to the bus.
 */
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
 *
 * How a client follows its topics.
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

/* Going on over another bus connection */
STATE_SYNC_AVAILABLE_IN_ALL
void             state_sync_client_set_connection     (StateSyncClient *self, GDBusConnection *connection);

/* Topics */
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncTopic  *state_sync_client_get_topic          (StateSyncClient *self, const char *name);
STATE_SYNC_AVAILABLE_IN_ALL
void             state_sync_client_set_policy         (StateSyncClient *self, StateSyncPolicy *policy);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncPolicy *state_sync_client_get_policy         (StateSyncClient *self);
STATE_SYNC_AVAILABLE_IN_ALL
void             state_sync_client_set_cache          (StateSyncClient *self, StateSyncCache *cache);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncCache  *state_sync_client_get_cache          (StateSyncClient *self);

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
STATE_SYNC_AVAILABLE_IN_ALL
guint64         *state_sync_client_write_many_sync    (StateSyncClient *self,
                                                       StateSyncTransaction *transaction,
                                                       GCancellable *cancellable,
                                                       gsize *n_revisions,
                                                       GError **error);

G_END_DECLS
