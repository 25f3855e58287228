/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/session.h"

G_BEGIN_DECLS

/* What is found in a sandbox as `/.flatpak-info`. */
typedef enum
{
  TEST_INFO_NONE,
  TEST_INFO_FILE, /* with a text */
  TEST_INFO_HUGE,
  TEST_INFO_FIFO,
  TEST_INFO_TERMINAL, /* on which that text is typed */
  TEST_INFO_FOLDER,
  TEST_INFO_SYMLINK, /* to one that is in order */
  TEST_INFO_UNREADABLE,
} TestInfo;

#define TEST_INFO_OF(app) "[Application]\nname=" app "\nruntime=runtime/org.example.Platform\n"

/* Whether bwrap can make one; skips the test if it can't. */
gboolean     test_sandbox_can_be     (void);

/* A process whose root is a sandbox's: there are the system's programs, the tests and what is
 * built, and what is said of `/.flatpak-info`; @text: (nullable): its text. Processes are those of
 * the host, as they are of Flatpak's own proxies; the session's folder is there, and input and
 * output are pipes. */
GSubprocess *test_sandbox_spawn      (TestSession *session, TestInfo info, const char *text, const char *const *argv);

/* The same without these, but with @options of bwrap. */
GSubprocess *test_sandbox_spawn_with (TestSession *session, TestInfo info, const char *text, const char *const *options, GSubprocessFlags flags, const char *const *argv);

/* The process inside, as it is known outside. */
pid_t        test_sandbox_get_pid    (GSubprocess *process);

G_END_DECLS
