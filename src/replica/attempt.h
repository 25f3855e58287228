/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/snapshot.h"
#include "protocol/write.h"

G_BEGIN_DECLS

typedef enum
{
  STATE_SYNC_ATTEMPT_READY,        /* to be sent, perhaps again */
  STATE_SYNC_ATTEMPT_SENT,         /* its outcome will come */
  STATE_SYNC_ATTEMPT_WAITING,      /* only a snapshot can tell how to go on */
  STATE_SYNC_ATTEMPT_ACKNOWLEDGED, /* it took effect; the confirmed snapshot is from before */
} StateSyncAttemptState;

/* What a snapshot says of an attempt whose outcome is not known. */
typedef enum
{
  STATE_SYNC_FATE_OPEN,    /* nothing yet */
  STATE_SYNC_FATE_ABSENT,  /* it did not take effect and never will */
  STATE_SYNC_FATE_PRESENT, /* it took effect, or what it says is so anyway */
  STATE_SYNC_FATE_UNKNOWN, /* it may have taken effect; others have written since */
} StateSyncFate;

/* One write under way, and all that is known of its fate. */
typedef struct
{
  StateSyncAttemptState state;
  GPtrArray *writes; /* of StateSyncWrite */
  guint n_changes;   /* from the queue's head on */
  char *instance;    /* (nullable): who it is for; once acknowledged, who answered */
  guint64 base_revision;
  StateSyncSnapshot *base; /* (nullable): the topic at base_revision, if it is known here */
  gboolean is_guarded;     /* it takes effect at base_revision or not at all */
  gboolean is_doubtful;    /* it may be in effect already: an outcome was lost */
  guint64 revision;        /* once acknowledged */
} StateSyncAttempt;

StateSyncAttempt  *state_sync_attempt_new     (GPtrArray *writes,
                                               guint n_changes,
                                               StateSyncSnapshot *confirmed);
void               state_sync_attempt_free    (StateSyncAttempt *self);

void               state_sync_attempt_guard   (StateSyncAttempt *self);
StateSyncSnapshot *state_sync_attempt_predict (StateSyncAttempt *self);
gboolean           state_sync_attempt_is_of   (StateSyncAttempt *self, StateSyncSnapshot *snapshot);
StateSyncFate      state_sync_attempt_judge   (StateSyncAttempt *self, StateSyncSnapshot *snapshot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncAttempt, state_sync_attempt_free)

G_END_DECLS
