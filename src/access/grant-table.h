/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "access/grants.h"

G_BEGIN_DECLS

/* Which app has which rights by which name. Pure. */
typedef struct _StateSyncGrantTable StateSyncGrantTable;

StateSyncGrantTable *state_sync_grant_table_new           (void);
void                 state_sync_grant_table_free          (StateSyncGrantTable *self);

/* Replaces what is granted by one name. @permissions: (nullable): `a{sas}` as in the permission
 * store, NULL for none. Returns the ids of the apps whose rights are others now. */
GPtrArray           *state_sync_grant_table_set           (StateSyncGrantTable *self, const char *name, GVariant *permissions);

/* (transfer full): all names by which something is granted. */
GPtrArray           *state_sync_grant_table_get_names     (StateSyncGrantTable *self);

/* As in grants.h. */
char                *state_sync_grant_table_find          (StateSyncGrantTable *self, const char *application_id, StateSyncRights rights, const char *topic);
GPtrArray           *state_sync_grant_table_list_readable (StateSyncGrantTable *self, const char *application_id);

G_END_DECLS
