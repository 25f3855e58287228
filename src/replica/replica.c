/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two things are held: the *confirmed* snapshot, which is what the service said last, and the
 * queue of *pending* changes, which were made here and have not ended. What the app sees is
 * confirmed with pending applied on top, in the order made. It is never stored as such, so there
 * is no old value that a rollback could bring back over somebody else's: a change that is refused
 * leaves the queue, and what is left is what the others made it.
 *
 * The life of a change:
 *
 *   update → pending ─ take_write → under way ─┬─ accepted → until confirmed has its revision
 *                ↑                             │                      ↓ CONFIRMED
 *                ├── conflict: rebased ────────┤
 *                ├── postponed ────────────────┤
 *                └── lost, then found absent ──┴─ refused ──→ REJECTED
 *
 * It ends with exactly one event and is pending until then; while it waits it may be amended. An
 * accepted change stays until the confirmed snapshot has reached its revision: neither does it
 * flicker, nor is an app told of a revision that it can't read yet.
 *
 * One write (an attempt, attempt.h) is under way at a time. Meanwhile changes gather; they go
 * together in the next (group.h). It is guarded by the revision of the confirmed snapshot, so
 * when it is accepted nobody wrote in between, and the new confirmed snapshot is computed here
 * with the service's own merge: no pull is needed. A conflict says that somebody did: the next
 * snapshot replaces confirmed, and the changes are sent again upon it. That is no event, for
 * neither a merge patch nor a replacement rests on what was there before. Only where the app
 * itself named the revision is a conflict a refusal.
 *
 * Under heavy traffic by others every guard may come too late. After MAX_CONFLICTS in a row a
 * write goes without one: it then means the same (rebased by the service instead of here) and
 * can't starve. The price is paid only if just this write's reply is lost: attempt.c says what
 * can still be told then.
 *
 * A group that is refused for its contents: any of its changes may be to blame. Each is to fare
 * as if it had been sent alone at its turn, so the next group is half as large, down to one
 * change; a single change that is refused is taken back. Groups grow again, doubled with each
 * success. A refusal that is not about contents (no access, disk full) would have met each of
 * the changes, and takes all of them back.
 *
 * Nothing here calls out. The owner feeds what happened, then takes the events and the next
 * write. No thread, no main loop; one owner at a time.
 */

#include "replica/replica.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/json-check.h"
#include "replica/attempt.h"
#include "replica/group.h"

/* What a topic that was never written reads as. */
#define ABSENT_DATA "null"

#define MAX_CONFLICTS 5

struct _StateSyncReplica
{
  GRefString *topic;
  StateSyncSnapshot *confirmed; /* NULL until the first snapshot */
  StateSyncSnapshot *cached;    /* (nullable): shown until then, and no ground for any write */

  GQueue pending; /* of StateSyncPending; those of the attempt come first */
  StateSyncAttempt *attempt;
  guint n_conflicts; /* in a row */
  guint group_limit;

  /* Confirmed with the first n_visible of pending applied; NULL if that is to be computed. */
  guint n_visible;
  GBytes *visible;

  GQueue *events; /* (nullable) of StateSyncReplicaEvent */
};

static void
pending_free (StateSyncPending *change)
{
  state_sync_write_free (change->write);
  g_free (change);
}

StateSyncReplica *
state_sync_replica_new (const char *topic)
{
  StateSyncReplica *self = g_new0 (StateSyncReplica, 1);

  self->topic = g_ref_string_new_intern (topic);
  self->group_limit = G_MAXUINT;
  g_queue_init (&self->pending);
  return self;
}

static void
event_free (gpointer data)
{
  state_sync_replica_event_clear (data);
  g_free (data);
}

/* Changes that have not ended end here without an event; see state_sync_replica_abandon(). */
void
state_sync_replica_free (StateSyncReplica *self)
{
  g_queue_clear_full (&self->pending, (GDestroyNotify)pending_free);
  g_clear_pointer (&self->attempt, state_sync_attempt_free);
  g_clear_pointer (&self->confirmed, state_sync_snapshot_unref);
  g_clear_pointer (&self->cached, state_sync_snapshot_unref);
  g_clear_pointer (&self->visible, g_bytes_unref);
  if (self->events != NULL)
    g_queue_free_full (self->events, event_free);
  g_ref_string_release (self->topic);
  g_free (self);
}

/* --- what the app sees --- */

static void
drop_visible (StateSyncReplica *self)
{
  g_clear_pointer (&self->visible, g_bytes_unref);
  self->n_visible = 0;
}

