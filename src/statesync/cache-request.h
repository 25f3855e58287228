/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <statesync/version-macros.h>

G_BEGIN_DECLS

/**
 * StateSyncCacheRequest:
 *
 * One thing that a [iface@CacheStorage] is asked for. The storage keeps it until it is done, and
 * then answers exactly once, with one of the `return` methods.
 *
 * The answer may be given at once or later, and from any thread. A request that is dropped
 * unanswered counts as failed.
 */
#define STATE_SYNC_TYPE_CACHE_REQUEST (state_sync_cache_request_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncCacheRequest, state_sync_cache_request, STATE_SYNC, CACHE_REQUEST, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
const char   *state_sync_cache_request_get_key              (StateSyncCacheRequest *self);
STATE_SYNC_AVAILABLE_IN_ALL
GBytes       *state_sync_cache_request_get_data             (StateSyncCacheRequest *self);
STATE_SYNC_AVAILABLE_IN_ALL
GCancellable *state_sync_cache_request_get_cancellable      (StateSyncCacheRequest *self);

STATE_SYNC_AVAILABLE_IN_ALL
void          state_sync_cache_request_return_data          (StateSyncCacheRequest *self, GBytes *data);
STATE_SYNC_AVAILABLE_IN_ALL
void          state_sync_cache_request_return_keys          (StateSyncCacheRequest *self, const char *const *keys);
STATE_SYNC_AVAILABLE_IN_ALL
void          state_sync_cache_request_return_done          (StateSyncCacheRequest *self);
STATE_SYNC_AVAILABLE_IN_ALL
void          state_sync_cache_request_return_error         (StateSyncCacheRequest *self, const GError *error);
STATE_SYNC_AVAILABLE_IN_ALL
void          state_sync_cache_request_return_error_literal (StateSyncCacheRequest *self, GQuark domain, int code, const char *message);

G_END_DECLS
