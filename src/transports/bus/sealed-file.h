/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GBytes *state_sync_sealed_file_map (int fd, GError **error);

G_END_DECLS
