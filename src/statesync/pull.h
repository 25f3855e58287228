/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <statesync/snapshot.h>

G_BEGIN_DECLS

/**
 * StateSyncPull:
 *
 * One pull of a topic that a [iface@SnapshotProvider] is asked for. The provider keeps it until
 * it has the answer, and then answers exactly once: with [method@Pull.return_snapshot],
 * [method@Pull.return_error] or [method@Pull.return_error_literal].
 *
 * The answer may be given at once or later, and from any thread. A pull that is dropped
 * unanswered counts as failed.
 */
#define STATE_SYNC_TYPE_PULL (state_sync_pull_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncPull, state_sync_pull, STATE_SYNC, PULL, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
const char   *state_sync_pull_get_topic            (StateSyncPull *self);
STATE_SYNC_AVAILABLE_IN_ALL
GCancellable *state_sync_pull_get_cancellable      (StateSyncPull *self);

STATE_SYNC_AVAILABLE_IN_ALL
void          state_sync_pull_return_snapshot      (StateSyncPull *self, StateSyncSnapshot *snapshot);
STATE_SYNC_AVAILABLE_IN_ALL
void          state_sync_pull_return_error         (StateSyncPull *self, const GError *error);
STATE_SYNC_AVAILABLE_IN_ALL
void          state_sync_pull_return_error_literal (StateSyncPull *self, GQuark domain, int code, const char *message);

G_END_DECLS
