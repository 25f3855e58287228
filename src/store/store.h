/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "store/committed-view.h"
#include "store/committer.h"
#include "store/listing.h"
#include "statesync-service/storage.h"

G_BEGIN_DECLS

/**
 * StateSyncStore:
 *
 * The truth: what revision and data each topic has.
 *
 * It lives in the main context in which it is made, and calls back there. Each function that it
 * is given is called exactly once, with the result or with an error of the domain
 * %STATE_SYNC_ERROR, and before the call that it belongs to returns if nothing has to be waited
 * for. A store that was opened is closed before it is dropped.
 *
 * What is committed may be looked up from any thread in its committed view, for as long as the
 * store is not closing.
 *
 * Signals `committed` (topic, #StateSyncSnapshot before, #StateSyncSnapshot now), for each topic
 * that a commit changes, then `published`: for who shows committed states to readers in a way of its own. To be shown all at
 * once: what is noted at `committed` appears at `published`, before anybody is told of it.
 *
 * Signal `changed` (topic, #StateSyncSnapshot): a topic has a new committed state, and its
 * writers have been told.
 */
#define STATE_SYNC_TYPE_STORE (state_sync_store_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncStore, state_sync_store, STATE_SYNC, STORE, GObject)

typedef void (*StateSyncReadFunc)  (GPtrArray *snapshots, const GError *error, gpointer user_data);
typedef void (*StateSyncTotalFunc) (const StateSyncStorageTotals *totals, const GError *error, gpointer user_data);

StateSyncStore         *state_sync_store_new                (StateSyncStorage *storage, guint64 max_data_size);
void                    state_sync_store_set_validator      (StateSyncStore *self, StateSyncValidateFunc validate, StateSyncConcernsFunc concerns, gpointer user_data, GDestroyNotify destroy);
void                    state_sync_store_set_initial_data   (StateSyncStore *self, StateSyncInitialDataFunc func, gpointer user_data, GDestroyNotify destroy);

void                    state_sync_store_open_async         (StateSyncStore *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean                state_sync_store_open_finish        (StateSyncStore *self, GAsyncResult *result, GError **error);
void                    state_sync_store_close_async        (StateSyncStore *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean                state_sync_store_close_finish       (StateSyncStore *self, GAsyncResult *result, GError **error);

void                    state_sync_store_write              (StateSyncStore *self, GPtrArray *writes, StateSyncAdmitFunc admit, StateSyncWriteFunc func, gpointer user_data);
void                    state_sync_store_read               (StateSyncStore *self, const char *const *topics, guint64 max_bytes, StateSyncReadFunc func, gpointer user_data);
void                    state_sync_store_list               (StateSyncStore *self, const char *namespace_, StateSyncListFunc func, gpointer user_data);
void                    state_sync_store_total              (StateSyncStore *self, StateSyncTotalFunc func, gpointer user_data);

guint64                 state_sync_store_get_max_data_size  (StateSyncStore *self);
StateSyncCommittedView *state_sync_store_get_committed_view (StateSyncStore *self);
void                    state_sync_store_get_counters       (StateSyncStore *self, StateSyncCommitCounters *counters);

G_END_DECLS
