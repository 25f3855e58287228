/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A topic that is followed is in one of three ways:
 *
 *   on its board   the service's memory is mapped here. A bell says that some board has changed;
 *                  a look at the revision of each finds which. A pull copies from the board.
 *   by signal      the other source and provider do all of it: the service (or the bus) offers no
 *                  boards, or none for this topic. Tried again with the next instance.
 *   on the way     MapSnapshot is under way, or nobody serves. Pulls go to the other provider.
 *
 * What changes on the way to a board can't be missed: when the board is there, its revision is
 * told as if a bell had been rung for it, and the follower's gate knows whether that is news. So
 * a subscription is ready when its board is there, and where nobody serves at once: the pull that
 * follows makes the bus start the service, and the topic is mapped then.
 *
 * With an instance a connection has one doorbell, and each board is mapped once, whoever of this
 * process asks: so the first transport that needs them claims them for as long as it knows that
 * instance. Others of the same connection (of another client, perhaps in another thread) follow by
 * signal.
 *
 * Topics are mapped a few at a time, as a service takes only so many calls of one app; the others
 * wait in the order in which they were asked for.
 *
 * A board belongs to the instance that made it. When that leaves, its boards say nothing any more
 * (they might look alive for ever), and all topics are on the way again.
 */

#include "transports/board/board-transport.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

#include "engine/log.h"
#include "engine/subscription.h"
#include "transports/board/board-map.h"
#include "transports/board/doorbell-source.h"

/* Calls to map and unmap that are under way at once: a service takes some hundred of one app. */
#define MAX_CALLS 64

/* A board may be replaced while it is on the way; one that comes closed again and again is not. */
#define MAX_CLOSED 3

struct _StateSyncBoardTransport
{
  GObject parent_instance;

  StateSyncBusPeer *peer;
  char *claim_key; /* (nullable): of the connection's data */
  gulong connection_handler;
  gulong instance_handler;
  StateSyncInvalidationSource *source;
  StateSyncSnapshotProvider *provider;

  GHashTable *topics;        /* name → Topic; those that are followed */
  GQueue waiting;            /* of MapCall: to be sent when others are answered */
  guint n_calls;             /* of this instance, not answered yet */
  GCancellable *cancellable; /* of the calls to this instance */
  GSource *doorbell;         /* (nullable) */
  gboolean has_doorbell;     /* opened, or being opened */
  gboolean is_refused;       /* this instance offers no boards */
};

typedef struct
{
  StateSyncBoardTransport *transport;
  char *name;
  GPtrArray *subscriptions; /* of StateSyncSubscription */
  StateSyncBoardMap *board; /* (nullable) */
  guint64 told;             /* the last revision of the board that was told */
  guint n_closed;           /* boards in a row that were closed when they came */
  gboolean is_on_the_way;   /* MapSnapshot is under way */
  gboolean is_by_signal;
} Topic;

/* A MapSnapshot, or the end of what it began; the topic may be gone when it is answered. */
typedef struct
{
  StateSyncBoardTransport *transport; /* owned once it is under way */
  char *topic;
  gboolean is_end;
} MapCall;

static void source_iface_init (StateSyncInvalidationSourceInterface *iface);
static void provider_iface_init (StateSyncSnapshotProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncBoardTransport,
                               state_sync_board_transport,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_INVALIDATION_SOURCE,
                                                      source_iface_init)
                                   G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_SNAPSHOT_PROVIDER,
                                                          provider_iface_init))

static void follow (Topic *topic);

/* --- telling followers --- */

static gpointer
copy_ref (gconstpointer object, gpointer user_data)
{
  return g_object_ref ((gpointer)object);
}

/* Those that are still open. Who is told may leave, or bring others: this is a copy. */
static GPtrArray *
get_open (Topic *topic)
{
  GPtrArray *open;

  for (guint i = topic->subscriptions->len; i > 0; i--)
    {
      if (!state_sync_subscription_is_open (g_ptr_array_index (topic->subscriptions, i - 1)))
        g_ptr_array_remove_index (topic->subscriptions, i - 1);
    }
  open = g_ptr_array_copy (topic->subscriptions, copy_ref, NULL);
  g_ptr_array_set_free_func (open, g_object_unref);
  return open;
}

