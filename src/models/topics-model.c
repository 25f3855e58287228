/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An engine follows the list as it follows a topic (transports/bus/bus-listing.c). What it brings
 * is what there is inside a part of the namespace, often a single topic; what is outside of that is
 * as it was. Both are sorted, so the next state of the list is made by merging them.
 *
 * Answers are kept as the engine applies them, and shown once it is free: handlers may take long,
 * or change topics. What comes meanwhile is shown after it.
 */

#include <statesync/topics-model.h>

#include <string.h>

#include "client/client-private.h"
#include "engine/engine.h"
#include "engine/log.h"
#include "models/list-diff.h"
#include "models/live-list.h"
#include "models/topic-entry-private.h"
#include "protocol/name.h"

struct _StateSyncTopicsModel
{
  GObject parent_instance;

  StateSyncClient *client;
  char *namespace_;             /* in full; "" for all topics */
  const char *given;            /* (nullable): in it, under the client's */
  StateSyncBusListing *listing; /* (nullable): NULL once it is disposed of */
  StateSyncEngine *engine;
  gulong instance_handler;
  GQueue answers;         /* of GVariant: applied and not shown yet */
  StateSyncLiveList list; /* of StateSyncTopicEntry */
  gboolean is_busy;
  gboolean is_loading;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncTopicsModel,
                               state_sync_topics_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  PROP_CLIENT = 1,
  PROP_NAMESPACE,
  PROP_LOADING,
  PROP_N_ITEMS,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

enum
{
  SYNC_ERROR,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* --- the next state of the list --- */

typedef struct
{
  GPtrArray *items;
  GArray *origins; /* of guint: see list-diff.h */
  GPtrArray *edited;
} NextState;

/* @entry: (transfer full) */
static void
add (NextState *next, StateSyncTopicEntry *entry, guint origin)
{
  g_ptr_array_add (next->items, entry);
  g_array_append_val (next->origins, origin);
}

static gboolean
is_inside (const char *topic, const char *namespace_)
{
  return *namespace_ == '\0' || state_sync_name_is_in (topic, namespace_);
}

/* Adds what stands in the list from *@position up to @topic (nullable: up to the end) and is not in
 * the part that was listed. */
static void
add_others (StateSyncTopicsModel *self,
            NextState *next,
            guint *position,
            const char *part,
            const char *topic)
{
  for (; *position < self->list.items->len; (*position)++)
    {
      StateSyncTopicEntry *entry = g_ptr_array_index (self->list.items, *position);
      const char *name = state_sync_topic_entry_get_full_name (entry);

      if (topic != NULL && strcmp (name, topic) >= 0)
        return;
      if (!is_inside (name, part))
        add (next, entry, *position);
    }
}

static gsize
get_name_offset (StateSyncTopicsModel *self)
{
  const char *namespace_ = state_sync_client_get_namespace (self->client);

  return namespace_ != NULL ? strlen (namespace_) + 1 : 0;
}

static void
add_listed (StateSyncTopicsModel *self,
            NextState *next,
            guint *position,
            const char *topic,
            guint64 revision)
{
  StateSyncTopicEntry *entry =
      *position < self->list.items->len ? g_ptr_array_index (self->list.items, *position) : NULL;

  if (entry == NULL || !g_str_equal (state_sync_topic_entry_get_full_name (entry), topic))
    {
      add (next, state_sync_topic_entry_new (topic, get_name_offset (self), revision),
           STATE_SYNC_LIST_DIFF_NEW);
      return;
    }

  if (state_sync_topic_entry_set (entry, revision))
    g_ptr_array_add (next->edited, g_object_ref (entry));
  add (next, entry, (*position)++);
}

/* A topic that is called as the client's namespace has no name under that, and is left out. */
static void
merge (StateSyncTopicsModel *self, GVariant *answer, NextState *next)
{
  g_autoptr (GVariantIter) topics = NULL;
  const char *part;
  const char *topic;
  guint64 revision;
  guint position = 0;

  g_variant_get (answer, "(&sa(st))", &part, &topics);
  while (g_variant_iter_next (topics, "(&st)", &topic, &revision))
    {
      add_others (self, next, &position, part, topic);
      if (strlen (topic) >= get_name_offset (self))
        add_listed (self, next, &position, topic, revision);
    }
  add_others (self, next, &position, part, NULL);
}

static void
show (StateSyncTopicsModel *self, GVariant *answer)
{
  g_autoptr (GArray) origins = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GPtrArray) edited = g_ptr_array_new_with_free_func (g_object_unref);
  NextState next = { g_ptr_array_new (), origins, edited };
  guint n_before = self->list.items->len;
  guint n_after;

