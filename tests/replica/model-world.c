/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "replica/model-world.h"

#define FOREIGN_MARK 900000

typedef enum
{
  MESSAGE_WRITE,
  MESSAGE_PULL,
  MESSAGE_ACCEPTED,
  MESSAGE_REFUSED,
  MESSAGE_POSTPONED,
  MESSAGE_LOST,
  MESSAGE_SNAPSHOT,
  MESSAGE_NO_SNAPSHOT,
} MessageKind;

typedef struct
{
  MessageKind kind;
  guint instance;
  GPtrArray *writes;
  guint64 revision;
  GError *error;
  StateSyncSnapshot *snapshot;
  guint n_pulls_needed; /* when the pull was sent */
} Message;

static Message *
message_new (MessageKind kind, guint instance)
{
  Message *message = g_new0 (Message, 1);

  message->kind = kind;
  message->instance = instance;
  return message;
}

static void
message_free (gpointer data)
{
  Message *message = data;

  g_clear_pointer (&message->writes, g_ptr_array_unref);
  g_clear_error (&message->error);
  g_clear_pointer (&message->snapshot, state_sync_snapshot_unref);
  g_free (message);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Message, message_free)

static void
update_free (gpointer data)
{
  Update *update = data;

  state_sync_write_free (update->write);
  g_free (update);
}

void
world_init (World *self, guint n_peers, gboolean is_stormy, Coverage *coverage)
{
  *self = (World){ .n_peers = n_peers, .is_stormy = is_stormy, .coverage = coverage };
  model_service_init (&self->service);

  for (guint i = 0; i < n_peers; i++)
    {
      Peer *peer = &self->peers[i];

      peer->index = i;
      peer->replica = state_sync_replica_new ("t");
      peer->updates = g_ptr_array_new_with_free_func (update_free);
      peer->is_dirty = TRUE;
    }
}

void
world_clear (World *self)
{
  for (guint i = 0; i < self->n_peers; i++)
    {
      Peer *peer = &self->peers[i];

      state_sync_replica_free (peer->replica);
      g_ptr_array_unref (peer->updates);
      g_queue_clear_full (&peer->requests, message_free);
      g_queue_clear_full (&peer->replies, message_free);
      g_queue_clear_full (&peer->ghosts, message_free);
    }
  model_service_clear (&self->service);
  g_clear_pointer (&self->failure, g_free);
}

/* --- changes --- */

/* They meet in few members, so that they often undo, hide or can't be composed with each other. */
static StateSyncWrite *
change_of (guint mark, guint32 dice)
{
  static const char *const shapes[] = {
    "{\"a\":\"v%u\",\"#%u\":1}",
    "{\"b\":\"v%u\",\"#%u\":1}",
    "{\"a\":null,\"v\":\"v%u\",\"#%u\":1}",
    "{\"o\":{\"x\":\"v%u\"},\"#%u\":1}",
    "{\"o\":\"v%u\",\"#%u\":1}",
    "{\"o\":{\"x\":null,\"y\":\"v%u\"},\"#%u\":1}",
    "{\"o\":{\"y\":null},\"b\":\"v%u\",\"#%u\":1}",
  };
  const char *shape = shapes[dice % G_N_ELEMENTS (shapes)];
  g_autofree char *text = NULL;
  g_autoptr (GBytes) data = NULL;
  StateSyncWrite *write;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  text = g_strdup_printf (shape, mark, mark);
#pragma GCC diagnostic pop
  data = g_bytes_new (text, strlen (text));
  write = state_sync_write_new ("t", data);
  write->mode = (dice >> 8) % 16 == 0 ? STATE_SYNC_WRITE_REPLACE : STATE_SYNC_WRITE_MERGE;
  write->durable = (dice >> 12) % 4 != 0;
  return write;
}

static void
make_bad (StateSyncWrite *write)
{
  g_autofree char *text =
      g_strndup (g_bytes_get_data (write->data, NULL), g_bytes_get_size (write->data) - 1);
  char *bad = g_strconcat (text, ",\"bad\":1}", NULL);

  g_bytes_unref (write->data);
  write->data = g_bytes_new_take (bad, strlen (bad));
}