static GBytes *
confirmed_text (StateSyncReplica *self)
{
  StateSyncSnapshot *base = self->confirmed != NULL ? self->confirmed : self->cached;

  if (base == NULL)
    return g_bytes_new_static (ABSENT_DATA, strlen (ABSENT_DATA));
  return g_bytes_ref (state_sync_snapshot_get_data (base));
}

/* (transfer none): confirmed with pending applied; with nothing pending the very same bytes. */
GBytes *
state_sync_replica_get_data (StateSyncReplica *self)
{
  GList *l;

  if (self->visible == NULL)
    self->visible = confirmed_text (self);

  l = g_queue_peek_nth_link (&self->pending, self->n_visible);
  for (; l != NULL; l = l->next)
    {
      const StateSyncPending *change = l->data;
      GBytes *text = state_sync_write_apply (change->write, self->visible);

      g_bytes_unref (self->visible);
      self->visible = text;
      self->n_visible++;
    }
  return self->visible;
}

/* --- events --- */

static void
push_event (StateSyncReplica *self, StateSyncReplicaEvent event)
{
  if (self->events == NULL)
    self->events = g_queue_new ();
  g_queue_push_tail (self->events, g_memdup2 (&event, sizeof event));
}

static void
ask_for_pull (StateSyncReplica *self)
{
  push_event (self, (StateSyncReplicaEvent){ .kind = STATE_SYNC_REPLICA_PULL_NEEDED });
}

/* Ends the change at the queue's head: at @revision, or taken back with @error. */
static void
end_head (StateSyncReplica *self, guint64 revision, const GError *error)
{
  StateSyncPending *change = g_queue_pop_head (&self->pending);
  StateSyncReplicaEvent event = { .kind = STATE_SYNC_REPLICA_CONFIRMED, .tag = change->tag };

  if (error != NULL)
    {
      event.kind = STATE_SYNC_REPLICA_REJECTED;
      event.error = g_error_copy (error);
    }
  else
    {
      event.revision = revision;
    }
  push_event (self, event);
  pending_free (change);
}

/* Ends all changes of the attempt alike. */
static void
end_attempt (StateSyncReplica *self, guint64 revision, const GError *error)
{
  g_autoptr (StateSyncAttempt) attempt = g_steal_pointer (&self->attempt);

  for (guint i = 0; i < attempt->n_changes; i++)
    end_head (self, revision, error);
  drop_visible (self);
}

/* Gives what happened since, oldest first; FALSE when there is nothing more. */
gboolean
state_sync_replica_next_event (StateSyncReplica *self, StateSyncReplicaEvent *event)
{
  g_autofree StateSyncReplicaEvent *next = NULL;

  if (self->events == NULL)
    return FALSE;

  next = g_queue_pop_head (self->events);
  *event = *next;
  if (g_queue_is_empty (self->events))
    g_clear_pointer (&self->events, g_queue_free);
  return TRUE;
}

void
state_sync_replica_event_clear (StateSyncReplicaEvent *event)
{
  g_clear_error (&event->error);
}

/* --- what becomes of the attempt --- */

static void
send_anew (StateSyncReplica *self)
{
  g_clear_pointer (&self->attempt, state_sync_attempt_free);
}

static void
settle_acknowledged (StateSyncReplica *self)
{
  guint64 revision = self->attempt->revision;

  if (state_sync_snapshot_get_revision (self->confirmed) >= revision)
    end_attempt (self, revision, NULL);
  else if (!state_sync_attempt_is_of (self->attempt, self->confirmed))
    send_anew (self); /* It was there, and a crash took it back. */
}

static void
settle_unknown (StateSyncReplica *self)
{
  g_autoptr (GError) error = NULL;

  switch (state_sync_attempt_judge (self->attempt, self->confirmed))
    {
    case STATE_SYNC_FATE_OPEN:
      return;

    case STATE_SYNC_FATE_ABSENT:
      send_anew (self);
      return;

    case STATE_SYNC_FATE_PRESENT:
      end_attempt (self, state_sync_snapshot_get_revision (self->confirmed), NULL);
      return;

    case STATE_SYNC_FATE_UNKNOWN:
      error = state_sync_error_outcome_unknown (self->topic, "others have written since");
      end_attempt (self, 0, error);
      return;
    }
}

