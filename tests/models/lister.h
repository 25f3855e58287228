/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync/statesync.h"
#include "support/role.h"

G_BEGIN_DECLS

/* An app that shows which topics it has, as a line "NAME=REVISION …" whenever that is another. */
int   lister_play     (TestClient *client, const char *const *args);

#define LISTER_ROLE { "lister", lister_play }

/* In the test's own process: reads what it shows until that is @expected. */
void  lister_wait_for (GSubprocess *lister, const char *expected);

/* (transfer full): what a list has, as such a line */
char *lister_describe (StateSyncTopicsModel *list);

G_END_DECLS
