/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/role.h"

G_BEGIN_DECLS

/* A sandbox as Flatpak makes one for an app whose manifest asks for no permission: processes, files
 * and /.flatpak-info of its own, no network, and of the bus what a filtering proxy lets through,
 * which is in the sandbox of the app too: it is what the bus, and so the service, sees of it. */

/* Skips the test where no sandbox can be made. */
gboolean     test_sandbox_can_be     (void);

/* Each process has a sandbox of its own. */
GSubprocess *test_sandbox_spawn      (TestSession *session, const char *app_id, GSubprocessFlags flags, const char *const *argv);
GSubprocess *test_sandbox_spawn_role (TestSession *session, const char *app_id, const char *role, const char *const *args);

/* The process inside, as it is known outside. */
pid_t        test_sandbox_get_pid    (GSubprocess *process);

G_END_DECLS