/* Draws from the confirmed snapshot what it says of the attempt. */
static void
settle (StateSyncReplica *self)
{
  switch (self->attempt->state)
    {
    case STATE_SYNC_ATTEMPT_SENT:
      return;

    case STATE_SYNC_ATTEMPT_ACKNOWLEDGED:
      settle_acknowledged (self);
      return;

    case STATE_SYNC_ATTEMPT_READY:
    case STATE_SYNC_ATTEMPT_WAITING:
      settle_unknown (self);
      return;
    }
}

/* --- what happens outside --- */

/* Makes a change, visible at once.
 *
 * @write: (transfer full): of this topic
 * @tag: what the event at its end shall bear
 *
 * FALSE with #STATE_SYNC_ERROR_INVALID_DATA and without a change if its text is not JSON. */
gboolean
state_sync_replica_update (StateSyncReplica *self,
                           StateSyncWrite *write,
                           gpointer tag,
                           GError **error)
{
  g_autoptr (StateSyncWrite) owned = write;
  StateSyncPending *change;

  if (!state_sync_write_check (write, G_MAXUINT64, error))
    return FALSE;

  change = g_new (StateSyncPending, 1);
  *change = (StateSyncPending){ g_steal_pointer (&owned), tag };
  g_queue_push_tail (&self->pending, change);
  return TRUE;
}

/* Makes the change of @tag say what @write says as well, if it is the last one, is not under way,
 * and one write can say both: what follows it within moments is the same act of the user's, and
 * shares its fate.
 *
 * (transfer none) (nullable): what the change says now; NULL, and nothing is changed, if that
 * can't be. */
GBytes *
state_sync_replica_amend (StateSyncReplica *self, gpointer tag, const StateSyncWrite *write)
{
  StateSyncPending *last = g_queue_peek_tail (&self->pending);
  guint n_under_way = self->attempt != NULL ? self->attempt->n_changes : 0;
  guint n_pending = g_queue_get_length (&self->pending);
  GBytes *text;

  if (n_pending == n_under_way || last->tag != tag || last->write->has_expected_revision ||
      !state_sync_write_check (write, G_MAXUINT64, NULL) ||
      !state_sync_group_join (last->write, write))
    return NULL;

  if (self->visible != NULL && self->n_visible == n_pending)
    {
      text = state_sync_write_apply (write, self->visible);
      g_bytes_unref (self->visible);
      self->visible = text;
    }
  return last->write->data;
}

/* The first of a service always is. */
static gboolean
is_news (StateSyncReplica *self, StateSyncSnapshot *snapshot)
{
  return self->confirmed == NULL ||
         g_strcmp0 (state_sync_snapshot_get_instance (snapshot),
                    state_sync_snapshot_get_instance (self->confirmed)) != 0 ||
         state_sync_snapshot_get_revision (snapshot) >
             state_sync_snapshot_get_revision (self->confirmed);
}

static gboolean
check_text (StateSyncReplica *self, StateSyncSnapshot *snapshot, GError **error)
{
  g_autoptr (GBytes) before = confirmed_text (self);
  StateSyncJsonFault fault;

  if (state_sync_json_check_change (before, state_sync_snapshot_get_data (snapshot), &fault))
    return TRUE;

  g_propagate_error (error,
                     state_sync_error_invalid_data (self->topic, fault.offset, fault.reason));
  return FALSE;
}

static void
set_confirmed (StateSyncReplica *self, StateSyncSnapshot *snapshot)
{
  state_sync_snapshot_ref (snapshot);
  g_clear_pointer (&self->confirmed, state_sync_snapshot_unref);
  g_clear_pointer (&self->cached, state_sync_snapshot_unref);
  self->confirmed = snapshot;
  drop_visible (self);
}

/* Takes in what a pull or a board gave; of no effect unless it is newer than what is confirmed.
 * A snapshot of another instance is of a service that has taken the place of the former, whose
 * snapshots must not come any more.
 *
 * FALSE with #STATE_SYNC_ERROR_INVALID_DATA and without a change if its text is not JSON. */
gboolean
state_sync_replica_confirm (StateSyncReplica *self, StateSyncSnapshot *snapshot, GError **error)
{
  if (!is_news (self, snapshot))
    return TRUE;
  if (!check_text (self, snapshot, error))
    return FALSE;

  set_confirmed (self, snapshot);
  if (self->attempt != NULL)
    settle (self);
  return TRUE;
}

/* What was confirmed in an earlier run of the app, of which the text has been checked: shown until
 * the first snapshot comes, with pending on top. Of no effect after that. */
