/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Start: connect, see that nobody else has the name, open the storage, export, take the name; so
 * whoever finds the name can call. With --replace the name comes before the storage where that is
 * held by the service that is being replaced, until it has stored everything; calls wait
 * meanwhile. By then the database was looked at: for one that can't be opened no service ends.
 *
 * Stop (signal, name lost, bus gone, idle): let go of the name, so that the bus starts another
 * service for calls to come. The bus answers that after every call that it had sent here by the
 * name, so once the answer is here, so are they: close the store, which answers them and stores
 * everything; send out what is left; exit. Meanwhile the next service waits for the storage.
 */

#include "daemon/daemon.h"

#include <glib-unix.h>
#include <malloc.h>
#include <stdlib.h>

#include "service/service.h"
#include "storage/sqlite-storage.h"

/* How long a service that stops may take to store what it has acknowledged. */
#define STORAGE_TIMEOUT_MSEC 10000

/* How long after a change, and without a call, memory that is free goes back to the system. */
#define TRIM_DELAY_SEC 5

/* Answers of RequestName (D-Bus specification, "Message Bus Messages"). */
#define NAME_IS_OURS 1
#define NAME_IS_TAKEN 3

#define NAME_FLAG_ALLOW_REPLACEMENT 0x1
#define NAME_FLAG_REPLACE 0x2
#define NAME_FLAG_DO_NOT_QUEUE 0x4

#define ANOTHER_HAS_THE_NAME                                                                       \
  "Another service has the name " STATE_SYNC_BUS_NAME                                              \
  " on this bus: stop it, or start with --replace"

typedef struct
{
  const Options *options;
  GMainLoop *loop;
  GDBusConnection *connection;
  StateSyncStore *store;
  StateSyncService *service;
  guint name_lost_subscription;
  guint trim_source;
  gboolean has_asked; /* for the name */
  gboolean has_name;
  gboolean is_open; /* the store is */
  gboolean is_stopping;
  int exit_status;
} Daemon;

/* --- the bus --- */

static void
call_bus (Daemon *self, const char *method, GVariant *args, GAsyncReadyCallback done)
{
  g_dbus_connection_call (self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", method, args, NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          NULL, done, self);
}

static GVariant *
call_bus_finish (GObject *source, GAsyncResult *result, GError **error)
{
  GVariant *answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, error);

  if (answer == NULL)
    g_dbus_error_strip_remote_error (*error);
  return answer;
}

/* --- stop --- */

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Daemon *self = user_data;

  g_dbus_connection_flush_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_main_loop_quit (self->loop);
}

static void
on_store_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Daemon *self = user_data;

  state_sync_store_close_finish (STATE_SYNC_STORE (source), result, NULL);
  g_dbus_connection_flush (self->connection, NULL, on_flushed, self);
}

static void
on_name_released (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Daemon *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED = call_bus_finish (source, result, &error);

  /* An error says that the bus is gone, and with it all calls. */
  state_sync_store_close_async (self->store, on_store_closed, self);
  state_sync_service_finish (self->service);
}

