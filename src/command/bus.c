/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/bus.h"

#include <string.h>

#include "command/status.h"
#include "place/place.h"
#include "protocol/error.h"
#include "protocol/json-check.h"
#include "protocol/name.h"

const char *
bus_get_name (void)
{
  return state_sync_place_get ()->bus_name;
}

const char *
bus_get_path (void)
{
  return state_sync_place_get ()->object_path;
}

/* --- errors --- */

typedef enum
{
  NOT_THERE,
  NOT_STARTED,
  UNANSWERED,
} Absence;

/* What a call ends with when the service is not there, could not be started, or is there but does
 * not answer; then nobody knows whether it did what it was asked. */
static const struct
{
  GQuark (*domain) (void);
  int code;
  Absence absence;
} unavailable[] = {
  { g_dbus_error_quark, G_DBUS_ERROR_SERVICE_UNKNOWN, NOT_THERE },
  { g_dbus_error_quark, G_DBUS_ERROR_NAME_HAS_NO_OWNER, NOT_THERE },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_SERVICE_NOT_FOUND, NOT_THERE },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_EXEC_FAILED, NOT_STARTED },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_FORK_FAILED, NOT_STARTED },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_CHILD_EXITED, NOT_STARTED },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_CHILD_SIGNALED, NOT_STARTED },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_FAILED, NOT_STARTED },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_SETUP_FAILED, NOT_STARTED },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_CONFIG_INVALID, NOT_STARTED },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_SERVICE_INVALID, NOT_STARTED },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_PERMISSIONS_INVALID, NOT_STARTED },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_FILE_INVALID, NOT_STARTED },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_NO_MEMORY, NOT_STARTED },
  /* The bus's word for a start that takes too long; a call that does ends with NO_REPLY. */
  { g_dbus_error_quark, G_DBUS_ERROR_TIMED_OUT, NOT_STARTED },
  { g_dbus_error_quark, G_DBUS_ERROR_NO_REPLY, UNANSWERED },
  { g_dbus_error_quark, G_DBUS_ERROR_TIMEOUT, UNANSWERED },
  { g_dbus_error_quark, G_DBUS_ERROR_DISCONNECTED, UNANSWERED },
  { g_io_error_quark, G_IO_ERROR_CLOSED, UNANSWERED },
  { g_io_error_quark, G_IO_ERROR_TIMED_OUT, UNANSWERED },
};

static const struct
{
  const char *what; /* the service … */
  const char *advice;
} explanations[] = {
  [NOT_THERE] = { "can't be reached", "see that Statesync is installed" },
  [NOT_STARTED] = { "could not be started",
                    "see why with journalctl --user --unit statesync, or by running statesyncd" },
  [UNANSWERED] = { "did not answer",
                   "what was to be changed may be or not; read it before trying again" },
};

static void
make_unavailable (GError **error, const char *what, const char *advice)
{
  g_autoptr (GError) cause = *error;

  *error =
      g_error_new (STATUS_ERROR, STATUS_UNAVAILABLE, "%s: %s (%s)", what, advice, cause->message);
}

static void
make_absent (GError **error, Absence absence)
{
  g_autofree char *what =
      g_strdup_printf ("The service %s %s", bus_get_name (), explanations[absence].what);

  make_unavailable (error, what, explanations[absence].advice);
}

/* Where systemd starts the service and can't, the call ends with an error of systemd's. */
static gboolean
is_of_systemd (const GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  return name != NULL && g_str_has_prefix (name, "org.freedesktop.systemd1.");
}

static gboolean
find_absence (const GError *error, Absence *absence)
{
  if (is_of_systemd (error))
    {
      *absence = NOT_STARTED;
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (unavailable); i++)
    {
      if (!g_error_matches (error, unavailable[i].domain (), unavailable[i].code))
        continue;
      *absence = unavailable[i].absence;
      return TRUE;
    }
  return FALSE;
}

/* Turns what a call failed with into what a person is told; passes on whether it @succeeded. */
gboolean
bus_explain (gboolean succeeded, GError **error)
{
  gboolean is_absent;
  Absence absence;

  if (succeeded)
    return TRUE;

  is_absent = find_absence (*error, &absence);
  g_dbus_error_strip_remote_error (*error);
  if (is_absent)
    make_absent (error, absence);
  return FALSE;
}

/* --- calls --- */

GDBusConnection *
bus_connect (GError **error)
{
  GDBusConnection *connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error);

  if (connection == NULL)
    {
      make_unavailable (error, "There is no session bus to find the service on",
                        "start one, or set DBUS_SESSION_BUS_ADDRESS");
      return NULL;
    }

  /* Registers the service's errors, so that calls end with them. */
  state_sync_error_quark ();
  /* The end of the bus is an error to report, not a signal to die of. */
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  return connection;
}