static void
step_update (World *self, Peer *peer, guint32 dice)
{
  StateSyncSnapshot *confirmed = state_sync_replica_get_confirmed (peer->replica);
  Update *update = g_new0 (Update, 1);
  g_autoptr (GError) error = NULL;

  update->mark = (peer->index + 1) * MODEL_PEER_MARK + peer->updates->len;
  update->write = change_of (update->mark, dice);
  update->is_bad = (dice >> 16) % 8 == 0;
  if (update->is_bad)
    make_bad (update->write);
  if ((dice >> 20) % 8 == 0)
    {
      update->write->has_expected_revision = TRUE;
      update->write->expected_revision =
          (confirmed != NULL ? state_sync_snapshot_get_revision (confirmed) : 0) + (dice >> 24) % 2;
    }
  g_ptr_array_add (peer->updates, update);
  if (!state_sync_replica_update (peer->replica, state_sync_write_copy (update->write), update,
                                  &error))
    world_fail (self, "update %u was refused: %s", update->mark, error->message);
}

static void
everyone_is_dirty (World *self)
{
  for (guint i = 0; i < self->n_peers; i++)
    self->peers[i].is_dirty = TRUE;
}

static void
step_foreign (World *self, guint32 dice)
{
  g_autoptr (GPtrArray) writes =
      g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);
  g_autoptr (GError) error = NULL;
  guint64 revision;

  g_ptr_array_add (writes, change_of (FOREIGN_MARK + self->n_foreign++, dice));
  if (!model_service_write (&self->service, writes, &revision, &error))
    world_fail (self, "a foreign write was refused: %s", error->message);
  everyone_is_dirty (self);
}

/* --- to the service --- */

static void
count_write (World *self, GPtrArray *writes)
{
  const StateSyncWrite *first = g_ptr_array_index (writes, 0);

  self->coverage->unguarded += !first->has_expected_revision;
  self->coverage->in_order += writes->len > 1;
}

static void
step_take (World *self, Peer *peer)
{
  const char *instance;
  g_autoptr (GPtrArray) writes = state_sync_replica_take_write (peer->replica, &instance);
  Message *message;

  if (writes == NULL)
    return;
  if (peer->is_writing)
    world_fail (self, "peer %u has two writes under way", peer->index);

  count_write (self, writes);
  message = message_new (MESSAGE_WRITE, (guint)g_ascii_strtoull (instance, NULL, 10));
  message->writes = g_steal_pointer (&writes);
  g_queue_push_tail (&peer->requests, message);
  peer->is_writing = TRUE;
}

static void
step_pull (Peer *peer)
{
  Message *message;

  if (!peer->is_dirty || peer->is_pulling)
    return;

  message = message_new (MESSAGE_PULL, 0);
  message->n_pulls_needed = peer->n_pulls_needed;
  g_queue_push_tail (&peer->requests, message);
  peer->is_pulling = TRUE;
  peer->is_dirty = FALSE;
}

static Message *
refusal_by_dice (World *self, guint32 dice)
{
  static const StateSyncError codes[] = { STATE_SYNC_ERROR_STORAGE, STATE_SYNC_ERROR_UNAVAILABLE,
                                          STATE_SYNC_ERROR_LIMIT_EXCEEDED };
  Message *message;

  if (dice % 64 >= G_N_ELEMENTS (codes))
    return NULL;

  message = message_new (MESSAGE_REFUSED, self->service.instance);
  message->error = g_error_new_literal (STATE_SYNC_ERROR, (gint)codes[dice % 64], "By dice");
  return message;
}

static Message *
serve_write (World *self, Message *request, guint32 dice)
{
  Message *reply;

  if (request->instance != self->service.instance)
    return message_new (MESSAGE_POSTPONED, self->service.instance);
  if (self->is_stormy && (dice >> 8) % 8 != 0)
    step_foreign (self, dice >> 11);

  reply = refusal_by_dice (self, dice);
  if (reply != NULL)
    return reply;

  reply = message_new (MESSAGE_ACCEPTED, self->service.instance);
  if (!model_service_write (&self->service, request->writes, &reply->revision, &reply->error))
    reply->kind = MESSAGE_REFUSED;
  everyone_is_dirty (self);
  return reply;
}

