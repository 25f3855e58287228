/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One set at a time, write by write. Each write is judged by the rules (expected revision, size,
 * last revision) and gets its revision against the head of its topic, so that writes follow each
 * other as if each had been committed alone. A set of which one write is refused leaves the heads
 * as it found them.
 *
 * If the application has a validator, that is asked last, about each write that would change its
 * topic. It may answer within the call, and then nobody notices; or later, from any thread, and
 * until then the set is on trial and the judge is busy: the next set would be judged upon what
 * this one may still take back. So there is one question at a time, in the order of the writes.
 *
 * A write whose data the validator replaces counts as two changes: the write, revision r + 1, and
 * the validator's own, revision r + 2, which the writer is told. Nobody ever sees the first one
 * apart, exactly as with two writes to one topic in one set. One revision for both would deceive
 * a client that shows its own write already: it takes the next revision for a proof that the
 * state is what it wrote. So it sees a gap, and pulls.
 *
 * A judge that is closed waits for nobody: what the validator does not answer within the call is
 * refused.
 */

#include "store/judge.h"

#include "protocol/error.h"
#include "store/validation-private.h"

struct _StateSyncJudge
{
  guint64 max_data_size;
  StateSyncJudgedFunc judged;
  gpointer user_data;
  gboolean is_closed;

  StateSyncValidateFunc validate; /* (nullable) */
  StateSyncConcernsFunc concerns; /* (nullable) */
  gpointer validate_data;
  GDestroyNotify validate_destroy; /* (nullable) */

  /* The set on trial; NULL if there is none. */
  StateSyncWriteSet *set;
  guint n_judged;
  GArray *undo; /* of Undo */

  /* The question that is open; NULL if there is none. */
  StateSyncVerdict *verdict;
  GCancellable *cancellable;
  StateSyncSnapshot *asked; /* what the write makes of its topic */
};

/* How to put back what a set did to an entry. */
typedef struct
{
  StateSyncTopicEntry *entry;
  StateSyncSnapshot *head; /* (nullable) owned */
} Undo;

StateSyncJudge *
state_sync_judge_new (guint64 max_data_size, StateSyncJudgedFunc judged, gpointer user_data)
{
  StateSyncJudge *self = g_new0 (StateSyncJudge, 1);

  self->max_data_size = max_data_size;
  self->judged = judged;
  self->user_data = user_data;
  self->undo = g_array_new (FALSE, FALSE, sizeof (Undo));
  return self;
}

void
state_sync_judge_free (StateSyncJudge *self)
{
  g_assert (self->set == NULL);

  if (self->validate_destroy != NULL)
    self->validate_destroy (self->validate_data);
  g_array_unref (self->undo);
  g_free (self);
}

/* Once, before there is anything to judge. */
void
state_sync_judge_set_validator (StateSyncJudge *self,
                                StateSyncValidateFunc validate,
                                StateSyncConcernsFunc concerns,
                                gpointer user_data,
                                GDestroyNotify destroy)
{
  g_assert (self->validate == NULL && self->set == NULL);

  self->validate = validate;
  self->concerns = concerns;
  self->validate_data = user_data;
  self->validate_destroy = destroy;
}

/* --- heads --- */

static void
set_head (StateSyncJudge *self, StateSyncTopicEntry *entry, StateSyncSnapshot *snapshot)
{
  Undo step = { .entry = entry, .head = entry->head };

  entry->head = state_sync_snapshot_ref (snapshot);
  g_array_append_val (self->undo, step);
}

static void
keep_heads (StateSyncJudge *self)
{
  for (guint i = 0; i < self->undo->len; i++)
    g_clear_pointer (&g_array_index (self->undo, Undo, i).head, state_sync_snapshot_unref);
}

static void
restore_heads (StateSyncJudge *self)
{
  for (guint i = self->undo->len; i > 0; i--)
    {
      Undo *step = &g_array_index (self->undo, Undo, i - 1);

      g_clear_pointer (&step->entry->head, state_sync_snapshot_unref);
      step->entry->head = step->head;
    }
}

/* --- one write --- */

static const StateSyncWrite *
current_write (StateSyncJudge *self)
{
  return g_ptr_array_index (self->set->writes, self->n_judged);
}

static StateSyncTopicEntry *
current_entry (StateSyncJudge *self)
{
  return g_ptr_array_index (self->set->entries, self->n_judged);
}

static StateSyncSnapshot *
current_base (StateSyncJudge *self)
{
  StateSyncTopicEntry *entry = current_entry (self);

  return entry->head != NULL ? entry->head : entry->committed;
}

static void
refuse (StateSyncJudge *self, GError *error)
{
  if (self->set->writes->len > 1)
    g_prefix_error (&error, "Write %u of %u: ", self->n_judged + 1, self->set->writes->len);
  self->set->error = error;
}

static gboolean
is_admitted (StateSyncJudge *self, StateSyncSnapshot *next, GError **error)
{
  StateSyncWriteSet *set = self->set;

  return set->admit == NULL || set->admit (current_write (self)->topic, current_base (self), next,
                                           set->admit_data, error);
}

