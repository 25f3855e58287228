/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/write.h"

G_BEGIN_DECLS

/* A change that has not ended: it waits, or is under way. */
typedef struct
{
  StateSyncWrite *write;
  gpointer tag; /* the caller's */
} StateSyncPending;

/* @pending: of StateSyncPending, in the order made. */
guint      state_sync_group_measure (GQueue *pending, guint limit);
GPtrArray *state_sync_group_compose (GQueue *pending, guint n_changes);

gboolean   state_sync_group_join    (StateSyncWrite *first, const StateSyncWrite *second);

GBytes    *state_sync_writes_apply  (GPtrArray *writes, GBytes *target, guint *n_changed);

G_END_DECLS
