/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Joins a transport and the topics that are followed through it. A topic's name stands for one
 * replica while anybody holds that; the client itself does not. So with the last window that
 * shows a topic its subscription ends.
 *
 * A client belongs to the thread whose default main context it was made in, as do its topics:
 * they are used there, and call back there. Another thread makes a client of its own; all clients
 * of a process share the connection. How clients are made is in client-new.c.
 */

#include "client/client-private.h"

#include "cache/cache-private.h"
#include "client/topic-private.h"
#include "transports/transaction-private.h"

G_DEFINE_FINAL_TYPE (StateSyncClient, state_sync_client, G_TYPE_OBJECT)

enum
{
  PROP_NAMESPACE = 1,
  PROP_POLICY,
  PROP_CACHE,
  PROP_AVAILABLE,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

/* --- the transport --- */

gboolean
state_sync_client_is_made (StateSyncClient *self)
{
  return STATE_SYNC_IS_CLIENT (self) && self->source != NULL;
}

StateSyncInvalidationSource *
state_sync_client_get_source (StateSyncClient *self)
{
  return self->source;
}

StateSyncSnapshotProvider *
state_sync_client_get_provider (StateSyncClient *self)
{
  return self->provider;
}

StateSyncWriter *
state_sync_client_get_writer (StateSyncClient *self)
{
  return self->writer;
}

/* The newest committed revision, without a message; FALSE if only a message could tell. */
gboolean
state_sync_client_look_revision (StateSyncClient *self, const char *topic, guint64 *revision)
{
  return self->boards != NULL &&
         state_sync_board_transport_get_revision (self->boards, topic, revision);
}

/* Whether writes of all kinds are shown before they are committed. */
gboolean
state_sync_client_shows_first (StateSyncClient *self)
{
  return self->shows_first;
}

StateSyncClock *
state_sync_client_get_clock (StateSyncClient *self)
{
  return self->clock;
}

/* (transfer full) (nullable): what tells of the topics inside a namespace, named in full, or with
 * "" of all; NULL where there is no service. */
StateSyncBusListing *
state_sync_client_list (StateSyncClient *self, const char *namespace_)
{
  return self->peer != NULL ? state_sync_bus_listing_new (self->peer, self->signals, namespace_)
                            : NULL;
}

static gboolean
find_available (StateSyncClient *self)
{
  g_autofree char *instance = state_sync_invalidation_source_dup_instance (self->source);

  return instance != NULL;
}

static void
on_instance_changed (StateSyncInvalidationSource *source, StateSyncClient *self)
{
  gboolean is_available = find_available (self);

  if (is_available == self->is_available)
    return;
  self->is_available = is_available;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AVAILABLE]);
}

/* --- making one --- */

/**
 * state_sync_client_new_for_transport:
 * @source: what tells of changes
 * @provider: what gives snapshots
 * @writer: what takes changes
 * @namespace_: (nullable): what the names of topics are under, or `NULL` for full names
 *
 * Makes a client that works over a transport of the app's own.
 *
 * Returns: (transfer full): a client
 */
StateSyncClient *
state_sync_client_new_for_transport (StateSyncInvalidationSource *source,
                                     StateSyncSnapshotProvider *provider,
                                     StateSyncWriter *writer,
                                     const char *namespace_)
{
  StateSyncClient *self;

  g_return_val_if_fail (STATE_SYNC_IS_INVALIDATION_SOURCE (source), NULL);
  g_return_val_if_fail (STATE_SYNC_IS_SNAPSHOT_PROVIDER (provider), NULL);
  g_return_val_if_fail (STATE_SYNC_IS_WRITER (writer), NULL);

  self = g_object_new (STATE_SYNC_TYPE_CLIENT, NULL);
  self->source = g_object_ref (source);
  self->provider = g_object_ref (provider);
  self->writer = g_object_ref (writer);
  self->namespace_ = g_strdup (namespace_);
  self->is_available = find_available (self);
  self->instance_handler =
      g_signal_connect (source, "instance-changed", G_CALLBACK (on_instance_changed), self);
  return self;
}

/* --- topics --- */

static char *
full_name (StateSyncClient *self, const char *name)
{
  return self->namespace_ != NULL ? g_strconcat (self->namespace_, ".", name, NULL)
                                  : g_strdup (name);
}

/**
 * state_sync_client_get_topic:
 * @self: a client
 * @name: the topic's name, under the client's namespace if it has one
 *
 * Gives the replica of a topic. As long as anybody holds it, everyone who asks for the name gets
 * the same.
 *
 * It is not followed before [method@Topic.start_async]. A name that breaks the rules is
 * refused there.
 *
 * Returns: (transfer full): the topic
 */
