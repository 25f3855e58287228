/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cache/cache-private.h"

G_BEGIN_DECLS

/* Saves one topic's snapshots: not each, but the newest in time. */
typedef struct _StateSyncSaver StateSyncSaver;

/* Those who wait until what is unsaved now has been tried. */
typedef struct
{
  GTask *task; /* owned; of a boolean */
  guint n_left;
  GError *error; /* (nullable): the first */
} StateSyncFlush;

StateSyncFlush *state_sync_flush_new         (GTask *task);
void            state_sync_flush_arrive      (StateSyncFlush *self, const GError *error);

StateSyncSaver *state_sync_saver_new         (StateSyncCache *cache, const char *topic);
void            state_sync_saver_free        (StateSyncSaver *self);

void            state_sync_saver_keep        (StateSyncSaver *self, StateSyncSnapshot *snapshot);
void            state_sync_saver_leave       (StateSyncSaver *self);
void            state_sync_saver_flush       (StateSyncSaver *self, StateSyncFlush *flush);
void            state_sync_saver_forget      (StateSyncSaver *self);
gboolean        state_sync_saver_has_unsaved (StateSyncSaver *self);

G_END_DECLS
