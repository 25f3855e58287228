/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/listener.h"

static void
on_ready (gpointer user_data)
{
  StateSyncListener *self = user_data;
  g_autoptr (GObject) hold G_GNUC_UNUSED = g_object_ref (self->owner);

  self->is_ready = TRUE;
  self->funcs->ready (self->owner);
}

static void
on_refused (const GError *error, gpointer user_data)
{
  StateSyncListener *self = user_data;
  g_autoptr (GObject) hold G_GNUC_UNUSED = g_object_ref (self->owner);

  state_sync_listener_end (self);
  self->funcs->refused (error, self->owner);
}

static void
on_limiter_passed (gpointer user_data)
{
  StateSyncListener *self = user_data;
  g_autoptr (GObject) hold G_GNUC_UNUSED = g_object_ref (self->owner);

  state_sync_follower_release (self->follower);
}

/* Lets what the follower knows now through; if not at once, perhaps later. */
static void
release (StateSyncListener *self)
{
  gboolean is_limited = !state_sync_throttle_plan_is_off (self->plan);

  if (is_limited && self->limiter == NULL)
    self->limiter =
        state_sync_limiter_new (self->plan, self->follower->puller.clock, on_limiter_passed, self);
  if (!is_limited || state_sync_limiter_trigger (self->limiter))
    state_sync_follower_release (self->follower);
}

static gboolean
passes_filter (StateSyncListener *self, guint64 revision)
{
  g_autoptr (StateSyncCallback) filter = state_sync_callback_hold (self->filter);

  return filter == NULL || filter->func == NULL ||
         ((StateSyncFilterFunc)filter->func) (self->follower->topic, revision, filter->user_data);
}

static void
on_invalidated (guint64 revision, const char *instance, gpointer user_data)
{
  StateSyncListener *self = user_data;
  StateSyncFollower *follower = self->follower;
  g_autoptr (GObject) hold G_GNUC_UNUSED = g_object_ref (self->owner);
  g_autoptr (GRefString) teller = state_sync_instance_or (instance, follower->serving);

  follower->counters.invalidations++;
  if (state_sync_gate_has (&follower->gate, revision, teller) || !passes_filter (self, revision))
    {
      follower->counters.skipped++;
      return;
    }

  /* The filter may have ended this. */
  if (self->subscription == NULL)
    return;
  state_sync_follower_expect (follower, revision, teller);
  release (self);
}

static void
on_trouble (const GError *error, gpointer user_data)
{
  StateSyncListener *self = user_data;
  g_autoptr (GObject) hold G_GNUC_UNUSED = g_object_ref (self->owner);

  self->funcs->trouble (error, self->owner);
  if (self->subscription == NULL)
    return;
  state_sync_follower_suspect (self->follower);
  release (self);
}

static const StateSyncSubscriptionFuncs subscription_funcs = {
  .ready = on_ready,
  .failed = on_refused,
  .invalidated = on_invalidated,
  .error = on_trouble,
};

static void
on_instance_changed (StateSyncInvalidationSource *source, StateSyncListener *self)
{
  state_sync_follower_instance_changed (self->follower);
}

/* Listens from now on; the owner is told when nothing is missed any more. */
void
state_sync_listener_begin (StateSyncListener *self)
{
  StateSyncInvalidationSource *source = self->follower->source;
  g_autoptr (StateSyncSubscription) subscription =
      state_sync_subscription_new (self->follower->topic, &subscription_funcs, self);

  self->subscription = g_object_ref (subscription);
  self->instance_handler =
      g_signal_connect (source, "instance-changed", G_CALLBACK (on_instance_changed), self);
  state_sync_invalidation_source_subscribe (source, subscription);
}

/* Listens no more; forgets what was held back. */
void
state_sync_listener_end (StateSyncListener *self)
{
  g_autoptr (StateSyncSubscription) subscription = g_steal_pointer (&self->subscription);

  self->is_ready = FALSE;
  g_clear_signal_handler (&self->instance_handler, self->follower->source);
  g_clear_pointer (&self->limiter, state_sync_limiter_free);
  if (subscription != NULL && state_sync_subscription_is_open (subscription))
    state_sync_invalidation_source_unsubscribe (self->follower->source, subscription);
}