static void
say_ready (Topic *topic)
{
  g_autoptr (GPtrArray) open = get_open (topic);

  for (guint i = 0; i < open->len; i++)
    state_sync_subscription_ready (g_ptr_array_index (open, i));
}

static void
tell (Topic *topic, guint64 revision)
{
  g_autoptr (GPtrArray) open = get_open (topic);
  g_autofree char *instance = g_strdup (state_sync_bus_peer_get_instance (topic->transport->peer));

  topic->told = revision;
  for (guint i = 0; i < open->len; i++)
    state_sync_subscription_invalidate (g_ptr_array_index (open, i), revision, instance);
}

static void
debug (Topic *topic, const char *what)
{
  state_sync_log_debug (topic->name, topic->told,
                        state_sync_bus_peer_get_instance (topic->transport->peer), what);
}

/* --- by signal --- */

static void
follow_by_signal (Topic *topic)
{
  StateSyncInvalidationSource *source = topic->transport->source;
  g_autoptr (GPtrArray) open = NULL;

  if (topic->is_by_signal)
    return;

  debug (topic, "followed by signal");
  topic->is_by_signal = TRUE;
  open = get_open (topic);
  for (guint i = 0; i < open->len; i++)
    {
      state_sync_subscription_hand_over (g_ptr_array_index (open, i));
      state_sync_invalidation_source_subscribe (source, g_ptr_array_index (open, i));
    }
}

static void
leave_signal (Topic *topic)
{
  StateSyncInvalidationSource *source = topic->transport->source;
  g_autoptr (GPtrArray) open = NULL;

  if (!topic->is_by_signal)
    return;

  /* Not by the call that is for followers: it closes what goes on here. */
  topic->is_by_signal = FALSE;
  open = get_open (topic);
  for (guint i = 0; i < open->len; i++)
    STATE_SYNC_INVALIDATION_SOURCE_GET_IFACE (source)->unsubscribe (source,
                                                                    g_ptr_array_index (open, i));
}

/* --- boards --- */

typedef gboolean (*TopicPredicate) (Topic *topic);
typedef void (*TopicFunc) (Topic *topic);

static GPtrArray *
list_topics (StateSyncBoardTransport *self, TopicPredicate is_wanted)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer topic;

  g_hash_table_iter_init (&iter, self->topics);
  while (g_hash_table_iter_next (&iter, NULL, &topic))
    {
      if (is_wanted (topic))
        g_ptr_array_add (names, g_strdup (((Topic *)topic)->name));
    }
  return names;
}

/* What is done to one may end another. */
static void
for_each_topic (StateSyncBoardTransport *self, TopicPredicate is_wanted, TopicFunc func)
{
  g_autoptr (GPtrArray) names = list_topics (self, is_wanted);

  for (guint i = 0; i < names->len; i++)
    {
      Topic *topic = g_hash_table_lookup (self->topics, g_ptr_array_index (names, i));

      if (topic != NULL)
        func (topic);
    }
}

static gboolean
is_any (Topic *topic)
{
  return TRUE;
}

/* A look at one word of the board, or two. */
static gboolean
has_news (Topic *topic)
{
  guint64 revision;

  return topic->board != NULL &&
         (state_sync_board_map_get_revision (topic->board, &revision) != STATE_SYNC_BOARD_OK ||
          revision != topic->told);
}

static void
leave_board (Topic *topic)
{
  g_clear_pointer (&topic->board, state_sync_board_map_free);
  topic->told = 0;
}

/* One that is on the way is not waited for. */
static void
forgo_board (Topic *topic)
{
  leave_board (topic);
  topic->is_on_the_way = FALSE;
}

