/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/role.h"

G_BEGIN_DECLS

/* An app that has the real service inside: on connections that its windows make to it, at a path of
 * the session's folder, and on the bus for those who write past the library.
 *
 * Arguments: that path, and what the daemon would be told of its database. */
int          embedding_app_play  (TestClient *client, const char *const *args);

#define EMBEDDING_APP_ROLE { "embedding-app", embedding_app_play }

/* (transfer full): in the session's folder. */
char        *embedding_app_get_path (TestSession *session);

G_END_DECLS
