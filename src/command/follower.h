/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "command/bus.h"
#include "command/loop.h"
#include "command/output.h"

G_BEGIN_DECLS

/* Follows topics for a loop: tells the state of each and every newer one. */
typedef struct _Follower Follower;

typedef void (*FollowerFunc) (const char *topic, StateSyncSnapshot *snapshot, gpointer user_data);

Follower *follower_new  (StateSyncBusService *service,
                         const char *const *topics,
                         FollowerFunc changed,
                         gpointer user_data,
                         Loop *loop,
                         Output *err);
void      follower_free (Follower *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Follower, follower_free)

G_END_DECLS
