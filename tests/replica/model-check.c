/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The promises, each checked against what the model service remembers. */

#include "replica/model-world.h"

#include "protocol/json-merge.h"

void
world_fail (World *self, const char *format, ...)
{
  va_list args;

  if (self->failure != NULL)
    return;
  va_start (args, format);
  self->failure = g_strdup_vprintf (format, args);
  va_end (args);
}

static Update *
update_at (Peer *peer, guint i)
{
  return g_ptr_array_index (peer->updates, i);
}

/* --- after each step --- */

static void
end_update (World *self, Peer *peer, const StateSyncReplicaEvent *event)
{
  StateSyncSnapshot *confirmed = state_sync_replica_get_confirmed (peer->replica);
  Update *update = event->tag;

  if (peer->n_ended == peer->updates->len || update != update_at (peer, peer->n_ended))
    {
      world_fail (self, "update %u ended out of order", update->mark);
      return;
    }
  peer->n_ended++;

  if (event->kind == STATE_SYNC_REPLICA_CONFIRMED)
    {
      update->state = UPDATE_CONFIRMED;
      self->coverage->confirmed++;
      if (state_sync_snapshot_get_revision (confirmed) < event->revision)
        world_fail (self, "update %u is confirmed ahead of its revision", update->mark);
      return;
    }

  update->error_code = event->error->code;
  update->state =
      update->error_code == STATE_SYNC_ERROR_OUTCOME_UNKNOWN ? UPDATE_UNKNOWN : UPDATE_REJECTED;
  self->coverage->unknown += update->state == UPDATE_UNKNOWN;
  self->coverage->rejected += update->state == UPDATE_REJECTED;
}

static void
take_events (World *self, Peer *peer)
{
  guint n_ended = peer->n_ended;

  for (;;)
    {
      g_auto (StateSyncReplicaEvent) event = { 0 };

      if (!state_sync_replica_next_event (peer->replica, &event))
        break;
      if (event.kind != STATE_SYNC_REPLICA_PULL_NEEDED)
        {
          end_update (self, peer, &event);
          continue;
        }
      peer->n_pulls_needed++;
      peer->is_dirty = TRUE;
    }
  self->coverage->together += peer->n_ended > n_ended + 1;
}

static GBytes *
confirmed_by_history (World *self, Peer *peer)
{
  StateSyncSnapshot *confirmed = state_sync_replica_get_confirmed (peer->replica);
  GBytes *text;

  if (confirmed == NULL)
    return g_bytes_new_static ("null", 4);

  text = model_service_look_back (&self->service, confirmed);
  if (text == NULL || !g_bytes_equal (text, state_sync_snapshot_get_data (confirmed)))
    {
      world_fail (self, "peer %u confirmed what never was", peer->index);
      text = state_sync_snapshot_get_data (confirmed);
    }
  return g_bytes_ref (text);
}

static void
check_visible (World *self, Peer *peer)
{
  g_autoptr (GBytes) text = confirmed_by_history (self, peer);
  GBytes *visible = state_sync_replica_get_data (peer->replica);

  for (guint i = peer->n_ended; i < peer->updates->len; i++)
    {
      const StateSyncWrite *write = update_at (peer, i)->write;
      GBytes *next = write->mode == STATE_SYNC_WRITE_MERGE
                         ? state_sync_json_merge (text, write->data)
                         : g_bytes_ref (write->data);

      g_bytes_unref (text);
      text = next;
    }

  if (!g_bytes_equal (visible, text))
    world_fail (self, "peer %u shows %.*s and should show %.*s", peer->index,
                (int)g_bytes_get_size (visible), (const char *)g_bytes_get_data (visible, NULL),
                (int)g_bytes_get_size (text), (const char *)g_bytes_get_data (text, NULL));
}

void
world_check_peer (World *self, Peer *peer)
{
  take_events (self, peer);
  check_visible (self, peer);
  if (state_sync_replica_get_n_pending (peer->replica) != peer->updates->len - peer->n_ended)
    world_fail (self, "peer %u miscounts what is pending", peer->index);
}

/* --- at the end --- */

