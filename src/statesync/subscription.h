/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <statesync/version-macros.h>

G_BEGIN_DECLS

/**
 * StateSyncSubscription:
 *
 * What a [iface@InvalidationSource] is asked to listen for: one topic, for one follower. The
 * source keeps it from subscribe to unsubscribe. It says [method@Subscription.ready] once
 * nothing more can be missed, or [method@Subscription.fail], and then
 * [method@Subscription.invalidate] for each change.
 *
 * Each follower has a subscription of its own, also on one topic, so a source need not count.
 * Once unsubscribed, or failed, a subscription is over, and what is told to it goes nowhere.
 *
 * To be used in the thread of the main context in which it was handed out.
 */
#define STATE_SYNC_TYPE_SUBSCRIPTION (state_sync_subscription_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncSubscription, state_sync_subscription, STATE_SYNC, SUBSCRIPTION, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
const char *state_sync_subscription_get_topic    (StateSyncSubscription *self);

STATE_SYNC_AVAILABLE_IN_ALL
void        state_sync_subscription_ready        (StateSyncSubscription *self);
STATE_SYNC_AVAILABLE_IN_ALL
void        state_sync_subscription_fail         (StateSyncSubscription *self, const GError *error);
STATE_SYNC_AVAILABLE_IN_ALL
void        state_sync_subscription_invalidate   (StateSyncSubscription *self, guint64 revision, const char *instance);
STATE_SYNC_AVAILABLE_IN_ALL
void        state_sync_subscription_report_error (StateSyncSubscription *self, const GError *error);

G_END_DECLS
