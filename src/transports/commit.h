/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/commit.h>

G_BEGIN_DECLS

/* What a commit came to. */
typedef struct
{
  guint64 *revisions;
  gsize n_revisions;
  char *instance; /* (nullable) */
} StateSyncReceipt;

StateSyncCommit *state_sync_commit_new  (StateSyncTransaction *transaction, const char *instance, GTask *task);

void             state_sync_receipt_free (StateSyncReceipt *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncReceipt, state_sync_receipt_free)

G_END_DECLS
