/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * StateSyncWriteFlags:
 * @STATE_SYNC_WRITE_FLAGS_NONE: acknowledged once the change is on stable storage
 * @STATE_SYNC_WRITE_FLAGS_NOT_DURABLE: acknowledged once the change is visible to everyone; it is
 *   stored at most a second later, and a crash in between may lose it
 * @STATE_SYNC_WRITE_FLAGS_IF_REVISION: refused with `STATE_SYNC_ERROR_CONFLICT` unless the topic is
 *   at the expected revision that is given beside (0 = only if it was never written)
 *
 * How a change is to be made.
 */
typedef enum
{
  STATE_SYNC_WRITE_FLAGS_NONE = 0,
  STATE_SYNC_WRITE_FLAGS_NOT_DURABLE = 1 << 0,
  STATE_SYNC_WRITE_FLAGS_IF_REVISION = 1 << 1,
} StateSyncWriteFlags;

G_END_DECLS
