/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The bus objects over a store, at any number of places (endpoint.c). No rule is decided here:
 * arguments are turned into what the store takes (reads.c, writes.c, following.c), its outcome
 * into an answer (call.c). The application that has the service says what its data is to be
 * (application.c) and who may do what (authority.c), opens and closes it (opening.c), says where it
 * can be called (places.c), and uses it itself (in-process.c).
 *
 * A topic's new committed state reaches the world in this order:
 *
 *   1. boards: the store's `committed` and `published` (on_committed, on_published)
 *   2. the writers' answers: the store calls back for each (writes.c)
 *   3. bells, then the signals, then the application: the store's `changed` (on_changed)
 *
 * Answers and signals go out on one connection, so a writer has its answer before the signal for
 * its write; and whoever is told of a state in whatever way finds it on the board.
 *
 * Nobody waits for a peer that floods or does not read: how much it may have under way is bounded
 * before the main loop sees it (admission.c), and how much it may be sent before it is answered
 * (turns.c), and a sandboxed app is served no faster than at a pace (pace.c).
 */

#include "statesync-service/service.h"

#include "service/charges.h"
#include "service/log.h"
#include "service/rights.h"
#include "service/service-private.h"

G_DEFINE_FINAL_TYPE (StateSyncService, state_sync_service, G_TYPE_OBJECT)

/* The default of how large the data of one topic may be. */
#define DEFAULT_MAX_DATA_SIZE (16 * 1024 * 1024)

enum
{
  PROP_0,
  PROP_STORAGE,
  PROP_MAX_DATA_SIZE,
  PROP_DATA_VERSION,
  PROP_USES_SCHEMAS,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

enum
{
  VALIDATE,
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- statistics --- */

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

/* --- what the application is asked, and told --- */

/* Handlers may be for one topic, as the signal's detail. No name becomes a quark for being written.
 */
static gboolean
has_handler (StateSyncService *self, guint signal, GQuark detail)
{
  return g_signal_has_handler_pending (self, signal, 0, FALSE) ||
         (detail != 0 && g_signal_has_handler_pending (self, signal, detail, FALSE));
}

/* Whether the application wants to be asked about writes of the topic. */
gboolean
state_sync_service_has_validator (StateSyncService *self, const char *topic)
{
  return has_handler (self, signals[VALIDATE], g_quark_try_string (topic));
}

void
state_sync_service_emit_validate (StateSyncService *self, StateSyncValidation *validation)
{
  GQuark detail = g_quark_try_string (state_sync_validation_get_topic (validation));

  if (has_handler (self, signals[VALIDATE], detail))
    g_signal_emit (self, signals[VALIDATE], detail, validation);
  else
    state_sync_validation_accept (validation);
}

/* --- what comes of the store --- */

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

  /* Who hears the broadcast may count on that all others have been told. */
  state_sync_audience_tell (self->audience, topic, revision);
  for (guint i = 0; i < self->endpoints->len; i++)
    self->counters.signals +=
        state_sync_endpoint_broadcast (g_ptr_array_index (self->endpoints, i), topic, revision);
  g_signal_emit (self, signals[CHANGED], g_quark_try_string (topic), topic, snapshot);
}

void
state_sync_service_connect_store (StateSyncService *self)
{
  g_signal_connect (self->store, "committed", G_CALLBACK (on_committed), self);
  g_signal_connect (self->store, "published", G_CALLBACK (on_published), self);
  g_signal_connect (self->store, "changed", G_CALLBACK (on_changed), self);
}

/* --- the object --- */

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

/**
 * state_sync_service_new:
 * @storage: where its topics are kept
 *
 * Makes a service that is not opened yet. For other limits than the default, or data that has a
 * version, make it with its properties.
 *
 * Returns: (transfer full): a new service
 */
StateSyncService *
state_sync_service_new (StateSyncStorage *storage)
{
  g_return_val_if_fail (STATE_SYNC_IS_STORAGE (storage), NULL);

  return g_object_new (STATE_SYNC_TYPE_SERVICE, "storage", storage, NULL);
}

/**
 * state_sync_service_get_storage:
 * @self: a service
 *
 * Gives the storage.
 *
 * Returns: (transfer none): where its topics are kept
 */
StateSyncStorage *
state_sync_service_get_storage (StateSyncService *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_SERVICE (self), NULL);

  return self->storage;
}

/**
 * state_sync_service_get_max_data_size:
 * @self: a service
 *
 * Tells how large the data of one topic may be.
 *
 * Returns: the size in bytes
 */
guint64
state_sync_service_get_max_data_size (StateSyncService *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_SERVICE (self), 0);

  return self->max_data_size;
}

/**
 * state_sync_service_get_data_version:
 * @self: a service
 *
 * Tells of which version the application's data is once the service is open.
 *
 * Returns: the version
 */
guint32
state_sync_service_get_data_version (StateSyncService *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_SERVICE (self), 0);

  return self->data_version;
}

/**
 * state_sync_service_get_uses_schemas:
 * @self: a service
 *
 * Tells whether topics are held to the schemas that are installed.
 *
 * Returns: `TRUE` if they are
 */
gboolean
state_sync_service_get_uses_schemas (StateSyncService *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_SERVICE (self), FALSE);

  return self->uses_schemas;
}

