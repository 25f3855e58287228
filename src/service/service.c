/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The bus objects over a store, at any number of places (endpoint.c). No rule is decided here:
 * arguments are turned into what the store takes (reads.c, writes.c, following.c), its outcome
 * into an answer (call.c).
 *
 * A topic's new committed state reaches the world in this order:
 *
 *   1. boards: the store's `committed` and `published` (on_committed, on_published)
 *   2. the writers' answers: the store calls back for each (writes.c)
 *   3. bells, then the signals: the store's `changed` (on_changed)
 *
 * Answers and signals go out on one connection, so a writer has its answer before the signal for
 * its write; and whoever is told of a state in whatever way finds it on the board.
 *
 * Nobody waits for a peer that floods or does not read: how much it may have under way is bounded
 * before the main loop sees it (admission.c), and how much it may be sent before it is answered
 * (turns.c).
 */

#include "service/service.h"

#include "service/arrivals.h"
#include "service/charges.h"
#include "service/log.h"
#include "service/rights.h"
#include "service/service-private.h"

G_DEFINE_FINAL_TYPE (StateSyncService, state_sync_service, G_TYPE_OBJECT)

/* --- statistics and the signal --- */

static guint64
count_direct_reads (StateSyncService *self)
{
  guint64 n_snapshots = 0;

  for (guint i = 0; i < self->links->len; i++)
    n_snapshots += state_sync_direct_reads_get_n_snapshots (
        state_sync_link_get_direct_reads (g_ptr_array_index (self->links, i)));
  return n_snapshots;
}

static void
total_done (const StateSyncStorageTotals *totals, const GError *error, gpointer user_data)
{
  StateSyncCall *call = user_data;
  StateSyncServiceCounters counters = call->service->counters;
  StateSyncCommitCounters commits;

  if (error != NULL)
    {
      state_sync_call_refuse (call, error);
      return;
    }

  counters.snapshots += count_direct_reads (call->service);
  counters.signals += state_sync_audience_get_n_told (call->service->audience);
  counters.boards = state_sync_boards_get_n_boards (call->service->boards);
  counters.rings = state_sync_boards_get_n_rings (call->service->boards);
  counters.refusals[STATE_SYNC_ERROR_LIMIT_EXCEEDED] +=
      state_sync_callers_get_n_refused (call->service->callers);
  state_sync_store_get_counters (call->service->store, &commits);
  state_sync_call_answer (
      call, g_variant_new ("(@a{sv})", state_sync_statistics_new (&counters, &commits, totals)));
}

void
state_sync_run_get_statistics (StateSyncCall *call)
{
  g_autoptr (GError) error = NULL;

  if (!state_sync_rights_may_oversee (call->service, call->peer, &error))
    {
      state_sync_call_refuse (call, error);
      return;
    }
  state_sync_store_total (call->service->store, total_done, call);
}

static void
on_committed (StateSyncStore *store,
              const char *topic,
              StateSyncSnapshot *before,
              StateSyncSnapshot *snapshot,
              StateSyncService *self)
{
  state_sync_charges_note (self, topic, before, snapshot);
  state_sync_boards_write (self->boards, topic, snapshot);
}

static void
on_published (StateSyncStore *store, StateSyncService *self)
{
  state_sync_boards_show (self->boards);
}

static void
on_changed (StateSyncStore *store,
            const char *topic,
            StateSyncSnapshot *snapshot,
            StateSyncService *self)
{
  guint64 revision = state_sync_snapshot_get_revision (snapshot);

  state_sync_boards_ring (self->boards, topic);
  state_sync_log_changed (topic, revision);
  for (guint i = 0; i < self->endpoints->len; i++)
    self->counters.signals +=
        state_sync_endpoint_broadcast (g_ptr_array_index (self->endpoints, i), topic, revision);
  state_sync_audience_tell (self->audience, topic, revision);
}

/* --- who may do what --- */

static gboolean
may_know (StateSyncPeer *peer, const char *topic, gpointer user_data)
{
  return state_sync_rights_may_read (user_data, peer, topic, NULL);
}

/* An app whose rights have changed, and the service. */
typedef struct
{
  StateSyncService *service;
  const char *application_id;
} Change;

static void
take_boards (StateSyncPeer *peer, gpointer user_data)
{
  const Change *change = user_data;
  StateSyncService *self = change->service;

  if (peer->identity != NULL &&
      g_strcmp0 (state_sync_identity_get_application (peer->identity), change->application_id) == 0)
    state_sync_boards_revoke (self->boards, peer, may_know, self);
}

static void
on_access_changed (StateSyncAccess *access, const char *application_id, StateSyncService *self)
{
  Change change = { self, application_id };

  for (guint i = 0; i < self->links->len; i++)
    state_sync_link_foreach_peer (g_ptr_array_index (self->links, i), take_boards, &change);
}

/* Before it is exported: what each peer may do from now on, and how much of it in a sandbox. */
void
state_sync_service_set_access (StateSyncService *self,
                               StateSyncAccess *access,
                               const StateSyncLimits *limits)
{
  g_return_if_fail (self->access == NULL && self->links->len == 0);

  self->access = g_object_ref (access);
  self->looker = state_sync_looker_new ();
  self->quotas = state_sync_quotas_new (limits);
  g_signal_connect (access, "changed", G_CALLBACK (on_access_changed), self);
}

