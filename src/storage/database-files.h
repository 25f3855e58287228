/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean state_sync_database_make_folder  (const char *path, GError **error);
gboolean state_sync_database_check_folder (const char *path, GError **error);
gboolean state_sync_database_is_empty     (const char *path);
gboolean state_sync_database_has_orphan   (const char *path);
char    *state_sync_database_resolve      (const char *path);
char    *state_sync_database_set_aside    (const char *path, GError **error);

G_END_DECLS
