/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A thread that runs jobs one at a time, in the order pushed, and reports each to a main context. */
typedef struct _StateSyncWorker StateSyncWorker;

typedef void (*StateSyncWorkerFunc) (gpointer data);

StateSyncWorker *state_sync_worker_new  (const char *name, StateSyncWorkerFunc tidy, gpointer tidy_data);
void             state_sync_worker_push (StateSyncWorker *self,
                                         StateSyncWorkerFunc run,
                                         StateSyncWorkerFunc done,
                                         gpointer data);
void             state_sync_worker_free (StateSyncWorker *self);

G_END_DECLS
