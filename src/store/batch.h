/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/storage.h"
#include "store/topic-table.h"
#include "protocol/write.h"

G_BEGIN_DECLS

/* Writes that take effect together or not at all, and what became of them. */
typedef struct
{
  GPtrArray *writes;  /* of StateSyncWrite */
  GPtrArray *entries; /* of each write's topic, held and loaded */
  guint64 *revisions; /* of each write's topic after it */
  GError *error;
  gboolean needs_commit; /* the outcome holds only if the transaction does */
} StateSyncWriteSet;

/* The sets that one transaction stores. */
typedef struct _StateSyncBatch StateSyncBatch;

StateSyncBatch        *state_sync_batch_new              (guint64 max_data_size);
void                   state_sync_batch_free             (StateSyncBatch *self);

void                   state_sync_batch_add              (StateSyncBatch *self, StateSyncWriteSet *set);
void                   state_sync_batch_add_unsaved      (StateSyncBatch *self, StateSyncTopicEntry *entry);
const StateSyncChange *state_sync_batch_seal             (StateSyncBatch *self, gsize *n_changes);

void                   state_sync_batch_promote          (StateSyncBatch *self);
void                   state_sync_batch_drop             (StateSyncBatch *self, const GError *error);

GPtrArray             *state_sync_batch_get_changed      (StateSyncBatch *self);
guint                  state_sync_batch_get_n_changed    (StateSyncBatch *self);
guint                  state_sync_batch_get_n_unchanged  (StateSyncBatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncBatch, state_sync_batch_free)

G_END_DECLS
