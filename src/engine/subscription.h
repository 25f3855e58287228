/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/subscription.h>

G_BEGIN_DECLS

/* The follower's end of a subscription. None of these is called once it is closed. */
typedef struct
{
  void (*ready) (gpointer user_data);
  void (*failed) (const GError *error, gpointer user_data);
  void (*invalidated) (guint64 revision, const char *instance, gpointer user_data);
  void (*error) (const GError *error, gpointer user_data);
} StateSyncSubscriptionFuncs;

StateSyncSubscription *state_sync_subscription_new       (GRefString *topic,
                                                          const StateSyncSubscriptionFuncs *funcs,
                                                          gpointer user_data);
gboolean               state_sync_subscription_is_open   (StateSyncSubscription *self);
gboolean               state_sync_subscription_is_ready (StateSyncSubscription *self);
void                   state_sync_subscription_hand_over (StateSyncSubscription *self);
void                   state_sync_subscription_close     (StateSyncSubscription *self);

G_END_DECLS
