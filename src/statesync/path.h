/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include <statesync/version-macros.h>

G_BEGIN_DECLS

STATE_SYNC_AVAILABLE_IN_ALL
gboolean state_sync_path_is_valid (const char *path, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
char    *state_sync_path_join     (const char *const *names);

G_END_DECLS
