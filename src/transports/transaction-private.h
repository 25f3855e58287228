/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/write.h"
#include "statesync/transaction.h"

G_BEGIN_DECLS

StateSyncTransaction *state_sync_transaction_new            (const char *namespace_);
StateSyncTransaction *state_sync_transaction_new_for_writes (GPtrArray *writes);
GPtrArray            *state_sync_transaction_get_writes     (StateSyncTransaction *self);

G_END_DECLS
