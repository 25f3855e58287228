/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync-service/service.h"

G_BEGIN_DECLS

/* What the application adds to its service. */
typedef struct
{
  GHashTable *initial_data; /* topic → GBytes */

  StateSyncInitialDataFunc initial_func; /* (nullable) */
  gpointer initial_user_data;
  GDestroyNotify initial_destroy; /* (nullable) */

  StateSyncMigrateFunc migrate_func; /* (nullable) */
  gpointer migrate_user_data;
  GDestroyNotify migrate_destroy; /* (nullable) */

  StateSyncAuthorizeFunc authorize_func; /* (nullable) */
  gpointer authorize_user_data;
  GDestroyNotify authorize_destroy; /* (nullable) */
} StateSyncApplication;

void state_sync_application_init  (StateSyncApplication *self);
void state_sync_application_clear (StateSyncApplication *self);

G_END_DECLS
