/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "statesync/statesync.h"

G_BEGIN_DECLS

/* The window's side: what window-role.c and window-loads.c share. */
typedef struct
{
  GMainLoop *loop;
  GDataInputStream *input;
  StateSyncClient *client;
  const char *peer;            /* (nullable): the path of the app that has the service */
  GDBusConnection *connection; /* (nullable): to that */
  GHashTable *topics; /* name → StateSyncTopic */
  GPtrArray *held;    /* of StateSyncTopic: what further windows of the process hold */
} Play;

typedef struct
{
  const char *name; /* as the test knows the topic */
  const char *argument;
} Order;

typedef void (*WindowAct) (Play *self, StateSyncTopic *topic, const Order *order);

void         window_tell            (const char *kind, StateSyncTopic *topic, const char *format, ...) G_GNUC_PRINTF (3, 4);
void         window_tell_state      (StateSyncTopic *topic, const char *kind);

/* NULL if a window can't. */
WindowAct    window_find_load       (const char *verb);

G_END_DECLS