StateSyncTopic *
state_sync_client_get_topic (StateSyncClient *self, const char *name)
{
  g_autofree char *full = NULL;
  StateSyncTopic *topic;

  g_return_val_if_fail (state_sync_client_is_made (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  full = full_name (self, name);
  topic = g_hash_table_lookup (self->topics, full);
  if (topic != NULL)
    return g_object_ref (topic);

  topic = state_sync_topic_new (self, full);
  g_hash_table_insert (self->topics, g_steal_pointer (&full), topic);
  return topic;
}

void
state_sync_client_forget_topic (StateSyncClient *self, StateSyncTopic *topic)
{
  const char *name = state_sync_topic_get_name (topic);

  if (g_hash_table_lookup (self->topics, name) == topic)
    g_hash_table_remove (self->topics, name);
}

/* --- many at once --- */

/**
 * state_sync_client_begin:
 * @self: a client
 *
 * Makes an empty transaction, whose topics are named as the client names them.
 *
 * Returns: (transfer full): a transaction, for [method@Client.write_many_async]
 */
StateSyncTransaction *
state_sync_client_begin (StateSyncClient *self)
{
  g_return_val_if_fail (state_sync_client_is_made (self), NULL);

  return state_sync_transaction_new (self->namespace_);
}

static void
on_written (GObject *writer, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  gsize n_revisions;
  guint64 *revisions = state_sync_writer_commit_finish (STATE_SYNC_WRITER (writer), result,
                                                        &n_revisions, NULL, &error);

  if (revisions == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_task_set_task_data (task, GSIZE_TO_POINTER (n_revisions), NULL);
  g_task_return_pointer (task, revisions, g_free);
}

/**
 * state_sync_client_write_many_async:
 * @self: a client
 * @transaction: the changes
 * @cancellable: (nullable): to stop waiting; the changes may be made all the same
 * @callback: (scope async) (nullable): called when the changes are committed or refused
 * @user_data: (closure): for `callback`
 *
 * Makes all of the changes, in order, in one commit, or none. Everyone sees them once they are
 * committed.
 */
void
state_sync_client_write_many_async (StateSyncClient *self,
                                    StateSyncTransaction *transaction,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (state_sync_client_is_made (self));
  g_return_if_fail (STATE_SYNC_IS_TRANSACTION (transaction));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, state_sync_client_write_many_async);
  if (state_sync_transaction_get_length (transaction) == 0)
    g_task_return_pointer (task, g_new0 (guint64, 1), g_free);
  else
    state_sync_writer_commit_async (self->writer, transaction, NULL, cancellable, on_written,
                                    g_steal_pointer (&task));
}

/**
 * state_sync_client_write_many_finish:
 * @self: a client
 * @result: what the callback got
 * @n_revisions: (out): how many revisions there are
 * @error: where to put the error: of the domain `STATE_SYNC_ERROR` if nothing was changed; any
 *   other says that it is not known whether the changes took effect
 *
 * Ends [method@Client.write_many_async].
 *
 * Returns: (array length=n_revisions) (transfer full): the revision of each change's topic after
 *   it, in the order of the changes
 */
guint64 *
state_sync_client_write_many_finish (StateSyncClient *self,
                                     GAsyncResult *result,
                                     gsize *n_revisions,
                                     GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  *n_revisions = GPOINTER_TO_SIZE (g_task_get_task_data (G_TASK (result)));
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- properties --- */

/**
 * state_sync_client_get_namespace:
 * @self: a client
 *
 * Tells what the names of its topics are under: an application id, or any other prefix.
 *
 * Returns: (transfer none) (nullable): what the names of its topics are under
 */
const char *
state_sync_client_get_namespace (StateSyncClient *self)
{
  g_return_val_if_fail (state_sync_client_is_made (self), NULL);

  return self->namespace_;
}

/**
 * state_sync_client_get_available:
 * @self: a client
 *
 * Tells whether somebody serves, as far as is known: just after the client was made the bus has not
 * answered yet, and it is `FALSE`.
 *
 * Returns: whether somebody serves now. A service that the bus can start is started by the first
 *   pull or write
 */
gboolean
state_sync_client_get_available (StateSyncClient *self)
{
  g_return_val_if_fail (state_sync_client_is_made (self), FALSE);

  return self->is_available;
}

/**
 * state_sync_client_get_policy:
 * @self: a client
 *
 * Gives what topics that are made from now on follow by.
 *
 * Returns: (transfer none) (nullable): how its topics retry and limit refreshes; `NULL`: as a new
 *   [class@Policy] says
 */
StateSyncPolicy *
state_sync_client_get_policy (StateSyncClient *self)
{
  g_return_val_if_fail (state_sync_client_is_made (self), NULL);

  return self->policy;
}

/**
 * state_sync_client_set_policy:
 * @self: a client
 * @policy: (nullable): how topics retry and limit refreshes
 *
 * Sets the policy of topics that are made from now on.
 */
void
state_sync_client_set_policy (StateSyncClient *self, StateSyncPolicy *policy)
{
  g_return_if_fail (state_sync_client_is_made (self));

  if (g_set_object (&self->policy, policy))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POLICY]);
}

/**
 * state_sync_client_get_cache:
 * @self: a client
 *
 * Gives what keeps the state of its topics for the app's next start.
 *
 * Returns: (transfer none) (nullable): the cache of topics that are made from now on, if there is
 *   one
 */
StateSyncCache *
state_sync_client_get_cache (StateSyncClient *self)
{
  g_return_val_if_fail (state_sync_client_is_made (self), NULL);

  return self->cache;
}

/**
 * state_sync_client_set_cache:
 * @self: a client
 * @cache: (nullable): what keeps the state of topics for the app's next start
 *
 * Sets the cache of topics that are made from now on: called right after the client was made.
 */
void
state_sync_client_set_cache (StateSyncClient *self, StateSyncCache *cache)
{
  g_return_if_fail (state_sync_client_is_made (self));
  g_return_if_fail (cache == NULL || state_sync_cache_is_made (cache));

  if (g_set_object (&self->cache, cache))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CACHE]);
}

