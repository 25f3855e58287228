/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where the processes of an app meet. */
char *state_sync_state_path_for_app   (const char *app_id);
char *state_sync_state_path_for_topic (const char *root, const char *topic);

G_END_DECLS
