/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/snapshot.h"
#include "protocol/write.h"

G_BEGIN_DECLS

/* One topic as one process sees it: what the service confirmed, with the changes made here that
 * have not ended yet on top. */
typedef struct _StateSyncReplica StateSyncReplica;

typedef enum
{
  STATE_SYNC_REPLICA_CONFIRMED,   /* a change is in effect, and in the confirmed snapshot */
  STATE_SYNC_REPLICA_REJECTED,    /* a change was taken back */
  STATE_SYNC_REPLICA_PULL_NEEDED, /* a pull that begins from now on has something to tell */
} StateSyncReplicaEventKind;

typedef struct
{
  StateSyncReplicaEventKind kind;
  gpointer tag;     /* of the change that ended */
  guint64 revision; /* at which it is in effect, or a later one */
  GError *error;    /* why it was taken back */
} StateSyncReplicaEvent;

StateSyncReplica  *state_sync_replica_new             (const char *topic);
void               state_sync_replica_free            (StateSyncReplica *self);

/* What happens outside. */
gboolean           state_sync_replica_update          (StateSyncReplica *self, StateSyncWrite *write, gpointer tag, GError **error);
GBytes            *state_sync_replica_amend           (StateSyncReplica *self, gpointer tag, const StateSyncWrite *write);
gboolean           state_sync_replica_confirm         (StateSyncReplica *self, StateSyncSnapshot *snapshot, GError **error);
void               state_sync_replica_set_cached      (StateSyncReplica *self, StateSyncSnapshot *snapshot);
void               state_sync_replica_pulled          (StateSyncReplica *self);
void               state_sync_replica_abandon         (StateSyncReplica *self, const GError *error);

/* A write under way: each that is taken has one outcome. */
GPtrArray         *state_sync_replica_take_write      (StateSyncReplica *self, const char **instance);
void               state_sync_replica_write_accepted  (StateSyncReplica *self, const char *instance, guint64 revision);
void               state_sync_replica_write_refused   (StateSyncReplica *self, const GError *error);
void               state_sync_replica_write_postponed (StateSyncReplica *self);
void               state_sync_replica_write_lost      (StateSyncReplica *self);

/* What to show and to tell. */
GBytes            *state_sync_replica_get_data        (StateSyncReplica *self);
StateSyncSnapshot *state_sync_replica_get_confirmed   (StateSyncReplica *self);
StateSyncSnapshot *state_sync_replica_get_cached      (StateSyncReplica *self);
guint              state_sync_replica_get_n_pending   (StateSyncReplica *self);
gboolean           state_sync_replica_next_event      (StateSyncReplica *self, StateSyncReplicaEvent *event);

void               state_sync_replica_event_clear     (StateSyncReplicaEvent *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncReplica, state_sync_replica_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StateSyncReplicaEvent, state_sync_replica_event_clear)

G_END_DECLS
