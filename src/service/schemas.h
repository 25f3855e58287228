/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/* The schemas that are installed, as the rules of a store. */
typedef struct _StateSyncSchemas StateSyncSchemas;

StateSyncSchemas *state_sync_schemas_new    (void);
void              state_sync_schemas_free   (StateSyncSchemas *self);

void              state_sync_schemas_govern (StateSyncSchemas *self, StateSyncStore *store);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncSchemas, state_sync_schemas_free)

G_END_DECLS
