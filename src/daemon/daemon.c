/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Start: connect, see that nobody else has the names, open the storage, export, take the names; so
 * whoever finds one can call. With --replace the names come before the storage where that is
 * held by the service that is being replaced, until it has stored everything; calls wait
 * meanwhile. By then the database was looked at: for one that can't be opened no service ends.
 *
 * Stop (signal, name lost, bus gone, idle): let go of the names, so that the bus starts another
 * service for calls to come. The bus answers that after every call that it had sent here by a
 * name, so once the answer is here, so are they: close the service, which answers them and stores
 * everything; send out what is left; exit. Meanwhile the next service waits for the storage.
 */

#include "daemon/daemon.h"

#include <glib-unix.h>
#include <malloc.h>
#include <stdlib.h>

#include <statesync-service/statesync-service.h>

#include "daemon/names.h"

/* How long a service that stops may take to store what it has acknowledged. */
#define STORAGE_TIMEOUT_MSEC 10000

/* How long after a change, and without a call, memory that is free goes back to the system. */
#define TRIM_DELAY_SEC 5

/* Set by a bus that starts a service (D-Bus specification, "Message Bus Starting Services"). */
#define STARTED_BY_BUS_VARIABLE "DBUS_STARTER_ADDRESS"

typedef struct
{
  const Options *options;
  GMainLoop *loop;
  GDBusConnection *connection;
  StateSyncService *service;
  Names *names;
  guint trim_source;
  gboolean has_asked; /* for the names */
  gboolean has_names;
  gboolean is_open; /* the service is */
  gboolean is_stopping;
  int exit_status;
} Daemon;

/* --- stop --- */

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Daemon *self = user_data;

  g_dbus_connection_flush_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_main_loop_quit (self->loop);
}

static void
on_service_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Daemon *self = user_data;

  state_sync_service_close_finish (STATE_SYNC_SERVICE (source), result, NULL);
  g_dbus_connection_flush (self->connection, NULL, on_flushed, self);
}

/* All calls are here that were to come. */
static void
on_names_released (gpointer user_data)
{
  Daemon *self = user_data;

  if (self->service != NULL)
    state_sync_service_close_async (self->service, NULL, on_service_closed, self);
  else
    g_main_loop_quit (self->loop);
}

static void
stop (Daemon *self, int exit_status)
{
  if (self->is_stopping)
    return;

  self->is_stopping = TRUE;
  self->exit_status = exit_status;
  names_release (self->names, on_names_released);
}

static void
fail (Daemon *self, const char *message)
{
  g_printerr ("statesyncd: %s\n", message);
  stop (self, EXIT_FAILURE);
}

static gboolean
on_signal (gpointer user_data)
{
  g_message ("stopping as told by a signal");
  stop (user_data, EXIT_SUCCESS);
  return G_SOURCE_CONTINUE;
}

/* --- idle --- */

static gboolean on_idle_check (gpointer user_data);

static void
check_idle_in (Daemon *self, gint64 usec)
{
  g_timeout_add_seconds ((guint)(usec / G_TIME_SPAN_SECOND) + 1, on_idle_check, self);
}

static gboolean
on_idle_check (gpointer user_data)
{
  Daemon *self = user_data;
  gint64 timeout = self->options->idle_timeout * G_TIME_SPAN_SECOND;
  gint64 since = state_sync_service_get_idle_since (self->service);
  gint64 left = since < 0 ? timeout : since + timeout - g_get_monotonic_time ();

  if (left > 0)
    {
      check_idle_in (self, left);
      return G_SOURCE_REMOVE;
    }

  g_message ("stopping after %u seconds without a call", self->options->idle_timeout);
  stop (self, EXIT_SUCCESS);
  return G_SOURCE_REMOVE;
}

/* --- memory --- */

/* Large data leaves free memory behind in the C library's heap, which by itself keeps most of it;
 * giving back each block when it is freed makes large calls several times as expensive. */
static gboolean
on_trim (gpointer user_data)
{
  Daemon *self = user_data;
  gint64 since = state_sync_service_get_idle_since (self->service);

  if (since < 0 || g_get_monotonic_time () - since < TRIM_DELAY_SEC * G_TIME_SPAN_SECOND / 2)
    return G_SOURCE_CONTINUE;

  malloc_trim (0);
  self->trim_source = 0;
  return G_SOURCE_REMOVE;
}

static void
on_changed (StateSyncService *service, const char *topic, StateSyncSnapshot *snapshot, Daemon *self)
{
  if (self->trim_source == 0)
    self->trim_source = g_timeout_add_seconds (TRIM_DELAY_SEC, on_trim, self);
}

/* --- the names --- */

/* The two come in either order. */
static void
names_or_service_are_ready (Daemon *self)
{
  if (!self->has_names || !self->is_open)
    return;

  g_message ("serving %s", self->options->database);
  if (self->options->idle_timeout > 0)
    check_idle_in (self, self->options->idle_timeout * G_TIME_SPAN_SECOND);
}

static void
on_names_owned (gpointer user_data)
{
  Daemon *self = user_data;

  self->has_names = TRUE;
  names_or_service_are_ready (self);
}

static void
on_other_serves (gpointer user_data)
{
  Daemon *self = user_data;

  g_message ("another service was started at the same time and serves; leaving it the names");
  stop (self, EXIT_SUCCESS);
}

