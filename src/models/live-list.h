/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The items of a list model, from one state of the list to the next. */
typedef struct
{
  GPtrArray *items;  /* owned, each with a reference */
  GPtrArray *before; /* (nullable): while changes are told, what was there */
  guint n_told;      /* of items */
  guint n_left;      /* of before: at its end */
} StateSyncLiveList;

void     state_sync_live_list_init       (StateSyncLiveList *self);
void     state_sync_live_list_clear      (StateSyncLiveList *self);

guint    state_sync_live_list_get_length (const StateSyncLiveList *self);
gpointer state_sync_live_list_dup_item   (const StateSyncLiveList *self, guint position);

void     state_sync_live_list_replace    (StateSyncLiveList *self, GListModel *model, GPtrArray *items, const guint *origins);

G_END_DECLS
