/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Each instance is asked for what is followed: one that was started anew knows nothing of what the
 * one before was asked for.
 *
 * One call is under way at a time, and what is asked for meanwhile goes together in the next: a
 * thousand topics are not a thousand calls, of which the service would take only so many. Names of
 * one call are taken or refused as one; so if they are refused, each half of them is asked for
 * alone, until those that are meant are alone.
 *
 * What is not wanted any more goes first: what waited to be asked for under that name was given up
 * with it, and is dropped; what is asked for under it now waits behind.
 *
 * What waits for its call is kept with the proxy to the instance, and goes with it.
 */

#include "transports/bus/bus-asking.h"

#include "protocol/error.h"
#include "transports/bus/bus-error.h"
#include "transports/bus/bus-subscribed-names.h"

/* Of one instance. */
typedef struct
{
  StateSyncBusSubscribedNames *names;
  GPtrArray *unwanted; /* of char * */
  GPtrArray *next;     /* of GTask, whose data is the name: for the next call but for these: */
  GQueue halves;       /* of GPtrArray of GTask: of what was refused */
  gboolean is_calling;
} Waiting;

/* The answer to a call. */
typedef struct
{
  StateSyncBusService *proxy; /* owned */
  GPtrArray *batch;           /* of GTask */
} Call;

static GPtrArray *
batch_new (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static void
batch_free (gpointer batch)
{
  g_ptr_array_unref (batch);
}

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  state_sync_bus_subscribed_names_free (waiting->names);
  g_ptr_array_unref (waiting->unwanted);
  batch_free (waiting->next);
  g_queue_clear_full (&waiting->halves, batch_free);
  g_free (waiting);
}

static Waiting *
waiting_of (StateSyncBusService *proxy)
{
  Waiting *waiting = g_object_get_data (G_OBJECT (proxy), "state-sync-waiting");

  if (waiting == NULL)
    {
      waiting = g_new0 (Waiting, 1);
      waiting->names = state_sync_bus_subscribed_names_new (G_DBUS_PROXY (proxy));
      waiting->unwanted = g_ptr_array_new_with_free_func (g_free);
      waiting->next = batch_new ();
      g_queue_init (&waiting->halves);
      g_object_set_data_full (G_OBJECT (proxy), "state-sync-waiting", waiting, waiting_free);
    }
  return waiting;
}

static void call_next (StateSyncBusService *proxy);

/* --- what is held --- */

static const char *
name_of (GPtrArray *batch, guint i)
{
  return g_task_get_task_data (g_ptr_array_index (batch, i));
}

/* Locked. */
static void
hold (Waiting *waiting, GPtrArray *batch)
{
  for (guint i = 0; i < batch->len; i++)
    state_sync_bus_subscribed_names_hold (waiting->names, name_of (batch, i));
}

/* It was refused, and so what others hold stays as it is. */
static void
let_go (Waiting *waiting, GPtrArray *batch)
{
  state_sync_bus_subscribed_names_lock ();
  for (guint i = 0; i < batch->len; i++)
    state_sync_bus_subscribed_names_let_go (waiting->names, name_of (batch, i));
  state_sync_bus_subscribed_names_unlock ();
}

/* Locked. Leaves of what is unwanted what nobody else of this connection wants. */
static void
let_go_of_unwanted (Waiting *waiting)
{
  for (guint i = waiting->unwanted->len; i > 0; i--)
    {
      if (!state_sync_bus_subscribed_names_let_go (waiting->names,
                                                   g_ptr_array_index (waiting->unwanted, i - 1)))
        g_ptr_array_remove_index (waiting->unwanted, i - 1);
    }
}

/* --- the answer --- */

static gboolean
is_refusal (const GError *error)
{
  return error->domain == STATE_SYNC_ERROR && error->code != STATE_SYNC_ERROR_UNAVAILABLE;
}

static void
end_batch (GPtrArray *batch, const GError *error)
{
  for (guint i = 0; i < batch->len; i++)
    {
      if (error == NULL)
        g_task_return_boolean (g_ptr_array_index (batch, i), TRUE);
      else
        g_task_return_error (g_ptr_array_index (batch, i), g_error_copy (error));
    }
}

static GPtrArray *
part_of (GPtrArray *batch, guint from, guint to)
{
  GPtrArray *part = batch_new ();

  for (guint i = from; i < to; i++)
    g_ptr_array_add (part, g_object_ref (g_ptr_array_index (batch, i)));
  return part;
}

static void
halve (Waiting *waiting, GPtrArray *batch)
{
  g_queue_push_tail (&waiting->halves, part_of (batch, 0, batch->len / 2));
  g_queue_push_tail (&waiting->halves, part_of (batch, batch->len / 2, batch->len));
}

