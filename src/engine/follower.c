/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a topic is kept up to date. Everything that may call for a pull becomes part of one demand
 * (demand.c), and a pull that begins takes all of the demand with it:
 *
 *   invalidation ─► gate ─► filter ─► throttle ─┐
 *   refresh, start, another instance ───────────┴─► demand ─► pull ─► gate ─► apply
 *                                                      ▲         │
 *                                                      └─ retry ─┘
 *
 * What a source tells of may be at hand with the provider, in memory that it shares with the
 * service. It is then accepted on the spot, and nothing is pulled.
 *
 * So a burst costs at most two pulls while one is under way: that one, which was sent too early
 * to answer it, and one more, and this only if what the first brought is not enough. The pull
 * under way keeps what it was sent for in `asked`; a snapshot that does not meet it is older
 * than was announced, and counts as a failed attempt.
 *
 * The gate belongs to an instance, and so does a pull. When another instance begins to serve, a
 * pull that was sent to the one before is forgotten and sent anew; one that was sent while
 * nobody served (and so made the bus start somebody) is kept. A snapshot counts as given by the
 * instance it names, else by the one that served when it was asked for; one by anybody but who
 * serves, or while nobody does, who did last, is refused. So no late answer of a dead instance
 * gets past a newer one.
 *
 * Whatever is called that others wrote (source, provider, and through the owner: apply, handlers
 * of signals, callbacks) may in turn call anything of this, stop it, or drop the owner. So state
 * is changed first and others are called last, each way in from outside holds the owner, and
 * whoever goes on after a call out looks again (`is_stopped`, the puller's `serial`). Apply is
 * never entered twice: what is accepted while it runs waits until it is done.
 *
 * What an application does with a new state may take long: a handler may run a main loop of its
 * own, or wait for a refresh. So it is told by `applied`, when the pull that brought the state is
 * over and the next one can begin, and not while apply runs.
 */

#include "engine/follower.h"

#include "engine/fault.h"
#include "engine/log.h"

static void attend (StateSyncFollower *self);

static void
debug (StateSyncFollower *self, const char *what)
{
  state_sync_log_debug (self->topic, self->gate.revision, self->serving, what);
}

static void
report (StateSyncFollower *self, const GError *error, StateSyncFailureContext *context)
{
  if (!self->is_stopped)
    self->funcs->failed (error, context, self->owner);
}

/* --- who serves --- */

/* Looks who serves now. TRUE if that changed. */
static gboolean
update_serving (StateSyncFollower *self)
{
  g_autofree char *instance = state_sync_invalidation_source_dup_instance (self->source);

  if (g_strcmp0 (instance, self->serving) == 0)
    return FALSE;

  g_clear_pointer (&self->serving, g_ref_string_release);
  self->serving = instance != NULL ? g_ref_string_new_intern (instance) : NULL;
  debug (self, instance != NULL ? "another instance serves" : "nobody serves");
  return TRUE;
}

static void
notify_available (StateSyncFollower *self, gboolean was_available)
{
  if (was_available != (self->serving != NULL) && !self->is_stopped)
    self->funcs->available_changed (self->owner);
}

static void
set_pull_instance (StateSyncFollower *self)
{
  g_clear_pointer (&self->pull_instance, g_ref_string_release);
  self->pull_instance = self->serving != NULL ? g_ref_string_acquire (self->serving) : NULL;
}

/* Asks for whatever is newest now. A pull that waits to be tried again waits no longer; with
 * @forget, one that is in flight is given up. */
static void
pull_newest (StateSyncFollower *self, gboolean forget)
{
  state_sync_demand_force (&self->demand);
  self->demand.is_due = TRUE;
  if (forget || state_sync_puller_is_waiting (&self->puller))
    state_sync_puller_reset (&self->puller);
  attend (self);
}

/* Somebody serves who did not before. */
static void
turn_to_serving (StateSyncFollower *self, gboolean can_adopt)
{
  gboolean is_busy = state_sync_puller_is_busy (&self->puller);
  gboolean is_lost =
      self->pull_instance != NULL && !g_str_equal (self->pull_instance, self->serving);

  if (!is_busy && !self->is_following)
    return;

  if (is_busy && can_adopt && self->pull_instance == NULL)
    set_pull_instance (self);
  else
    pull_newest (self, is_lost);
}

/* @can_adopt: if a pull was sent while nobody served, it is in flight still, or was answered just
 * now; so that who serves now is who answers it. */
static void
follow_instance (StateSyncFollower *self, gboolean can_adopt)
{
  gboolean was_available = self->serving != NULL;

  if (!update_serving (self))
    return;
  if (self->serving != NULL)
    turn_to_serving (self, can_adopt);
  notify_available (self, was_available);
}

/* The source says that another instance serves, or nobody. */
void
state_sync_follower_instance_changed (StateSyncFollower *self)
{
  g_autoptr (GObject) hold G_GNUC_UNUSED = g_object_ref (self->owner);

  follow_instance (self, self->puller.in_flight != NULL);
}

/* --- applying --- */

static gboolean
apply (StateSyncFollower *self, StateSyncSnapshot *snapshot, const char *instance, GError **error)
{
  guint64 before = self->gate.revision;
  gboolean is_applied;

  self->is_applying = TRUE;
  is_applied = self->funcs->apply (snapshot, error, self->owner);
  self->is_applying = FALSE;
  if (!is_applied || self->is_stopped)
    return is_applied;

  self->owes_applied = TRUE;
  state_sync_gate_set (&self->gate, state_sync_snapshot_get_revision (snapshot), instance);
  self->counters.applied++;
  debug (self, "applied");
  if (self->gate.revision != before)
    self->funcs->revision_changed (self->owner);
  return TRUE;
}

static void
tell_applied (StateSyncFollower *self)
{
  if (!self->owes_applied || self->is_stopped)
    return;

  self->owes_applied = FALSE;
  self->funcs->applied (self->owner);
}

static void
report_not_applied (StateSyncFollower *self, StateSyncSnapshot *snapshot, const GError *error)
{
  report (self, error,
          &(StateSyncFailureContext){
              .phase = STATE_SYNC_PHASE_APPLY,
              .has_snapshot_revision = TRUE,
              .snapshot_revision = state_sync_snapshot_get_revision (snapshot),
          });
}

static void
skip (StateSyncFollower *self)
{
  self->counters.skipped++;
  debug (self, "snapshot skipped: it is not newer");
}

/* Who gave it. A reference of one's own, as who serves may change while it is applied. */
static GRefString *
given_by (StateSyncSnapshot *snapshot, const char *fallback)
{
  return state_sync_instance_or (state_sync_snapshot_get_instance (snapshot), fallback);
}

/* Who has a say: who serves, and while nobody does, @last, the last one that did. */
static const char *
who_counts (StateSyncFollower *self, const char *last)
{
  return self->serving != NULL ? self->serving : last;
}

static void
accept_one (StateSyncFollower *self, StateSyncSnapshot *snapshot)
{
  guint64 revision = state_sync_snapshot_get_revision (snapshot);
  g_autoptr (GRefString) instance = NULL;
  g_autoptr (GError) error = NULL;

  follow_instance (self, self->puller.in_flight != NULL);
  if (self->is_stopped)
    return;

  instance = given_by (snapshot, self->serving);
  if (!state_sync_instance_may_be (instance, who_counts (self, self->gate.instance)) ||
      state_sync_gate_has (&self->gate, revision, instance))
    skip (self);
  else if (!apply (self, snapshot, instance, &error))
    report_not_applied (self, snapshot, error);
  else
    tell_applied (self);
}

static void
apply_accepted (StateSyncFollower *self)
{
  while (self->accepted != NULL)
    {
      g_autoptr (StateSyncSnapshot) snapshot = self->accepted->data;

      self->accepted = g_list_delete_link (self->accepted, self->accepted);
      accept_one (self, snapshot);
    }
}

/* Puts through the gate what is known without a pull. */
void
state_sync_follower_accept (StateSyncFollower *self, StateSyncSnapshot *snapshot)
{
  g_autoptr (GObject) hold G_GNUC_UNUSED = g_object_ref (self->owner);

  self->accepted = g_list_append (self->accepted, state_sync_snapshot_ref (snapshot));
  if (!self->is_applying)
    apply_accepted (self);
}

/* --- pulling --- */

/* Sends an attempt, which answers all that was asked for until now. */
static void
begin_pull (StateSyncFollower *self)
{
  gboolean was_available = self->serving != NULL;

  update_serving (self);
  set_pull_instance (self);
  state_sync_demand_move (&self->demand, &self->asked);
  self->pull_applied = self->counters.applied;
  self->counters.pulls++;
  if (state_sync_puller_is_busy (&self->puller))
    self->counters.retries++;

  debug (self, "pulling");
  self->funcs->pull_began (self->owner);
  state_sync_puller_send (&self->puller);
  notify_available (self, was_available);
}

/* Pulls if something due needs it and no pull is under way. */
static void
attend (StateSyncFollower *self)
{
  if (self->is_stopped || !self->demand.is_due || state_sync_puller_is_busy (&self->puller))
    return;

  if (state_sync_demand_is_met (&self->demand, &self->gate))
    state_sync_demand_clear (&self->demand);
  else
    begin_pull (self);
}

/* The pull under way is over, for better or worse. If another one has begun by the time that the
 * owner has heard what it brought, that one's end is the end for all who wait. */
static void
end_pull (StateSyncFollower *self, const GError *error)
{
  guint serial;

  state_sync_demand_clear (&self->asked);
  state_sync_puller_reset (&self->puller);
  serial = self->puller.serial;
  tell_applied (self);
  if (serial == self->puller.serial)
    self->funcs->pull_ended (error, self->owner);
  attend (self);
}

/* The attempt was in vain: @error is reported, and tried again if @can_retry and the policy
 * allows. */
static void
fail (StateSyncFollower *self,
      StateSyncPhase phase,
      const GError *error,
      StateSyncSnapshot *snapshot,
      gboolean can_retry)
{
  guint serial = self->puller.serial;
  StateSyncFailureContext context = {
    .phase = phase,
    .has_event_revision = self->asked.has_revision,
    .event_revision = self->asked.revision,
    .has_snapshot_revision = snapshot != NULL,
    .snapshot_revision = snapshot != NULL ? state_sync_snapshot_get_revision (snapshot) : 0,
    .attempt = self->puller.attempt,
  };

  context.will_retry = can_retry && state_sync_puller_retry (&self->puller, &context.next_delay);
  report (self, error, &context);
  if (!context.will_retry && serial == self->puller.serial)
    end_pull (self, error);
}

static void
fail_protocol (StateSyncFollower *self, GError *fault, StateSyncSnapshot *snapshot)
{
  g_autoptr (GError) error = fault;

  fail (self, STATE_SYNC_PHASE_PROTOCOL, error, snapshot, TRUE);
}

/* What was pulled has been applied or skipped: is it what was asked for? */
static void
settle (StateSyncFollower *self, StateSyncSnapshot *snapshot)
{
  const StateSyncDemand *asked = &self->asked;
  guint64 revision = state_sync_snapshot_get_revision (snapshot);

  if (asked->has_revision && self->gate.revision < asked->revision &&
      state_sync_instance_may_be (self->gate.instance, asked->instance))
    fail_protocol (self, state_sync_fault_behind (self->topic, revision, asked->revision),
                   snapshot);
  else
    end_pull (self, NULL);
}

/* If the application stopped this while it applied, or another instance came, the pull under way
 * is another one now, or none. */
static void
apply_pulled (StateSyncFollower *self, StateSyncSnapshot *snapshot, const char *instance)
{
  guint serial = self->puller.serial;
  g_autoptr (GError) error = NULL;
  gboolean is_applied = apply (self, snapshot, instance, &error);
  gboolean is_current = serial == self->puller.serial;

  if (is_applied && is_current)
    settle (self, snapshot);
  else if (is_current)
    fail (self, STATE_SYNC_PHASE_APPLY, error, snapshot, FALSE);
  else if (!is_applied)
    report_not_applied (self, snapshot, error);
  tell_applied (self);
  apply_accepted (self);
}

static void
judge (StateSyncFollower *self, StateSyncSnapshot *snapshot)
{
  guint64 revision = state_sync_snapshot_get_revision (snapshot);
  g_autoptr (GRefString) instance = given_by (snapshot, self->pull_instance);
  StateSyncVerdict verdict = state_sync_gate_judge (&self->gate, revision, instance);
  const char *counting = who_counts (self, self->pull_instance);
  gboolean was_overtaken = self->pull_applied != self->counters.applied;

  if (!state_sync_instance_may_be (instance, counting))
    {
      fail_protocol (self, state_sync_fault_other_instance (self->topic, instance, counting),
                     snapshot);
    }
  else if (verdict == STATE_SYNC_VERDICT_PASS)
    {
      apply_pulled (self, snapshot, instance);
    }
  else if (verdict == STATE_SYNC_VERDICT_OLDER && !was_overtaken)
    {
      fail_protocol (self, state_sync_fault_went_back (self->topic, revision, self->gate.revision),
                     snapshot);
    }
  else
    {
      skip (self);
      settle (self, snapshot);
    }
}

static void
on_answered (StateSyncSnapshot *snapshot, const GError *error, gpointer user_data)
{
  StateSyncFollower *self = user_data;
  g_autoptr (GObject) hold G_GNUC_UNUSED = g_object_ref (self->owner);
  guint serial = self->puller.serial;

  follow_instance (self, TRUE);
  if (serial != self->puller.serial)
    return;

  if (error == NULL)
    judge (self, snapshot);
  else
    fail (self,
          state_sync_fault_is_protocol (error) ? STATE_SYNC_PHASE_PROTOCOL
                                               : STATE_SYNC_PHASE_GET_SNAPSHOT,
          error, NULL, !state_sync_fault_is_final (error));
}

static void
on_retry_due (gpointer user_data)
{
  StateSyncFollower *self = user_data;
  g_autoptr (GObject) hold G_GNUC_UNUSED = g_object_ref (self->owner);

  begin_pull (self);
}

static const StateSyncPullerFuncs puller_funcs = { on_answered, on_retry_due };

/* --- what is asked for --- */

/* Pulls what is newest now: at once, or right after a pull that is in flight. */
void
state_sync_follower_pull (StateSyncFollower *self)
{
  pull_newest (self, FALSE);
}

/* @teller says that @revision is there. Pulled once the demand is due. */
void
state_sync_follower_expect (StateSyncFollower *self, guint64 revision, const char *teller)
{
  state_sync_demand_add_revision (&self->demand, revision, teller);
}

/* Whether nothing but the revision that was told keeps @snapshot from being enough. */
static gboolean
is_enough (const StateSyncDemand *demand, StateSyncSnapshot *snapshot)
{
  return snapshot != NULL && state_sync_snapshot_get_revision (snapshot) >= demand->revision &&
         state_sync_instance_may_be (state_sync_snapshot_get_instance (snapshot), demand->instance);
}

/* TRUE if the demand was met without a pull. What can't be applied is reported, and would fare no
 * better if it were pulled. */
static gboolean
accept_at_hand (StateSyncFollower *self)
{
  g_autoptr (StateSyncSnapshot) snapshot = NULL;

  if (self->is_stopped || self->is_applying || state_sync_puller_is_busy (&self->puller) ||
      self->demand.is_forced || state_sync_demand_is_met (&self->demand, &self->gate))
    return FALSE;

  snapshot = state_sync_puller_peek (&self->puller);
  if (!is_enough (&self->demand, snapshot))
    return FALSE;

  state_sync_demand_clear (&self->demand);
  state_sync_follower_accept (self, snapshot);
  return TRUE;
}

/* What is expected or suspected is due. */
void
state_sync_follower_release (StateSyncFollower *self)
{
  self->demand.is_due = TRUE;
  if (!accept_at_hand (self))
    attend (self);
}

/* Something may have been missed. Pulled once the demand is due. */
void
state_sync_follower_suspect (StateSyncFollower *self)
{
  state_sync_demand_force (&self->demand);
}

/* --- the whole --- */

/* Forgets what is asked for, and the pull under way. */
void
state_sync_follower_cancel (StateSyncFollower *self)
{
  state_sync_demand_clear (&self->demand);
  state_sync_demand_clear (&self->asked);
  state_sync_puller_reset (&self->puller);
}

/* For good: the owner is called for nothing any more. */
void
state_sync_follower_stop (StateSyncFollower *self)
{
  self->is_stopped = TRUE;
  state_sync_follower_cancel (self);
  g_clear_list (&self->accepted, (GDestroyNotify)state_sync_snapshot_unref);
}

void
state_sync_follower_init (StateSyncFollower *self,
                          StateSyncInvalidationSource *source,
                          StateSyncSnapshotProvider *provider,
                          const char *topic,
                          const StateSyncRetryPlan *plan,
                          StateSyncClock *clock,
                          const StateSyncFollowerFuncs *funcs,
                          gpointer owner)
{
  self->source = g_object_ref (source);
  self->topic = g_ref_string_new (topic);
  self->funcs = funcs;
  self->owner = owner;
  self->puller = (StateSyncPuller){
    .provider = g_object_ref (provider),
    .topic = self->topic,
    .clock = g_object_ref (clock),
    .plan = plan,
    .funcs = &puller_funcs,
    .owner = self,
  };
  update_serving (self);
}

void
state_sync_follower_clear (StateSyncFollower *self)
{
  state_sync_gate_clear (&self->gate);
  g_clear_pointer (&self->serving, g_ref_string_release);
  g_clear_pointer (&self->pull_instance, g_ref_string_release);
  g_clear_object (&self->puller.clock);
  g_clear_object (&self->puller.provider);
  g_clear_object (&self->source);
  g_clear_pointer (&self->topic, g_ref_string_release);
}
