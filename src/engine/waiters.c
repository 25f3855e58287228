/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/waiters.h"

typedef struct
{
  StateSyncWaiters *among;
  GTask *task;
  GSource *cancelled; /* (nullable) */
  StateSyncWaiterLeftFunc left;
} Waiter;

static void
waiter_free (Waiter *waiter)
{
  if (waiter->cancelled != NULL)
    {
      g_source_destroy (waiter->cancelled);
      g_source_unref (waiter->cancelled);
    }
  g_object_unref (waiter->task);
  g_free (waiter);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Waiter *waiter = user_data;
  StateSyncWaiterLeftFunc left = waiter->left;
  g_autoptr (GObject) source_object = g_object_ref (g_task_get_source_object (waiter->task));

  waiter->among->list = g_list_remove (waiter->among->list, waiter);
  g_task_return_error_if_cancelled (waiter->task);
  waiter_free (waiter);
  if (left != NULL)
    left (source_object);
  return G_SOURCE_REMOVE;
}

/* @task: of a boolean. @left: (nullable). */
void
state_sync_waiters_add (StateSyncWaiters *self, GTask *task, StateSyncWaiterLeftFunc left)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Waiter *waiter = g_new0 (Waiter, 1);

  *waiter = (Waiter){ .among = self, .task = g_object_ref (task), .left = left };
  if (cancellable != NULL)
    {
      waiter->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (waiter->cancelled, G_SOURCE_FUNC (on_cancelled), waiter, NULL);
      g_source_attach (waiter->cancelled, g_task_get_context (task));
    }
  self->list = g_list_append (self->list, waiter);
}

/* Those of @self, none then, join those of @into. */
void
state_sync_waiters_move (StateSyncWaiters *self, StateSyncWaiters *into)
{
  for (GList *l = self->list; l != NULL; l = l->next)
    ((Waiter *)l->data)->among = into;
  into->list = g_list_concat (into->list, g_steal_pointer (&self->list));
}

/* Ends all: with @error, or with TRUE. Who is told may do anything; who comes meanwhile waits for
 * another end. */
void
state_sync_waiters_end (StateSyncWaiters *self, const GError *error)
{
  StateSyncWaiters ending = { NULL };

  state_sync_waiters_move (self, &ending);
  while (ending.list != NULL)
    {
      Waiter *waiter = ending.list->data;
      g_autoptr (GTask) task = g_object_ref (waiter->task);

      ending.list = g_list_delete_link (ending.list, ending.list);
      waiter_free (waiter);
      if (error != NULL)
        g_task_return_error (task, g_error_copy (error));
      else
        g_task_return_boolean (task, TRUE);
    }
}

gboolean
state_sync_waiters_is_empty (const StateSyncWaiters *self)
{
  return self->list == NULL;
}
