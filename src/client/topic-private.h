/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/topic.h>

#include "client/client-private.h"
#include "engine/waiters.h"
#include "replica/replica.h"

G_BEGIN_DECLS

/* What is shown and waits for more of its kind; topic-soon.c's own. */
typedef struct _StateSyncHold StateSyncHold;

typedef enum
{
  STATE_SYNC_TEMPO_TYPED,
  STATE_SYNC_TEMPO_DRAGGED,
} StateSyncTempo;

/* A topic is six files: topic-start.c begins, topic.c follows and shows, topic-update.c carries the replica's pending
 * changes to the writer, topic-soon.c lets those wait that follow one another within moments,
 * topic-write.c writes past the replica, topic-cache.c shows what an earlier run has left.
 *
 * An app may hold thousands of topics: a test in tests/client bounds what one takes. */
struct _StateSyncTopic
{
  GObject parent_instance;

  StateSyncClient *client; /* owned */
  StateSyncEngine *engine;
  StateSyncReplica *replica;

  /* What the app has been told. */
  GBytes *shown;
  JsonNode *data; /* (nullable): shown, parsed; made when it is asked for */
  guint64 shown_revision;
  guint shown_pending : 1;
  guint shown_cached : 1;

  /* What is kept for the next start; topic-cache.c's own. */
  guint is_loading : 1;
  guint is_loaded : 1;
  StateSyncCache *cache; /* (nullable) */
  StateSyncWaiters loaders;

  /* Waits for somebody to serve; topic-start.c's own. */
  gulong comeback;

  /* The write under way and what is tried again; topic-update.c's own. */
  guint owes_pull : 1;
  guint is_pulling : 1;
  guint n_failures; /* in a row */
  guint retry_id;
  GCancellable *writing; /* (nullable) */
  StateSyncWaiters settlers;

  StateSyncHold *hold; /* (nullable) */

  guint64 n_writes;
  guint64 n_conflicts;
};

StateSyncTopic *state_sync_topic_new          (StateSyncClient *client, const char *name);

/* Languages can make the bare object, which belongs to no client. */
gboolean        state_sync_topic_is_made      (StateSyncTopic *self);
gboolean        state_sync_topic_is_stopped   (StateSyncTopic *self);
void            state_sync_topic_show         (StateSyncTopic *self);
void            state_sync_topic_report_write (StateSyncTopic *self, const GError *error, guint attempt, gboolean will_retry, guint delay);
void            state_sync_topic_report       (StateSyncTopic *self, StateSyncPhase phase, const GError *error);
void            state_sync_topic_reject       (StateSyncTopic *self, GBytes *patch, const GError *error);
void            state_sync_topic_accept       (StateSyncTopic *self, StateSyncSnapshot *snapshot);

/* topic-start.c */
void            state_sync_topic_stop_waiting (StateSyncTopic *self);

/* topic-cache.c */
gboolean        state_sync_topic_can_load     (StateSyncTopic *self);
void            state_sync_topic_keep         (StateSyncTopic *self);
void            state_sync_topic_leave_cache  (StateSyncTopic *self);

/* topic-update.c */
void            state_sync_topic_show_first   (StateSyncTopic *self, StateSyncWrite *write, GTask *task);
gboolean        state_sync_topic_append       (StateSyncTopic *self, StateSyncWrite *write, GTask *task, GError **error);
void            state_sync_topic_go_on        (StateSyncTopic *self);
void            state_sync_topic_abandon      (StateSyncTopic *self);

/* topic-soon.c */
gboolean        state_sync_topic_update_soon  (StateSyncTopic *self, const char *key, JsonNode *patch, StateSyncTempo tempo, GError **error);
gboolean        state_sync_topic_is_held      (StateSyncTopic *self);
void            state_sync_topic_end_hold     (StateSyncTopic *self);
void            state_sync_topic_release      (StateSyncTopic *self);
void            state_sync_hold_free          (StateSyncHold *self);

/* The result of a task is the revision. */
void            state_sync_topic_return_revision (GTask *task, guint64 revision);
gboolean        state_sync_topic_take_revision   (GTask *task, guint64 *revision, GError **error);

G_END_DECLS
