/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <statesync/subscription.h>

G_BEGIN_DECLS

/**
 * StateSyncInvalidationSource:
 *
 * Tells that topics may have changed. One of the two halves of a transport; the other is
 * [iface@SnapshotProvider]. One object may be both.
 *
 * A source may lose, double, delay or reorder what it tells: the pull is the truth. What it may
 * not lose is the *last* change of a topic, unless [signal@InvalidationSource::instance-changed]
 * follows.
 *
 * The *instance* is who serves at the moment: on the bus, the unique name of the service.
 * Revisions are compared within one instance only. A source that can't tell instances apart
 * leaves `dup_instance` out: then somebody is always there, and revisions must never go back.
 */
#define STATE_SYNC_TYPE_INVALIDATION_SOURCE (state_sync_invalidation_source_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_INTERFACE (StateSyncInvalidationSource, state_sync_invalidation_source, STATE_SYNC, INVALIDATION_SOURCE, GObject)

/**
 * StateSyncInvalidationSourceInterface:
 * @parent_iface: the parent interface
 * @subscribe: begins to listen for the subscription's topic, at once or later, and tells the
 *   subscription when that is done or has failed; never blocks
 * @unsubscribe: ends what `subscribe` began; called once for each subscription that did not fail,
 *   also for one that is not ready yet
 * @dup_instance: (nullable): who serves now; `NULL` when nobody does, "" when somebody does but
 *   it can't be told who. Left out, it is "" always
 *
 * What an invalidation source implements.
 */
struct _StateSyncInvalidationSourceInterface
{
  GTypeInterface parent_iface;

  void  (*subscribe)    (StateSyncInvalidationSource *self, StateSyncSubscription *subscription);
  void  (*unsubscribe)  (StateSyncInvalidationSource *self, StateSyncSubscription *subscription);

  /**
   * StateSyncInvalidationSourceInterface::dup_instance:
   *
   * Returns: (transfer full) (nullable): who serves now
   */
  char *(*dup_instance) (StateSyncInvalidationSource *self);
};

STATE_SYNC_AVAILABLE_IN_ALL
void  state_sync_invalidation_source_subscribe        (StateSyncInvalidationSource *self, StateSyncSubscription *subscription);
STATE_SYNC_AVAILABLE_IN_ALL
void  state_sync_invalidation_source_unsubscribe      (StateSyncInvalidationSource *self, StateSyncSubscription *subscription);
STATE_SYNC_AVAILABLE_IN_ALL
char *state_sync_invalidation_source_dup_instance     (StateSyncInvalidationSource *self);
STATE_SYNC_AVAILABLE_IN_ALL
void  state_sync_invalidation_source_instance_changed (StateSyncInvalidationSource *self);

G_END_DECLS
