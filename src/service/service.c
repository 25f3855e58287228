/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The bus objects over a store. No rule is decided here: arguments are turned into what the
 * store takes (reads.c, writes.c, following.c), its outcome into an answer (call.c).
 *
 * A topic's new committed state reaches the world in this order:
 *
 *   1. boards: the store's `committed` and `published` (on_committed, on_published)
 *   2. the writers' answers: the store calls back for each (writes.c)
 *   3. bells, then the signal: the store's `changed` (on_changed)
 *
 * Answers and signals go out on one connection, so a writer has its answer before the signal for
 * its write; and whoever is told of a state in whatever way finds it on the board.
 *
 * Nobody waits for a peer that floods or does not read: how much it may have under way is bounded
 * before the main loop sees it (admission.c), and how much it may be sent before it is answered
 * (turns.c).
 */

#include "service/service.h"

#include "protocol/name.h"
#include "service/admission.h"
#include "service/file-answers.h"
#include "service/log.h"
#include "service/service-private.h"

G_DEFINE_FINAL_TYPE (StateSyncService, state_sync_service, G_TYPE_OBJECT)

/* --- statistics and the signal --- */

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

  counters.snapshots += state_sync_direct_reads_get_n_snapshots (call->service->direct_reads);
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
  state_sync_store_total (call->service->store, total_done, call);
}

static void
on_committed (StateSyncStore *store,
              const char *topic,
              StateSyncSnapshot *snapshot,
              StateSyncService *self)
{
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
  self->counters.signals++;
  state_sync_log_changed (topic, revision);
  state_sync_bus_service_emit_invalidated (self->bus_service, topic, revision);
}

/* --- the methods --- */

static const StateSyncMethod service_methods[] = {
  { "handle-write", state_sync_run_write, FALSE },
  { "handle-write-many", state_sync_run_write_many, FALSE },
  { "handle-get-snapshot", state_sync_run_get_snapshot, TRUE },
  { "handle-get-snapshots", state_sync_run_get_snapshots, TRUE },
  { "handle-open-snapshot", state_sync_run_open_snapshot, TRUE },
  { "handle-list-topics", state_sync_run_list_topics, TRUE },
  { "handle-open-doorbell", state_sync_run_open_doorbell, FALSE },
  { "handle-map-snapshot", state_sync_run_map_snapshot, TRUE },
  { "handle-unmap-snapshot", state_sync_run_unmap_snapshot, TRUE },
};

static const StateSyncMethod statistics_methods[] = {
  { "handle-get", state_sync_run_get_statistics, FALSE },
};

/* Connected swapped, so that it is the same for all methods: their typed arguments come after
 * the invocation, which has them too. */
static gboolean
on_call (const StateSyncMethod *method, GDBusMethodInvocation *invocation)
{
  GObject *skeleton = g_dbus_method_invocation_get_user_data (invocation);

  state_sync_call_begin (g_object_get_data (skeleton, "state-sync-service"), invocation, method);
  return TRUE;
}

static void
connect_methods (StateSyncService *self,
                 gpointer skeleton,
                 const StateSyncMethod *methods,
                 guint n_methods)
{
  g_object_set_data (skeleton, "state-sync-service", self);
  for (guint i = 0; i < n_methods; i++)
    g_signal_connect_swapped (skeleton, methods[i].signal, G_CALLBACK (on_call),
                              (gpointer)&methods[i]);
}

/* --- the object --- */

static void
unexport (GDBusInterfaceSkeleton *skeleton, GDBusConnection *connection)
{
  if (g_dbus_interface_skeleton_has_connection (skeleton, connection))
    g_dbus_interface_skeleton_unexport (skeleton);
}

gboolean
state_sync_service_export (StateSyncService *self,
                           GDBusConnection *connection,
                           const char *object_path,
                           GError **error)
{
  GDBusInterfaceSkeleton *skeletons[] = {
    G_DBUS_INTERFACE_SKELETON (self->bus_service),
    G_DBUS_INTERFACE_SKELETON (self->bus_statistics),
  };

  g_return_val_if_fail (self->connection == NULL, FALSE);

  self->connection = g_object_ref (connection);
  self->admission =
      state_sync_admission_add (connection, object_path, self->callers, self->direct_reads);
  self->file_answers = state_sync_file_answers_watch (connection);
  state_sync_turns_set_connection (self->turns, connection);
  for (guint i = 0; i < G_N_ELEMENTS (skeletons); i++)
    {
      if (g_dbus_interface_skeleton_export (skeletons[i], connection, object_path, error))
        continue;

      state_sync_service_unexport (self);
      return FALSE;
    }
  return TRUE;
}

void
state_sync_service_unexport (StateSyncService *self)
{
  if (self->connection == NULL)
    return;

  unexport (G_DBUS_INTERFACE_SKELETON (self->bus_service), self->connection);
  unexport (G_DBUS_INTERFACE_SKELETON (self->bus_statistics), self->connection);
  g_dbus_connection_remove_filter (self->connection, self->admission);
  g_dbus_connection_remove_filter (self->connection, self->file_answers);
  state_sync_turns_set_connection (self->turns, NULL);
  g_clear_object (&self->connection);
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

StateSyncService *
state_sync_service_new (StateSyncStore *store)
{
  StateSyncService *self = g_object_new (STATE_SYNC_TYPE_SERVICE, NULL);

  self->store = g_object_ref (store);
  self->direct_reads = state_sync_direct_reads_new (state_sync_store_get_committed_view (store));
  self->turns = state_sync_turns_new (self->direct_reads, self->boards);
  g_signal_connect (store, "committed", G_CALLBACK (on_committed), self);
  g_signal_connect (store, "published", G_CALLBACK (on_published), self);
  g_signal_connect (store, "changed", G_CALLBACK (on_changed), self);
  g_object_set (self->bus_service, "version", STATESYNC_VERSION, "max-data-size",
                state_sync_store_get_max_data_size (store), "max-topic-length", STATE_SYNC_NAME_MAX,
                NULL);
  return self;
}

static void
state_sync_service_finalize (GObject *object)
{
  StateSyncService *self = STATE_SYNC_SERVICE (object);

  state_sync_service_unexport (self);
  g_signal_handlers_disconnect_by_data (self->store, self);
  g_object_unref (self->store);
  g_object_unref (self->bus_service);
  g_object_unref (self->bus_statistics);
  state_sync_callers_unref (self->callers);
  state_sync_turns_free (self->turns);
  state_sync_boards_free (self->boards);
  state_sync_direct_reads_unref (self->direct_reads);

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
  self->bus_service = state_sync_bus_service_skeleton_new ();
  self->bus_statistics = state_sync_bus_statistics_skeleton_new ();
  self->callers = state_sync_callers_new ();
  self->boards = state_sync_boards_new ();

  connect_methods (self, self->bus_service, service_methods, G_N_ELEMENTS (service_methods));
  connect_methods (self, self->bus_statistics, statistics_methods,
                   G_N_ELEMENTS (statistics_methods));
}