/* A sequence that is odd is left alone: the bell is rung when it is even again, and if the service
 * died, that is told another way. */
static void
look (Topic *topic)
{
  guint64 revision;

  if (topic->board == NULL)
    return;

  switch (state_sync_board_map_get_revision (topic->board, &revision))
    {
    case STATE_SYNC_BOARD_OK:
      topic->n_closed = 0;
      if (revision != topic->told)
        tell (topic, revision);
      return;

    case STATE_SYNC_BOARD_CLOSED:
      leave_board (topic);
      if (++topic->n_closed < MAX_CLOSED)
        follow (topic);
      else
        follow_by_signal (topic);
      return;

    case STATE_SYNC_BOARD_BUSY:
      return;

    case STATE_SYNC_BOARD_TOO_LARGE:
    case STATE_SYNC_BOARD_FOREIGN:
      leave_board (topic);
      follow_by_signal (topic);
      return;
    }
}

static void
on_rung (gpointer user_data)
{
  g_autoptr (StateSyncBoardTransport) self = g_object_ref (user_data);

  for_each_topic (self, has_news, look);
}

static void
forget_doorbell (StateSyncBoardTransport *self)
{
  self->has_doorbell = FALSE;
  if (self->doorbell == NULL)
    return;
  g_source_destroy (self->doorbell);
  g_clear_pointer (&self->doorbell, g_source_unref);
}

/* This instance offers no boards. */
static void
give_up (StateSyncBoardTransport *self)
{
  self->is_refused = TRUE;
  forget_doorbell (self);
  for_each_topic (self, is_any, forgo_board);
  for_each_topic (self, is_any, follow_by_signal);
}

/* -1 if there is none. */
static int
take_fd (GUnixFDList *fd_list, GVariant *handle)
{
  return fd_list != NULL ? g_unix_fd_list_get (fd_list, g_variant_get_handle (handle), NULL) : -1;
}

static void
on_doorbell (GObject *proxy, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncBoardTransport) self = user_data;
  g_autoptr (GUnixFDList) fd_list = NULL;
  g_autoptr (GVariant) handle = NULL;
  g_autoptr (GError) error = NULL;
  int fd = -1;

  if (state_sync_bus_service_call_open_doorbell_finish (STATE_SYNC_BUS_SERVICE (proxy), &handle,
                                                        &fd_list, result, &error))
    fd = take_fd (fd_list, handle);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (fd < 0)
    {
      give_up (self);
      return;
    }
  self->doorbell = state_sync_doorbell_source_new (fd, on_rung, self);
  g_source_attach (self->doorbell, g_main_context_get_thread_default ());
}

static void
open_doorbell (StateSyncBoardTransport *self, StateSyncBusService *proxy)
{
  if (self->has_doorbell)
    return;

  self->has_doorbell = TRUE;
  state_sync_bus_service_call_open_doorbell (proxy, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                                             self->cancellable, on_doorbell, g_object_ref (self));
}

/* From what was on the way to a board. */
static void
arrive (Topic *topic, StateSyncBoardMap *board)
{
  debug (topic, "followed on its board");
  leave_signal (topic);
  topic->board = board;
  say_ready (topic);
}

static void
map_call_free (gpointer data)
{
  MapCall *call = data;

  g_free (call->topic);
  g_free (call);
}

static void send_waiting (StateSyncBoardTransport *self);

static void
on_unmapped (GObject *proxy, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncBoardTransport) self = user_data;
  g_autoptr (GError) error = NULL;

  state_sync_bus_service_call_unmap_snapshot_finish (STATE_SYNC_BUS_SERVICE (proxy), result,
                                                     &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->n_calls--;
  send_waiting (self);
}

