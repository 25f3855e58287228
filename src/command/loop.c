/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/loop.h"

#include <glib-unix.h>

#include "command/status.h"

static void
on_bus_closed (GDBusConnection *connection,
               gboolean remote_peer_vanished,
               GError *cause,
               gpointer user_data)
{
  loop_fail (user_data, g_error_new_literal (STATUS_ERROR, STATUS_UNAVAILABLE,
                                             "The session bus is gone: start again on a new one"));
}

/* Fails when @connection is closed. */
void
loop_init (Loop *self, GDBusConnection *connection)
{
  self->loop = g_main_loop_new (NULL, FALSE);
  self->connection = g_object_ref (connection);
  self->sources = g_array_new (FALSE, FALSE, sizeof (guint));
  self->has_ended = FALSE;
  self->error = NULL;
  g_signal_connect (connection, "closed", G_CALLBACK (on_bus_closed), self);
}

void
loop_clear (Loop *self)
{
  for (guint i = 0; i < self->sources->len; i++)
    g_source_remove (g_array_index (self->sources, guint, i));
  g_array_unref (self->sources);
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_object_unref (self->connection);
  g_main_loop_unref (self->loop);
  g_clear_error (&self->error);
}

/* What ends the loop first decides how it ends; more may come in the same turn. */
void
loop_end (Loop *self)
{
  self->has_ended = TRUE;
  g_main_loop_quit (self->loop);
}

/* @error: (transfer full): what loop_run() gives. */
void
loop_fail (Loop *self, GError *error)
{
  if (self->has_ended)
    g_error_free (error);
  else
    self->error = error;
  loop_end (self);
}

/* @source: goes on until the loop is cleared. */
void
loop_take_source (Loop *self, guint source)
{
  g_array_append_val (self->sources, source);
}

static gboolean
on_signal (gpointer user_data)
{
  loop_end (user_data);
  return G_SOURCE_CONTINUE;
}

/* For what goes on until it is told to end: that is success then. */
void
loop_end_on_signals (Loop *self)
{
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    loop_take_source (self, g_unix_signal_add (signals[i], on_signal, self));
}

static gboolean
on_hangup (int fd, GIOCondition condition, gpointer user_data)
{
  loop_end (user_data);
  return G_SOURCE_CONTINUE;
}

/* Ends when nobody reads the pipe @fd any more, though there may be nothing to write. */
void
loop_end_on_hangup (Loop *self, int fd)
{
  loop_take_source (self, g_unix_fd_add (fd, G_IO_ERR | G_IO_HUP, on_hangup, self));
}

gboolean
loop_run (Loop *self, GError **error)
{
  if (!self->has_ended)
    g_main_loop_run (self->loop);
  if (self->error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}
