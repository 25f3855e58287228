/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/topic-table.h"
#include "statesync-service/validation.h"
#include "protocol/write.h"

G_BEGIN_DECLS

/* Whether whoever writes may make that of the topic. Asked last of all, so that what is granted is
 * only undone if something fails that comes after. */
typedef gboolean (*StateSyncAdmitFunc) (const char *topic, StateSyncSnapshot *before, StateSyncSnapshot *after, gpointer user_data, GError **error);

/* Writes that take effect together or not at all, and what became of them. */
typedef struct
{
  GPtrArray *writes;  /* of StateSyncWrite */
  GPtrArray *entries; /* of each write's topic, held and loaded */
  StateSyncAdmitFunc admit; /* (nullable) */
  gpointer admit_data;
  guint64 *revisions; /* of each write's topic after it */
  guint n_changed;    /* how many of them changed their topic */
  GError *error;
  gboolean needs_commit; /* the outcome holds only if the transaction does */
} StateSyncWriteSet;

/* Asks an application about a write; it answers by the validation's methods. */
typedef void (*StateSyncValidateFunc) (StateSyncValidation *validation, gpointer user_data);

/* Whether it would have a say in the topic: to ask for nothing costs more than to see that. */
typedef gboolean (*StateSyncConcernsFunc) (const char *topic, gpointer user_data);

typedef void (*StateSyncJudgedFunc) (gpointer user_data);

/* Says what becomes of sets of writes, one set at a time. */
typedef struct _StateSyncJudge StateSyncJudge;

StateSyncJudge *state_sync_judge_new           (guint64 max_data_size, StateSyncJudgedFunc judged, gpointer user_data);
void            state_sync_judge_free          (StateSyncJudge *self);
void            state_sync_judge_set_validator (StateSyncJudge *self,
                                                StateSyncValidateFunc validate,
                                                StateSyncConcernsFunc concerns,
                                                gpointer user_data,
                                                GDestroyNotify destroy);

gboolean        state_sync_judge_run           (StateSyncJudge *self, StateSyncWriteSet *set);
void            state_sync_judge_close         (StateSyncJudge *self);

G_END_DECLS
