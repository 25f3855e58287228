/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of an item that was not in the list before. */
#define STATE_SYNC_LIST_DIFF_NEW G_MAXUINT

/* Items that go and items that come at one place, in the list as the changes before have left it. */
typedef struct
{
  guint position;
  guint n_removed;
  guint n_added;
} StateSyncListChange;

GArray *state_sync_list_diff (const guint *origins, guint n_after, guint n_before);

G_END_DECLS
