/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the application says of its data, and of who may do what with it. All of it is given before
 * it is needed, and asked for in the service's main context.
 */

#include "service/application.h"

#include "service/service-private.h"

static void
bytes_unref (gpointer data)
{
  g_bytes_unref (data);
}

void
state_sync_application_init (StateSyncApplication *self)
{
  self->initial_data = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, bytes_unref);
}

static void
destroy_user_data (GDestroyNotify destroy, gpointer user_data)
{
  if (destroy != NULL)
    destroy (user_data);
}

void
state_sync_application_clear (StateSyncApplication *self)
{
  g_hash_table_unref (self->initial_data);
  destroy_user_data (self->initial_destroy, self->initial_user_data);
  destroy_user_data (self->migrate_destroy, self->migrate_user_data);
  destroy_user_data (self->authorize_destroy, self->authorize_user_data);
}

/**
 * state_sync_service_set_initial_data:
 * @self: a service, not opened yet
 * @topic: a topic
 * @data: one JSON text
 *
 * Says what a topic reads as that was never written. It stays at revision 0 and is not listed, and
 * nothing is stored: the next version of the application may begin with something else. A topic
 * that was written and deleted reads as `null`.
 *
 * What is no acceptable JSON is not used, and a warning says so.
 */
void
state_sync_service_set_initial_data (StateSyncService *self, const char *topic, GBytes *data)
{
  g_return_if_fail (STATE_SYNC_IS_SERVICE (self));
  g_return_if_fail (self->store == NULL);
  g_return_if_fail (topic != NULL);
  g_return_if_fail (data != NULL);

  g_hash_table_replace (self->application.initial_data, g_strdup (topic), g_bytes_ref (data));
}

/**
 * state_sync_service_set_initial_data_func:
 * @self: a service, not opened yet
 * @func: (scope notified) (closure user_data) (destroy destroy): says what a topic begins with
 * @user_data: for `func`
 * @destroy: (nullable): to be called with `user_data` when it is needed no more
 *
 * Has a function say what topics read as that were never written, of which nothing is said by
 * [method@Service.set_initial_data]. Given once.
 */
void
state_sync_service_set_initial_data_func (StateSyncService *self,
                                          StateSyncInitialDataFunc func,
                                          gpointer user_data,
                                          GDestroyNotify destroy)
{
  g_return_if_fail (STATE_SYNC_IS_SERVICE (self));
  g_return_if_fail (self->store == NULL && self->application.initial_func == NULL);
  g_return_if_fail (func != NULL);

  self->application.initial_func = func;
  self->application.initial_user_data = user_data;
  self->application.initial_destroy = destroy;
}

/**
 * state_sync_service_set_migrate_func:
 * @self: a service, not opened yet
 * @func: (scope notified) (closure user_data) (destroy destroy): takes one topic to the next
 * version
 * @user_data: for `func`
 * @destroy: (nullable): to be called with `user_data` when it is needed no more
 *
 * Has a function bring the topics of the storage to the version of the application's data that is
 * wanted ([property@Service:data-version]), when the service is opened: one version at a time, and
 * a call for each topic that holds data. All topics are of the same version, whatever happens
 * meanwhile. Without a function the topics stay as they are, and count as being of that version.
 * Given once.
 *
 * If it fails for one topic, opening fails, and the storage is as the last complete step left it.
 */
void
state_sync_service_set_migrate_func (StateSyncService *self,
                                     StateSyncMigrateFunc func,
                                     gpointer user_data,
                                     GDestroyNotify destroy)
{
  g_return_if_fail (STATE_SYNC_IS_SERVICE (self));
  g_return_if_fail (self->store == NULL && self->application.migrate_func == NULL);
  g_return_if_fail (func != NULL);

  self->application.migrate_func = func;
  self->application.migrate_user_data = user_data;
  self->application.migrate_destroy = destroy;
}