static void
state_sync_service_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  StateSyncService *self = STATE_SYNC_SERVICE (object);

  switch (id)
    {
    case PROP_STORAGE:
      g_value_set_object (value, self->storage);
      break;
    case PROP_MAX_DATA_SIZE:
      g_value_set_uint64 (value, self->max_data_size);
      break;
    case PROP_DATA_VERSION:
      g_value_set_uint (value, self->data_version);
      break;
    case PROP_USES_SCHEMAS:
      g_value_set_boolean (value, self->uses_schemas);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
state_sync_service_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  StateSyncService *self = STATE_SYNC_SERVICE (object);

  switch (id)
    {
    case PROP_STORAGE:
      self->storage = g_value_dup_object (value);
      break;
    case PROP_MAX_DATA_SIZE:
      self->max_data_size = g_value_get_uint64 (value);
      break;
    case PROP_DATA_VERSION:
      self->data_version = g_value_get_uint (value);
      break;
    case PROP_USES_SCHEMAS:
      self->uses_schemas = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* It can't be called any more; and no call is under way, for each keeps it. */
static void
state_sync_service_dispose (GObject *object)
{
  StateSyncService *self = STATE_SYNC_SERVICE (object);

  g_cancellable_cancel (self->cancellable);
  state_sync_late_refusals_finish (self->late_refusals);
  state_sync_service_leave_all_places (self);
  state_sync_service_abandon_store (self);

  G_OBJECT_CLASS (state_sync_service_parent_class)->dispose (object);
}

static void
state_sync_service_finalize (GObject *object)
{
  StateSyncService *self = STATE_SYNC_SERVICE (object);

  state_sync_service_clear_access (self);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  g_clear_object (&self->store);
  g_clear_object (&self->storage);
  g_clear_pointer (&self->schemas, state_sync_schemas_free);
  g_clear_pointer (&self->looker, state_sync_looker_unref);
  g_clear_pointer (&self->quotas, state_sync_quotas_unref);
  state_sync_application_clear (&self->application);
  g_ptr_array_unref (self->endpoints);
  g_ptr_array_unref (self->links);
  g_ptr_array_unref (self->arriving);
  g_object_unref (self->cancellable);
  state_sync_callers_unref (self->callers);
  state_sync_late_refusals_unref (self->late_refusals);
  state_sync_turns_free (self->turns);
  state_sync_boards_free (self->boards);
  state_sync_audience_free (self->audience);

  G_OBJECT_CLASS (state_sync_service_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *klass)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  /**
   * StateSyncService:storage:
   *
   * Where its topics are kept.
   */
  properties[PROP_STORAGE] =
      g_param_spec_object ("storage", NULL, NULL, STATE_SYNC_TYPE_STORAGE, flags);

  /**
   * StateSyncService:max-data-size:
   *
   * How large the data of one topic may be, in bytes. By default 16 MiB.
   */
  properties[PROP_MAX_DATA_SIZE] = g_param_spec_uint64 ("max-data-size", NULL, NULL, 1, G_MAXUINT64,
                                                        DEFAULT_MAX_DATA_SIZE, flags);

  /**
   * StateSyncService:data-version:
   *
   * The version of the application's data that is wanted; 0, the default, if it has none. Opening
   * brings the topics there (see [method@Service.set_migrate_func]), and fails if they are of a
   * newer version.
   */
  properties[PROP_DATA_VERSION] =
      g_param_spec_uint ("data-version", NULL, NULL, 0, G_MAXUINT32, 0, flags);

  /**
   * StateSyncService:uses-schemas:
   *
   * Whether topics are held to the JSON Schemas that are installed for them, as
   * `statesync/schemas/NAME.json` in `$XDG_DATA_DIRS`, and begin with the defaults that those say.
   * What a schema refuses, nobody is asked about by [signal@Service::validate]; what the
   * application puts in the place of a write is its own affair. What the application says that a
   * topic begins with comes before the schema. By default `FALSE`.
   */
  properties[PROP_USES_SCHEMAS] = g_param_spec_boolean ("uses-schemas", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (klass, N_PROPERTIES, properties);
}

static void
install_signals (StateSyncServiceClass *klass)
{
  /**
   * StateSyncService::validate:
   * @self: the service
   * @validation: the write
   *
   * Somebody wants to change a topic. A handler answers, or keeps `validation` and answers later;
   * without a handler every write is accepted. Let one handler alone answer: the signal's detail
   * makes it one topic's, as in `validate::org.example.Editor.settings`.
   */
  signals[VALIDATE] =
      g_signal_new ("validate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 1, STATE_SYNC_TYPE_VALIDATION);

  /**
   * StateSyncService::changed:
   * @self: the service
   * @topic: the topic
   * @snapshot: its new state
   *
   * A topic has a new committed state, whoever wrote it; the writer has been told. The signal's
   * detail is the topic, as in `changed::org.example.Editor.settings`.
   */
  signals[CHANGED] =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
                    STATE_SYNC_TYPE_SNAPSHOT | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
state_sync_service_class_init (StateSyncServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = state_sync_service_get_property;
  object_class->set_property = state_sync_service_set_property;
  object_class->dispose = state_sync_service_dispose;
  object_class->finalize = state_sync_service_finalize;
  install_properties (object_class);
  install_signals (klass);
}

static void
state_sync_service_init (StateSyncService *self)
{
  state_sync_application_init (&self->application);
  self->callers = state_sync_callers_new ();
  self->late_refusals = state_sync_late_refusals_new ();
  self->turns = state_sync_turns_new (on_peer_reads, self);
  self->boards = state_sync_boards_new ();
  self->audience = state_sync_audience_new (self->turns, state_sync_rights_may_know, self);
  self->arriving = g_ptr_array_new_with_free_func (peer_unref);
  self->cancellable = g_cancellable_new ();
  state_sync_service_init_places (self);
}