static void
on_subscribed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Call *call = user_data;
  g_autoptr (StateSyncBusService) proxy = call->proxy;
  g_autoptr (GPtrArray) batch = call->batch;
  Waiting *waiting = waiting_of (proxy);
  g_autoptr (GError) error = NULL;

  waiting->is_calling = FALSE;
  if (state_sync_bus_service_call_subscribe_finish (proxy, result, &error))
    {
      end_batch (batch, NULL);
      call_next (proxy);
      return;
    }

  let_go (waiting, batch);
  if (batch->len > 1 && is_refusal (error))
    {
      halve (waiting, batch);
    }
  else
    {
      state_sync_bus_error_explain (error);
      end_batch (batch, error);
    }
  call_next (proxy);
}

/* --- the call --- */

static void
drop_cancelled (GPtrArray *batch)
{
  for (guint i = batch->len; i > 0; i--)
    {
      if (g_task_return_error_if_cancelled (g_ptr_array_index (batch, i - 1)))
        g_ptr_array_remove_index (batch, i - 1);
    }
}

/* (transfer full) (nullable) */
static GPtrArray *
take_next (Waiting *waiting)
{
  while (!g_queue_is_empty (&waiting->halves) || waiting->next->len > 0)
    {
      g_autoptr (GPtrArray) batch = g_queue_pop_head (&waiting->halves);

      if (batch == NULL)
        {
          batch = g_steal_pointer (&waiting->next);
          waiting->next = batch_new ();
        }
      drop_cancelled (batch);
      if (batch->len > 0)
        return g_steal_pointer (&batch);
    }
  return NULL;
}

static const char **
names_of (GPtrArray *batch)
{
  const char **names = g_new0 (const char *, batch->len + 1);

  for (guint i = 0; i < batch->len; i++)
    names[i] = name_of (batch, i);
  return names;
}

/* @batch: (transfer full) */
static void
call_subscribe (StateSyncBusService *proxy, GPtrArray *batch)
{
  g_autofree const char **names = names_of (batch);
  Call *call = g_new (Call, 1);

  *call = (Call){ g_object_ref (proxy), batch };
  state_sync_bus_subscribed_names_lock ();
  hold (waiting_of (proxy), batch);
  state_sync_bus_service_call_subscribe (proxy, names, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                                         on_subscribed, call);
  state_sync_bus_subscribed_names_unlock ();
}

/* Refused or not, nobody can do more about it. */
static void
on_unsubscribed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncBusService) proxy = user_data;

  waiting_of (proxy)->is_calling = FALSE;
  call_next (proxy);
}

/* Whether there is anything that nobody else wants. */
static gboolean
call_unsubscribe (StateSyncBusService *proxy, Waiting *waiting)
{
  g_autoptr (GPtrArray) unwanted = waiting->unwanted;
  gboolean is_needed;

  state_sync_bus_subscribed_names_lock ();
  let_go_of_unwanted (waiting);
  is_needed = unwanted->len > 0;
  g_ptr_array_add (unwanted, NULL);
  if (is_needed)
    state_sync_bus_service_call_unsubscribe (proxy, (const char *const *)unwanted->pdata,
                                             G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_unsubscribed,
                                             g_object_ref (proxy));
  state_sync_bus_subscribed_names_unlock ();

  waiting->unwanted = g_ptr_array_new_with_free_func (g_free);
  return is_needed;
}

static void
call_next (StateSyncBusService *proxy)
{
  Waiting *waiting = waiting_of (proxy);
  GPtrArray *batch;

  if (waiting->is_calling)
    return;

  waiting->is_calling = call_unsubscribe (proxy, waiting);
  if (waiting->is_calling)
    return;

  batch = take_next (waiting);
  if (batch == NULL)
    return;
  waiting->is_calling = TRUE;
  call_subscribe (proxy, batch);
}

/* --- the way of asking --- */

static GObject *
whom (StateSyncBusPeer *peer)
{
  return (GObject *)state_sync_bus_peer_peek_proxy (peer);
}

/* Every name is that of a namespace too. */
static gboolean
can_share (const char *namespace_)
{
  return TRUE;
}

static void
ask (StateSyncBusPeer *peer,
     GObject *proxy,
     const char *subject,
     gboolean is_namespace,
     GCancellable *cancellable,
     GAsyncReadyCallback callback,
     gpointer user_data)
{
  GTask *task = g_task_new (proxy, cancellable, callback, user_data);

  g_task_set_source_tag (task, ask);
  g_task_set_task_data (task, g_strdup (subject), g_free);
  g_ptr_array_add (waiting_of (STATE_SYNC_BUS_SERVICE (proxy))->next, task);
  call_next (STATE_SYNC_BUS_SERVICE (proxy));
}

static gboolean
ask_finish (GObject *proxy, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
take_back (StateSyncBusPeer *peer, GObject *proxy, const char *subject, gboolean is_namespace)
{
  g_ptr_array_add (waiting_of (STATE_SYNC_BUS_SERVICE (proxy))->unwanted, g_strdup (subject));
  call_next (STATE_SYNC_BUS_SERVICE (proxy));
}

const StateSyncBusAsking state_sync_bus_subscribing = {
  .whom = whom,
  .is_namespace_always = TRUE,
  .can_share = can_share,
  .ask = ask,
  .ask_finish = ask_finish,
  .take_back = take_back,
};