  merge (self, answer, &next);
  n_after = next.items->len;
  state_sync_live_list_replace (&self->list, G_LIST_MODEL (self), next.items,
                                (const guint *)origins->data);
  for (guint i = 0; i < edited->len; i++)
    state_sync_topic_entry_tell (g_ptr_array_index (edited, i));
  if (n_after != n_before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
}

static void
show_all (StateSyncTopicsModel *self)
{
  if (self->is_busy)
    return;

  g_object_ref (self);
  self->is_busy = TRUE;
  while (!g_queue_is_empty (&self->answers))
    {
      g_autoptr (GVariant) answer = g_queue_pop_head (&self->answers);

      show (self, answer);
    }
  self->is_busy = FALSE;
  if (self->is_loading)
    {
      self->is_loading = FALSE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
    }
  g_object_unref (self);
}

/* --- following --- */

static gboolean
on_apply (StateSyncEngine *engine, StateSyncSnapshot *snapshot, gpointer user_data, GError **error)
{
  StateSyncTopicsModel *self = user_data;
  GVariant *answer = g_variant_new_from_bytes (STATE_SYNC_BUS_LISTING_TYPE,
                                               state_sync_snapshot_get_data (snapshot), TRUE);

  g_queue_push_tail (&self->answers, g_variant_ref_sink (answer));
  return TRUE;
}

static void
on_applied (gpointer user_data)
{
  show_all (user_data);
}

static void
on_failed (StateSyncFailure *failure, gpointer user_data)
{
  StateSyncTopicsModel *self = user_data;
  g_autofree char *instance =
      state_sync_invalidation_source_dup_instance (STATE_SYNC_INVALIDATION_SOURCE (self->listing));

  state_sync_log_failure (failure, instance,
                          g_signal_has_handler_pending (self, signals[SYNC_ERROR], 0, FALSE));
  g_signal_emit (self, signals[SYNC_ERROR], 0, failure);
}

static void
ignore (gpointer user_data)
{
}

static const StateSyncEngineObserver observer = {
  .applied = on_applied,
  .failed = on_failed,
  .available_changed = ignore,
  .state_changed = ignore,
};

static void
start (StateSyncTopicsModel *self)
{
  state_sync_engine_start_async (self->engine, NULL, NULL, NULL);
}

/* A start that failed is made again for the next instance that serves. */
static void
on_instance_changed (StateSyncInvalidationSource *listing, StateSyncTopicsModel *self)
{
  g_autofree char *instance = state_sync_invalidation_source_dup_instance (listing);

  if (instance != NULL && state_sync_engine_get_state (self->engine) == STATE_SYNC_LIFECYCLE_IDLE)
    start (self);
}

/* --- the list model --- */

static GType
get_item_type (GListModel *model)
{
  return STATE_SYNC_TYPE_TOPIC_ENTRY;
}

static guint
get_n_items (GListModel *model)
{
  return state_sync_live_list_get_length (&STATE_SYNC_TOPICS_MODEL (model)->list);
}

static gpointer
get_item (GListModel *model, guint position)
{
  return state_sync_live_list_dup_item (&STATE_SYNC_TOPICS_MODEL (model)->list, position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- making one --- */

static char *
full_namespace (const char *of_client, const char *given)
{
  if (of_client == NULL || given == NULL)
    return g_strdup (of_client != NULL ? of_client : given != NULL ? given : "");
  return g_strconcat (of_client, ".", given, NULL);
}

/**
 * state_sync_topics_model_new:
 * @client: a client of a service, or of the session's
 * @namespace_: (nullable): which topics, under the client's namespace if it has one: the one of
 * that name, and all whose names go on behind a dot; `NULL` for all topics of the client
 *
 * Makes a list of topics, which is empty until the service has told what there is.
 *
 * With neither a namespace nor one of the client it has all topics that the app may read. In a
 * sandbox that is refused: name a namespace there.
 *
 * Returns: (transfer full): a list of [class@TopicEntry]
 */
StateSyncTopicsModel *
state_sync_topics_model_new (StateSyncClient *client, const char *namespace_)
{
  g_autofree char *full = NULL;
  g_autoptr (StateSyncBusListing) listing = NULL;
  StateSyncTopicsModel *self;

  g_return_val_if_fail (state_sync_client_is_made (client), NULL);

  full = full_namespace (state_sync_client_get_namespace (client), namespace_);
  listing = state_sync_client_list (client, full);
  g_return_val_if_fail (listing != NULL, NULL);

  self = g_object_new (STATE_SYNC_TYPE_TOPICS_MODEL, NULL);
  self->client = g_object_ref (client);
  self->namespace_ = g_steal_pointer (&full);
  self->given = namespace_ != NULL ? self->namespace_ + get_name_offset (self) : NULL;
  self->is_loading = TRUE;
  self->instance_handler =
      g_signal_connect (listing, "instance-changed", G_CALLBACK (on_instance_changed), self);
  self->engine = state_sync_engine_new (
      STATE_SYNC_INVALIDATION_SOURCE (listing), STATE_SYNC_SNAPSHOT_PROVIDER (listing),
      *self->namespace_ != '\0' ? self->namespace_ : "*", state_sync_client_get_policy (client),
      on_apply, self, NULL);
  self->listing = g_steal_pointer (&listing);
  state_sync_engine_set_observer (self->engine, &observer, self);
  start (self);
  return self;
}

/* --- properties --- */

/**
 * state_sync_topics_model_get_client:
 * @self: a list
 *
 * Gives whose topics these are.
 *
 * Returns: (transfer none) (nullable): the client
 */
StateSyncClient *
state_sync_topics_model_get_client (StateSyncTopicsModel *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_TOPICS_MODEL (self), NULL);

  return self->client;
}

/**
 * state_sync_topics_model_get_namespace:
 * @self: a list
 *
 * Tells which topics are in the list.
 *
 * Returns: (transfer none) (nullable): the namespace, under the client's; `NULL` for all topics of
 *   the client
 */
const char *
state_sync_topics_model_get_namespace (StateSyncTopicsModel *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_TOPICS_MODEL (self), NULL);

  return self->given;
}

/**
 * state_sync_topics_model_is_loading:
 * @self: a list
 *
 * Tells whether the list is empty because nothing is known yet.
 *
 * Returns: whether the service has yet to tell what there is
 */
gboolean
state_sync_topics_model_is_loading (StateSyncTopicsModel *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_TOPICS_MODEL (self), FALSE);