static void
state_sync_client_get_property (GObject *object,
                                guint property_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  StateSyncClient *self = STATE_SYNC_CLIENT (object);

  switch (property_id)
    {
    case PROP_NAMESPACE:
      g_value_set_string (value, self->namespace_);
      break;
    case PROP_POLICY:
      g_value_set_object (value, self->policy);
      break;
    case PROP_CACHE:
      g_value_set_object (value, self->cache);
      break;
    case PROP_AVAILABLE:
      g_value_set_boolean (value, self->is_available);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
state_sync_client_set_property (GObject *object,
                                guint property_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_POLICY:
      state_sync_client_set_policy (STATE_SYNC_CLIENT (object), g_value_get_object (value));
      break;
    case PROP_CACHE:
      state_sync_client_set_cache (STATE_SYNC_CLIENT (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

/* Each topic holds the client, so none is left here. */
static void
state_sync_client_finalize (GObject *object)
{
  StateSyncClient *self = STATE_SYNC_CLIENT (object);

  g_clear_signal_handler (&self->instance_handler, self->source);
  g_clear_object (&self->source);
  g_clear_object (&self->provider);
  g_clear_object (&self->writer);
  g_clear_object (&self->peer);
  g_clear_object (&self->signals);
  g_clear_object (&self->boards);
  g_clear_pointer (&self->herald, state_sync_herald_free);
  g_object_unref (self->clock);
  g_clear_object (&self->policy);
  g_clear_object (&self->cache);
  g_free (self->namespace_);
  g_hash_table_unref (self->topics);

  G_OBJECT_CLASS (state_sync_client_parent_class)->finalize (object);
}

static void
state_sync_client_class_init (StateSyncClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = state_sync_client_get_property;
  object_class->set_property = state_sync_client_set_property;
  object_class->finalize = state_sync_client_finalize;

  /**
   * StateSyncClient:namespace:
   *
   * What the names of its topics are under; `NULL` if they have their full names.
   */
  properties[PROP_NAMESPACE] =
      g_param_spec_string ("namespace", NULL, NULL, NULL,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * StateSyncClient:policy:
   *
   * How topics that are made from now on retry and limit refreshes; `NULL` stands for a new
   * [class@Policy].
   */
  properties[PROP_POLICY] =
      g_param_spec_object ("policy", NULL, NULL, STATE_SYNC_TYPE_POLICY,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * StateSyncClient:cache:
   *
   * What keeps the state of topics that are made from now on, so that the app's next start has
   * something to show before the service has answered; `NULL`: nothing does.
   */
  properties[PROP_CACHE] =
      g_param_spec_object ("cache", NULL, NULL, STATE_SYNC_TYPE_CACHE,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * StateSyncClient:available:
   *
   * Whether somebody serves now. While nobody does, what topics hold can be read, and updates wait.
   */
  properties[PROP_AVAILABLE] =
      g_param_spec_boolean ("available", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
state_sync_client_init (StateSyncClient *self)
{
  self->clock = state_sync_clock_new_real ();
  self->topics = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}