/* What a replacement follows is never sent if the two go together. */
static gboolean
is_superseded (Peer *peer, guint index)
{
  for (guint i = index + 1; i < peer->updates->len; i++)
    {
      const Update *later = update_at (peer, i);

      if (later->write->mode == STATE_SYNC_WRITE_REPLACE && later->state != UPDATE_REJECTED)
        return TRUE;
    }
  return FALSE;
}

/* An update that named a revision took effect there. */
static void
check_guard (World *self, const Update *update)
{
  guint64 expected = update->write->expected_revision + 1;

  if (update->write->has_expected_revision &&
      model_service_find (&self->service, update->mark) != expected)
    world_fail (self, "update %u took effect elsewhere than it named", update->mark);
}

static void
check_confirmed (World *self, Peer *peer, guint index)
{
  const Update *update = update_at (peer, index);
  guint n = model_service_count (&self->service, update->mark);
  gboolean by_new_file = FALSE;
  gboolean was_lost = model_service_has_lost (&self->service, update->mark, &by_new_file);

  if (n == 1)
    {
      if (update->is_bad)
        world_fail (self, "update %u is bad and in effect", update->mark);
      check_guard (self, update);
      self->coverage->taken_back_by_crash += was_lost;
      return;
    }
  if (n == 0 && is_superseded (peer, index))
    return;
  if (n == 0 && was_lost && (by_new_file || !update->write->durable))
    return;
  world_fail (self, "update %u is confirmed and %u times in effect", update->mark, n);
}

static void
check_rejected (World *self, Peer *peer, const Update *update)
{
  guint n = model_service_count (&self->service, update->mark);

  if (n > 0)
    world_fail (self, "update %u is rejected and %u times in effect", update->mark, n);
  if (update->error_code == STATE_SYNC_ERROR_REJECTED && !update->is_bad)
    world_fail (self, "update %u is taken back for another's fault", update->mark);
  if (update->error_code == STATE_SYNC_ERROR_CONFLICT && !update->write->has_expected_revision)
    world_fail (self, "update %u is taken back for a conflict", update->mark);
}

static void
check_unknown (World *self, Peer *peer, const Update *update)
{
  guint n = model_service_count (&self->service, update->mark);

  if (n > 1)
    world_fail (self, "update %u is %u times in effect", update->mark, n);
  if (peer->n_lost == 0)
    world_fail (self, "update %u is unknown, and no reply was lost", update->mark);
}

static void
check_update (World *self, Peer *peer, guint index)
{
  const Update *update = update_at (peer, index);

  switch (update->state)
    {
    case UPDATE_PENDING:
      world_fail (self, "update %u never ended", update->mark);
      return;
    case UPDATE_CONFIRMED:
      check_confirmed (self, peer, index);
      return;
    case UPDATE_REJECTED:
      check_rejected (self, peer, update);
      return;
    case UPDATE_UNKNOWN:
      check_unknown (self, peer, update);
      return;
    }
}

/* The changes of one peer took effect in the order made, but for those of which the app was told
 * that nobody knows: one without a guard may arrive late. */
static void
check_order (World *self)
{
  guint newest[MODEL_MAX_PEERS] = { 0 };

  for (guint i = 0; i < self->service.log->len; i++)
    {
      guint mark = g_array_index (self->service.log, ModelEntry, i).mark;
      guint peer = mark / MODEL_PEER_MARK - 1;

      if (peer >= self->n_peers ||
          update_at (&self->peers[peer], mark % MODEL_PEER_MARK)->state == UPDATE_UNKNOWN)
        continue;
      if (mark < newest[peer])
        world_fail (self, "update %u took effect after update %u", mark, newest[peer]);
      newest[peer] = mark;
    }
}

void
world_check_end (World *self)
{
  GBytes *truth = state_sync_snapshot_get_data (self->service.current);

  for (guint i = 0; i < self->n_peers; i++)
    {
      Peer *peer = &self->peers[i];

      if (!g_bytes_equal (state_sync_replica_get_data (peer->replica), truth))
        world_fail (self, "peer %u differs from the service in the end", i);
      for (guint k = 0; k < peer->updates->len; k++)
        check_update (self, peer, k);
    }
  check_order (self);
}
