/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <statesync/snapshot.h>

G_BEGIN_DECLS

/**
 * StateSyncValidation:
 *
 * One write that the application is asked about, by [signal@Service::validate]: it would change the
 * topic from one state to another. The application answers exactly once: with
 * [method@Validation.accept], [method@Validation.reject] or [method@Validation.replace], at once or
 * later, and from any thread. Who answers later keeps the validation until then: dropped unanswered
 * it refuses the write.
 *
 * Writes are judged one at a time, in order. While the answer to one is awaited all others wait;
 * reads do not.
 */
#define STATE_SYNC_TYPE_VALIDATION (state_sync_validation_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncValidation, state_sync_validation, STATE_SYNC, VALIDATION, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
const char        *state_sync_validation_get_topic       (StateSyncValidation *self);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncSnapshot *state_sync_validation_get_before      (StateSyncValidation *self);
STATE_SYNC_AVAILABLE_IN_ALL
GBytes            *state_sync_validation_get_data        (StateSyncValidation *self);
STATE_SYNC_AVAILABLE_IN_ALL
GCancellable      *state_sync_validation_get_cancellable (StateSyncValidation *self);

STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_validation_accept          (StateSyncValidation *self);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_validation_reject          (StateSyncValidation *self, const char *message);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_validation_replace         (StateSyncValidation *self, GBytes *data);

G_END_DECLS
