/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync-service/validation.h"

G_BEGIN_DECLS

/* The schemas that are installed, and what they say of topics. */
typedef struct _StateSyncSchemas StateSyncSchemas;

/* The write is as the topic's schema wants it, if there is one. */
typedef void (*StateSyncConformsFunc) (StateSyncValidation *validation, gpointer user_data);

StateSyncSchemas *state_sync_schemas_new              (void);
void              state_sync_schemas_free             (StateSyncSchemas *self);

gboolean          state_sync_schemas_has              (StateSyncSchemas *self, const char *topic);
void              state_sync_schemas_check            (StateSyncSchemas *self, StateSyncValidation *validation, StateSyncConformsFunc conforms, gpointer user_data, GDestroyNotify destroy);

/* (transfer full) (nullable): what the topic is by its schema before it is written. */
GBytes           *state_sync_schemas_get_initial_data (StateSyncSchemas *self, const char *topic);

G_END_DECLS
