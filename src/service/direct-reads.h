/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "store/committed-view.h"

G_BEGIN_DECLS

/* What an answer counts beside its data. */
#define STATE_SYNC_ANSWER_BYTES 256

/* Snapshots in memory, answered without the main loop. */
typedef struct _StateSyncDirectReads StateSyncDirectReads;

StateSyncDirectReads *state_sync_direct_reads_new             (StateSyncCommittedView *view);
StateSyncDirectReads *state_sync_direct_reads_ref             (StateSyncDirectReads *self);
void                  state_sync_direct_reads_unref           (StateSyncDirectReads *self);

/* From any thread. */
gboolean              state_sync_direct_reads_answer          (StateSyncDirectReads *self, GDBusConnection *connection, GDBusMessage *call);
gsize                 state_sync_direct_reads_lend            (StateSyncDirectReads *self, const char *peer, gsize bytes);
void                  state_sync_direct_reads_forget          (StateSyncDirectReads *self, const char *peer);
guint64               state_sync_direct_reads_get_n_snapshots (StateSyncDirectReads *self);

G_END_DECLS
