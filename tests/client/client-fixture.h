/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/embedding-app.h"
#include "client/window.h"

G_BEGIN_DECLS

/* What every test of situations plays. */
#define CLIENT_ROLES WINDOW_ROLE, EMBEDDING_APP_ROLE

/* A bus with the service on it, and somebody who writes past the client library. */
typedef struct
{
  TestSession *session;
  GSubprocess *daemon; /* (nullable): after it was ended, and before it is started */
  TestClient *writer;
  gboolean is_by_signal; /* all windows are */
  gboolean is_sandboxed; /* all windows are */
  gboolean is_embedded;  /* the service is in an app, to which its windows are connected */
} Fixture;

typedef void (*SituationFunc) (Fixture *self, gconstpointer data);

/* Each situation is tried by signal and pull, on boards, and with windows of both kinds in turn; by
 * signal and on boards with every window in a sandbox; and both again with the service in an app, to
 * which its windows are connected without a bus. */
void         client_add                 (const char *subject, const char *name, SituationFunc func);

/* The same, before there is a service. */
void         client_add_without_service (const char *subject, const char *name, SituationFunc func);

/* Those that are about what a bus does: they are not tried without one. */
void         client_add_on_bus          (const char *subject, const char *name, SituationFunc func);
void         client_add_on_bus_without_service (const char *subject, const char *name, SituationFunc func);

void         client_start_daemon        (Fixture *self, const char *const *args);
void         client_end_daemon          (Fixture *self, int signal_number);

/* All windows end at the revision and data that the service has. */
void         client_assert_converged    (Fixture *self, Window *const *windows, guint n_windows, const char *topic);

G_END_DECLS
