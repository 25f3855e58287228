/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/committer.h"

G_BEGIN_DECLS

typedef struct
{
  char *topic;
  guint64 revision;
  guint64 bytes; /* of its data; 0 if it holds none any more */
} StateSyncListItem;

/* @items (of StateSyncListItem): every topic that was ever written, in the order of the bytes of
 * the names. */
typedef void (*StateSyncListFunc) (GArray *items, const GError *error, gpointer user_data);

void state_sync_listing_run (StateSyncStorage *storage,
                             StateSyncWorker *worker,
                             StateSyncTopicTable *table,
                             StateSyncCommitter *committer,
                             const char *namespace_,
                             StateSyncListFunc func,
                             gpointer user_data);

G_END_DECLS
