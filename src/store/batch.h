/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/judge.h"
#include "statesync-service/storage.h"

G_BEGIN_DECLS

/* The sets that one transaction stores. */
typedef struct _StateSyncBatch StateSyncBatch;

StateSyncBatch        *state_sync_batch_new              (void);
void                   state_sync_batch_free             (StateSyncBatch *self);

void                   state_sync_batch_add              (StateSyncBatch *self, StateSyncWriteSet *set);
void                   state_sync_batch_add_unsaved      (StateSyncBatch *self, StateSyncTopicEntry *entry);
const StateSyncChange *state_sync_batch_seal             (StateSyncBatch *self, gsize *n_changes);

void                   state_sync_batch_promote          (StateSyncBatch *self);
void                   state_sync_batch_drop             (StateSyncBatch *self, const GError *error);

GPtrArray             *state_sync_batch_get_changed      (StateSyncBatch *self);
GPtrArray             *state_sync_batch_get_before       (StateSyncBatch *self);
guint                  state_sync_batch_get_n_changed    (StateSyncBatch *self);
guint                  state_sync_batch_get_n_unchanged  (StateSyncBatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncBatch, state_sync_batch_free)

G_END_DECLS