static void
on_mapped (GObject *proxy, GAsyncResult *result, gpointer user_data)
{
  g_autofree MapCall *call = user_data;
  g_autoptr (StateSyncBoardTransport) self = call->transport;
  g_autofree char *name = call->topic;
  g_autoptr (GUnixFDList) fd_list = NULL;
  g_autoptr (GVariant) handle = NULL;
  g_autoptr (GError) error = NULL;
  StateSyncBoardMap *board = NULL;
  Topic *topic;
  int fd = -1;

  if (state_sync_bus_service_call_map_snapshot_finish (STATE_SYNC_BUS_SERVICE (proxy), &handle,
                                                       &fd_list, result, &error))
    fd = take_fd (fd_list, handle);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->n_calls--;
  send_waiting (self);
  if (fd >= 0)
    {
      board = state_sync_board_map_new (fd);
      close (fd);
    }

  topic = g_hash_table_lookup (self->topics, name);
  if (topic == NULL || !topic->is_on_the_way)
    {
      g_clear_pointer (&board, state_sync_board_map_free);
      return;
    }

  topic->is_on_the_way = FALSE;
  if (board == NULL)
    {
      follow_by_signal (topic);
      return;
    }
  arrive (topic, board);
  topic = g_hash_table_lookup (self->topics, name);
  if (topic != NULL)
    look (topic);
}

/* Whether it is wanted still that a topic is on the way. */
static gboolean
is_wanted (StateSyncBoardTransport *self, MapCall *call)
{
  Topic *topic = g_hash_table_lookup (self->topics, call->topic);

  return call->is_end || (topic != NULL && topic->is_on_the_way);
}

/* @call: (transfer full) */
static void
send_call (StateSyncBoardTransport *self, StateSyncBusService *proxy, MapCall *call)
{
  self->n_calls++;
  if (!call->is_end)
    {
      call->transport = g_object_ref (self);
      state_sync_bus_service_call_map_snapshot (proxy, call->topic, G_DBUS_CALL_FLAGS_NONE, -1,
                                                NULL, self->cancellable, on_mapped, call);
      return;
    }

  state_sync_bus_service_call_unmap_snapshot (proxy, call->topic, G_DBUS_CALL_FLAGS_NONE, -1,
                                              self->cancellable, on_unmapped, g_object_ref (self));
  map_call_free (call);
}

static void
send_waiting (StateSyncBoardTransport *self)
{
  StateSyncBusService *proxy = state_sync_bus_peer_peek_proxy (self->peer);

  while (proxy != NULL && self->n_calls < MAX_CALLS && !g_queue_is_empty (&self->waiting))
    {
      MapCall *call = g_queue_pop_head (&self->waiting);

      if (is_wanted (self, call))
        send_call (self, proxy, call);
      else
        map_call_free (call);
    }
}

static void
add_call (StateSyncBoardTransport *self, const char *topic, gboolean is_end)
{
  MapCall *call = g_new (MapCall, 1);

  *call = (MapCall){ NULL, g_strdup (topic), is_end };
  g_queue_push_tail (&self->waiting, call);
  send_waiting (self);
}

/* Onto a board, if that can be. */
static void
follow (Topic *topic)
{
  StateSyncBoardTransport *self = topic->transport;
  StateSyncBusService *proxy = state_sync_bus_peer_peek_proxy (self->peer);

  if (proxy == NULL)
    {
      say_ready (topic);
      return;
    }
  if (self->is_refused)
    {
      follow_by_signal (topic);
      return;
    }
  if (topic->is_on_the_way)
    return;

  open_doorbell (self, proxy);
  topic->is_on_the_way = TRUE;
  add_call (self, topic->name, FALSE);
}

/* --- the source --- */

static void
topic_free (gpointer data)
{
  Topic *topic = data;

  g_clear_pointer (&topic->board, state_sync_board_map_free);
  g_ptr_array_unref (topic->subscriptions);
  g_free (topic->name);
  g_free (topic);
}

static Topic *
add_topic (StateSyncBoardTransport *self, const char *name)
{
  Topic *topic = g_new0 (Topic, 1);

  topic->transport = self;
  topic->name = g_strdup (name);
  topic->subscriptions = g_ptr_array_new_with_free_func (g_object_unref);
  g_hash_table_insert (self->topics, topic->name, topic);
  return topic;
}

