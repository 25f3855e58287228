/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is written to the bus for one peer is in the way of what is written after it for others,
 * and what a peer does not read the bus keeps, up to a limit at which it reads nothing more from
 * the service (dbus-daemon: 1 GB): then everybody waits for that one. So a peer that has been
 * given a window of bytes waits until the bus has told how much of it is unread. The question
 * goes the way of the answers, so its answer says besides that they are out of this process.
 *
 * A peer that reads what it is given hardly notices: one question in a thousand answers of a
 * KiB. Which bus can be asked does not matter either: one that does not know the question has
 * its own way with peers that don't read, and still tells that it has read the answers. Without
 * a bus, it is enough that the answers are out of this process: what the peer does not read
 * stays here, and counts.
 *
 * Methods that read topics wait, beside that, for those under way: how large an answer is shows
 * when its data is in memory, so few are brought there at once.
 *
 * Calls of sandboxed apps wait, beside that, for the pace of their app (pace.c), those that are
 * refused for being too many too; when the app has left they are dropped.
 *
 * All of a peer's calls take their turns in the order in which they came. Here everything runs in
 * the main context.
 */

#include "service/turns.h"

#include "service/call.h"
#include "service/peer.h"
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

/* Rounded up: a wait that ends too early is another wait. */
#define USEC_TO_MSEC(usec) ((guint)(((usec) + 999) / 1000))

struct _StateSyncTurns
{
  StateSyncReadsFunc reads;
  gpointer user_data;
  GCancellable *cancellable;
  GQueue waiting_peers; /* of StateSyncPeer, those with waiting calls; the head is next */
  GSource *run_source;
  GSource *pace_source;
  guint n_reading;
  gsize in_flight_bytes;
  gboolean is_finished;
};

static void ask_whether_read (StateSyncPeer *peer);

/* --- whose turn it is --- */

/* For the pace of its app, in microseconds. */
static gint64
get_wait (StateSyncPeer *peer, gint64 now)
{
  return peer->pace != NULL ? state_sync_pace_get_wait (peer->pace, now) : 0;
}

static gboolean
may_run (StateSyncTurns *self, StateSyncPeer *peer, StateSyncCall *call, gint64 now)
{
  if (self->is_finished || peer->has_left)
    return TRUE;
  if (peer->turn.is_full || peer->turn.n_holds > 0 || get_wait (peer, now) > 0)
    return FALSE;
  return !call->method->reads ||
         (peer->turn.n_reading < READING_MAX_OF_PEER && self->n_reading < READING_MAX &&
          self->in_flight_bytes < IN_FLIGHT_MAX_BYTES);
}

static void
spend_bytes (StateSyncPeer *peer, gsize bytes)
{
  if (peer->pace != NULL)
    state_sync_pace_spend_bytes (peer->pace, bytes, g_get_monotonic_time ());
}

static void
spend (StateSyncCall *call)
{
  if (call->peer->pace == NULL)
    return;

  state_sync_pace_spend_call (call->peer->pace, g_get_monotonic_time ());
  spend_bytes (call->peer, g_variant_get_size (state_sync_call_get_args (call)));
}

/* What an app that has left did not wait for is not done: else it could have all of it done at
 * once by leaving. */
static void
run (StateSyncTurns *self, StateSyncPeer *peer, StateSyncCall *call)
{
  if (peer->has_left && peer->pace != NULL)
    {
      state_sync_call_drop (call);
      return;
    }

  if (call->method->reads)
    {
      self->n_reading++;
      peer->turn.n_reading++;
    }
  call->has_turn = TRUE;
  spend (call);
  state_sync_call_run (call);
}

static void wait_for_pace (StateSyncTurns *self, gint64 now);

