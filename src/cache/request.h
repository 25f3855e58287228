/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/cache-request.h>

G_BEGIN_DECLS

/* @key, @data: (nullable). The task's value is what was returned: bytes, keys or NULL. */
StateSyncCacheRequest *state_sync_cache_request_new (const char *key, GBytes *data, GTask *task);

G_END_DECLS
