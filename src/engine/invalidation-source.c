/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "statesync/invalidation-source.h"

#include "engine/subscription.h"

G_DEFINE_INTERFACE (StateSyncInvalidationSource, state_sync_invalidation_source, G_TYPE_OBJECT)

enum
{
  INSTANCE_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static char *
dup_constant_instance (StateSyncInvalidationSource *self)
{
  return g_strdup ("");
}

static void
state_sync_invalidation_source_default_init (StateSyncInvalidationSourceInterface *iface)
{
  iface->dup_instance = dup_constant_instance;

  /**
   * StateSyncInvalidationSource::instance-changed:
   * @self: the source
   *
   * Somebody else serves now, or nobody, or again somebody. Emitted after
   * [method@InvalidationSource.dup_instance] gives the new answer.
   */
  signals[INSTANCE_CHANGED] =
      g_signal_new ("instance-changed", STATE_SYNC_TYPE_INVALIDATION_SOURCE, G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, g_cclosure_marshal_VOID__VOID, G_TYPE_NONE, 0);
}

/**
 * state_sync_invalidation_source_subscribe:
 * @self: a source
 * @subscription: what to listen for
 *
 * Has the source listen. It tells `subscription` when it does.
 */
void
state_sync_invalidation_source_subscribe (StateSyncInvalidationSource *self,
                                          StateSyncSubscription *subscription)
{
  g_return_if_fail (STATE_SYNC_IS_INVALIDATION_SOURCE (self));
  g_return_if_fail (STATE_SYNC_IS_SUBSCRIPTION (subscription));

  STATE_SYNC_INVALIDATION_SOURCE_GET_IFACE (self)->subscribe (self, subscription);
}

/**
 * state_sync_invalidation_source_unsubscribe:
 * @self: a source
 * @subscription: what it was asked to listen for
 *
 * Has the source listen no more, whether it was ready or not.
 */
void
state_sync_invalidation_source_unsubscribe (StateSyncInvalidationSource *self,
                                            StateSyncSubscription *subscription)
{
  g_return_if_fail (STATE_SYNC_IS_INVALIDATION_SOURCE (self));
  g_return_if_fail (STATE_SYNC_IS_SUBSCRIPTION (subscription));

  state_sync_subscription_close (subscription);
  STATE_SYNC_INVALIDATION_SOURCE_GET_IFACE (self)->unsubscribe (self, subscription);
}

/**
 * state_sync_invalidation_source_dup_instance:
 * @self: a source
 *
 * Tells who serves now.
 *
 * Returns: (transfer full) (nullable): the instance; `NULL` when nobody serves, "" when somebody
 *   does but it can't be told who
 */
char *
state_sync_invalidation_source_dup_instance (StateSyncInvalidationSource *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_INVALIDATION_SOURCE (self), NULL);

  return STATE_SYNC_INVALIDATION_SOURCE_GET_IFACE (self)->dup_instance (self);
}

/**
 * state_sync_invalidation_source_instance_changed:
 * @self: a source
 *
 * For sources to call: emits [signal@InvalidationSource::instance-changed].
 */
void
state_sync_invalidation_source_instance_changed (StateSyncInvalidationSource *self)
{
  g_return_if_fail (STATE_SYNC_IS_INVALIDATION_SOURCE (self));

  g_signal_emit (self, signals[INSTANCE_CHANGED], 0);
}
