/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * StateSyncError:
 * @STATE_SYNC_ERROR_INVALID_TOPIC: the topic's name breaks the naming rule
 * @STATE_SYNC_ERROR_INVALID_DATA: the data is not acceptable JSON
 * @STATE_SYNC_ERROR_INVALID_OPTION: an option is unknown, or of a wrong type or value
 * @STATE_SYNC_ERROR_CONFLICT: the topic is not at the expected revision
 * @STATE_SYNC_ERROR_TOO_LARGE: the data, or an answer, is above the limit
 * @STATE_SYNC_ERROR_LIMIT_EXCEEDED: the caller has too much under way or stored
 * @STATE_SYNC_ERROR_ACCESS_DENIED: the caller may not do this
 * @STATE_SYNC_ERROR_REVISION_EXHAUSTED: the topic's revision is at its maximum
 * @STATE_SYNC_ERROR_REJECTED: the application that owns the topic refused the change
 * @STATE_SYNC_ERROR_STORAGE: the change could not be made durable
 * @STATE_SYNC_ERROR_UNAVAILABLE: the service is shutting down
 *
 * The errors of the bus interface. Each travels as
 * `org.statesync.StateSync1.Error.<Name>` and comes out of a call under this domain.
 */
typedef enum
{
  STATE_SYNC_ERROR_INVALID_TOPIC,
  STATE_SYNC_ERROR_INVALID_DATA,
  STATE_SYNC_ERROR_INVALID_OPTION,
  STATE_SYNC_ERROR_CONFLICT,
  STATE_SYNC_ERROR_TOO_LARGE,
  STATE_SYNC_ERROR_LIMIT_EXCEEDED,
  STATE_SYNC_ERROR_ACCESS_DENIED,
  STATE_SYNC_ERROR_REVISION_EXHAUSTED,
  STATE_SYNC_ERROR_REJECTED,
  STATE_SYNC_ERROR_STORAGE,
  STATE_SYNC_ERROR_UNAVAILABLE,
} StateSyncError;

#define STATE_SYNC_N_ERRORS (STATE_SYNC_ERROR_UNAVAILABLE + 1)
#define STATE_SYNC_ERROR    (state_sync_error_quark ())

GQuark      state_sync_error_quark                 (void);
const char *state_sync_error_name                  (StateSyncError code);

/* One helper per error, so that a message is worded the same wherever it comes from. */
GError     *state_sync_error_invalid_topic         (const char *topic, const char *reason);
GError     *state_sync_error_invalid_data          (const char *topic, gsize offset, const char *reason);
GError     *state_sync_error_invalid_option        (const char *topic, const char *key, const char *reason);
GError     *state_sync_error_conflict              (const char *topic, guint64 actual, guint64 expected);
GError     *state_sync_error_too_large             (const char *topic, guint64 size, guint64 limit);
GError     *state_sync_error_answer_too_large      (const char *what, guint64 limit, const char *advice);
GError     *state_sync_error_limit_exceeded        (const char *what, guint64 limit);
GError     *state_sync_error_revision_exhausted    (const char *topic);
GError     *state_sync_error_storage               (const char *what, const char *reason);
GError     *state_sync_error_unavailable           (void);

G_END_DECLS