/* One call of each peer that may, and again, until none may. */
static gboolean
run_waiting (gpointer user_data)
{
  StateSyncTurns *self = user_data;
  gint64 now = g_get_monotonic_time ();
  guint n_stuck = 0;

  state_sync_source_clear (&self->run_source);
  state_sync_source_clear (&self->pace_source);
  while (n_stuck < g_queue_get_length (&self->waiting_peers))
    {
      StateSyncPeer *peer = g_queue_pop_head (&self->waiting_peers);
      StateSyncCall *call = g_queue_peek_head (&peer->turn.waiting);

      if (!may_run (self, peer, call, now))
        {
          g_queue_push_tail (&self->waiting_peers, peer);
          n_stuck++;
          continue;
        }

      n_stuck = 0;
      g_queue_pop_head (&peer->turn.waiting);
      if (!g_queue_is_empty (&peer->turn.waiting))
        g_queue_push_tail (&self->waiting_peers, peer);
      run (self, peer, call);
    }
  wait_for_pace (self, now);
  return G_SOURCE_REMOVE;
}

/* Until the first of those who wait for their pace may go on. */
static void
wait_for_pace (StateSyncTurns *self, gint64 now)
{
  gint64 wait = 0;

  for (GList *item = self->waiting_peers.head; item != NULL; item = item->next)
    {
      gint64 own = get_wait (item->data, now);

      if (own > 0 && (wait == 0 || own < wait))
        wait = own;
    }
  state_sync_source_clear (&self->pace_source);
  if (wait > 0)
    state_sync_source_start (&self->pace_source, g_timeout_source_new (USEC_TO_MSEC (wait)),
                             run_waiting, self);
}

static void
schedule (StateSyncTurns *self)
{
  if (self->run_source != NULL || g_queue_is_empty (&self->waiting_peers))
    return;

  state_sync_source_start (&self->run_source, g_idle_source_new (), run_waiting, self);
}

static void
wait_for_turn (StateSyncTurns *self, StateSyncPeer *peer, StateSyncCall *call, gint64 now)
{
  if (g_queue_is_empty (&peer->turn.waiting))
    g_queue_push_tail (&self->waiting_peers, peer);
  g_queue_push_tail (&peer->turn.waiting, call);
  if (g_queue_get_length (&peer->turn.waiting) == 1)
    wait_for_pace (self, now);
}

/* Runs the call, now or later. */
void
state_sync_turns_take (StateSyncTurns *self, StateSyncCall *call)
{
  StateSyncPeer *peer = call->peer;
  gint64 now = g_get_monotonic_time ();

  peer->turn.turns = self;
  if (g_queue_is_empty (&peer->turn.waiting) && may_run (self, peer, call, now))
    run (self, peer, call);
  else
    wait_for_turn (self, peer, call, now);
}

/* A peer that may read everything and is known to read gets snapshots from memory without a turn,
 * for a while; what it got so counts from when it comes here again. */
static void
lend (StateSyncPeer *peer)
{
  if (peer->reads_all && peer->name != NULL && !peer->turn.is_full && !peer->has_left)
    peer->turn.answered_bytes +=
        state_sync_direct_reads_lend (peer->direct_reads, peer->name, DIRECT_BYTES);
}

/* By a call that has its turn. */
void
state_sync_turns_hold (StateSyncPeer *peer)
{
  peer->turn.n_holds++;
}

void
state_sync_turns_release (StateSyncPeer *peer)
{
  peer->turn.n_holds--;
  schedule (peer->turn.turns);
}

/* The peer was sent so many bytes. */
void
state_sync_turns_count (StateSyncTurns *self, StateSyncPeer *peer, gsize bytes)
{
  peer->turn.turns = self;
  peer->turn.answered_bytes += bytes;
  if (!peer->turn.is_full && peer->turn.answered_bytes >= WINDOW_BYTES)
    ask_whether_read (peer);
}

/* The call was answered with so many bytes, which may count like more; perhaps before it had a
 * turn.
 */
