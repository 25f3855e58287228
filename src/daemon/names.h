/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STATE_SYNC_BUS_NAME    "org.statesync.StateSync1"
#define STATE_SYNC_OBJECT_PATH "/org/statesync/StateSync1"

/* Where sandboxed applications find it: their bus lets them call this name without permission. */
#define STATE_SYNC_PORTAL_NAME "org.freedesktop.portal.StateSync"
#define STATE_SYNC_PORTAL_PATH "/org/freedesktop/portal/StateSync"

/* The names by which the service is found: for all, and for sandboxed applications. It has both
 * or is to stop. */
typedef struct _Names Names;

typedef struct
{
  void (*owned)   (gpointer user_data);
  void (*refused) (const char *message, gboolean is_taken, gpointer user_data);
  void (*lost)    (gpointer user_data); /* to another one, or given back */
} NamesFuncs;

typedef void (*NamesDoneFunc) (gpointer user_data);

Names   *names_new        (GDBusConnection *connection, const NamesFuncs *funcs, gpointer user_data);
void     names_free       (Names *self);

gboolean names_are_free   (Names *self, GError **error);
void     names_request    (Names *self, gboolean replace);
void     names_release    (Names *self, NamesDoneFunc done);
void     names_wait_taken (Names *self, NamesDoneFunc done);

G_END_DECLS
