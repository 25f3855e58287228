/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Did a write take effect whose reply was lost? It has to be known before the write is sent
 * again. A merge patch made twice does no harm by itself, for it says what shall be so and not
 * what to add; but between the two somebody else may have changed the same member, and the second
 * would put the old value back over theirs.
 *
 * A write is *guarded*: it names the revision b that it was made for, and takes effect there or
 * nowhere (compare-and-swap). If it took effect, the topic was at f = b + (how many of its parts
 * changed something) right after it, with a text that can be computed here, since the text at b
 * is known. So a snapshot S of the topic answers:
 *
 *   S.revision ≤ b, same instance      not yet: it may still arrive. But to send the same write
 *                                      with the same guard again is safe: one of the two takes
 *                                      effect, the other meets a conflict
 *   S.revision ≤ b, another instance   it did not: what was stored would have been found
 *   b < S.revision < f                 it did not: others took these revisions
 *   S.revision = f                     it did if S is the computed text, else others took f
 *   S.revision > f                     can't be told: it may be what others wrote upon
 *
 * "Another instance" is a service that opened the database after the former had closed it or
 * died, so nothing that was sent to the former can take effect any more. This is why a write is
 * sent to the instance that its base came from and to no other. That a crash may take back
 * changes that were not durable, and give their revisions out again, makes no difference: if our
 * write is stored, the new instance begins at f or above, and if not, it is not in effect.
 *
 * In the last case there is one more thing to see: if the write would change nothing in S, what
 * it says is so, and to send it would be idle. Otherwise it can be neither sent again (it might
 * undo what another wrote upon it) nor counted as done, and the app has to be told.
 *
 * A write that is not guarded (replica.c says when) may take effect at any time after it was
 * sent, so a snapshot from the same instance never excludes it; only the last rule is left. The
 * same goes for a guard that the app chose, at a revision whose text is not known here.
 */

#include "replica/attempt.h"

#include "replica/group.h"

StateSyncAttempt *
state_sync_attempt_new (GPtrArray *writes, guint n_changes, StateSyncSnapshot *confirmed)
{
  StateSyncAttempt *self = g_new0 (StateSyncAttempt, 1);

  self->writes = g_ptr_array_ref (writes);
  self->n_changes = n_changes;
  self->instance = g_strdup (state_sync_snapshot_get_instance (confirmed));
  self->base = state_sync_snapshot_ref (confirmed);
  self->base_revision = state_sync_snapshot_get_revision (confirmed);
  return self;
}

void
state_sync_attempt_free (StateSyncAttempt *self)
{
  g_ptr_array_unref (self->writes);
  g_free (self->instance);
  g_clear_pointer (&self->base, state_sync_snapshot_unref);
  g_free (self);
}

/* Lets it take effect only at one revision: the one that the app expects, else its base's. */
void
state_sync_attempt_guard (StateSyncAttempt *self)
{
  StateSyncWrite *first = g_ptr_array_index (self->writes, 0);

  self->is_guarded = TRUE;
  if (!first->has_expected_revision)
    {
      first->has_expected_revision = TRUE;
      first->expected_revision = self->base_revision;
    }
  else if (first->expected_revision != self->base_revision)
    {
      self->base_revision = first->expected_revision;
      g_clear_pointer (&self->base, state_sync_snapshot_unref);
    }
}

/* (transfer full) (nullable): what the topic is right after the attempt, if it takes effect at
 * its base. */
StateSyncSnapshot *
state_sync_attempt_predict (StateSyncAttempt *self)
{
  g_autoptr (GBytes) text = NULL;
  guint64 revision;
  guint n_changed;

  if (self->base == NULL)
    return NULL;

  text =
      state_sync_writes_apply (self->writes, state_sync_snapshot_get_data (self->base), &n_changed);
  if (!g_uint64_checked_add (&revision, self->base_revision, n_changed))
    return NULL;
  return state_sync_snapshot_new_from (revision, text, self->instance);
}

static gboolean
changes_nothing (StateSyncAttempt *self, StateSyncSnapshot *snapshot)
{
  GBytes *text = state_sync_snapshot_get_data (snapshot);
  guint n_changed;
  g_autoptr (GBytes) result = state_sync_writes_apply (self->writes, text, &n_changed);

  return g_bytes_equal (result, text);
}

/* Whether the snapshot is by who the attempt is for. */
gboolean
state_sync_attempt_is_of (StateSyncAttempt *self, StateSyncSnapshot *snapshot)
{
  return g_strcmp0 (self->instance, state_sync_snapshot_get_instance (snapshot)) == 0;
}

StateSyncFate
state_sync_attempt_judge (StateSyncAttempt *self, StateSyncSnapshot *snapshot)
{
  g_autoptr (StateSyncSnapshot) predicted = NULL;
  guint64 revision = state_sync_snapshot_get_revision (snapshot);
  gboolean is_same = state_sync_attempt_is_of (self, snapshot);

  if (is_same && self->is_guarded && revision <= self->base_revision)
    return STATE_SYNC_FATE_OPEN;
  if (!self->is_doubtful || (!is_same && revision <= self->base_revision))
    return STATE_SYNC_FATE_ABSENT;

  if (self->is_guarded)
    predicted = state_sync_attempt_predict (self);
  if (predicted != NULL && revision <= state_sync_snapshot_get_revision (predicted))
    return revision == state_sync_snapshot_get_revision (predicted) &&
                   g_bytes_equal (state_sync_snapshot_get_data (snapshot),
                                  state_sync_snapshot_get_data (predicted))
               ? STATE_SYNC_FATE_PRESENT
               : STATE_SYNC_FATE_ABSENT;

  return changes_nothing (self, snapshot) ? STATE_SYNC_FATE_PRESENT : STATE_SYNC_FATE_UNKNOWN;
}
