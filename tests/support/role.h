/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/client.h"

G_BEGIN_DECLS

/* What a test does in processes beside its own: functions of the same test program, which it
 * starts again for each. A role finds its orders in @args and, line by line, on its standard
 * input; what it prints is for the test to read. Its value is its exit status. */
typedef int (*TestRoleFunc) (TestClient *client, const char *const *args);

typedef struct
{
  const char *name;
  TestRoleFunc play;
} TestRole;

/* In place of g_test_init: does not return in a process that plays a role. @roles (nullable)
 * ends with an empty one. */
void         test_init               (int *argc, char ***argv, const TestRole *roles);

/* Its standard input and output are pipes. */
GSubprocess *test_session_spawn_role (TestSession *self, const char *role, const char *const *args);

/* What starts a process that plays it, for those who start it in their own way. */
GPtrArray   *test_role_get_argv     (const char *role, const char *const *args);

/* In the role: whether there is something to read on its standard input. */
gboolean     test_role_is_told       (void);

/* A line that the role has printed, without its end; NULL if it has ended. */
char        *test_role_read_line     (GSubprocess *role);
void         test_role_tell          (GSubprocess *role, const char *line);

G_END_DECLS