StateSyncBusService *
bus_get_service (GDBusConnection *connection, GError **error)
{
  StateSyncBusService *service = state_sync_bus_service_proxy_new_sync (
      connection, BUS_PROXY_FLAGS, bus_get_name (), bus_get_path (), NULL, error);

  bus_explain (service != NULL, error);
  return service;
}

StateSyncBusService *
bus_connect_service (GError **error)
{
  g_autoptr (GDBusConnection) connection = bus_connect (error);

  return connection != NULL ? bus_get_service (connection, error) : NULL;
}

/* What the service answered; the check is made anew, for the name may be anyone's. */
StateSyncSnapshot *
bus_snapshot_new (const char *topic, guint64 revision, const char *data, GError **error)
{
  gsize length = strlen (data);
  g_autoptr (GBytes) bytes = NULL;
  StateSyncJsonFault fault;

  if (!state_sync_json_check (data, length, &fault))
    {
      g_set_error (error, STATUS_ERROR, STATUS_FAILURE,
                   "The service gave data for topic “%s” that is not JSON at byte "
                   "%" G_GSIZE_FORMAT ": see which program has the name %s",
                   topic, fault.offset, bus_get_name ());
      return NULL;
    }

  bytes = g_bytes_new (data, length);
  return state_sync_snapshot_new (revision, bytes);
}

StateSyncSnapshot *
bus_get_snapshot (StateSyncBusService *service, const char *topic, GError **error)
{
  g_autofree char *data = NULL;
  guint64 revision;
  gboolean called = state_sync_bus_service_call_get_snapshot_sync (
      service, topic, G_DBUS_CALL_FLAGS_NONE, -1, &revision, &data, NULL, error);

  if (!bus_explain (called, error))
    return NULL;
  return bus_snapshot_new (topic, revision, data, error);
}

/* (transfer full): a(st), as ListTopics documents it. @namespace_: (nullable): all */
GVariant *
bus_list_topics (StateSyncBusService *service, const char *namespace_, GError **error)
{
  g_autoptr (GVariant) topics = NULL;
  gboolean called;

  if (namespace_ != NULL && !state_sync_name_check (namespace_, error))
    return NULL;

  called = state_sync_bus_service_call_list_topics_sync (
      service, namespace_ != NULL ? namespace_ : "", G_DBUS_CALL_FLAGS_NONE, -1, &topics, NULL,
      error);
  return bus_explain (called, error) ? g_steal_pointer (&topics) : NULL;
}

/* --- signals --- */

gboolean
bus_broadcasts (void)
{
  return !state_sync_place_is_sandbox_facing (bus_get_path ());
}

/* The rule for the service's signals whose first argument has @key, `arg0` or `arg0namespace`,
 * equal to @value; for all of them if @key is NULL. In a rule an apostrophe ends the quotes, so
 * one in a name is written between them; GDBus does not, which is why rules are made here. */
char *
bus_match_rule (const char *key, const char *value)
{
  g_autoptr (GString) rule = g_string_new (NULL);

  g_string_printf (rule,
                   "type='signal',sender='%s',path='%s',interface='" BUS_INTERFACE
                   "',member='Invalidated'",
                   bus_get_name (), bus_get_path ());
  if (key != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (value, "'", -1);
      g_autofree char *quoted = g_strjoinv ("'\\''", parts);

      g_string_append_printf (rule, ",%s='%s'", key, quoted);
    }
  return g_string_free (g_steal_pointer (&rule), FALSE);
}

/* A call that is sent after this finds the rule in place. */
void
bus_add_match (GDBusConnection *connection,
               const char *rule,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  g_dbus_connection_call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "AddMatch", g_variant_new ("(s)", rule), NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, cancellable, callback, user_data);
}

gboolean
bus_add_match_finish (GDBusConnection *connection, GAsyncResult *result, GError **error)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (connection, result, error);

  return bus_explain (answer != NULL, error);
}

/* To @owner, an instance of the service. */
void
bus_subscribe (GDBusConnection *connection,
               const char *owner,
               const char *const *names,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  g_dbus_connection_call (connection, owner, bus_get_path (), BUS_INTERFACE, "Subscribe",
                          g_variant_new ("(^as)", names), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          cancellable, callback, user_data);
}

gboolean
bus_subscribe_finish (GDBusConnection *connection, GAsyncResult *result, GError **error)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (connection, result, error);

  return bus_explain (answer != NULL, error);
}
