/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service/call.h"
#include "store/store.h"

G_BEGIN_DECLS

/* What the writes of a sandboxed app take of what it may store. */
void state_sync_charges_write (StateSyncCall *call, GPtrArray *writes, StateSyncWriteFunc done);
void state_sync_charges_note  (StateSyncService *service, const char *topic, StateSyncSnapshot *before, StateSyncSnapshot *after);

G_END_DECLS
