/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync-service/application-data.h"
#include "statesync-service/storage.h"
#include "store/topic-table.h"
#include "store/worker.h"

G_BEGIN_DECLS

typedef struct _StateSyncRequest StateSyncRequest;

typedef void (*StateSyncLoadedFunc) (StateSyncRequest *request, gpointer user_data);

/* The topics that somebody asks about: held from begin to end, loaded once n_missing is 0.
 * Embedded at the start of what is asked. Once their data is more than max_bytes together, the
 * request has failed and holds none of them. */
struct _StateSyncRequest
{
  GPtrArray *entries; /* of StateSyncTopicEntry, in the order asked */
  guint n_missing;
  guint64 bytes; /* of the data of those that are loaded */
  guint64 max_bytes;
  GError *error; /* why one of them could not be loaded, or not all at once */
  StateSyncLoadedFunc loaded;
  gpointer user_data;
};

typedef struct _StateSyncLoader StateSyncLoader;

StateSyncLoader     *state_sync_loader_new              (StateSyncStorage *storage,
                                                         StateSyncWorker *worker,
                                                         StateSyncCommittedView *view,
                                                         guint64 max_data_size);
void                 state_sync_loader_free             (StateSyncLoader *self);
void                 state_sync_loader_set_initial_data (StateSyncLoader *self,
                                                         StateSyncInitialDataFunc func,
                                                         gpointer user_data,
                                                         GDestroyNotify destroy);
StateSyncTopicTable *state_sync_loader_get_table        (StateSyncLoader *self);

void                 state_sync_loader_begin            (StateSyncLoader *self,
                                                         StateSyncRequest *request,
                                                         guint64 max_bytes,
                                                         StateSyncLoadedFunc loaded,
                                                         gpointer user_data);
void                 state_sync_loader_add              (StateSyncLoader *self, StateSyncRequest *request, const char *topic);
void                 state_sync_loader_end              (StateSyncLoader *self, StateSyncRequest *request);

G_END_DECLS
