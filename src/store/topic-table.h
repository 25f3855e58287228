/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/snapshot.h"
#include "store/committed-view.h"

G_BEGIN_DECLS

/* What the store holds in memory of one topic. */
typedef struct
{
  char *name;

  /* What readers see; NULL until it is loaded. */
  StateSyncSnapshot *committed;

  /* What the batch under way makes of it; NULL if that does not change it. Nobody but the
   * batch may look. */
  StateSyncSnapshot *head;

  /* What storage holds. Behind committed's revision: a change is still to be stored. */
  guint64 stored_revision;

  /* Requests that wait for committed to be loaded, in the order they came. */
  GQueue waiting;
  gboolean loading;

  guint n_holds;
  guint n_writes; /* how many write requests are queued or under way */

  /* The table's own. */
  gsize cost;
  GList link;
} StateSyncTopicEntry;

/* Entries by name; the ones least recently used leave when they cost more than the budget. */
typedef struct _StateSyncTopicTable StateSyncTopicTable;

StateSyncTopicTable *state_sync_topic_table_new     (gsize budget, StateSyncCommittedView *view);
void                 state_sync_topic_table_free    (StateSyncTopicTable *self);
StateSyncTopicEntry *state_sync_topic_table_peek    (StateSyncTopicTable *self, const char *name);
StateSyncTopicEntry *state_sync_topic_table_hold    (StateSyncTopicTable *self, const char *name);
void                 state_sync_topic_table_release (StateSyncTopicTable *self, StateSyncTopicEntry *entry);
void                 state_sync_topic_table_publish (StateSyncTopicTable *self, GPtrArray *entries);

gboolean             state_sync_topic_entry_is_unsaved    (const StateSyncTopicEntry *entry);
void                 state_sync_topic_entry_set_committed (StateSyncTopicEntry *entry, StateSyncSnapshot *snapshot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncTopicTable, state_sync_topic_table_free)

G_END_DECLS
