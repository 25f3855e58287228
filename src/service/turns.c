/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is written to the bus for one peer is in the way of what is written after it for others,
 * and what a peer does not read the bus keeps, up to a limit at which it reads nothing more from
 * the service (dbus-daemon: 1 GB): then everybody waits for that one. So a peer that has been
 * given a window of bytes waits until the bus has told how much of it is unread. The question
 * goes the way of the answers, so its answer says besides that they are out of this process.
 *
 * A peer that reads what it is given hardly notices: one question in a thousand answers of a
 * KiB. Which bus can be asked does not matter either: one that does not know the question has
 * its own way with peers that don't read, and still tells that it has read the answers.
 *
 * Methods that read topics wait, beside that, for those under way: how large an answer is shows
 * when its data is in memory, so few are brought there at once.
 *
 * All of a peer's calls take their turns in the order in which they came. Here everything runs in
 * the main context.
 */

#include "service/turns.h"

#include "store/source.h"

#define WINDOW_BYTES (1024 * 1024)

/* What a peer may leave unread at the bus, and how many files of snapshots. */
#define UNREAD_MAX_BYTES (16 * 1024 * 1024)
#define UNREAD_MAX_FILES 16

/* How often the bus is asked whether a peer reads again. */
#define UNREAD_POLL_MSEC 100

/* Windows that are not known to be out of this process, of all peers together. */
#define IN_FLIGHT_MAX_BYTES (64 * 1024 * 1024)

#define READING_MAX 16
#define READING_MAX_OF_PEER 4

/* What of a window may be sent without the main loop. */
#define DIRECT_BYTES (WINDOW_BYTES / 4)

typedef struct _StateSyncPeer Peer;

struct _StateSyncTurns
{
  StateSyncDirectReads *direct_reads; /* owned */
  StateSyncBoards *boards;            /* the service's */
  GDBusConnection *connection;        /* (nullable) */
  GCancellable *cancellable;
  guint left_subscription;

  GHashTable *peers;    /* unique name → Peer, for as long as it is on the bus or has calls */
  GQueue waiting_peers; /* of Peer, those with waiting calls; the head is next */
  GSource *run_source;
  guint n_reading;
  gsize in_flight_bytes;
  gboolean is_finished;
};

struct _StateSyncPeer
{
  StateSyncTurns *turns;
  char *name;
  GQueue waiting; /* of StateSyncCall */
  guint n_uses;   /* calls, and a question to the bus */
  guint n_reading;
  gsize answered_bytes; /* since the bus was last asked */
  gsize in_flight_bytes;
  gboolean is_full; /* until the bus says that it reads */
  gboolean is_gone;
  GSource *poll_source;
};

static void ask_bus (Peer *peer);

/* --- peers --- */

static void
peer_free (gpointer data)
{
  Peer *peer = data;

  state_sync_source_clear (&peer->poll_source);
  g_free (peer->name);
  g_free (peer);
}

static Peer *
find_peer (StateSyncTurns *self, const char *name)
{
  Peer *peer = g_hash_table_lookup (self->peers, name);

  if (peer == NULL)
    {
      peer = g_new0 (Peer, 1);
      peer->turns = self;
      peer->name = g_strdup (name);
      g_queue_init (&peer->waiting);
      g_hash_table_insert (self->peers, peer->name, peer);
    }
  return peer;
}

static void
unuse (Peer *peer)
{
  if (--peer->n_uses == 0 && peer->is_gone)
    g_hash_table_remove (peer->turns->peers, peer->name);
}

/* --- whose turn it is --- */

static gboolean
may_run (StateSyncTurns *self, Peer *peer, StateSyncCall *call)
{
  if (self->is_finished || peer->is_gone)
    return TRUE;
  if (peer->is_full)
    return FALSE;
  return !call->method->reads ||
         (peer->n_reading < READING_MAX_OF_PEER && self->n_reading < READING_MAX &&
          self->in_flight_bytes < IN_FLIGHT_MAX_BYTES);
}

static void
run (StateSyncTurns *self, Peer *peer, StateSyncCall *call)
{
  if (call->method->reads)
    {
      self->n_reading++;
      peer->n_reading++;
    }
  call->method->run (call);
}

