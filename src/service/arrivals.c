/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who a peer is, is found out when it first calls, and holds until it leaves. Its calls wait
 * meanwhile, in their order; nobody else's do. What an app was granted by the user is asked for
 * too by then, so that its first call is not refused for want of an answer.
 *
 * A sandboxed app may have so many calls under way, over all its connections. They are counted
 * from here on, waiting or not, until they are answered.
 */

#include "service/arrivals.h"

#include "protocol/error.h"
#include "service/rights.h"
#include "service/service-private.h"

/* Somebody whose first call has come. */
typedef struct
{
  StateSyncService *service; /* there unless this was cancelled */
  StateSyncPeer *peer;       /* owned */
  StateSyncIdentity *identity;
} Arrival;

static void
arrival_free (gpointer data)
{
  Arrival *arrival = data;

  g_clear_pointer (&arrival->identity, state_sync_identity_unref);
  state_sync_peer_unref (arrival->peer);
  g_free (arrival);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Arrival, arrival_free)

static void
let_in (StateSyncCall *call)
{
  StateSyncService *service = call->service;

  if (state_sync_rights_is_limited (service, call->peer))
    call->is_counted =
        state_sync_quotas_begin_call (service->quotas, call->peer->identity, &call->refusal);
  state_sync_turns_take (service->turns, call);
}

static void
report_arrived (StateSyncService *service)
{
  StateSyncArrivedFunc arrived = service->arrived;

  if (arrived == NULL || service->arriving->len > 0)
    return;

  service->arrived = NULL;
  arrived (service->arrived_data);
}

static void
end_arrival (StateSyncService *service, StateSyncPeer *peer)
{
  g_ptr_array_remove_fast (service->arriving, peer);
  report_arrived (service);
}

static void
let_all_in (StateSyncPeer *peer)
{
  StateSyncCall *call;

  while ((call = g_queue_pop_head (&peer->arrivals)) != NULL)
    let_in (call);
}

/* --- who it is --- */

static void
become_known (Arrival *arrival)
{
  StateSyncPeer *peer = arrival->peer;

  peer->identity = g_steal_pointer (&arrival->identity);
  peer->reads_all = state_sync_rights_reads_all (arrival->service, peer);
  if (arrival->service->quotas != NULL)
    peer->pace = state_sync_quotas_get_pace (arrival->service->quotas, peer->identity);
  let_all_in (peer);
  end_arrival (arrival->service, peer);
}

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Arrival) arrival = user_data;

  if (state_sync_access_prepare_finish (STATE_SYNC_ACCESS (source), result, NULL))
    become_known (arrival);
}

/* For want of descriptors here. The next call tries again. */
static void
turn_away (StateSyncPeer *peer, const GError *cause)
{
  g_autoptr (GError) error =
      g_error_new (STATE_SYNC_ERROR, STATE_SYNC_ERROR_LIMIT_EXCEEDED,
                   "It can't be told now who calls (%s): try again later", cause->message);
  StateSyncCall *call;

  while ((call = g_queue_pop_head (&peer->arrivals)) != NULL)
    state_sync_call_refuse (call, error);
}

static void
on_identified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Arrival) arrival = user_data;
  g_autoptr (GError) error = NULL;
  StateSyncService *service = arrival->service;

  arrival->identity = state_sync_identify_finish (result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (arrival->identity == NULL)
    {
      turn_away (arrival->peer, error);
      end_arrival (service, arrival->peer);
      return;
    }
  if (service->access == NULL)
    {
      become_known (arrival);
      return;
    }
  state_sync_access_prepare_async (service->access, arrival->identity, service->cancellable,
                                   on_prepared, arrival);
  g_steal_pointer (&arrival);
}

static void
identify (StateSyncService *service, StateSyncPeer *peer)
{
  Arrival *arrival = g_new0 (Arrival, 1);

  arrival->service = service;
  arrival->peer = state_sync_peer_ref (peer);
  state_sync_identify_async (peer->connection, peer->name, service->looker, service->cancellable,
                             on_identified, arrival);
}

void
state_sync_arrivals_take (StateSyncCall *call)
{
  StateSyncService *service = call->service;
  StateSyncPeer *peer = call->peer;

  gboolean is_nobody_asked = !state_sync_rights_need_identity (service);

  if (is_nobody_asked)
    peer->reads_all = TRUE;
  if (is_nobody_asked || peer->identity != NULL || service->is_finished)
    {
      let_in (call);
      return;
    }

  g_queue_push_tail (&peer->arrivals, call);
  if (g_ptr_array_find (service->arriving, peer, NULL))
    return;

  g_ptr_array_add (service->arriving, state_sync_peer_ref (peer));
  identify (service, peer);
}

/* Calls @done, now or later, when all whose calls have come are known; who comes from now on is
 * told that the service stops. It takes as long as a look may take at most (looker.c). */
void
state_sync_arrivals_finish (StateSyncService *service,
                            StateSyncArrivedFunc done,
                            gpointer user_data)
{
  service->is_finished = TRUE;
  service->arrived = done;
  service->arrived_data = user_data;
  report_arrived (service);
}
