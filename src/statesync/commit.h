/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <statesync/transaction.h>

G_BEGIN_DECLS

/**
 * StateSyncCommit:
 *
 * One transaction that a [iface@Writer] is asked to make. The writer keeps it until it knows
 * the outcome, and then answers exactly once: with [method@Commit.return_revisions],
 * [method@Commit.return_error] or [method@Commit.return_error_literal].
 *
 * The answer may be given at once or later, and from any thread. A commit that is dropped
 * unanswered counts as one of which it is not known whether it took effect.
 */
#define STATE_SYNC_TYPE_COMMIT (state_sync_commit_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncCommit, state_sync_commit, STATE_SYNC, COMMIT, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncTransaction *state_sync_commit_get_transaction      (StateSyncCommit *self);
STATE_SYNC_AVAILABLE_IN_ALL
GCancellable         *state_sync_commit_get_cancellable      (StateSyncCommit *self);
STATE_SYNC_AVAILABLE_IN_ALL
const char           *state_sync_commit_get_instance         (StateSyncCommit *self);

STATE_SYNC_AVAILABLE_IN_ALL
void                  state_sync_commit_return_revisions     (StateSyncCommit *self,
                                                              const guint64 *revisions,
                                                              gsize n_revisions,
                                                              const char *instance);
STATE_SYNC_AVAILABLE_IN_ALL
void                  state_sync_commit_return_error         (StateSyncCommit *self, const GError *error);
STATE_SYNC_AVAILABLE_IN_ALL
void                  state_sync_commit_return_error_literal (StateSyncCommit *self, GQuark domain, int code, const char *message);

G_END_DECLS