static void
subscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  StateSyncBoardTransport *self = STATE_SYNC_BOARD_TRANSPORT (source);
  const char *name = state_sync_subscription_get_topic (subscription);
  Topic *topic = g_hash_table_lookup (self->topics, name);

  if (topic == NULL)
    topic = add_topic (self, name);
  g_ptr_array_add (topic->subscriptions, g_object_ref (subscription));

  if (topic->is_by_signal)
    state_sync_invalidation_source_subscribe (self->source, subscription);
  else if (topic->board != NULL)
    state_sync_subscription_ready (subscription);
  else
    follow (topic);
}

static void
remove_topic (StateSyncBoardTransport *self, Topic *topic)
{
  if (topic->board != NULL || topic->is_on_the_way)
    add_call (self, topic->name, TRUE);
  g_hash_table_remove (self->topics, topic->name);
}

static void
unsubscribe (StateSyncInvalidationSource *source, StateSyncSubscription *subscription)
{
  StateSyncBoardTransport *self = STATE_SYNC_BOARD_TRANSPORT (source);
  Topic *topic =
      g_hash_table_lookup (self->topics, state_sync_subscription_get_topic (subscription));

  if (topic == NULL)
    return;

  if (topic->is_by_signal)
    state_sync_invalidation_source_unsubscribe (self->source, subscription);
  g_ptr_array_remove (topic->subscriptions, subscription);
  if (topic->subscriptions->len == 0)
    remove_topic (self, topic);
}

static char *
dup_instance (StateSyncInvalidationSource *source)
{
  return g_strdup (state_sync_bus_peer_get_instance (STATE_SYNC_BOARD_TRANSPORT (source)->peer));
}

/* --- the provider --- */

/* (transfer full) (nullable): NULL if the topic's board can't tell. */
static StateSyncSnapshot *
peek_snapshot (StateSyncSnapshotProvider *provider, const char *name)
{
  StateSyncBoardTransport *self = STATE_SYNC_BOARD_TRANSPORT (provider);
  Topic *topic = g_hash_table_lookup (self->topics, name);
  g_autoptr (GBytes) data = NULL;
  guint64 revision;

  if (topic == NULL || topic->board == NULL ||
      state_sync_board_map_read (topic->board, &revision, &data) != STATE_SYNC_BOARD_OK)
    return NULL;

  topic->told = MAX (topic->told, revision);
  return state_sync_snapshot_new_from (revision, data,
                                       state_sync_bus_peer_get_instance (self->peer));
}

static void
get_snapshot (StateSyncSnapshotProvider *provider, StateSyncPull *pull)
{
  StateSyncBoardTransport *self = STATE_SYNC_BOARD_TRANSPORT (provider);
  g_autoptr (StateSyncSnapshot) snapshot =
      peek_snapshot (provider, state_sync_pull_get_topic (pull));

  if (snapshot != NULL)
    state_sync_pull_return_snapshot (pull, snapshot);
  else
    STATE_SYNC_SNAPSHOT_PROVIDER_GET_IFACE (self->provider)->get_snapshot (self->provider, pull);
}

/* The newest committed revision, without a message; FALSE if only a message could tell. */
gboolean
state_sync_board_transport_get_revision (StateSyncBoardTransport *self,
                                         const char *name,
                                         guint64 *revision)
{
  Topic *topic = g_hash_table_lookup (self->topics, name);

  return topic != NULL && topic->board != NULL &&
         state_sync_board_map_get_revision (topic->board, revision) == STATE_SYNC_BOARD_OK;
}

/* --- the object --- */

static void
release_claim (StateSyncBoardTransport *self, GDBusConnection *connection)
{
  if (self->claim_key != NULL)
    g_object_replace_data (G_OBJECT (connection), self->claim_key, self, NULL, NULL, NULL);
  g_clear_pointer (&self->claim_key, g_free);
}

