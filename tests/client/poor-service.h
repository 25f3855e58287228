/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/role.h"

G_BEGIN_DECLS

/* A service that answers and signals as it should, and is poor at boards in the way that its
 * argument names. Its topics are all one. */
int poor_service_play (TestClient *client, const char *const *args);

#define POOR_SERVICE_ROLE { "poor-service", poor_service_play }

G_END_DECLS
