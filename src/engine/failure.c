/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/failure.h"

struct _StateSyncFailure
{
  gatomicrefcount ref_count;
  char *topic;
  GError *error;
  StateSyncFailureContext context;
};

G_DEFINE_BOXED_TYPE (StateSyncFailure,
                     state_sync_failure,
                     state_sync_failure_ref,
                     state_sync_failure_unref)

StateSyncFailure *
state_sync_failure_new (const char *topic,
                        const GError *error,
                        const StateSyncFailureContext *context)
{
  StateSyncFailure *self = g_new (StateSyncFailure, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->topic = g_strdup (topic);
  self->error = g_error_copy (error);
  self->context = *context;
  return self;
}

/**
 * state_sync_failure_ref:
 * @self: a failure
 *
 * Takes a reference, from any thread.
 *
 * Returns: (transfer full): `self`
 */
StateSyncFailure *
state_sync_failure_ref (StateSyncFailure *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * state_sync_failure_unref:
 * @self: (transfer full): a failure
 *
 * Drops a reference, from any thread.
 */
void
state_sync_failure_unref (StateSyncFailure *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->topic);
  g_error_free (self->error);
  g_free (self);
}

/**
 * state_sync_failure_get_phase:
 * @self: a failure
 *
 * Tells what was being done.
 *
 * Returns: the phase
 */
StateSyncPhase
state_sync_failure_get_phase (StateSyncFailure *self)
{
  return self->context.phase;
}

/**
 * state_sync_failure_get_topic:
 * @self: a failure
 *
 * Tells which topic it is about.
 *
 * Returns: (transfer none): the topic
 */
const char *
state_sync_failure_get_topic (StateSyncFailure *self)
{
  return self->topic;
}

/**
 * state_sync_failure_get_error:
 * @self: a failure
 *
 * Tells what went wrong.
 *
 * Returns: (transfer none): the error
 */
const GError *
state_sync_failure_get_error (StateSyncFailure *self)
{
  return self->error;
}

/**
 * state_sync_failure_get_local_revision:
 * @self: a failure
 *
 * Gives the revision that was applied last when it happened.
 *
 * Returns: the revision; 0 if nothing was applied yet
 */
guint64
state_sync_failure_get_local_revision (StateSyncFailure *self)
{
  return self->context.local_revision;
}

/**
 * state_sync_failure_get_event_revision:
 * @self: a failure
 * @revision: (out) (optional): the revision
 *
 * Gives the newest revision that an invalidation told of and that this was about.
 *
 * Returns: `FALSE` if there is none; `revision` is 0 then
 */
gboolean
state_sync_failure_get_event_revision (StateSyncFailure *self, guint64 *revision)
{
  if (revision != NULL)
    *revision = self->context.event_revision;
  return self->context.has_event_revision;
}

/**
 * state_sync_failure_get_snapshot_revision:
 * @self: a failure
 * @revision: (out) (optional): the revision
 *
 * Gives the revision of the snapshot that this was about.
 *
 * Returns: `FALSE` if there is none; `revision` is 0 then
 */
gboolean
state_sync_failure_get_snapshot_revision (StateSyncFailure *self, guint64 *revision)
{
  if (revision != NULL)
    *revision = self->context.snapshot_revision;
  return self->context.has_snapshot_revision;
}

/**
 * state_sync_failure_get_attempt:
 * @self: a failure
 *
 * Tells which attempt failed.
 *
 * Returns: the number of the attempt, from 1; 0 if it is not about something that is tried again
 */
guint
state_sync_failure_get_attempt (StateSyncFailure *self)
{
  return self->context.attempt;
}

/**
 * state_sync_failure_get_will_retry:
 * @self: a failure
 *
 * Tells whether it will be tried again by itself.
 *
 * Returns: `TRUE` if another attempt follows after [method@Failure.get_next_delay]
 */
gboolean
state_sync_failure_get_will_retry (StateSyncFailure *self)
{
  return self->context.will_retry;
}

/**
 * state_sync_failure_get_next_delay:
 * @self: a failure
 *
 * Tells when the next attempt follows.
 *
 * Returns: the time until then, in milliseconds
 */
guint
state_sync_failure_get_next_delay (StateSyncFailure *self)
{
  return self->context.next_delay;
}
