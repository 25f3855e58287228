/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/subscription.h"

struct _StateSyncSubscription
{
  GObject parent_instance;

  GRefString *topic;
  gboolean is_ready;

  /* The follower; NULL once it is over. */
  const StateSyncSubscriptionFuncs *funcs;
  gpointer user_data;
};

G_DEFINE_FINAL_TYPE (StateSyncSubscription, state_sync_subscription, G_TYPE_OBJECT)

enum
{
  PROP_TOPIC = 1,
};

/* --- the follower's end --- */

StateSyncSubscription *
state_sync_subscription_new (GRefString *topic,
                             const StateSyncSubscriptionFuncs *funcs,
                             gpointer user_data)
{
  StateSyncSubscription *self = g_object_new (STATE_SYNC_TYPE_SUBSCRIPTION, NULL);

  self->topic = g_ref_string_acquire (topic);
  self->funcs = funcs;
  self->user_data = user_data;
  return self;
}

gboolean
state_sync_subscription_is_open (StateSyncSubscription *self)
{
  return self->funcs != NULL;
}

/* Whether the source has said so; only until then it may fail. */
gboolean
state_sync_subscription_is_ready (StateSyncSubscription *self)
{
  return self->is_ready;
}

/* From now on the source may say what it likes. */
void
state_sync_subscription_close (StateSyncSubscription *self)
{
  self->funcs = NULL;
}

/* Goes from one source to another that has yet to listen: what changes in between is told by
 * neither, so the follower pulls again once the other is ready. */
void
state_sync_subscription_hand_over (StateSyncSubscription *self)
{
  self->is_ready = FALSE;
}

/* --- the source's end --- */

/**
 * state_sync_subscription_get_topic:
 * @self: a subscription
 *
 * Tells what to listen for.
 *
 * Returns: (transfer none): the topic
 */
const char *
state_sync_subscription_get_topic (StateSyncSubscription *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_SUBSCRIPTION (self), NULL);

  return self->topic;
}

/**
 * state_sync_subscription_ready:
 * @self: a subscription
 *
 * Says that every change of the topic from now on will be told. The follower pulls after this,
 * so nothing is missed in between. What is told before goes nowhere; saying it again does
 * nothing.
 */
void
state_sync_subscription_ready (StateSyncSubscription *self)
{
  g_return_if_fail (STATE_SYNC_IS_SUBSCRIPTION (self));

  if (self->funcs == NULL || self->is_ready)
    return;

  self->is_ready = TRUE;
  self->funcs->ready (self->user_data);
}

/**
 * state_sync_subscription_fail:
 * @self: a subscription that is not ready
 * @error: why
 *
 * Says that the topic can't be listened to. The subscription is over; it will not be
 * unsubscribed. Once it is ready, trouble is told with [method@Subscription.report_error].
 */
void
state_sync_subscription_fail (StateSyncSubscription *self, const GError *error)
{
  const StateSyncSubscriptionFuncs *funcs = self->funcs;

  g_return_if_fail (STATE_SYNC_IS_SUBSCRIPTION (self));
  g_return_if_fail (error != NULL);
  g_return_if_fail (!self->is_ready);

  if (funcs == NULL)
    return;

  state_sync_subscription_close (self);
  funcs->failed (error, self->user_data);
}

/**
 * state_sync_subscription_invalidate:
 * @self: a subscription
 * @revision: the revision that the topic has now, or had lately
 * @instance: (nullable): who says so; `NULL` for who serves now
 *
 * Tells that the topic may have changed up to `revision`.
 */
void
state_sync_subscription_invalidate (StateSyncSubscription *self,
                                    guint64 revision,
                                    const char *instance)
{
  g_return_if_fail (STATE_SYNC_IS_SUBSCRIPTION (self));

  if (self->funcs != NULL && self->is_ready)
    self->funcs->invalidated (revision, instance, self->user_data);
}

/**
 * state_sync_subscription_report_error:
 * @self: a subscription
 * @error: what went wrong
 *
 * Tells that there is trouble in listening, which goes on. As something may have been missed, the
 * follower pulls.
 */
void
state_sync_subscription_report_error (StateSyncSubscription *self, const GError *error)
{
  g_return_if_fail (STATE_SYNC_IS_SUBSCRIPTION (self));
  g_return_if_fail (error != NULL);

  if (self->funcs != NULL && self->is_ready)
    self->funcs->error (error, self->user_data);
}

static void
state_sync_subscription_get_property (GObject *object,
                                      guint property_id,
                                      GValue *value,
                                      GParamSpec *pspec)
{
  StateSyncSubscription *self = STATE_SYNC_SUBSCRIPTION (object);

  switch (property_id)
    {
    case PROP_TOPIC:
      g_value_set_string (value, self->topic);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
state_sync_subscription_finalize (GObject *object)
{
  g_clear_pointer (&STATE_SYNC_SUBSCRIPTION (object)->topic, g_ref_string_release);

  G_OBJECT_CLASS (state_sync_subscription_parent_class)->finalize (object);
}

static void
state_sync_subscription_class_init (StateSyncSubscriptionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = state_sync_subscription_get_property;
  object_class->finalize = state_sync_subscription_finalize;

  /**
   * StateSyncSubscription:topic:
   *
   * What to listen for.
   */
  g_object_class_install_property (
      object_class, PROP_TOPIC,
      g_param_spec_string ("topic", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
state_sync_subscription_init (StateSyncSubscription *self)
{
}
