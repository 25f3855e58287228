/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/client.h"

G_BEGIN_DECLS

/* The real service on a bus of its own, and two clients of it. */
typedef struct
{
  TestSession *session;
  GSubprocess *daemon;
  TestClient *client;
  TestClient *other;
} Fixture;

/* For a test that asks how much memory the daemon has; before the first set-up. */
void  fixture_prepare_to_measure_memory (void);

/* @data: (nullable) arguments of the daemon. */
void  fixture_set_up         (Fixture *self, gconstpointer data);

/* The daemon must end as it should when it is told to stop. */
void  fixture_tear_down      (Fixture *self, gconstpointer data);

/* Ends the daemon with this signal, and starts another. */
void  fixture_restart_after  (Fixture *self, int signal_number);

/* What is stored and visible, as "TOPIC REVISION DATA" a line. */
char *fixture_dup_state      (Fixture *self);

/* (transfer floating): WriteMany's argument, of items as test_client_write_args gives them. */
GVariant *write_many_args    (GVariant *first, ...) G_GNUC_NULL_TERMINATED;

/* (transfer full): the text of a JSON string that is so many bytes long with its quotes. */
char *json_string_of         (gsize length);

/* (transfer full): what the method answers, as GVariant text; a refusal fails the test. */
char *call_to_text           (TestClient *client, const char *method, GVariant *args);

#define assert_call(client, method, args, expected)                                                \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *answer_text = call_to_text (client, method, args);                            \
    g_assert_cmpstr (answer_text, ==, expected);                                                   \
  }                                                                                                \
  G_STMT_END

#define test_add_with(path, func, args) \
  g_test_add (path, Fixture, args, fixture_set_up, func, fixture_tear_down)
#define test_add(path, func) test_add_with (path, func, NULL)

G_END_DECLS
