/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/topic.h>

G_BEGIN_DECLS

typedef struct _StateSyncSensitivity StateSyncSensitivity;

gboolean              state_sync_sensitivity_can_be (GObject *object);
StateSyncSensitivity *state_sync_sensitivity_new    (GObject *object, StateSyncTopic *topic);
void                  state_sync_sensitivity_update (StateSyncSensitivity *self);
void                  state_sync_sensitivity_free   (StateSyncSensitivity *self);

G_END_DECLS
