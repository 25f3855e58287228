/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/pull.h>

G_BEGIN_DECLS

StateSyncPull *state_sync_pull_new (const char *topic, GTask *task);

G_END_DECLS
