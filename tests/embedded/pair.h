/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync-service/statesync-service.h>
#include <statesync/statesync.h>

#include "support/await.h"

G_BEGIN_DECLS

#define PAIR_PATH "/org/example/Editor/StateSync"

/* A service and, over a socket, a client of it in the same process. */
typedef struct
{
  StateSyncService *service;
  GDBusConnection *server_end;
  GDBusConnection *client_end;
  StateSyncClient *client;
} Pair;

/* @service: (transfer full): which is opened, and exported on one end. */
void               pair_init          (Pair *self, StateSyncService *service);
void               pair_clear         (Pair *self);

StateSyncService  *pair_new_service   (void);
void               pair_open_service  (StateSyncService *service);
void               pair_close_service (StateSyncService *service);

/* What the application itself does; returns when it is done. @data: one JSON text */
gboolean           pair_write         (StateSyncService *service, const char *topic, const char *data, guint64 *revision, GError **error);
void               pair_assert_holds  (StateSyncService *service, const char *topic, guint64 revision, const char *data);

/* The client's call of a method of the service, on its own end. @args: floating */
GVariant          *pair_call          (Pair *self, const char *method, GVariant *args, GError **error);

/* Follows a topic by the client, from here on. (transfer full) */
StateSyncTopic    *pair_follow        (Pair *self, const char *topic);

/* Runs the main loop until the client sees this. */
void               pair_wait_until    (StateSyncTopic *topic, const char *data);

/* Runs the main loop until there is a result. (transfer full) */
GAsyncResult      *pair_wait_for      (GAsyncResult **result);

G_END_DECLS
