/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/role.h"

G_BEGIN_DECLS

/* A service that answers and signals as it should, and is poor at boards in the way that its
 * argument names; or it "refuses" the name that follows in that when it is subscribed to. Its topics
 * are all one. */
int          poor_service_play  (TestClient *client, const char *const *args);

#define POOR_SERVICE_ROLE { "poor-service", poor_service_play }

/* With both names, when this returns. */
GSubprocess *poor_service_start (TestSession *session, const char *fault);

G_END_DECLS
