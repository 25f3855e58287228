/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/role.h"

G_BEGIN_DECLS

/* What Flatpak lets every app do on the bus, and what it lets one whose manifest asks to talk to
 * the service by its direct name. */
#define TEST_RULES_PLAIN                                                                           \
  "--call=org.freedesktop.portal.*=* "                                                             \
  "--broadcast=org.freedesktop.portal.*=@/org/freedesktop/portal/*"
#define TEST_RULES_TALK TEST_RULES_PLAIN " --talk=org.statesync.StateSync1"

/* An app in a sandbox of Flatpak's kind. What the bus, and so the service, sees of it is a filtering
 * proxy, which runs in a sandbox with the app's `/.flatpak-info`. The app itself is another process
 * behind that: the test, or one that is in the sandbox too. */

/* Whether there can be one; skips the test if not. */
gboolean     test_app_can_be      (void);

/* (transfer full): the address at which a proxy of the app listens, to the end of the session. */
char        *test_app_start_proxy (TestSession *session, const char *app_id, const char *rules);

/* Each of these has a sandbox and a proxy of its own, as Flatpak makes them when an app is run:
 * processes and files of its own, no network, and of the bus what the proxy lets through. */
GSubprocess *test_app_spawn       (TestSession *session, const char *app_id, const char *rules, GSubprocessFlags flags, const char *const *argv);

/* Without permissions; its standard input and output are pipes. */
GSubprocess *test_app_spawn_role  (TestSession *session, const char *app_id, const char *role, const char *const *args);

G_END_DECLS
