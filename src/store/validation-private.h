/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync-service/validation.h"
#include "store/verdict.h"

G_BEGIN_DECLS

StateSyncValidation *state_sync_validation_new (const char *topic,
                                                StateSyncSnapshot *before,
                                                GBytes *data,
                                                GCancellable *cancellable,
                                                StateSyncVerdict *verdict);

G_END_DECLS
