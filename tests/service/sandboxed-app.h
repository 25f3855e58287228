/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/client.h"

G_BEGIN_DECLS

/* What Flatpak lets every app do on the bus, and what it lets one whose manifest asks to talk to
 * the service by its direct name. */
#define TEST_RULES_PLAIN                                                                           \
  "--call=org.freedesktop.portal.*=* "                                                             \
  "--broadcast=org.freedesktop.portal.*=@/org/freedesktop/portal/*"
#define TEST_RULES_TALK TEST_RULES_PLAIN " --talk=org.statesync.StateSync1"

/* An app in a sandbox of Flatpak's kind, as the bus sees it: a filtering proxy that runs in a
 * sandbox with the app's `/.flatpak-info`, and a client that connects through it. */
typedef struct
{
  GSubprocess *proxy;
  char *address;
  TestClient *client;
} TestApp;

/* Whether there can be one; skips the test if not. */
gboolean test_app_is_possible (void);

/* The client calls the sandbox-facing name. */
TestApp *test_app_start       (TestSession *session, const char *application_id, const char *rules);
void     test_app_end         (TestApp *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestApp, test_app_end)

G_END_DECLS