/* By the rules and the application: @next is the topic's new state, or still the old one. */
static void
grant (StateSyncJudge *self, StateSyncSnapshot *next)
{
  GError *error = NULL;

  if (next != current_base (self) && !is_admitted (self, next, &error))
    {
      refuse (self, error);
      return;
    }

  self->set->revisions[self->n_judged] = state_sync_snapshot_get_revision (next);
  if (next != current_base (self))
    set_head (self, current_entry (self), next);
  self->n_judged++;
}

static StateSyncSnapshot *
amend (StateSyncJudge *self, GBytes *replacement, GError **error)
{
  if (replacement == NULL)
    return state_sync_snapshot_ref (self->asked);
  return state_sync_write_amend (current_write (self)->topic, current_base (self), self->asked,
                                 replacement, self->max_data_size, error);
}

/* The validator has answered. */
static void
hear (StateSyncJudge *self)
{
  g_autoptr (StateSyncVerdict) verdict = g_steal_pointer (&self->verdict);
  g_autoptr (GBytes) replacement = NULL;
  g_autoptr (StateSyncSnapshot) next = NULL;

  if (state_sync_verdict_take (verdict, &replacement, &self->set->error))
    next = amend (self, replacement, &self->set->error);
  if (next != NULL)
    grant (self, next);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->asked, state_sync_snapshot_unref);
}

static gboolean on_given (gpointer user_data);

/* Returns: whether the answer has come */
static gboolean
ask (StateSyncJudge *self, StateSyncSnapshot *next)
{
  StateSyncValidation *validation;

  self->verdict = state_sync_verdict_new ();
  self->cancellable = g_cancellable_new ();
  self->asked = state_sync_snapshot_ref (next);

  validation = state_sync_validation_new (current_write (self)->topic, current_base (self),
                                          state_sync_snapshot_get_data (next), self->cancellable,
                                          self->verdict);
  self->validate (validation, self->validate_data);
  g_object_unref (validation);

  if (self->is_closed)
    state_sync_judge_close (self);
  if (state_sync_verdict_is_given (self->verdict))
    {
      hear (self);
      return TRUE;
    }
  state_sync_verdict_wait (self->verdict, on_given, self);
  return FALSE;
}

/* Whether the application does, in the topic. */
static gboolean
has_say (StateSyncJudge *self)
{
  return self->validate != NULL &&
         (self->concerns == NULL ||
          self->concerns (current_write (self)->topic, self->validate_data));
}

/* Returns: whether it is judged */
static gboolean
judge_write (StateSyncJudge *self)
{
  StateSyncTopicEntry *entry = current_entry (self);
  StateSyncSnapshot *base = current_base (self);
  g_autoptr (StateSyncSnapshot) next = NULL;
  GError *error = NULL;

  /* What is still to be stored counts like a head: a durable write's reply says that what it
   * found is on stable storage. */
  if (entry->head != NULL || state_sync_topic_entry_is_unsaved (entry))
    self->set->needs_commit = TRUE;

  next = state_sync_write_judge (current_write (self), base, self->max_data_size, &error);
  if (next == NULL)
    refuse (self, error);
  else if (next == base || !has_say (self))
    grant (self, next);
  else
    return ask (self, next);
  return TRUE;
}

/* --- the set --- */

static void
end (StateSyncJudge *self)
{
  StateSyncWriteSet *set = g_steal_pointer (&self->set);

  if (set->error != NULL)
    {
      restore_heads (self);
    }
  else
    {
      keep_heads (self);
      set->n_changed = self->undo->len;
      set->needs_commit |= set->n_changed > 0;
    }
  g_array_set_size (self->undo, 0);
}

/* Returns: whether the set is judged */
static gboolean
go_on (StateSyncJudge *self)
{
  while (self->set->error == NULL && self->n_judged < self->set->writes->len)
    {
      if (!judge_write (self))
        return FALSE;
    }
  end (self);
  return TRUE;
}

static gboolean
on_given (gpointer user_data)
{
  StateSyncJudge *self = user_data;

  hear (self);
  if (go_on (self))
    self->judged (self->user_data);
  return G_SOURCE_REMOVE;
}

/* Judges @set and, unless it is refused, stacks it on the heads.
 *
 * Returns: TRUE if that is done; FALSE if the validator has to be waited for, and `judged` will be
 *   called, from the main loop
 */
gboolean
state_sync_judge_run (StateSyncJudge *self, StateSyncWriteSet *set)
{
  g_assert (self->set == NULL);

  self->set = set;
  self->n_judged = 0;
  set->revisions = g_new0 (guint64, set->writes->len);
  return go_on (self);
}

/* From now on no answer is waited for; the one that is has been refused. */
void
state_sync_judge_close (StateSyncJudge *self)
{
  self->is_closed = TRUE;
  if (self->verdict == NULL || state_sync_verdict_is_given (self->verdict))
    return;

  state_sync_verdict_give (self->verdict, NULL, state_sync_error_unavailable ());
  g_cancellable_cancel (self->cancellable);
}
