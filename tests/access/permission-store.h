/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/session.h"

G_BEGIN_DECLS

#define TEST_TABLE "statesync"

/* Whether the desktop's own permission store is here; skips the test if it is not. */
gboolean     test_permission_store_is_possible      (void);

/* Started with what is in a folder of the session, and on the bus. It is the owner of its name
 * when @connection is next told of anything. */
GSubprocess *test_permission_store_start            (TestSession *session, GDBusConnection *connection, const char *folder);

/* The bus can't start it, though it may be installed: there is none but what the test starts. */
void         test_permission_store_forbid           (TestSession *session, GDBusConnection *connection);

/* From now on the bus starts it, with what is in that folder. */
void         test_permission_store_make_activatable (TestSession *session, GDBusConnection *connection, const char *folder);

/* As the user does. @right: NULL revokes. */
void         test_permission_store_set              (GDBusConnection *connection, const char *table, const char *name, const char *app, const char *right);

/* All that is granted by that name. */
void         test_permission_store_delete           (GDBusConnection *connection, const char *name);

G_END_DECLS
