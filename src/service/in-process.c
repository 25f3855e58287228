/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The service as the application itself uses it: straight to the store, past the bus and all
 * rights. What it writes is judged like anybody's writes, by its own validator too.
 */

#include "protocol/name.h"
#include "protocol/write.h"
#include "service/service-private.h"

/* --- writing --- */

static void
write_done (const guint64 *revisions, guint n_revisions, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, g_memdup2 (revisions, sizeof *revisions), g_free);
}

/* @task: (transfer full) */
static void
write_one (StateSyncService *self,
           const char *topic,
           GBytes *data,
           StateSyncWriteMode mode,
           StateSyncWriteFlags flags,
           guint64 expected_revision,
           GTask *task)
{
  g_autoptr (GPtrArray) writes =
      g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);
  StateSyncWrite *write = state_sync_write_new (topic, data);
  GError *error = NULL;

  write->mode = mode;
  state_sync_write_set_flags (write, flags, expected_revision);
  g_ptr_array_add (writes, write);
  if (state_sync_service_check_open (self, &error))
    state_sync_store_write (self->store, writes, NULL, write_done, task);
  else
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
}

static gboolean
take_revision (GAsyncResult *result, guint64 *revision, GError **error)
{
  g_autofree guint64 *taken = g_task_propagate_pointer (G_TASK (result), error);

  if (taken != NULL && revision != NULL)
    *revision = *taken;
  return taken != NULL;
}

/**
 * state_sync_service_write_async:
 * @self: a service, which is open or being opened
 * @topic: a topic
 * @data: what the topic is to hold: one JSON text; `null` deletes it
 * @flags: how to make the change
 * @expected_revision: the revision for `STATE_SYNC_WRITE_FLAGS_IF_REVISION`, else ignored
 * @cancellable: (nullable): to stop waiting; the change may be made all the same
 * @callback: (scope async) (nullable): called when the change is committed or refused
 * @user_data: (closure): for `callback`
 *
 * Replaces what a topic holds, by the application itself. It may write everything, and is asked for
 * its validation like for anybody's write.
 */
void
state_sync_service_write_async (StateSyncService *self,
                                const char *topic,
                                GBytes *data,
                                StateSyncWriteFlags flags,
                                guint64 expected_revision,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task;

  g_return_if_fail (STATE_SYNC_IS_SERVICE (self));
  g_return_if_fail (topic != NULL);
  g_return_if_fail (data != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_service_write_async);
  write_one (self, topic, data, STATE_SYNC_WRITE_REPLACE, flags, expected_revision, task);
}

/**
 * state_sync_service_write_finish:
 * @self: a service
 * @result: what the callback got
 * @revision: (out) (optional): the topic's revision after the write
 * @error: where to put the error, of the domain `STATE_SYNC_ERROR`: nothing was changed
 *
 * Ends [method@Service.write_async].
 *
 * Returns: `TRUE` if the topic holds the data now
 */
gboolean
state_sync_service_write_finish (StateSyncService *self,
                                 GAsyncResult *result,
                                 guint64 *revision,
                                 GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return take_revision (result, revision, error);
}

/**
 * state_sync_service_merge_async:
 * @self: a service, which is open or being opened
 * @topic: a topic
 * @patch: a JSON Merge Patch (RFC 7396): one JSON text
 * @flags: how to make the change
 * @expected_revision: the revision for `STATE_SYNC_WRITE_FLAGS_IF_REVISION`, else ignored
 * @cancellable: (nullable): to stop waiting; the change may be made all the same
 * @callback: (scope async) (nullable): called when the change is committed or refused
 * @user_data: (closure): for `callback`
 *
 * Changes some members of a topic, by the application itself, as [method@Service.write_async]
 * replaces all of them.
 */
