/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *state_sync_instance_file_read (const char *root, GError **error);

G_END_DECLS
