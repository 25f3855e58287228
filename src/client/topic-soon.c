/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Changes that follow one another within moments: what a user types, or drags. Each is shown at
 * once, like any that is shown first, so that no window of this process is behind another, and
 * what was typed is in the replica and not in a widget that may be gone. But it is not *sent* at
 * once: changes are held until a limiter lets them through.
 *
 *   typed      when there is a pause, and now and then while there is none
 *   dragged    the first at once, then one write per interval, the last one included
 *
 * What continues a change that is held, by its key, becomes part of it: it is sent and refused as
 * one, and the user is told once.
 *
 * Whatever is not of this kind goes at once, and takes along what is held: the order in which
 * changes were made is the order in which they are written.
 */

#include "client/topic-private.h"

#include "engine/limiter.h"
#include "transports/json-text.h"

static const StateSyncThrottlePlan typed_plan = {
  .debounce = 300,
  .debounce_max_wait = 1500,
  .debounce_edges = STATE_SYNC_EDGES_TRAILING,
};
static const StateSyncThrottlePlan dragged_plan = {
  .throttle = 100,
  .throttle_edges = STATE_SYNC_EDGES_BOTH,
};

struct _StateSyncHold
{
  gboolean is_held;
  StateSyncLimiter *typed;
  StateSyncLimiter *dragged;

  /* The last change that was made here. */
  char *key;
  GTask *task; /* (nullable): not owned */
};

static void
on_passed (gpointer topic)
{
  state_sync_topic_release (topic);
}

static StateSyncHold *
ensure_hold (StateSyncTopic *self)
{
  StateSyncClock *clock = state_sync_client_get_clock (self->client);

  if (self->hold != NULL)
    return self->hold;

  self->hold = g_new0 (StateSyncHold, 1);
  self->hold->typed = state_sync_limiter_new (&typed_plan, clock, on_passed, self);
  self->hold->dragged = state_sync_limiter_new (&dragged_plan, clock, on_passed, self);
  return self->hold;
}

void
state_sync_hold_free (StateSyncHold *self)
{
  g_clear_weak_pointer (&self->task);
  state_sync_limiter_free (self->typed);
  state_sync_limiter_free (self->dragged);
  g_free (self->key);
  g_free (self);
}

gboolean
state_sync_topic_is_held (StateSyncTopic *self)
{
  return self->hold != NULL && self->hold->is_held;
}

void
state_sync_topic_end_hold (StateSyncTopic *self)
{
  if (self->hold != NULL)
    self->hold->is_held = FALSE;
}

/* What is held goes now, or as soon as the write that is under way has ended. */
void
state_sync_topic_release (StateSyncTopic *self)
{
  if (!state_sync_topic_is_held (self))
    return;

  state_sync_topic_end_hold (self);
  state_sync_topic_go_on (self);
}

static gboolean
is_due (StateSyncHold *hold, StateSyncTempo tempo)
{
  return state_sync_limiter_trigger (tempo == STATE_SYNC_TEMPO_TYPED ? hold->typed : hold->dragged);
}

/* FALSE if @write continues nothing that is held. */
static gboolean
amend (StateSyncTopic *self, const char *key, StateSyncWrite *write)
{
  StateSyncHold *hold = self->hold;
  GBytes *text;

  if (hold->task == NULL || !g_str_equal (hold->key, key))
    return FALSE;

  text = state_sync_replica_amend (self->replica, hold->task, write);
  if (text == NULL)
    return FALSE;
  g_task_set_task_data (hold->task, g_bytes_ref (text), (GDestroyNotify)g_bytes_unref);
  return TRUE;
}

/* @write: (transfer full) */
static gboolean
make (StateSyncTopic *self, const char *key, StateSyncWrite *write, GError **error)
{
  StateSyncHold *hold = self->hold;
  g_autoptr (GTask) task = NULL;

  if (amend (self, key, write))
    {
      state_sync_write_free (write);
      return TRUE;
    }

  task = g_task_new (self, NULL, NULL, NULL);
  g_task_set_source_tag (task, state_sync_topic_update_soon);
  if (!state_sync_topic_append (self, write, task, error))
    return FALSE;

  g_set_weak_pointer (&hold->task, task);
  g_free (hold->key);
  hold->key = g_strdup (key);
  return TRUE;
}

/* Changes the topic as state_sync_topic_update_async() does, but for when it is sent. If it is
 * refused, `write-rejected` tells.
 *
 * @key: what changes that continue each other have in common
 *
 * FALSE with nothing changed if it can't be a change: it is not JSON, or the topic is stopped. */
gboolean
state_sync_topic_update_soon (
    StateSyncTopic *self, const char *key, JsonNode *patch, StateSyncTempo tempo, GError **error)
{
  g_autoptr (StateSyncTopic) alive G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (GBytes) text = state_sync_json_node_to_bytes (patch);
  StateSyncWrite *write = state_sync_write_new (state_sync_topic_get_name (self), text);
  StateSyncHold *hold = ensure_hold (self);

  write->mode = STATE_SYNC_WRITE_MERGE;
  if (!make (self, key, write, error))
    return FALSE;

  hold->is_held = !is_due (hold, tempo);
  state_sync_topic_go_on (self);
  return TRUE;
}
