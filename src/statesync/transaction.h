/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include <statesync/version-macros.h>
#include <statesync/write-flags.h>

G_BEGIN_DECLS

/**
 * StateSyncTransaction:
 *
 * Changes that take effect together, in order, or not at all.
 *
 * Made by [method@Client.begin], committed by [method@Client.write_many_async]. A topic may
 * occur more than once; a later change sees the earlier one. If one change is durable, all are.
 */
#define STATE_SYNC_TYPE_TRANSACTION (state_sync_transaction_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncTransaction, state_sync_transaction, STATE_SYNC, TRANSACTION, GObject)

/* Filling it */
STATE_SYNC_AVAILABLE_IN_ALL
void                state_sync_transaction_write                 (StateSyncTransaction *self,
                                                                  const char *topic,
                                                                  JsonNode *data,
                                                                  StateSyncWriteFlags flags,
                                                                  guint64 expected_revision);
STATE_SYNC_AVAILABLE_IN_ALL
void                state_sync_transaction_write_text            (StateSyncTransaction *self,
                                                                  const char *topic,
                                                                  const char *text,
                                                                  StateSyncWriteFlags flags,
                                                                  guint64 expected_revision);
STATE_SYNC_AVAILABLE_IN_ALL
void                state_sync_transaction_merge                 (StateSyncTransaction *self,
                                                                  const char *topic,
                                                                  JsonNode *patch,
                                                                  StateSyncWriteFlags flags,
                                                                  guint64 expected_revision);
STATE_SYNC_AVAILABLE_IN_ALL
void                state_sync_transaction_merge_text            (StateSyncTransaction *self,
                                                                  const char *topic,
                                                                  const char *text,
                                                                  StateSyncWriteFlags flags,
                                                                  guint64 expected_revision);

/* Reading it, for who implements a StateSyncWriter */
STATE_SYNC_AVAILABLE_IN_ALL
guint               state_sync_transaction_get_length            (StateSyncTransaction *self);
STATE_SYNC_AVAILABLE_IN_ALL
const char         *state_sync_transaction_get_topic             (StateSyncTransaction *self, guint index);
STATE_SYNC_AVAILABLE_IN_ALL
GBytes             *state_sync_transaction_get_data              (StateSyncTransaction *self, guint index);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean            state_sync_transaction_get_is_merge          (StateSyncTransaction *self, guint index);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncWriteFlags state_sync_transaction_get_flags             (StateSyncTransaction *self, guint index);
STATE_SYNC_AVAILABLE_IN_ALL
guint64             state_sync_transaction_get_expected_revision (StateSyncTransaction *self, guint index);

G_END_DECLS