void
state_sync_service_merge_async (StateSyncService *self,
                                const char *topic,
                                GBytes *patch,
                                StateSyncWriteFlags flags,
                                guint64 expected_revision,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task;

  g_return_if_fail (STATE_SYNC_IS_SERVICE (self));
  g_return_if_fail (topic != NULL);
  g_return_if_fail (patch != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_service_merge_async);
  write_one (self, topic, patch, STATE_SYNC_WRITE_MERGE, flags, expected_revision, task);
}

/**
 * state_sync_service_merge_finish:
 * @self: a service
 * @result: what the callback got
 * @revision: (out) (optional): the topic's revision after the change
 * @error: where to put the error, of the domain `STATE_SYNC_ERROR`: nothing was changed
 *
 * Ends [method@Service.merge_async].
 *
 * Returns: `TRUE` if the change is in effect
 */
gboolean
state_sync_service_merge_finish (StateSyncService *self,
                                 GAsyncResult *result,
                                 guint64 *revision,
                                 GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return take_revision (result, revision, error);
}

/* --- reading --- */

static void
snapshot_unref (gpointer data)
{
  state_sync_snapshot_unref (data);
}

static void
read_done (GPtrArray *snapshots, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, state_sync_snapshot_ref (g_ptr_array_index (snapshots, 0)),
                           snapshot_unref);
}

/**
 * state_sync_service_get_snapshot_async:
 * @self: a service, which is open or being opened
 * @topic: a topic
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async) (nullable): called when the snapshot is there
 * @user_data: (closure): for `callback`
 *
 * Reads a topic's newest committed state.
 */
void
state_sync_service_get_snapshot_async (StateSyncService *self,
                                       const char *topic,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  const char *topics[] = { topic, NULL };
  GError *error = NULL;
  GTask *task;

  g_return_if_fail (STATE_SYNC_IS_SERVICE (self));
  g_return_if_fail (topic != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_service_get_snapshot_async);
  if (state_sync_name_check (topic, &error) && state_sync_service_check_open (self, &error))
    state_sync_store_read (self->store, topics, G_MAXUINT64, read_done, task);
  else
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
}

/**
 * state_sync_service_get_snapshot_finish:
 * @self: a service
 * @result: what the callback got
 * @error: where to put the error
 *
 * Ends [method@Service.get_snapshot_async].
 *
 * Returns: (transfer full): the topic's state; at revision 0 if it was never written
 */
StateSyncSnapshot *
state_sync_service_get_snapshot_finish (StateSyncService *self,
                                        GAsyncResult *result,
                                        GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* (transfer full): of those that hold data */
static char **
names_of (GArray *items)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < items->len; i++)
    {
      const StateSyncListItem *item = &g_array_index (items, StateSyncListItem, i);

      if (item->bytes > 0)
        g_strv_builder_add (names, item->topic);
    }
  return g_strv_builder_end (names);
}

static void
strv_free (gpointer data)
{
  g_strfreev (data);
}

static void
list_done (GArray *items, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, names_of (items), strv_free);
}

/**
 * state_sync_service_list_async:
 * @self: a service, which is open or being opened
 * @namespace_: (nullable): a namespace: the topic of that name, and all whose names go on with a
 * dot after it; `NULL` for all topics
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async) (nullable): called when the list is there
 * @user_data: (closure): for `callback`
 *
 * Lists the topics that hold data.
 */
void
state_sync_service_list_async (StateSyncService *self,
                               const char *namespace_,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GError *error = NULL;
  GTask *task;

  g_return_if_fail (STATE_SYNC_IS_SERVICE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_service_list_async);
  if ((namespace_ == NULL || state_sync_name_check (namespace_, &error)) &&
      state_sync_service_check_open (self, &error))
    state_sync_store_list (self->store, namespace_ != NULL ? namespace_ : "", list_done, task);
  else
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
}

/**
 * state_sync_service_list_finish:
 * @self: a service
 * @result: what the callback got
 * @error: where to put the error
 *
 * Ends [method@Service.list_async].
 *
 * Returns: (transfer full) (array zero-terminated=1): the names, in the order of their bytes
 */
char **
state_sync_service_list_finish (StateSyncService *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