void
state_sync_replica_set_cached (StateSyncReplica *self, StateSyncSnapshot *snapshot)
{
  if (self->confirmed != NULL)
    return;

  state_sync_snapshot_ref (snapshot);
  g_clear_pointer (&self->cached, state_sync_snapshot_unref);
  self->cached = snapshot;
  drop_visible (self);
}

/* A pull that was needed is over, and what it gave is confirmed. A conflict that it does not
 * explain is one with a revision that the app expected and the topic has not reached: an earlier
 * sending may still wait for it to come. */
void
state_sync_replica_pulled (StateSyncReplica *self)
{
  g_autoptr (GError) unknown = NULL;

  if (self->attempt != NULL)
    settle (self);
  if (self->attempt == NULL || self->attempt->state != STATE_SYNC_ATTEMPT_WAITING)
    return;

  if (!self->attempt->is_doubtful)
    {
      send_anew (self);
      return;
    }
  unknown = state_sync_error_outcome_unknown (self->topic, "the expected revision is yet to come");
  end_attempt (self, 0, unknown);
}

/* Ends every change at once: those that were accepted as confirmed, those whose outcome is not
 * known with #STATE_SYNC_ERROR_OUTCOME_UNKNOWN, those that were not sent with @error. After it
 * only events are taken. */
void
state_sync_replica_abandon (StateSyncReplica *self, const GError *error)
{
  StateSyncAttempt *attempt = self->attempt;
  g_autoptr (GError) unknown = NULL;

  if (attempt != NULL && attempt->state == STATE_SYNC_ATTEMPT_ACKNOWLEDGED)
    {
      end_attempt (self, attempt->revision, NULL);
    }
  else if (attempt != NULL && (attempt->is_doubtful || attempt->state == STATE_SYNC_ATTEMPT_SENT))
    {
      unknown = state_sync_error_outcome_unknown (self->topic, error->message);
      end_attempt (self, 0, unknown);
    }

  g_clear_pointer (&self->attempt, state_sync_attempt_free);
  while (!g_queue_is_empty (&self->pending))
    end_head (self, 0, error);
  drop_visible (self);
}

/* --- the write under way --- */

static gboolean
is_guarded_by_app (StateSyncReplica *self)
{
  const StateSyncPending *head = g_queue_peek_head (&self->pending);

  return head->write->has_expected_revision;
}

static void
begin_attempt (StateSyncReplica *self)
{
  guint n_changes = state_sync_group_measure (&self->pending, self->group_limit);
  g_autoptr (GPtrArray) writes = state_sync_group_compose (&self->pending, n_changes);

  self->attempt = state_sync_attempt_new (writes, n_changes, self->confirmed);
  if (is_guarded_by_app (self) || self->n_conflicts < MAX_CONFLICTS)
    state_sync_attempt_guard (self->attempt);
}

/* The next write, now under way; NULL if there is none, or if one is under way or needs a
 * snapshot first. One element is a `Write`, several are a `WriteMany`.
 *
 * @instance: (out) (transfer none) (nullable): whom to send it to, and nobody else. If that
 *   service is gone the write is postponed.
 *
 * Returns: (transfer container) (element-type StateSyncWrite) (nullable): not to be changed
 */
GPtrArray *
state_sync_replica_take_write (StateSyncReplica *self, const char **instance)
{
  if (self->confirmed == NULL || g_queue_is_empty (&self->pending))
    return NULL;

  if (self->attempt == NULL)
    begin_attempt (self);
  if (self->attempt->state != STATE_SYNC_ATTEMPT_READY)
    return NULL;

  self->attempt->state = STATE_SYNC_ATTEMPT_SENT;
  *instance = self->attempt->instance;
  return g_ptr_array_ref (self->attempt->writes);
}

/* If nobody wrote in between, the attempt's result is what the topic is now. */
static void
confirm_by_prediction (StateSyncReplica *self, guint64 revision)
{
  g_autoptr (StateSyncSnapshot) predicted = NULL;

  if (self->attempt->base != self->confirmed)
    return;

  predicted = state_sync_attempt_predict (self->attempt);
  if (predicted != NULL && state_sync_snapshot_get_revision (predicted) == revision)
    set_confirmed (self, predicted);
}

/* @instance: (nullable): who answered
 * @revision: the last that the answer bears */
