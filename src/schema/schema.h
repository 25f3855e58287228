/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A JSON Schema that data is checked against; immutable, shared between threads. */
typedef struct _StateSyncSchema StateSyncSchema;

StateSyncSchema *state_sync_schema_new         (GBytes *text, GError **error);
StateSyncSchema *state_sync_schema_ref         (StateSyncSchema *self);
void             state_sync_schema_unref       (StateSyncSchema *self);

gboolean         state_sync_schema_check       (StateSyncSchema *self, GBytes *data, GError **error);
GBytes          *state_sync_schema_get_default (StateSyncSchema *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncSchema, state_sync_schema_unref)

G_END_DECLS
