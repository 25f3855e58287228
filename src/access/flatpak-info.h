/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which app a sandbox is of, from what Flatpak wrote into its `/.flatpak-info`: (transfer full).
 * NULL if the text does not say, with the reason; such a peer is unknown, never unsandboxed. */
char *state_sync_flatpak_info_get_application (const char *text, gsize length, GError **error);

G_END_DECLS
