/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/engine.h>

#include "engine/demand.h"
#include "engine/failure.h"
#include "engine/gate.h"
#include "engine/puller.h"

G_BEGIN_DECLS

/* What the owner is called for. Each of them may call anything of the follower, and drop the
 * owner's last reference but one. */
typedef struct
{
  gboolean (*apply)           (StateSyncSnapshot *snapshot, GError **error, gpointer owner);
  void (*applied)             (gpointer owner); /* and nothing is under way any more because of it */
  void (*revision_changed)    (gpointer owner);
  void (*available_changed)   (gpointer owner);
  void (*failed)              (const GError *error, StateSyncFailureContext *context, gpointer owner);

  /* A pull begins, which answers all that was asked until now; it is over, for better or worse. */
  void (*pull_began)          (gpointer owner);
  void (*pull_ended)          (const GError *error, gpointer owner);
} StateSyncFollowerFuncs;

/* What keeps one topic up to date: who serves, what is there, what is asked for. Embedded in its
 * owner, an object that it keeps alive while it calls out. */
typedef struct
{
  StateSyncInvalidationSource *source;
  GRefString *topic; /* shared with the subscription */
  const StateSyncFollowerFuncs *funcs;
  gpointer owner;

  guint is_following : 1; /* set by the owner: another instance makes it pull */
  guint is_stopped : 1;
  guint is_applying : 1;
  guint owes_applied : 1; /* it was applied, and the owner is to hear of it */

  GRefString *serving; /* (nullable) who serves now, as the source tells; NULL = nobody */
  StateSyncGate gate;
  GList *accepted; /* of StateSyncSnapshot, to go through the gate in order */

  StateSyncDemand demand; /* for the next pull */
  StateSyncDemand asked;  /* of the pull under way */
  StateSyncPuller puller;
  GRefString *pull_instance; /* (nullable) who served when the pull under way was sent */
  guint64 pull_applied;      /* how many snapshots had been applied then */

  StateSyncCounters counters;
} StateSyncFollower;

void     state_sync_follower_init             (StateSyncFollower *self,
                                               StateSyncInvalidationSource *source,
                                               StateSyncSnapshotProvider *provider,
                                               const char *topic,
                                               const StateSyncRetryPlan *plan,
                                               StateSyncClock *clock,
                                               const StateSyncFollowerFuncs *funcs,
                                               gpointer owner);
void     state_sync_follower_clear            (StateSyncFollower *self);

void     state_sync_follower_pull             (StateSyncFollower *self);
void     state_sync_follower_expect           (StateSyncFollower *self, guint64 revision, const char *teller);
void     state_sync_follower_suspect          (StateSyncFollower *self);
void     state_sync_follower_release          (StateSyncFollower *self);
void     state_sync_follower_accept           (StateSyncFollower *self, StateSyncSnapshot *snapshot);
void     state_sync_follower_instance_changed (StateSyncFollower *self);
void     state_sync_follower_cancel           (StateSyncFollower *self);
void     state_sync_follower_stop             (StateSyncFollower *self);

G_END_DECLS
