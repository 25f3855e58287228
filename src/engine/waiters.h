/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Tasks that end together, in the order they came. Zeroed = none. */
typedef struct
{
  GList *list; /* of Waiter */
} StateSyncWaiters;

/* A task's cancellable said so: it was ended and is not among the waiters any more. */
typedef void (*StateSyncWaiterLeftFunc) (gpointer source_object);

void     state_sync_waiters_add      (StateSyncWaiters *self, GTask *task, StateSyncWaiterLeftFunc left);
void     state_sync_waiters_move     (StateSyncWaiters *self, StateSyncWaiters *into);
void     state_sync_waiters_end      (StateSyncWaiters *self, const GError *error);
gboolean state_sync_waiters_is_empty (const StateSyncWaiters *self);

G_END_DECLS
