/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The longest topic name, in bytes: that of a D-Bus name. */
#define STATE_SYNC_NAME_MAX 255

gboolean state_sync_name_check        (const char *name, GError **error);
gboolean state_sync_name_is_in        (const char *name, const char *namespace_);
gboolean state_sync_name_widen        (char *name);
char    *state_sync_name_to_file_name (const char *name);

G_END_DECLS