static Message *
serve (World *self, Message *request, guint32 dice)
{
  Message *reply;

  if (request->kind == MESSAGE_WRITE)
    return serve_write (self, request, dice);

  reply = message_new (MESSAGE_SNAPSHOT, self->service.instance);
  reply->snapshot = state_sync_snapshot_ref (self->service.current);
  reply->n_pulls_needed = request->n_pulls_needed;
  return reply;
}

static void
step_serve (World *self, Peer *peer, guint32 dice)
{
  g_autoptr (Message) request = g_queue_pop_head (&peer->requests);

  if (request != NULL)
    g_queue_push_tail (&peer->replies, serve (self, request, dice));
}

static void
step_ghost (World *self, Peer *peer, guint32 dice)
{
  g_autoptr (Message) request = g_queue_pop_head (&peer->ghosts);
  g_autoptr (Message) reply = NULL;

  if (request != NULL)
    reply = serve (self, request, dice);
}

/* --- back from the service --- */

static void
take_in (World *self, Peer *peer, StateSyncSnapshot *snapshot)
{
  guint instance = (guint)g_ascii_strtoull (state_sync_snapshot_get_instance (snapshot), NULL, 10);
  g_autoptr (GError) error = NULL;

  if (instance < peer->newest_instance)
    return;
  peer->newest_instance = instance;
  if (!state_sync_replica_confirm (peer->replica, snapshot, &error))
    world_fail (self, "a snapshot was refused: %s", error->message);
}

static void
pull_failed (Peer *peer)
{
  peer->is_pulling = FALSE;
  peer->is_dirty = TRUE;
}

static void
pull_done (World *self, Peer *peer, const Message *reply)
{
  peer->is_pulling = FALSE;
  take_in (self, peer, reply->snapshot);
  if (reply->n_pulls_needed == peer->n_pulls_needed)
    state_sync_replica_pulled (peer->replica);
}

static void
write_lost (World *self, Peer *peer)
{
  peer->is_writing = FALSE;
  peer->n_lost++;
  self->coverage->lost++;
  state_sync_replica_write_lost (peer->replica);
}

static void
receive (World *self, Peer *peer, const Message *reply)
{
  g_autofree char *instance = g_strdup_printf ("%u", reply->instance);

  switch (reply->kind)
    {
    case MESSAGE_ACCEPTED:
      peer->is_writing = FALSE;
      state_sync_replica_write_accepted (peer->replica, instance, reply->revision);
      return;

    case MESSAGE_REFUSED:
      peer->is_writing = FALSE;
      state_sync_replica_write_refused (peer->replica, reply->error);
      return;

    case MESSAGE_POSTPONED:
      peer->is_writing = FALSE;
      state_sync_replica_write_postponed (peer->replica);
      return;

    case MESSAGE_LOST:
      write_lost (self, peer);
      return;

    case MESSAGE_SNAPSHOT:
      pull_done (self, peer, reply);
      return;

    case MESSAGE_NO_SNAPSHOT:
      pull_failed (peer);
      return;

    case MESSAGE_WRITE:
    case MESSAGE_PULL:
      g_assert_not_reached ();
    }
}

static void
step_receive (World *self, Peer *peer)
{
  g_autoptr (Message) reply = g_queue_pop_head (&peer->replies);

  if (reply != NULL)
    receive (self, peer, reply);
}

/* --- what goes wrong --- */

/* What is on the way to the service may still arrive; what is on the way back does not. */
static void
step_disconnect (World *self, Peer *peer)
{
  Message *message;

  while ((message = g_queue_pop_head (&peer->requests)) != NULL)
    {
      if (message->kind == MESSAGE_WRITE)
        g_queue_push_tail (&peer->ghosts, message);
      else
        message_free (message);
    }
  g_queue_clear_full (&peer->replies, message_free);

  if (peer->is_pulling)
    pull_failed (peer);
  if (peer->is_writing)
    write_lost (self, peer);
}

