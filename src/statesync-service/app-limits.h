/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * StateSyncLimits:
 * @topics: how many topics it may have, deleted ones too; by default 1,000
 * @bytes: how many bytes their data may be together; by default 64 MiB
 * @writes_per_second: how many writes it may make per second in the long run; by default 1,000
 * @write_burst: how many writes it may make at once after a pause; by default 1,000
 * @calls: how many calls it may have under way; by default 256
 *
 * How much a sandboxed app may do and store. A field that is 0 stands for its default.
 */
typedef struct _StateSyncLimits StateSyncLimits;

struct _StateSyncLimits
{
  guint64 topics;
  guint64 bytes;
  guint writes_per_second;
  guint write_burst;
  guint calls;
};

G_END_DECLS
