/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/engine.h>

#include "engine/callback.h"
#include "engine/follower.h"
#include "engine/limiter.h"
#include "engine/subscription.h"

G_BEGIN_DECLS

/* What the owner is called for. */
typedef struct
{
  void (*ready)   (gpointer owner);
  void (*refused) (const GError *error, gpointer owner);
  void (*trouble) (const GError *error, gpointer owner);
} StateSyncListenerFuncs;

/* Hears what the source says of one topic, and decides what of it the follower is told, and when.
 * Embedded in its owner, an object that it keeps alive while it calls out. The owner sets the
 * upper part before anything else. */
typedef struct
{
  StateSyncFollower *follower;
  const StateSyncThrottlePlan *plan;
  const StateSyncListenerFuncs *funcs;
  gpointer owner;

  StateSyncCallback *filter;           /* (nullable) a StateSyncFilterFunc */
  StateSyncSubscription *subscription; /* (nullable) */
  StateSyncLimiter *limiter;           /* (nullable) if the plan limits anything */
  gulong instance_handler;
  gboolean is_ready;
} StateSyncListener;

void state_sync_listener_begin (StateSyncListener *self);
void state_sync_listener_end   (StateSyncListener *self);

G_END_DECLS