static void
stop (Daemon *self, int exit_status)
{
  if (self->is_stopping)
    return;

  self->is_stopping = TRUE;
  self->exit_status = exit_status;
  call_bus (self, "ReleaseName", g_variant_new ("(s)", STATE_SYNC_BUS_NAME), on_name_released);
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
on_published (StateSyncStore *store, Daemon *self)
{
  if (self->trim_source == 0)
    self->trim_source = g_timeout_add_seconds (TRIM_DELAY_SEC, on_trim, self);
}

/* --- the name --- */

/* The two come in either order. */
static void
name_or_store_is_ready (Daemon *self)
{
  if (!self->has_name || !self->is_open)
    return;

  g_message ("serving %s", self->options->database);
  if (self->options->idle_timeout > 0)
    check_idle_in (self, self->options->idle_timeout * G_TIME_SPAN_SECOND);
}

static void
on_name_requested (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Daemon *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = call_bus_finish (source, result, &error);
  g_autofree char *reason = NULL;
  guint32 outcome = 0;

  if (answer != NULL)
    g_variant_get (answer, "(u)", &outcome);

  if (outcome == NAME_IS_OURS)
    {
      self->has_name = TRUE;
      name_or_store_is_ready (self);
      return;
    }
  if (outcome == NAME_IS_TAKEN)
    {
      fail (self, ANOTHER_HAS_THE_NAME);
      return;
    }
  reason = g_strdup_printf ("The bus does not give the name " STATE_SYNC_BUS_NAME ": %s",
                            error != NULL ? error->message : "no reason was given");
  fail (self, reason);
}

static void
request_name (Daemon *self)
{
  guint32 flags = NAME_FLAG_ALLOW_REPLACEMENT | NAME_FLAG_DO_NOT_QUEUE;

  if (self->has_asked || self->is_stopping)
    return;

  self->has_asked = TRUE;
  if (self->options->replace)
    flags |= NAME_FLAG_REPLACE;
  call_bus (self, "RequestName", g_variant_new ("(su)", STATE_SYNC_BUS_NAME, flags),
            on_name_requested);
}

/* It comes too when the name is released as the service stops, which then changes nothing. */
static void
on_name_lost (GDBusConnection *connection,
              const char *sender,
              const char *path,
              const char *interface,
              const char *signal,
              GVariant *args,
              gpointer user_data)
{
  Daemon *self = user_data;

  if (!self->is_stopping)
    g_message ("another service has taken over; stopping");
  stop (self, EXIT_SUCCESS);
}

/* Asked before anything is touched, for an answer that is clearer than "in use". */
static gboolean
name_is_free (Daemon *self, GError **error)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "NameHasOwner", g_variant_new ("(s)", STATE_SYNC_BUS_NAME), G_VARIANT_TYPE ("(b)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
  gboolean has_owner;

  if (answer == NULL)
    return FALSE;

  g_variant_get (answer, "(b)", &has_owner);
  if (has_owner)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS, ANOTHER_HAS_THE_NAME);
  return !has_owner;
}

/* --- start --- */

static void
on_in_use (gpointer user_data)
{
  request_name (user_data);
}

/* On the store's thread. */
static void
on_waiting (StateSyncStorage *storage, Daemon *self)
{
  g_idle_add_once (on_in_use, self);
}

static void
on_store_open (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Daemon *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!state_sync_store_open_finish (STATE_SYNC_STORE (source), result, &error))
    {
      fail (self, error->message);
      return;
    }

  self->is_open = TRUE;
  name_or_store_is_ready (self);
  request_name (self);
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
  self->name_lost_subscription = g_dbus_connection_signal_subscribe (
      self->connection, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameLost",
      "/org/freedesktop/DBus", STATE_SYNC_BUS_NAME, G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE, on_name_lost,
      self, NULL);
  return self->options->replace || name_is_free (self, error);
}

static gboolean
start (Daemon *self, GError **error)
{
  g_autoptr (StateSyncStorage) storage =
      state_sync_sqlite_storage_new (self->options->database, STORAGE_TIMEOUT_MSEC);

  if (!connect_to_bus (self, error))
    return FALSE;

  self->store = state_sync_store_new (storage, self->options->max_data_size);
  self->service = state_sync_service_new (self->store);
  g_signal_connect (self->store, "published", G_CALLBACK (on_published), self);
  if (!state_sync_service_export (self->service, self->connection, STATE_SYNC_OBJECT_PATH, error))
    return FALSE;

  if (self->options->replace)
    g_signal_connect (storage, "waiting", G_CALLBACK (on_waiting), self);
  state_sync_store_open_async (self->store, on_store_open, self);
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
  if (self.service != NULL)
    state_sync_service_unexport (self.service);
  if (self.connection != NULL)
    {
      g_signal_handlers_disconnect_by_data (self.connection, &self);
      g_dbus_connection_signal_unsubscribe (self.connection, self.name_lost_subscription);
    }
  g_clear_object (&self.service);
  if (self.store != NULL)
    g_signal_handlers_disconnect_by_data (self.store, &self);
  g_clear_object (&self.store);
  g_clear_object (&self.connection);
  return self.exit_status;
}
