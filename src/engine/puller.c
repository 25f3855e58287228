/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One pull at a time, tried again as the plan says.
 *
 *          send              answer               retry
 *   idle ───────► in flight ───────► being judged ───────► waiting ─(timer)─► retry_due: send
 *    ▲                                    │
 *    └────────────── reset ───────────────┘
 *
 * The owner judges the answer: it may be an error, or a snapshot that is not good enough. While
 * it does, the puller is still busy, so what comes up meanwhile waits for the next pull.
 *
 * A reset is possible at any time. A pull in flight is then cancelled and forgotten: its answer
 * goes nowhere, however late it comes and whether the provider heeds the cancellation or not.
 * `serial` changes with each send and reset; an owner that calls out while it judges can tell
 * from it that the answer in its hands is not wanted any more.
 */

#include "engine/puller.h"

/* Shared by the puller and by the callback to come. */
struct _StateSyncPullInFlight
{
  StateSyncPuller *puller; /* NULL once forgotten */
  GCancellable *cancellable;
};

static void
on_answer (GObject *object, GAsyncResult *result, gpointer user_data)
{
  StateSyncPullInFlight *pull = user_data;
  StateSyncPuller *self = pull->puller;
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_provider_get_snapshot_finish (
      STATE_SYNC_SNAPSHOT_PROVIDER (object), result, &error);

  g_object_unref (pull->cancellable);
  g_free (pull);
  if (self == NULL)
    return;

  self->in_flight = NULL;
  self->funcs->answered (snapshot, error, self->owner);
}

static void
forget (StateSyncPuller *self)
{
  StateSyncPullInFlight *pull = g_steal_pointer (&self->in_flight);
  g_autoptr (GCancellable) cancellable = NULL;

  self->serial++;
  state_sync_clock_cancel (self->clock, &self->retry_timer);
  if (pull == NULL)
    return;

  /* Whoever listens to the cancellation may answer at once, which frees the pull. */
  cancellable = g_object_ref (pull->cancellable);
  pull->puller = NULL;
  g_cancellable_cancel (cancellable);
}

/* Sends the next attempt. What was under way is forgotten. */
void
state_sync_puller_send (StateSyncPuller *self)
{
  StateSyncPullInFlight *pull = g_new (StateSyncPullInFlight, 1);

  forget (self);
  *pull = (StateSyncPullInFlight){ self, g_cancellable_new () };
  self->in_flight = pull;
  self->attempt++;
  state_sync_snapshot_provider_get_snapshot_async (self->provider, self->topic, pull->cancellable,
                                                   on_answer, pull);
}

static void
on_retry (gpointer user_data)
{
  StateSyncPuller *self = user_data;

  self->retry_timer = 0;
  self->funcs->retry_due (self->owner);
}

/* The answer was not good enough. FALSE if that was the last attempt; else the owner is called
 * after @delay milliseconds. */
gboolean
state_sync_puller_retry (StateSyncPuller *self, guint *delay)
{
  if (!state_sync_retry_next (self->plan, self->attempt, delay))
    return FALSE;

  self->retry_timer = state_sync_clock_add (self->clock, *delay * (gint64)1000, on_retry, self);
  return TRUE;
}

/* Idle again, as if nothing had been sent. */
void
state_sync_puller_reset (StateSyncPuller *self)
{
  forget (self);
  self->attempt = 0;
}

/* (transfer full) (nullable): what the provider has at hand, without a pull. */
StateSyncSnapshot *
state_sync_puller_peek (StateSyncPuller *self)
{
  StateSyncSnapshotProviderInterface *iface =
      STATE_SYNC_SNAPSHOT_PROVIDER_GET_IFACE (self->provider);

  return iface->peek_snapshot != NULL ? iface->peek_snapshot (self->provider, self->topic) : NULL;
}

gboolean
state_sync_puller_is_busy (const StateSyncPuller *self)
{
  return self->attempt > 0;
}

/* Whether it waits for the time of the next attempt. */
gboolean
state_sync_puller_is_waiting (const StateSyncPuller *self)
{
  return self->retry_timer != 0;
}
