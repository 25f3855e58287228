/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "statesync/error.h"

G_BEGIN_DECLS

/* Those that travel on the bus: all but the library's own, which come last. */
#define STATE_SYNC_N_ERRORS (STATE_SYNC_ERROR_UNAVAILABLE + 1)

const char *state_sync_error_name                  (StateSyncError code);

char       *state_sync_error_quote                 (const char *text);

/* One helper per error, so that a message is worded the same wherever it comes from. */
GError     *state_sync_error_invalid_topic         (const char *topic, const char *reason);
GError     *state_sync_error_invalid_data          (const char *topic, gsize offset, const char *reason);
GError     *state_sync_error_invalid_option        (const char *topic, const char *key, const char *reason);
GError     *state_sync_error_conflict              (const char *topic, guint64 actual, guint64 expected);
GError     *state_sync_error_too_large             (const char *topic, guint64 size, guint64 limit);
GError     *state_sync_error_answer_too_large      (const char *what, guint64 limit, const char *advice);
GError     *state_sync_error_limit_exceeded        (const char *what, guint64 limit);
GError     *state_sync_error_quota_exceeded        (const char *what, guint64 limit, const char *advice);
GError     *state_sync_error_access_denied         (const char *topic, const char *reason);
GError     *state_sync_error_revision_exhausted    (const char *topic);
GError     *state_sync_error_rejected              (const char *message);
GError     *state_sync_error_not_validated         (const char *topic);
GError     *state_sync_error_invalid_amendment     (const char *topic, gsize offset, const char *reason);
GError     *state_sync_error_amendment_too_large   (const char *topic, guint64 size, guint64 limit);
GError     *state_sync_error_storage               (const char *what, const char *reason);
GError     *state_sync_error_unavailable           (void);
GError     *state_sync_error_outcome_unknown       (const char *topic, const char *reason);

G_END_DECLS
