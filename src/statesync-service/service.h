/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <statesync-service/access.h>
#include <statesync-service/app-limits.h>
#include <statesync-service/application-data.h>
#include <statesync-service/identity.h>
#include <statesync-service/rights.h>
#include <statesync-service/storage.h>
#include <statesync/write-flags.h>

G_BEGIN_DECLS

/**
 * StateSyncService:
 *
 * A service of topics, within an application. It keeps them in a storage, serves them at any number
 * of places, on a bus or without one, and asks the application what it has a say in.
 *
 * Its life: [ctor@Service.new]; the functions that the application gives it and the handlers of
 * [signal@Service::validate]; [method@Service.open_async]; [method@Service.export] wherever it is to
 * be found, and a name on the bus; in the end [method@Service.close_async].
 *
 * |[<!-- language="C" -->
 * storage = state_sync_sqlite_storage_new (path);
 * service = state_sync_service_new (STATE_SYNC_STORAGE (storage));
 * g_signal_connect (service, "validate", G_CALLBACK (on_validate), app);
 * state_sync_service_open_async (service, NULL, on_open, app);
 * if (!state_sync_service_export (service, connection, "/org/example/Editor/StateSync",
 *                                 STATE_SYNC_EXPORT_FLAGS_NONE, &error))
 *   return FALSE;
 * ]|
 *
 * Whoever can reach it may do everything, unless it is given rules ([method@Service.set_access]) or
 * a function that decides ([method@Service.set_authorize_func]).
 *
 * It belongs to the thread of the main context that was the thread default when it was made, and
 * calls back there.
 */
#define STATE_SYNC_TYPE_SERVICE (state_sync_service_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncService, state_sync_service, STATE_SYNC, SERVICE, GObject)

/**
 * StateSyncExportFlags:
 * @STATE_SYNC_EXPORT_FLAGS_NONE: everybody on the bus is told what changes
 * @STATE_SYNC_EXPORT_FLAGS_NO_BROADCAST: only who subscribes is told, and only of what it may read
 *
 * How a service is exported. A broadcast bears the name and the revision of a topic, never its data;
 * without a bus there is none.
 */
typedef enum
{
  STATE_SYNC_EXPORT_FLAGS_NONE = 0,
  STATE_SYNC_EXPORT_FLAGS_NO_BROADCAST = 1 << 0,
} StateSyncExportFlags;

/**
 * StateSyncAuthorizeFunc:
 * @service: the service
 * @identity: who asks
 * @topic: the topic, of which it is not said whether there is one
 * @rights: the one right that is asked for
 * @user_data: (closure): what was given with the function
 *
 * Decides whether somebody may do something with a topic. It is asked for each topic of each call,
 * for each item of a list, and at each change for each peer that might be told. It decides by what
 * it knows, at once, and calls nothing of the service. See [method@Service.set_authorize_func].
 *
 * Returns: the decision
 */
typedef StateSyncDecision (*StateSyncAuthorizeFunc) (StateSyncService *service,
                                                     StateSyncIdentity *identity,
                                                     const char *topic,
                                                     StateSyncRights rights,
                                                     gpointer user_data);

/* Making one */
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncService  *state_sync_service_new                   (StateSyncStorage *storage);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncStorage  *state_sync_service_get_storage           (StateSyncService *self);
STATE_SYNC_AVAILABLE_IN_ALL
guint64            state_sync_service_get_max_data_size     (StateSyncService *self);
STATE_SYNC_AVAILABLE_IN_ALL
guint32            state_sync_service_get_data_version      (StateSyncService *self);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_service_get_uses_schemas      (StateSyncService *self);

/* What the application says of its data, before it is opened */
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_service_set_initial_data      (StateSyncService *self,
                                                             const char *topic,
                                                             GBytes *data);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_service_set_initial_data_func (StateSyncService *self,
                                                             StateSyncInitialDataFunc func,
                                                             gpointer user_data,
                                                             GDestroyNotify destroy);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_service_set_migrate_func      (StateSyncService *self,
                                                             StateSyncMigrateFunc func,
                                                             gpointer user_data,
                                                             GDestroyNotify destroy);

/* Who may do what, before it is exported */
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_service_set_access            (StateSyncService *self,
                                                             StateSyncAccess *access,
                                                             const StateSyncLimits *limits);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_service_set_authorize_func    (StateSyncService *self,
                                                             StateSyncAuthorizeFunc func,
                                                             gpointer user_data,
                                                             GDestroyNotify destroy);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_service_rights_changed        (StateSyncService *self);

/* Opening and closing */
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_service_open_async            (StateSyncService *self,
                                                             GCancellable *cancellable,
                                                             GAsyncReadyCallback callback,
                                                             gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_service_open_finish           (StateSyncService *self, GAsyncResult *result, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_service_close_async           (StateSyncService *self,
                                                             GCancellable *cancellable,
                                                             GAsyncReadyCallback callback,
                                                             gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_service_close_finish          (StateSyncService *self, GAsyncResult *result, GError **error);

/* Where it can be called */
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_service_export                (StateSyncService *self,
                                                             GDBusConnection *connection,
                                                             const char *object_path,
                                                             StateSyncExportFlags flags,
                                                             GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_service_unexport              (StateSyncService *self,
                                                             GDBusConnection *connection,
                                                             const char *object_path);
STATE_SYNC_AVAILABLE_IN_ALL
gint64             state_sync_service_get_idle_since        (StateSyncService *self);

/* For the application itself, which may do everything */
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_service_write_async           (StateSyncService *self,
                                                             const char *topic,
                                                             GBytes *data,
                                                             StateSyncWriteFlags flags,
                                                             guint64 expected_revision,
                                                             GCancellable *cancellable,
                                                             GAsyncReadyCallback callback,
                                                             gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_service_write_finish          (StateSyncService *self, GAsyncResult *result, guint64 *revision, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_service_merge_async           (StateSyncService *self,
                                                             const char *topic,
                                                             GBytes *patch,
                                                             StateSyncWriteFlags flags,
                                                             guint64 expected_revision,
                                                             GCancellable *cancellable,
                                                             GAsyncReadyCallback callback,
                                                             gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_service_merge_finish          (StateSyncService *self, GAsyncResult *result, guint64 *revision, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_service_get_snapshot_async    (StateSyncService *self,
                                                             const char *topic,
                                                             GCancellable *cancellable,
                                                             GAsyncReadyCallback callback,
                                                             gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncSnapshot *state_sync_service_get_snapshot_finish   (StateSyncService *self, GAsyncResult *result, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_service_list_async            (StateSyncService *self,
                                                             const char *namespace_,
                                                             GCancellable *cancellable,
                                                             GAsyncReadyCallback callback,
                                                             gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
char             **state_sync_service_list_finish           (StateSyncService *self, GAsyncResult *result, GError **error);

G_END_DECLS
