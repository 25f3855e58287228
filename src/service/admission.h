/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "service/callers.h"
#include "service/direct-reads.h"
#include "service/late-refusals.h"

G_BEGIN_DECLS

guint state_sync_admission_add (GDBusConnection *connection,
                                const char *object_path,
                                StateSyncCallers *callers,
                                StateSyncLateRefusals *late_refusals,
                                StateSyncDirectReads *direct_reads);

G_END_DECLS