void
state_sync_replica_write_accepted (StateSyncReplica *self, const char *instance, guint64 revision)
{
  StateSyncAttempt *attempt = self->attempt;
  gboolean is_as_sent = g_strcmp0 (instance, attempt->instance) == 0;

  g_return_if_fail (attempt->state == STATE_SYNC_ATTEMPT_SENT);

  self->n_conflicts = 0;
  self->group_limit = self->group_limit > G_MAXUINT / 2 ? G_MAXUINT : self->group_limit * 2;

  if (is_as_sent)
    confirm_by_prediction (self, revision);
  attempt->state = STATE_SYNC_ATTEMPT_ACKNOWLEDGED;
  attempt->revision = revision;
  if (!is_as_sent)
    {
      g_free (attempt->instance);
      attempt->instance = g_strdup (instance);
    }

  /* An answer by somebody else is by a newer service than the confirmed snapshot's, unless that
   * has come meanwhile: an older snapshot says nothing of it. */
  if (is_as_sent || state_sync_attempt_is_of (attempt, self->confirmed))
    settle (self);
  if (self->attempt != NULL)
    ask_for_pull (self);
}

/* Whether another change might have fared better under the same circumstances. */
static gboolean
is_about_content (const GError *error)
{
  static const StateSyncError codes[] = {
    STATE_SYNC_ERROR_INVALID_DATA,
    STATE_SYNC_ERROR_TOO_LARGE,
    STATE_SYNC_ERROR_LIMIT_EXCEEDED,
    STATE_SYNC_ERROR_REJECTED,
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      if (g_error_matches (error, STATE_SYNC_ERROR, (gint)codes[i]))
        return TRUE;
    }
  return FALSE;
}

static void
take_back (StateSyncReplica *self, const GError *error)
{
  g_autoptr (GError) unknown = NULL;

  if (self->attempt->is_doubtful)
    {
      /* This sending changed nothing; an earlier one may have. */
      unknown = state_sync_error_outcome_unknown (self->topic, error->message);
      end_attempt (self, 0, unknown);
    }
  else if (self->attempt->n_changes > 1 && is_about_content (error))
    {
      self->group_limit = self->attempt->n_changes / 2;
      send_anew (self);
    }
  else
    {
      end_attempt (self, 0, error);
    }
}

static void
meet_conflict (StateSyncReplica *self)
{
  self->n_conflicts++;
  self->attempt->state = STATE_SYNC_ATTEMPT_WAITING;
  settle (self);
  if (self->attempt != NULL)
    ask_for_pull (self);
}

/* @error: why it changed nothing: the service's answer, or why the owner gave up trying */
void
state_sync_replica_write_refused (StateSyncReplica *self, const GError *error)
{
  g_return_if_fail (self->attempt->state == STATE_SYNC_ATTEMPT_SENT);

  if (g_error_matches (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_UNAVAILABLE))
    state_sync_replica_write_postponed (self);
  else if (g_error_matches (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_CONFLICT) &&
           (!is_guarded_by_app (self) || self->attempt->is_doubtful))
    meet_conflict (self);
  else
    take_back (self, error);
}

/* It was not sent, or was turned away unheard: it is to be taken again when the owner sees fit. */
void
state_sync_replica_write_postponed (StateSyncReplica *self)
{
  g_return_if_fail (self->attempt->state == STATE_SYNC_ATTEMPT_SENT);

  if (!self->attempt->is_doubtful)
    {
      send_anew (self);
      return;
    }
  self->attempt->state = STATE_SYNC_ATTEMPT_READY;
  settle (self);
}

/* It was sent, and there will be no answer. */
void
state_sync_replica_write_lost (StateSyncReplica *self)
{
  StateSyncAttempt *attempt = self->attempt;

  g_return_if_fail (attempt->state == STATE_SYNC_ATTEMPT_SENT);

  attempt->is_doubtful = TRUE;
  attempt->state = attempt->is_guarded ? STATE_SYNC_ATTEMPT_READY : STATE_SYNC_ATTEMPT_WAITING;

  /* Without a guard it may take effect after the confirmed snapshot, if that is of the same
   * service: the next one decides. */
  if (attempt->is_guarded || !state_sync_attempt_is_of (attempt, self->confirmed))
    settle (self);
  else
    ask_for_pull (self);
}

/* --- what is held --- */

/* (nullable): NULL before the first snapshot. */
StateSyncSnapshot *
state_sync_replica_get_confirmed (StateSyncReplica *self)
{
  return self->confirmed;
}

/* (nullable): what is shown in place of a confirmed snapshot; NULL once there is one. */
StateSyncSnapshot *
state_sync_replica_get_cached (StateSyncReplica *self)
{
  return self->cached;
}

guint
state_sync_replica_get_n_pending (StateSyncReplica *self)
{
  return g_queue_get_length (&self->pending);
}