/* TRUE if the boards of this instance on this connection are this transport's. By whichever name
 * and path an instance is called, it is the same one. */
static gboolean
claim (StateSyncBoardTransport *self)
{
  GDBusConnection *connection = state_sync_bus_peer_get_connection (self->peer);
  const char *instance = state_sync_bus_peer_get_instance (self->peer);

  release_claim (self, connection);
  if (instance == NULL)
    return FALSE;

  self->claim_key = g_strconcat ("state-sync-boards ", instance, NULL);
  return g_object_replace_data (G_OBJECT (connection), self->claim_key, NULL, self, NULL, NULL);
}

static void
on_connection_changed (StateSyncBusPeer *peer,
                       GDBusConnection *before,
                       StateSyncBoardTransport *self)
{
  release_claim (self, before);
}

static void
look_for_boards (StateSyncBoardTransport *self)
{
  GDBusCapabilityFlags capabilities =
      g_dbus_connection_get_capabilities (state_sync_bus_peer_get_connection (self->peer));

  self->is_refused = (capabilities & G_DBUS_CAPABILITY_FLAGS_UNIX_FD_PASSING) == 0 || !claim (self);
}

static void
set_off_anew (Topic *topic)
{
  forgo_board (topic);
  follow (topic);
}

static void
on_instance_changed (StateSyncBusPeer *peer, StateSyncBoardTransport *self)
{
  g_autoptr (StateSyncBoardTransport) alive G_GNUC_UNUSED = g_object_ref (self);

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->n_calls = 0;
  g_queue_clear_full (&self->waiting, map_call_free);
  look_for_boards (self);
  forget_doorbell (self);

  for_each_topic (self, is_any, set_off_anew);
  state_sync_invalidation_source_instance_changed (STATE_SYNC_INVALIDATION_SOURCE (self));
}

/* @source and @provider do what boards can't. */
StateSyncBoardTransport *
state_sync_board_transport_new (StateSyncBusPeer *peer,
                                StateSyncInvalidationSource *source,
                                StateSyncSnapshotProvider *provider)
{
  StateSyncBoardTransport *self = g_object_new (STATE_SYNC_TYPE_BOARD_TRANSPORT, NULL);

  self->peer = g_object_ref (peer);
  self->source = g_object_ref (source);
  self->provider = g_object_ref (provider);
  self->connection_handler =
      g_signal_connect (peer, "connection-changed", G_CALLBACK (on_connection_changed), self);
  self->instance_handler =
      g_signal_connect (peer, "instance-changed", G_CALLBACK (on_instance_changed), self);
  look_for_boards (self);
  return self;
}

static void
state_sync_board_transport_finalize (GObject *object)
{
  StateSyncBoardTransport *self = STATE_SYNC_BOARD_TRANSPORT (object);

  g_signal_handler_disconnect (self->peer, self->connection_handler);
  g_signal_handler_disconnect (self->peer, self->instance_handler);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  forget_doorbell (self);
  release_claim (self, state_sync_bus_peer_get_connection (self->peer));
  g_hash_table_unref (self->topics);
  g_queue_clear_full (&self->waiting, map_call_free);
  g_object_unref (self->source);
  g_object_unref (self->provider);
  g_object_unref (self->peer);

  G_OBJECT_CLASS (state_sync_board_transport_parent_class)->finalize (object);
}

static void
state_sync_board_transport_class_init (StateSyncBoardTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = state_sync_board_transport_finalize;
}

static void
state_sync_board_transport_init (StateSyncBoardTransport *self)
{
  self->cancellable = g_cancellable_new ();
  self->topics = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, topic_free);
}

static void
source_iface_init (StateSyncInvalidationSourceInterface *iface)
{
  iface->subscribe = subscribe;
  iface->unsubscribe = unsubscribe;
  iface->dup_instance = dup_instance;
}

static void
provider_iface_init (StateSyncSnapshotProviderInterface *iface)
{
  iface->get_snapshot = get_snapshot;
  iface->peek_snapshot = peek_snapshot;
}
