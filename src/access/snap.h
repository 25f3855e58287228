/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The application id of a snap's process, (transfer full), or NULL if it is none: */

/* by the label that AppArmor enforces on it, such as "snap.NAME.APP (enforce)"; */
char *state_sync_snap_from_label  (const char *label);

/* by its `/proc/PID/cgroup`. */
char *state_sync_snap_from_cgroup (const char *text);

G_END_DECLS
