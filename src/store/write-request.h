/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/judge.h"
#include "store/loader.h"

G_BEGIN_DECLS

/* Called once for each write, with a revision for each of its parts or with an error. */
typedef void (*StateSyncWriteFunc) (const guint64 *revisions, guint n_revisions, const GError *error, gpointer user_data);

/* A set of writes and who waits for the answer. */
typedef struct
{
  StateSyncRequest request; /* of its topics */
  StateSyncWriteSet set;
  guint64 bytes;
  gboolean durable;
  gboolean is_first;     /* nothing on its topics was queued or under way when it came */
  gboolean is_to_memory; /* judged for a commit that no transaction is needed for */
  StateSyncWriteFunc func;
  gpointer user_data;
} StateSyncWriteRequest;

StateSyncWriteRequest *state_sync_write_request_new       (StateSyncLoader *loader,
                                                           GPtrArray *writes,
                                                           StateSyncLoadedFunc loaded,
                                                           gpointer loaded_data,
                                                           StateSyncWriteFunc func,
                                                           gpointer user_data);
void                   state_sync_write_request_free      (StateSyncWriteRequest *self, StateSyncLoader *loader);
gboolean               state_sync_write_request_is_loaded (StateSyncWriteRequest *self);
gboolean               state_sync_write_request_has_head  (StateSyncWriteRequest *self);
void                   state_sync_write_request_reply     (StateSyncWriteRequest *self);

G_END_DECLS
