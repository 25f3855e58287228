/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/write-request.h"

G_BEGIN_DECLS

/* The way of every write: queued, judged, stored together with others, announced. */
typedef struct _StateSyncCommitter StateSyncCommitter;

typedef struct
{
  guint64 writes;    /* that changed a topic */
  guint64 unchanged; /* that did not */
  guint64 commits;   /* transactions on stable storage */
  gint64 commit_usec_total;
  gint64 commit_usec_max;
} StateSyncCommitCounters;

typedef void (*StateSyncCommittedFunc) (const char *topic, StateSyncSnapshot *before, StateSyncSnapshot *snapshot, gpointer user_data);
typedef void (*StateSyncAnnouncedFunc) (const char *topic, StateSyncSnapshot *snapshot, gpointer user_data);
typedef void (*StateSyncPublishedFunc) (gpointer user_data);

/* How a commit is made known. */
typedef struct
{
  StateSyncCommittedFunc committed; /* for each topic, before anybody can read it */
  StateSyncPublishedFunc published; /* once, when everybody can, and nobody was told */
  StateSyncAnnouncedFunc announced; /* for each topic, when its writers have been told */
} StateSyncCommitFuncs;

typedef void (*StateSyncDrainedFunc) (gpointer user_data);

StateSyncCommitter *state_sync_committer_new           (StateSyncStorage *storage,
                                                        StateSyncWorker *worker,
                                                        StateSyncLoader *loader,
                                                        guint64 max_data_size,
                                                        const StateSyncCommitFuncs *funcs,
                                                        gpointer user_data);
void                state_sync_committer_free          (StateSyncCommitter *self);
void                state_sync_committer_set_validator (StateSyncCommitter *self,
                                                        StateSyncValidateFunc validate,
                                                        StateSyncConcernsFunc concerns,
                                                        gpointer user_data,
                                                        GDestroyNotify destroy);

void                state_sync_committer_write         (StateSyncCommitter *self,
                                                        GPtrArray *writes,
                                                        StateSyncAdmitFunc admit,
                                                        StateSyncWriteFunc func,
                                                        gpointer user_data);
void                state_sync_committer_drain         (StateSyncCommitter *self, StateSyncDrainedFunc drained);

gboolean            state_sync_committer_is_unsaved    (StateSyncCommitter *self, StateSyncTopicEntry *entry);
GList              *state_sync_committer_list_unsaved  (StateSyncCommitter *self);
void                state_sync_committer_get_counters  (StateSyncCommitter *self, StateSyncCommitCounters *counters);

G_END_DECLS