/* The service dies with what it has not served; some of it may have been done in silence. */
static void
crash_requests (World *self, Peer *peer, guint32 *dice)
{
  for (;;)
    {
      g_autoptr (Message) request = g_queue_pop_head (&peer->requests);
      g_autoptr (Message) silent = NULL;

      if (request == NULL)
        return;
      if ((*dice & 1) != 0)
        silent = serve (self, request, G_MAXUINT32);
      *dice >>= 1;
      g_queue_push_tail (
          &peer->replies,
          message_new (request->kind == MESSAGE_WRITE ? MESSAGE_LOST : MESSAGE_NO_SNAPSHOT, 0));
    }
}

static void
step_crash (World *self, guint32 dice)
{
  static const ModelCrash kinds[] = { MODEL_CRASH_KEEPING, MODEL_CRASH_KEEPING, MODEL_CRASH_LOSING,
                                      MODEL_CRASH_LOSING,  MODEL_CRASH_LOSING,  MODEL_CRASH_LOSING,
                                      MODEL_CRASH_LOSING,  MODEL_CRASH_NEW_FILE };
  guint32 how = dice >> 24;

  for (guint i = 0; i < self->n_peers; i++)
    {
      Peer *peer = &self->peers[i];

      if ((dice & 1) != 0)
        step_ghost (self, peer, G_MAXUINT32);
      dice >>= 1;
      crash_requests (self, peer, &dice);
      g_queue_clear_full (&peer->ghosts, message_free);
    }
  model_service_crash (&self->service, kinds[how % G_N_ELEMENTS (kinds)]);
  everyone_is_dirty (self);
}

/* --- the steps --- */

static void
step_round (World *self, Peer *peer, guint32 dice)
{
  step_take (self, peer);
  step_pull (peer);
  step_serve (self, peer, dice);
  step_serve (self, peer, dice);
  step_receive (self, peer);
  world_check_peer (self, peer);
  step_receive (self, peer);
}

void
world_step (World *self, const Step *step)
{
  Peer *peer = &self->peers[step->peer % self->n_peers];

  switch (step->kind)
    {
    case STEP_UPDATE:
      step_update (self, peer, step->dice);
      break;
    case STEP_FOREIGN:
      step_foreign (self, step->dice);
      break;
    case STEP_TAKE:
      step_take (self, peer);
      break;
    case STEP_PULL:
      step_pull (peer);
      break;
    case STEP_SERVE:
      step_serve (self, peer, step->dice);
      break;
    case STEP_RECEIVE:
      step_receive (self, peer);
      break;
    case STEP_BOARD:
      take_in (self, peer, self->service.current);
      break;
    case STEP_DISCONNECT:
      step_disconnect (self, peer);
      break;
    case STEP_GHOST:
      step_ghost (self, peer, step->dice);
      break;
    case STEP_CRASH:
      step_crash (self, step->dice);
      break;
    case STEP_STORE:
      model_service_store (&self->service);
      break;
    case STEP_ROUND:
      step_round (self, peer, step->dice);
      break;
    case N_STEP_KINDS:
      g_assert_not_reached ();
    }
  world_check_peer (self, peer);
}

static gboolean
is_quiet (Peer *peer)
{
  return !peer->is_writing && !peer->is_pulling && !peer->is_dirty &&
         g_queue_is_empty (&peer->ghosts) && state_sync_replica_get_n_pending (peer->replica) == 0;
}

static gboolean
are_quiet (World *self)
{
  for (guint i = 0; i < self->n_peers; i++)
    {
      if (!is_quiet (&self->peers[i]))
        return FALSE;
    }
  return TRUE;
}

static void
step_all (World *self, StepKind kind)
{
  for (guint i = 0; i < self->n_peers; i++)
    {
      Step step = { kind, i, G_MAXUINT32 };

      world_step (self, &step);
    }
}

/* All goes well from now on, until nothing more happens. */
void
world_drain (World *self)
{
  self->is_stormy = FALSE;

  for (guint i = 0; i < 1000 && self->failure == NULL; i++)
    {
      step_all (self, STEP_GHOST);
      step_all (self, STEP_ROUND);
      if (are_quiet (self))
        return;
    }
  world_fail (self, "it does not come to rest");
}
