/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What this process runs in, for its own use: nobody else may take its word for it. */
gboolean state_sync_sandbox_is_flatpak (void);
gboolean state_sync_sandbox_is_snap    (void);

G_END_DECLS
