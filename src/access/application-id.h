/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An application id names an app, and is the namespace of its topics: what it looks like decides
 * whose topics an app can reach. */
gboolean state_sync_application_id_is_valid  (const char *id);

/* As Flatpak names apps, and as a Snap is named here; (transfer full), NULL if it is none. */
gboolean state_sync_application_id_is_flatpak (const char *id);
char    *state_sync_application_id_from_snap  (const char *instance_name);

G_END_DECLS
