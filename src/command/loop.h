/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The main loop of a sub-command that goes on until something ends it. */
typedef struct
{
  GMainLoop *loop;
  GDBusConnection *connection;
  GArray *sources; /* of guint, their ids */
  gboolean has_ended;
  GError *error;
} Loop;

void     loop_init            (Loop *self, GDBusConnection *connection);
void     loop_clear           (Loop *self);

void     loop_end_on_signals  (Loop *self);
void     loop_end_on_hangup   (Loop *self, int fd);

void     loop_take_source     (Loop *self, guint source);

void     loop_end             (Loop *self);
void     loop_fail            (Loop *self, GError *error);
gboolean loop_run             (Loop *self, GError **error);

G_END_DECLS
