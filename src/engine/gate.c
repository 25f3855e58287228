/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The revision gate. A snapshot passes only if it is newer than what is there, except the first
 * one, and the first one of another instance: revisions say nothing from one instance to the
 * next, so a service that came back with less than it had would else be refused for ever.
 *
 * An instance is a name, or "" where a source can't tell who serves, or NULL where nobody does.
 * Only a name is a sign of another instance: against another name, or against NULL, for what came
 * while nobody served came from somewhere else. To "" it may be the same.
 */

#include "engine/gate.h"

static gboolean
is_known (const char *instance)
{
  return instance != NULL && instance[0] != '\0';
}

/* (transfer full) (nullable): @instance if it is known, else @fallback. */
GRefString *
state_sync_instance_or (const char *instance, const char *fallback)
{
  const char *chosen = is_known (instance) ? instance : fallback;

  return chosen != NULL ? g_ref_string_new_intern (chosen) : NULL;
}

/* Whether there is no sign that @a and @b are two instances. */
gboolean
state_sync_instance_may_be (const char *a, const char *b)
{
  return !is_known (a) || !is_known (b) || g_str_equal (a, b);
}

static gboolean
is_of_other_instance (const StateSyncGate *gate, const char *instance)
{
  return is_known (instance) &&
         (gate->instance == NULL || !state_sync_instance_may_be (gate->instance, instance));
}

StateSyncVerdict
state_sync_gate_judge (const StateSyncGate *gate, guint64 revision, const char *instance)
{
  if (!gate->is_set || is_of_other_instance (gate, instance) || revision > gate->revision)
    return STATE_SYNC_VERDICT_PASS;

  return revision == gate->revision ? STATE_SYNC_VERDICT_SAME : STATE_SYNC_VERDICT_OLDER;
}

/* Whether what is there is @revision of @instance, or newer. */
gboolean
state_sync_gate_has (const StateSyncGate *gate, guint64 revision, const char *instance)
{
  return state_sync_gate_judge (gate, revision, instance) != STATE_SYNC_VERDICT_PASS;
}

/* What passed is what is there from now on. A name that is known stays known. */
void
state_sync_gate_set (StateSyncGate *gate, guint64 revision, const char *instance)
{
  gate->revision = revision;
  gate->is_set = TRUE;

  if ((is_known (gate->instance) && !is_known (instance)) ||
      g_strcmp0 (gate->instance, instance) == 0)
    return;
  g_clear_pointer (&gate->instance, g_ref_string_release);
  gate->instance = instance != NULL ? g_ref_string_new_intern (instance) : NULL;
}

void
state_sync_gate_clear (StateSyncGate *gate)
{
  g_clear_pointer (&gate->instance, g_ref_string_release);
  *gate = (StateSyncGate){ 0 };
}
