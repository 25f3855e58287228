/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <statesync/statesync.h>

/* What is only a window's own, and so in no topic: whether it is saving, and when it was told last.
 * The label says so from now on. */
void status_follow (GtkLabel *label, StateSyncTopic *topic);