/* One call of each peer that may, and again, until none may. */
static gboolean
run_waiting (gpointer user_data)
{
  StateSyncTurns *self = user_data;
  guint n_stuck = 0;

  state_sync_source_clear (&self->run_source);
  while (n_stuck < g_queue_get_length (&self->waiting_peers))
    {
      Peer *peer = g_queue_pop_head (&self->waiting_peers);
      StateSyncCall *call = g_queue_peek_head (&peer->waiting);

      if (!may_run (self, peer, call))
        {
          g_queue_push_tail (&self->waiting_peers, peer);
          n_stuck++;
          continue;
        }

      n_stuck = 0;
      g_queue_pop_head (&peer->waiting);
      if (!g_queue_is_empty (&peer->waiting))
        g_queue_push_tail (&self->waiting_peers, peer);
      run (self, peer, call);
    }
  return G_SOURCE_REMOVE;
}

static void
schedule (StateSyncTurns *self)
{
  if (self->run_source != NULL || g_queue_is_empty (&self->waiting_peers))
    return;

  state_sync_source_start (&self->run_source, g_idle_source_new (), run_waiting, self);
}

static void
wait_for_turn (StateSyncTurns *self, Peer *peer, StateSyncCall *call)
{
  if (g_queue_is_empty (&peer->waiting))
    g_queue_push_tail (&self->waiting_peers, peer);
  g_queue_push_tail (&peer->waiting, call);
}

/* Runs the call, now or later. */
void
state_sync_turns_take (StateSyncTurns *self, StateSyncCall *call)
{
  const char *name = g_dbus_method_invocation_get_sender (call->invocation);

  /* On a connection without a bus there is one peer, and nobody else to wait for it. */
  if (name == NULL)
    {
      call->method->run (call);
      return;
    }

  call->peer = find_peer (self, name);
  call->peer->n_uses++;
  if (g_queue_is_empty (&call->peer->waiting) && may_run (self, call->peer, call))
    run (self, call->peer, call);
  else
    wait_for_turn (self, call->peer, call);
}

/* A peer that is known to read gets snapshots from memory without a turn, for a while; what it
 * got so counts from when it comes here again. */
static void
lend (StateSyncTurns *self, Peer *peer)
{
  if (!peer->is_full && !peer->is_gone)
    peer->answered_bytes +=
        state_sync_direct_reads_lend (self->direct_reads, peer->name, DIRECT_BYTES);
}

/* The call was answered with so many bytes. */
void
state_sync_turns_end (StateSyncTurns *self, StateSyncCall *call, gsize bytes)
{
  Peer *peer = call->peer;

  if (peer == NULL)
    return;

  if (call->method->reads)
    {
      self->n_reading--;
      peer->n_reading--;
    }
  peer->answered_bytes += STATE_SYNC_ANSWER_BYTES + bytes;
  if (call->method->reads)
    lend (self, peer);
  if (!peer->is_full && peer->answered_bytes >= WINDOW_BYTES)
    ask_bus (peer);
  unuse (peer);
  schedule (self);
}

/* Whether who called is not on the bus any more. */
gboolean
state_sync_turns_has_left (StateSyncCall *call)
{
  return call->peer != NULL && call->peer->is_gone;
}

/* Nobody waits for a turn any more: the store answers what is still to come with a refusal. */
void
state_sync_turns_finish (StateSyncTurns *self)
{
  self->is_finished = TRUE;
  schedule (self);
}

/* --- what the bus says --- */

static gboolean
on_poll (gpointer user_data)
{
  Peer *peer = user_data;

  state_sync_source_clear (&peer->poll_source);
  ask_bus (peer);
  unuse (peer);
  return G_SOURCE_REMOVE;
}

/* Once more in a while; the peer stays in use until then. */
static void
poll_unread (Peer *peer)
{
  peer->n_uses++;
  state_sync_source_start (&peer->poll_source, g_timeout_source_new (UNREAD_POLL_MSEC), on_poll,
                           peer);
}