void
state_sync_turns_end (StateSyncTurns *self, StateSyncCall *call, gsize bytes, gsize counted_bytes)
{
  StateSyncPeer *peer = call->peer;

  if (call->has_turn && call->method->reads)
    {
      self->n_reading--;
      peer->turn.n_reading--;
      lend (peer);
    }
  state_sync_turns_count (self, peer, STATE_SYNC_ANSWER_BYTES + counted_bytes);
  spend_bytes (peer, bytes);
  schedule (self);
}

/* The peer has left: nothing of it waits any more. */
void
state_sync_turns_forget (StateSyncTurns *self, StateSyncPeer *peer)
{
  state_sync_source_clear (&peer->turn.poll_source);
  if (peer->name != NULL)
    state_sync_direct_reads_forget (peer->direct_reads, peer->name);
  schedule (self);
}

/* Nobody waits for a turn any more: the store answers what is still to come with a refusal. */
void
state_sync_turns_finish (StateSyncTurns *self)
{
  self->is_finished = TRUE;
  schedule (self);
}

/* --- whether it reads --- */

static gboolean
on_poll (gpointer user_data)
{
  StateSyncPeer *peer = user_data;

  state_sync_source_clear (&peer->turn.poll_source);
  ask_whether_read (peer);
  return G_SOURCE_REMOVE;
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

/* All that the peer was sent before the question is out of this process. */
static void
go_on (StateSyncPeer *peer, gboolean is_unread)
{
  StateSyncTurn *turn = &peer->turn;
  StateSyncTurns *self = turn->turns;

  self->in_flight_bytes -= turn->in_flight_bytes;
  turn->in_flight_bytes = 0;
  turn->is_full = is_unread && !peer->has_left;

  if (turn->is_full)
    state_sync_source_start (&turn->poll_source, g_timeout_source_new (UNREAD_POLL_MSEC), on_poll,
                             peer);
  else if (turn->answered_bytes >= WINDOW_BYTES)
    ask_whether_read (peer);
  else
    self->reads (peer, self->user_data);
  schedule (self);
}

static void
on_bus_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncPeer) peer = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    go_on (peer, reads_too_little (answer));
}

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncPeer) peer = user_data;
  g_autoptr (GError) error = NULL;

  g_dbus_connection_flush_finish (G_DBUS_CONNECTION (source), result, &error);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    go_on (peer, FALSE);
}

/* Without a bus, what is out of this process is on its way to the peer. */
static void
ask_whether_read (StateSyncPeer *peer)
{
  StateSyncTurn *turn = &peer->turn;
  GCancellable *cancellable = turn->turns->cancellable;

  turn->is_full = TRUE;
  turn->in_flight_bytes = turn->answered_bytes;
  turn->answered_bytes = 0;
  turn->turns->in_flight_bytes += turn->in_flight_bytes;

  if (peer->name == NULL)
    g_dbus_connection_flush (peer->connection, cancellable, on_flushed, state_sync_peer_ref (peer));
  else
    g_dbus_connection_call (peer->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                            "org.freedesktop.DBus.Debug.Stats", "GetConnectionStats",
                            g_variant_new ("(s)", peer->name), G_VARIANT_TYPE ("(a{sv})"),
                            G_DBUS_CALL_FLAGS_NONE, -1, cancellable, on_bus_answered,
                            state_sync_peer_ref (peer));
}

/* --- the object --- */

StateSyncTurns *
state_sync_turns_new (StateSyncReadsFunc reads, gpointer user_data)
{
  StateSyncTurns *self = g_new0 (StateSyncTurns, 1);

  self->reads = reads;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->waiting_peers);
  return self;
}

/* There are no calls under way any more, and no peers. */
void
state_sync_turns_free (StateSyncTurns *self)
{
  g_cancellable_cancel (self->cancellable);
  state_sync_source_clear (&self->run_source);
  state_sync_source_clear (&self->pace_source);
  g_object_unref (self->cancellable);
  g_free (self);
}