static void
clear_access (StateSyncService *self)
{
  if (self->access == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->access, self);
  g_clear_object (&self->access);
  state_sync_looker_unref (self->looker);
  state_sync_quotas_unref (self->quotas);
}

/* --- where it can be called --- */

/* Nothing of the peer is kept. */
static void
on_peer_left (StateSyncPeer *peer, gpointer user_data)
{
  StateSyncService *self = user_data;

  state_sync_turns_forget (self->turns, peer);
  state_sync_boards_forget (self->boards, peer);
  state_sync_audience_forget (self->audience, peer);
}

static void
remove_endpoints (StateSyncService *self, StateSyncLink *link)
{
  for (guint i = self->endpoints->len; i > 0; i--)
    {
      if (state_sync_endpoint_get_link (g_ptr_array_index (self->endpoints, i - 1)) == link)
        g_ptr_array_remove_index (self->endpoints, i - 1);
    }
}

static void
on_link_closed (StateSyncLink *link, gpointer user_data)
{
  StateSyncService *self = user_data;

  remove_endpoints (self, link);
  g_ptr_array_remove (self->links, link);
}

static const StateSyncLinkFuncs link_funcs = { on_peer_left, on_link_closed };

/* One for each connection, however many paths there are on it. */
static StateSyncLink *
find_link (StateSyncService *self, GDBusConnection *connection)
{
  StateSyncLink *link;

  for (guint i = 0; i < self->links->len; i++)
    {
      link = g_ptr_array_index (self->links, i);
      if (state_sync_link_get_connection (link) == connection)
        return link;
    }

  link = state_sync_link_new (connection, state_sync_store_get_committed_view (self->store),
                              &link_funcs, self);
  g_ptr_array_add (self->links, link);
  return link;
}

gboolean
state_sync_service_export (StateSyncService *self,
                           GDBusConnection *connection,
                           const char *object_path,
                           StateSyncExportFlags flags,
                           GError **error)
{
  StateSyncEndpoint *endpoint =
      state_sync_endpoint_new (self, find_link (self, connection), object_path, flags, error);

  if (endpoint != NULL)
    g_ptr_array_add (self->endpoints, endpoint);
  return endpoint != NULL;
}

/* From everywhere. */
void
state_sync_service_unexport (StateSyncService *self)
{
  g_ptr_array_set_size (self->endpoints, 0);
  g_ptr_array_set_size (self->links, 0);
}

/* Calls @done when every call that has come either runs or waits for its turn: to be called before
 * the store closes, so that nobody is refused only because he was not known yet. */
void
state_sync_service_settle (StateSyncService *self, StateSyncArrivedFunc done, gpointer user_data)
{
  state_sync_arrivals_finish (self, done, user_data);
}

/* Every call runs that still waits for its turn: to be called when the store closes, which then
 * refuses them. */
void
state_sync_service_finish (StateSyncService *self)
{
  state_sync_turns_finish (self->turns);
}

/* Since when no call has been under way, in monotonic time; -1 while one is. */
gint64
state_sync_service_get_idle_since (StateSyncService *self)
{
  return state_sync_callers_get_idle_since (self->callers);
}

static void
on_peer_reads (StateSyncPeer *peer, gpointer user_data)
{
  StateSyncService *self = user_data;

  state_sync_audience_catch_up (self->audience, peer);
}

static void
peer_unref (gpointer data)
{
  state_sync_peer_unref (data);
}

static void
link_free (gpointer data)
{
  state_sync_link_free (data);
}

static void
endpoint_free (gpointer data)
{
  state_sync_endpoint_free (data);
}

StateSyncService *
state_sync_service_new (StateSyncStore *store)
{
  StateSyncService *self = g_object_new (STATE_SYNC_TYPE_SERVICE, NULL);

  self->store = g_object_ref (store);
  g_signal_connect (store, "committed", G_CALLBACK (on_committed), self);
  g_signal_connect (store, "published", G_CALLBACK (on_published), self);
  g_signal_connect (store, "changed", G_CALLBACK (on_changed), self);
  return self;
}

static void
state_sync_service_finalize (GObject *object)
{
  StateSyncService *self = STATE_SYNC_SERVICE (object);

  g_cancellable_cancel (self->cancellable);
  state_sync_service_unexport (self);
  clear_access (self);
  g_signal_handlers_disconnect_by_data (self->store, self);
  g_object_unref (self->store);
  g_ptr_array_unref (self->endpoints);
  g_ptr_array_unref (self->links);
  g_ptr_array_unref (self->arriving);
  g_object_unref (self->cancellable);
  state_sync_callers_unref (self->callers);
  state_sync_turns_free (self->turns);
  state_sync_boards_free (self->boards);
  state_sync_audience_free (self->audience);

  G_OBJECT_CLASS (state_sync_service_parent_class)->finalize (object);
}

static void
state_sync_service_class_init (StateSyncServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = state_sync_service_finalize;
}

static void
state_sync_service_init (StateSyncService *self)
{
  self->callers = state_sync_callers_new ();
  self->turns = state_sync_turns_new (on_peer_reads, self);
  self->boards = state_sync_boards_new ();
  self->audience = state_sync_audience_new (self->turns, may_know, self);
  self->arriving = g_ptr_array_new_with_free_func (peer_unref);
  self->cancellable = g_cancellable_new ();
  self->links = g_ptr_array_new_with_free_func (link_free);
  self->endpoints = g_ptr_array_new_with_free_func (endpoint_free);
}
