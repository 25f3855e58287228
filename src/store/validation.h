/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "protocol/snapshot.h"

G_BEGIN_DECLS

/**
 * StateSyncValidation:
 *
 * One write that a validator is asked about: it would change the topic from one state to another.
 * The validator answers exactly once: with [method@Validation.accept], [method@Validation.reject]
 * or [method@Validation.replace], at once or later, and from any thread. Who answers later keeps
 * the validation until then: dropped unanswered it refuses the write.
 *
 * Writes are judged one at a time, in order. While the answer to one is awaited all others wait;
 * reads do not.
 */
#define STATE_SYNC_TYPE_VALIDATION (state_sync_validation_get_type ())
G_DECLARE_FINAL_TYPE (StateSyncValidation, state_sync_validation, STATE_SYNC, VALIDATION, GObject)

const char        *state_sync_validation_get_topic       (StateSyncValidation *self);
StateSyncSnapshot *state_sync_validation_get_before      (StateSyncValidation *self);
GBytes            *state_sync_validation_get_data        (StateSyncValidation *self);
GCancellable      *state_sync_validation_get_cancellable (StateSyncValidation *self);

void               state_sync_validation_accept          (StateSyncValidation *self);
void               state_sync_validation_reject          (StateSyncValidation *self, const char *message);
void               state_sync_validation_replace         (StateSyncValidation *self, GBytes *data);

G_END_DECLS
