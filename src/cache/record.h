/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/snapshot.h"

G_BEGIN_DECLS

/* Compressed at no size. */
#define STATE_SYNC_RECORD_NEVER_ZIP G_MAXUINT64

/* One confirmed snapshot as it is kept. */
typedef struct
{
  StateSyncSnapshot *snapshot; /* owned */
  guint64 schema_version;
  guint64 date; /* when it was saved, in microseconds since 1970 */
} StateSyncRecord;

typedef enum
{
  STATE_SYNC_RECORD_SOUND,
  STATE_SYNC_RECORD_FOREIGN,
  STATE_SYNC_RECORD_DAMAGED,
} StateSyncRecordVerdict;

GBytes                *state_sync_record_encode (const StateSyncRecord *record, const char *app_id, const char *topic, guint64 zip_above);
StateSyncRecordVerdict state_sync_record_decode (GBytes *bytes, const char *app_id, const char *topic, StateSyncRecord *record, const char **reason);
void                   state_sync_record_clear  (StateSyncRecord *record);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StateSyncRecord, state_sync_record_clear)

G_END_DECLS
