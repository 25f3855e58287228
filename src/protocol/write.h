/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/snapshot.h"
#include "statesync/write-flags.h"

G_BEGIN_DECLS

typedef enum
{
  STATE_SYNC_WRITE_REPLACE,
  STATE_SYNC_WRITE_MERGE,
} StateSyncWriteMode;

/* One change that somebody asks for. */
typedef struct
{
  char *topic;
  GBytes *data;
  StateSyncWriteMode mode;
  gboolean durable;
  gboolean has_expected_revision;
  guint64 expected_revision;
} StateSyncWrite;

StateSyncWrite    *state_sync_write_new   (const char *topic, GBytes *data);
StateSyncWrite    *state_sync_write_copy  (const StateSyncWrite *write);
void               state_sync_write_free  (StateSyncWrite *write);

void               state_sync_write_set_flags (StateSyncWrite *write, StateSyncWriteFlags flags, guint64 expected_revision);

gboolean           state_sync_write_check (const StateSyncWrite *write, guint64 max_data_size, GError **error);
GBytes            *state_sync_write_apply (const StateSyncWrite *write, GBytes *target);
StateSyncSnapshot *state_sync_write_judge (const StateSyncWrite *write, StateSyncSnapshot *base, guint64 max_data_size, GError **error);
StateSyncSnapshot *state_sync_write_amend (const char *topic, StateSyncSnapshot *base, StateSyncSnapshot *next, GBytes *data, guint64 max_data_size, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncWrite, state_sync_write_free)

G_END_DECLS
