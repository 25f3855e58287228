/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "binding/lamp.h"
#include "statesync/statesync.h"
#include "support/role.h"

G_BEGIN_DECLS

/* What a topic's data has to be; before the service is started. */
void binding_put_schema     (TestSession *session, const char *topic, const char *schema);

/* Topic "t" as this process sees it, an object, and somebody else who writes. */
typedef struct
{
  TestSession *session;
  GSubprocess *daemon; /* (nullable) */
  TestClient *other;
  GDBusConnection *connection;
  StateSyncClient *client;
  StateSyncTopic *topic;
  TestLamp *lamp;
  GPtrArray *told; /* of char: what was rejected and what went wrong */
} Fixture;

void binding_set_up         (Fixture *self, gconstpointer data);
void binding_tear_down      (Fixture *self, gconstpointer data);

/* The topic is followed. @data: (nullable): what it holds */
void binding_start          (Fixture *self, const char *data);

/* Somebody else writes, and it has arrived here. */
void binding_write          (Fixture *self, const char *data);

/* What was done here has arrived there, or was refused. */
void binding_settle         (Fixture *self);
void binding_assert_data    (Fixture *self, const char *data);

void binding_end_service    (Fixture *self);
void binding_resume_service (Fixture *self);

/* What was told next. */
void binding_assert_told    (Fixture *self, const char *what);
void binding_assert_silent  (Fixture *self);

#define binding_add(path, func) \
  g_test_add (path, Fixture, NULL, binding_set_up, func, binding_tear_down)

G_END_DECLS
