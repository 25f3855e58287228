/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* However many reasons there are for a pull, together they are one demand; that is why a burst
 * costs one pull. Of one instance the newest revision includes the others. What was told of
 * several instances can't be compared, so it becomes a demand for whatever is newest.
 */

#include "engine/demand.h"

void
state_sync_demand_add_revision (StateSyncDemand *self, guint64 revision, const char *instance)
{
  if (!self->has_revision)
    {
      self->has_revision = TRUE;
      self->revision = revision;
      self->instance = instance != NULL ? g_ref_string_new_intern (instance) : NULL;
    }
  else if (g_strcmp0 (self->instance, instance) == 0)
    {
      self->revision = MAX (self->revision, revision);
    }
  else
    {
      state_sync_demand_force (self);
    }
}

/* Nobody says which revision: the newest there is. */
void
state_sync_demand_force (StateSyncDemand *self)
{
  self->is_forced = TRUE;
}

/* @self, which is nothing then, joins @into. */
void
state_sync_demand_move (StateSyncDemand *self, StateSyncDemand *into)
{
  if (self->has_revision)
    state_sync_demand_add_revision (into, self->revision, self->instance);
  into->is_forced |= self->is_forced;
  into->is_due |= self->is_due;
  state_sync_demand_clear (self);
}

/* Whether what is there is enough, so that no pull is needed. */
gboolean
state_sync_demand_is_met (const StateSyncDemand *self, const StateSyncGate *gate)
{
  if (self->is_forced)
    return FALSE;
  return !self->has_revision || state_sync_gate_has (gate, self->revision, self->instance);
}

void
state_sync_demand_clear (StateSyncDemand *self)
{
  g_clear_pointer (&self->instance, g_ref_string_release);
  *self = (StateSyncDemand){ 0 };
}
