/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync/statesync.h"

G_BEGIN_DECLS

StateSyncClient *bench_make_client   (const char *address, StateSyncClientFlags flags);

/* The first topic on a bus, followed; it lives as long as the process. */
StateSyncTopic  *bench_start_replica (const char *address, StateSyncClientFlags flags);

G_END_DECLS