/* @answer: (nullable) of the bus, which may not know the question. */
static gboolean
reads_too_little (GVariant *answer)
{
  g_autoptr (GVariant) statistics = NULL;
  guint32 bytes = 0;
  guint32 files = 0;

  if (answer == NULL)
    return FALSE;

  statistics = g_variant_get_child_value (answer, 0);
  g_variant_lookup (statistics, "OutgoingBytes", "u", &bytes);
  g_variant_lookup (statistics, "OutgoingFDs", "u", &files);
  return bytes > UNREAD_MAX_BYTES || files > UNREAD_MAX_FILES;
}

static void
on_bus_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  Peer *peer = user_data;
  StateSyncTurns *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = peer->turns;
  self->in_flight_bytes -= peer->in_flight_bytes;
  peer->in_flight_bytes = 0;
  peer->is_full = FALSE;

  if (!peer->is_gone && reads_too_little (answer))
    {
      peer->is_full = TRUE;
      poll_unread (peer);
    }
  else if (peer->answered_bytes >= WINDOW_BYTES)
    {
      ask_bus (peer);
    }
  unuse (peer);
  schedule (self);
}

static void
ask_bus (Peer *peer)
{
  StateSyncTurns *self = peer->turns;

  peer->n_uses++;
  peer->is_full = TRUE;
  peer->in_flight_bytes = peer->answered_bytes;
  peer->answered_bytes = 0;
  self->in_flight_bytes += peer->in_flight_bytes;
  g_dbus_connection_call (self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus.Debug.Stats", "GetConnectionStats",
                          g_variant_new ("(s)", peer->name), G_VARIANT_TYPE ("(a{sv})"),
                          G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, on_bus_answered, peer);
}

static void
on_peer_left (GDBusConnection *connection,
              const char *sender,
              const char *path,
              const char *interface,
              const char *signal,
              GVariant *args,
              gpointer user_data)
{
  StateSyncTurns *self = user_data;
  const char *name;
  const char *owner;
  Peer *peer;

  g_variant_get (args, "(&s&s&s)", &name, NULL, &owner);
  peer = owner[0] == '\0' ? g_hash_table_lookup (self->peers, name) : NULL;
  if (peer == NULL)
    return;

  peer->is_gone = TRUE;
  state_sync_direct_reads_forget (self->direct_reads, peer->name);
  state_sync_boards_forget (self->boards, peer->name);
  peer->n_uses++;
  unuse (peer);
  schedule (self);
}

/* --- the object --- */

static void
set_match (GDBusConnection *connection, const char *method)
{
  g_dbus_connection_call (
      connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
      g_variant_new ("(s)", "type='signal',sender='org.freedesktop.DBus',"
                            "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg2=''"),
      NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

/* @connection: (nullable) the one on which the calls come. */
void
state_sync_turns_set_connection (StateSyncTurns *self, GDBusConnection *connection)
{
  if (self->left_subscription != 0)
    {
      g_dbus_connection_signal_unsubscribe (self->connection, self->left_subscription);
      set_match (self->connection, "RemoveMatch");
      self->left_subscription = 0;
    }
  g_set_object (&self->connection, connection);
  if (connection == NULL || g_dbus_connection_get_unique_name (connection) == NULL)
    return;

  /* The rule is added by hand: GDBus's have no arg2, by which only those who leave are told. */
  set_match (connection, "AddMatch");
  self->left_subscription = g_dbus_connection_signal_subscribe (
      connection, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
      "/org/freedesktop/DBus", NULL, G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE, on_peer_left, self, NULL);
}

StateSyncTurns *
state_sync_turns_new (StateSyncDirectReads *direct_reads, StateSyncBoards *boards)
{
  StateSyncTurns *self = g_new0 (StateSyncTurns, 1);

  self->direct_reads = state_sync_direct_reads_ref (direct_reads);
  self->boards = boards;
  self->cancellable = g_cancellable_new ();
  self->peers = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, peer_free);
  g_queue_init (&self->waiting_peers);
  return self;
}

/* There are no calls under way any more. */
void
state_sync_turns_free (StateSyncTurns *self)
{
  g_cancellable_cancel (self->cancellable);
  state_sync_turns_set_connection (self, NULL);
  state_sync_source_clear (&self->run_source);
  g_hash_table_unref (self->peers);
  g_object_unref (self->cancellable);
  state_sync_direct_reads_unref (self->direct_reads);
  g_free (self);
}
