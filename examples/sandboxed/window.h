/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/statesync.h>

/* Until its input ends: an exit status. */
int window_run (StateSyncClient *client);