  return self->is_loading;
}

static void
state_sync_topics_model_get_property (GObject *object,
                                      guint property_id,
                                      GValue *value,
                                      GParamSpec *pspec)
{
  StateSyncTopicsModel *self = STATE_SYNC_TOPICS_MODEL (object);

  switch (property_id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;
    case PROP_NAMESPACE:
      g_value_set_string (value, self->given);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, self->is_loading);
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, get_n_items (G_LIST_MODEL (self)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
unref_answer (gpointer answer)
{
  g_variant_unref (answer);
}

static void
state_sync_topics_model_dispose (GObject *object)
{
  StateSyncTopicsModel *self = STATE_SYNC_TOPICS_MODEL (object);

  if (self->listing != NULL)
    g_clear_signal_handler (&self->instance_handler, self->listing);
  if (self->engine != NULL)
    state_sync_engine_stop (self->engine);
  g_queue_clear_full (&self->answers, unref_answer);
  g_clear_object (&self->engine);
  g_clear_object (&self->listing);

  G_OBJECT_CLASS (state_sync_topics_model_parent_class)->dispose (object);
}

static void
state_sync_topics_model_finalize (GObject *object)
{
  StateSyncTopicsModel *self = STATE_SYNC_TOPICS_MODEL (object);

  state_sync_live_list_clear (&self->list);
  g_clear_object (&self->client);
  g_free (self->namespace_);

  G_OBJECT_CLASS (state_sync_topics_model_parent_class)->finalize (object);
}

static void
state_sync_topics_model_class_init (StateSyncTopicsModelClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = state_sync_topics_model_get_property;
  object_class->dispose = state_sync_topics_model_dispose;
  object_class->finalize = state_sync_topics_model_finalize;

  /**
   * StateSyncTopicsModel:client: (getter get_client)
   *
   * Whose topics these are.
   */
  properties[PROP_CLIENT] =
      g_param_spec_object ("client", NULL, NULL, STATE_SYNC_TYPE_CLIENT, flags);

  /**
   * StateSyncTopicsModel:namespace: (getter get_namespace)
   *
   * Which topics are in the list, under the client's namespace; `NULL` for all of that.
   */
  properties[PROP_NAMESPACE] = g_param_spec_string ("namespace", NULL, NULL, NULL, flags);

  /**
   * StateSyncTopicsModel:loading: (getter is_loading)
   *
   * Whether the service has yet to tell what there is.
   */
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);

  /**
   * StateSyncTopicsModel:n-items:
   *
   * How many topics there are.
   */
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * StateSyncTopicsModel::sync-error:
   * @self: the list
   * @failure: what went wrong; its topic is the namespace, or `*`
   *
   * Something went wrong with following the list, which then shows what is known. It goes on with
   * the next change, and a list that could not begin does so when a service appears.
   */
  signals[SYNC_ERROR] = g_signal_new ("sync-error", STATE_SYNC_TYPE_TOPICS_MODEL, G_SIGNAL_RUN_LAST,
                                      0, NULL, NULL, NULL, G_TYPE_NONE, 1, STATE_SYNC_TYPE_FAILURE);
}

static void
state_sync_topics_model_init (StateSyncTopicsModel *self)
{
  state_sync_live_list_init (&self->list);
  g_queue_init (&self->answers);
}