/* Two callers can make the bus start two services. */
static gboolean
is_started_by_bus (Daemon *self)
{
  return g_getenv (STARTED_BY_BUS_VARIABLE) != NULL && !self->options->replace;
}

static void
on_names_refused (const char *message, gboolean is_taken, gpointer user_data)
{
  Daemon *self = user_data;

  if (is_taken && is_started_by_bus (self))
    names_wait_taken (self->names, on_other_serves);
  else
    fail (self, message);
}

/* It comes too when they are released as the service stops, which then changes nothing. */
static void
on_names_lost (gpointer user_data)
{
  Daemon *self = user_data;

  if (!self->is_stopping)
    g_message ("another service has taken over; stopping");
  stop (self, EXIT_SUCCESS);
}

static const NamesFuncs names_funcs = { on_names_owned, on_names_refused, on_names_lost };

static void
request_names (Daemon *self)
{
  if (self->has_asked || self->is_stopping)
    return;

  self->has_asked = TRUE;
  names_request (self->names, self->options->replace);
}

/* --- start --- */

/* Another service has the database. */
static void
on_waiting (StateSyncSqliteStorage *storage, Daemon *self)
{
  request_names (self);
}

static void
on_service_open (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Daemon *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!state_sync_service_open_finish (STATE_SYNC_SERVICE (source), result, &error))
    {
      fail (self, error->message);
      return;
    }

  self->is_open = TRUE;
  names_or_service_are_ready (self);
  request_names (self);
}

static void
on_bus_closed (GDBusConnection *connection,
               gboolean remote_peer_vanished,
               GError *error,
               gpointer user_data)
{
  Daemon *self = user_data;

  if (!self->is_stopping)
    g_message ("the session bus is gone; stopping");
  stop (self, EXIT_SUCCESS);
}

static gboolean
connect_to_bus (Daemon *self, GError **error)
{
  self->connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error);
  if (self->connection == NULL)
    {
      g_prefix_error (error, "No session bus to serve on; start one or set "
                             "DBUS_SESSION_BUS_ADDRESS: ");
      return FALSE;
    }

  g_dbus_connection_set_exit_on_close (self->connection, FALSE);
  g_signal_connect (self->connection, "closed", G_CALLBACK (on_bus_closed), self);
  self->names = names_new (self->connection, &names_funcs, self);
  return TRUE;
}

static gboolean
export_at (Daemon *self, const char *object_path, StateSyncExportFlags flags, GError **error)
{
  return state_sync_service_export (self->service, self->connection, object_path, flags, error);
}

static gboolean
open_service (Daemon *self, GError **error)
{
  g_autoptr (StateSyncStorage) storage =
      g_object_new (STATE_SYNC_TYPE_SQLITE_STORAGE, "path", self->options->database, "lock-timeout",
                    STORAGE_TIMEOUT_MSEC, NULL);
  g_autoptr (StateSyncGrants) grants = state_sync_grants_new (self->connection);
  g_autoptr (StateSyncAccess) access = state_sync_access_new (grants);

  self->service = g_object_new (STATE_SYNC_TYPE_SERVICE, "storage", storage, "max-data-size",
                                self->options->max_data_size, "uses-schemas", TRUE, NULL);
  state_sync_service_set_access (self->service, access, NULL);
  g_signal_connect (self->service, "changed", G_CALLBACK (on_changed), self);
  if (self->options->replace || is_started_by_bus (self))
    g_signal_connect (storage, "waiting", G_CALLBACK (on_waiting), self);
  state_sync_service_open_async (self->service, NULL, on_service_open, self);
  return export_at (self, STATE_SYNC_OBJECT_PATH, STATE_SYNC_EXPORT_FLAGS_NONE, error) &&
         export_at (self, STATE_SYNC_PORTAL_PATH, STATE_SYNC_EXPORT_FLAGS_NO_BROADCAST, error);
}

static gboolean
start (Daemon *self, GError **error)
{
  g_autoptr (GError) taken = NULL;

  if (!connect_to_bus (self, error))
    return FALSE;
  if (self->options->replace || names_are_free (self->names, &taken))
    return open_service (self, error);

  if (!is_started_by_bus (self) || !g_error_matches (taken, G_IO_ERROR, G_IO_ERROR_EXISTS))
    {
      g_propagate_error (error, g_steal_pointer (&taken));
      return FALSE;
    }
  names_wait_taken (self->names, on_other_serves);
  return TRUE;
}

int
daemon_run (const Options *options)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  Daemon self = { .options = options, .loop = loop, .exit_status = EXIT_FAILURE };

  if (start (&self, &error))
    {
      g_unix_signal_add (SIGTERM, on_signal, &self);
      g_unix_signal_add (SIGINT, on_signal, &self);
      g_unix_signal_add (SIGHUP, on_signal, &self);
      g_main_loop_run (loop);
    }
  else
    {
      g_printerr ("statesyncd: %s\n", error->message);
    }

  g_clear_handle_id (&self.trim_source, g_source_remove);
  if (self.connection != NULL)
    g_signal_handlers_disconnect_by_data (self.connection, &self);
  g_clear_pointer (&self.names, names_free);
  if (self.service != NULL)
    g_signal_handlers_disconnect_by_data (self.service, &self);
  g_clear_object (&self.service);
  g_clear_object (&self.connection);
  return self.exit_status;
}
