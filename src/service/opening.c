/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a storage to a store, and back. What the application was asked to say by then holds from
 * here on.
 */

#include "protocol/error.h"
#include "service/service-private.h"
#include "store/versioned-storage.h"

gboolean
state_sync_service_check_open (StateSyncService *self, GError **error)
{
  if (self->store != NULL)
    return TRUE;

  g_set_error_literal (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_UNAVAILABLE,
                       "The service is not open: the application has to open it first");
  return FALSE;
}

/* (transfer full) (nullable) */
static GBytes *
initial_data (const char *topic, gpointer user_data)
{
  StateSyncService *self = user_data;
  StateSyncApplication *application = &self->application;
  GBytes *data = g_hash_table_lookup (application->initial_data, topic);

  if (data != NULL)
    return g_bytes_ref (data);
  if (application->initial_func != NULL)
    data = application->initial_func (topic, application->initial_user_data);
  if (data == NULL && self->schemas != NULL)
    data = state_sync_schemas_get_initial_data (self->schemas, topic);
  return data;
}

static void
ask_application (StateSyncValidation *validation, gpointer user_data)
{
  state_sync_service_emit_validate (user_data, validation);
}

/* The application is not asked about what the schema refuses. */
static void
validate (StateSyncValidation *validation, gpointer user_data)
{
  StateSyncService *self = user_data;

  if (self->schemas != NULL)
    state_sync_schemas_check (self->schemas, validation, ask_application, g_object_ref (self),
                              g_object_unref);
  else
    ask_application (validation, self);
}

static gboolean
has_say (const char *topic, gpointer user_data)
{
  StateSyncService *self = user_data;

  return (self->schemas != NULL && state_sync_schemas_has (self->schemas, topic)) ||
         state_sync_service_has_validator (self, topic);
}

/* Who waits for an answer of the store keeps the service, so the store never asks one that is gone.
 */
static StateSyncStore *
store_new (StateSyncService *self)
{
  StateSyncApplication *application = &self->application;
  g_autoptr (StateSyncStorage) storage = state_sync_versioned_storage_new (
      self->storage, self->data_version, self->max_data_size, application->migrate_func,
      application->migrate_user_data, NULL);
  StateSyncStore *store = state_sync_store_new (storage, self->max_data_size);

  state_sync_store_set_initial_data (store, initial_data, self, NULL);
  state_sync_store_set_validator (store, validate, has_say, self, NULL);
  return store;
}

static void
on_store_open (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (state_sync_store_open_finish (STATE_SYNC_STORE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * state_sync_service_open_async:
 * @self: a service, which is opened once
 * @cancellable: (nullable): to stop waiting; it is opened all the same
 * @callback: (scope async) (nullable): called when it is open
 * @user_data: (closure): for `callback`
 *
 * Opens the storage, and brings its topics to the version of the application's data that is wanted.
 * From now on the service can be exported and asked: what is asked before it is open waits for
 * that.
 */
void
state_sync_service_open_async (StateSyncService *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task;

  g_return_if_fail (STATE_SYNC_IS_SERVICE (self));
  g_return_if_fail (self->storage != NULL);
  g_return_if_fail (self->store == NULL && !self->is_finished);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_service_open_async);
  if (self->uses_schemas)
    self->schemas = state_sync_schemas_new ();
  self->store = store_new (self);
  state_sync_service_connect_store (self);
  state_sync_store_open_async (self->store, on_store_open, task);
}

/**
 * state_sync_service_open_finish:
 * @self: a service
 * @result: what the callback got
 * @error: where to put the error: `STATE_SYNC_ERROR_STORAGE`, with what to do about it
 *
 * Ends [method@Service.open_async]. If opening fails, whoever asks the service is told why, until
 * it is closed.
 *
 * Returns: `TRUE` if it is open
 */
gboolean
state_sync_service_open_finish (StateSyncService *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_store_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  state_sync_store_close_finish (STATE_SYNC_STORE (source), result, NULL);
  g_task_return_boolean (task, TRUE);
}

/* Every call that has come either runs or waits for its turn; those run now, to be refused by the
 * store. */
static void
on_arrived (gpointer user_data)
{
  GTask *task = user_data;
  StateSyncService *self = g_task_get_source_object (task);

  state_sync_store_close_async (self->store, on_store_closed, task);
  state_sync_turns_finish (self->turns);
  state_sync_late_refusals_finish (self->late_refusals);
}

/**
 * state_sync_service_close_async:
 * @self: a service, which is closed once
 * @cancellable: (nullable): to stop waiting; it is closed all the same
 * @callback: (scope async) (nullable): called when it is closed
 * @user_data: (closure): for `callback`
 *
 * Stores what was acknowledged and lets go of the storage. Writes that wait for an answer of the
 * application, and whatever is asked from now on, are refused with `STATE_SYNC_ERROR_UNAVAILABLE`;
 * all other calls that have come are answered.
 *
 * Give back the name on the bus before, so that no more calls come; and let the connection send out
 * the answers before the process ends, with [method@Gio.DBusConnection.flush].
 */
void
state_sync_service_close_async (StateSyncService *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (STATE_SYNC_IS_SERVICE (self));
  g_return_if_fail (!self->is_finished);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_service_close_async);
  if (self->store != NULL)
    {
      state_sync_arrivals_finish (self, on_arrived, g_steal_pointer (&task));
      return;
    }
  self->is_finished = TRUE;
  g_task_return_boolean (task, TRUE);
}

/**
 * state_sync_service_close_finish:
 * @self: a service
 * @result: what the callback got
 * @error: where to put the error, which there is only if waiting was cancelled
 *
 * Ends [method@Service.close_async].
 *
 * Returns: `TRUE` if it is closed
 */
gboolean
state_sync_service_close_finish (StateSyncService *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Of a service that goes without having been closed: the store does what is left to do. No call is
 * under way, for each keeps the service. */
void
state_sync_service_abandon_store (StateSyncService *self)
{
  if (self->store == NULL || self->is_finished)
    return;

  self->is_finished = TRUE;
  state_sync_store_close_async (self->store, NULL, NULL);
}
