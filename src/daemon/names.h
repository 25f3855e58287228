/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

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
