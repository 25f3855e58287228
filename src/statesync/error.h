/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include <statesync/version-macros.h>

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
 * @STATE_SYNC_ERROR_OUTCOME_UNKNOWN: the change may or may not have taken effect: the reply was
 *   lost, and what others wrote since hides what became of it. The library's own
 *
 * The errors of the bus interface, and one of the library's own. Those of the interface travel as
 * `org.statesync.StateSync1.Error.<Name>` and come out of a call under this domain.
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
  STATE_SYNC_ERROR_OUTCOME_UNKNOWN,
} StateSyncError;

/**
 * STATE_SYNC_ERROR:
 *
 * The error domain of Statesync; its codes are of [error@Error].
 */
#define STATE_SYNC_ERROR (state_sync_error_quark ())

STATE_SYNC_AVAILABLE_IN_ALL
GQuark state_sync_error_quark (void);

G_END_DECLS
