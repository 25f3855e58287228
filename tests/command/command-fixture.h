/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync-bus.h"
#include "support/role.h"

G_BEGIN_DECLS

/* A bus that starts the service when it is called, the `statesync` program, and a client beside
 * it that sees what the program did. */
typedef struct
{
  TestSession *session;
  TestClient *client;
} Fixture;

void         fixture_set_up            (Fixture *self, gconstpointer data);
void         fixture_set_up_no_service (Fixture *self, gconstpointer data);
void         fixture_tear_down         (Fixture *self, gconstpointer data);
void         fixture_clear             (Fixture *self);

/* Writes @text to a file in the session's folder: its path. */
char        *fixture_write_file        (Fixture *self, const char *name, const char *text);

/* Runs any program, a line of shell, or `statesync` with these words, to the end; @input, @out and
 * @err nullable. For the shell $STATESYNC is the program and $FOLDER the session's folder. */
int          fixture_run_program       (Fixture *self, const char *input, char **out, char **err, const char *const *argv);
int          fixture_run_shell         (Fixture *self, const char *line, char **out, char **err);
int          fixture_run               (Fixture *self, const char *input, char **out, char **err, const char *const *words);

/* The same, and what must come of it; @out and @err NULL = anything. */
void         fixture_expect            (Fixture *self, const char *input, int status, const char *out, const char *err, const char *const *words);

/* For a role that is a service of its own kind: has the name, and serves until it is ended. */
int          play_service              (TestClient *client, StateSyncBusService *service);

/* One that goes on: its output is read line by line. */
GSubprocess *fixture_start             (Fixture *self, const char *const *words);
void         assert_line               (GSubprocess *process, const char *expected);
void         assert_error_line         (GSubprocess *process, const char *expected);
void         assert_ends               (GSubprocess *process, int signal_number, int status);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

#define expect(self, status, out, err, ...) \
  fixture_expect (self, NULL, status, out, err, WORDS (__VA_ARGS__))
#define expect_input(self, input, status, out, err, ...) \
  fixture_expect (self, input, status, out, err, WORDS (__VA_ARGS__))
#define start(self, ...) fixture_start (self, WORDS (__VA_ARGS__))

#define test_add(path, func) \
  g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
#define test_add_no_service(path, func) \
  g_test_add (path, Fixture, NULL, fixture_set_up_no_service, func, fixture_tear_down)

G_END_DECLS
