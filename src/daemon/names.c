/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The names are asked for one after the other, the one for all first: of two services that start
 * at once, one has it and is let have the other name too.
 *
 * The bus starts a service for each name that is called, so two callers can make it start two.
 * The second one may not fail, or its callers are told so, but has to leave the names to the
 * first, and wait until that has them: then the bus hands the calls on to it.
 */

#include "daemon/names.h"

/* Answers of RequestName (D-Bus specification, "Message Bus Messages"). */
#define NAME_IS_OURS 1
#define NAME_IS_TAKEN 3

#define NAME_FLAG_ALLOW_REPLACEMENT 0x1
#define NAME_FLAG_REPLACE 0x2
#define NAME_FLAG_DO_NOT_QUEUE 0x4

#define ANOTHER_HAS_THE_NAME                                                                       \
  "Another service has the name %s on this bus: stop it, or start with --replace"

static const char *const names[] = { STATE_SYNC_BUS_NAME, STATE_SYNC_PORTAL_NAME };

#define LAST_NAME (G_N_ELEMENTS (names) - 1)

struct _Names
{
  GDBusConnection *connection;
  const NamesFuncs *funcs;
  gpointer user_data;
  guint lost_subscription;
  guint taken_watch;
  guint n_owned;
  guint32 flags;
  NamesDoneFunc done;
};

static void
call_bus (Names *self, const char *method, GVariant *args, GAsyncReadyCallback done)
{
  g_dbus_connection_call (self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", method, args, NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          NULL, done, self);
}

/* --- asking --- */

static void request_next (Names *self);

static char *
refusal_new (const char *name, guint32 outcome, GError *error)
{
  if (outcome == NAME_IS_TAKEN)
    return g_strdup_printf (ANOTHER_HAS_THE_NAME, name);

  if (error != NULL)
    g_dbus_error_strip_remote_error (error);
  return g_strdup_printf ("The bus does not give the name %s: %s", name,
                          error != NULL ? error->message : "no reason was given");
}

static void
on_requested (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Names *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree char *message = NULL;
  guint32 outcome = 0;

  if (answer != NULL)
    g_variant_get (answer, "(u)", &outcome);

  if (outcome == NAME_IS_OURS)
    {
      self->n_owned++;
      request_next (self);
      return;
    }
  message = refusal_new (names[self->n_owned], outcome, error);
  self->funcs->refused (message, outcome == NAME_IS_TAKEN, self->user_data);
}

static void
request_next (Names *self)
{
  if (self->n_owned == G_N_ELEMENTS (names))
    self->funcs->owned (self->user_data);
  else
    call_bus (self, "RequestName", g_variant_new ("(su)", names[self->n_owned], self->flags),
              on_requested);
}

/* @replace: takes them from another service. */
void
names_request (Names *self, gboolean replace)
{
  self->flags = NAME_FLAG_ALLOW_REPLACEMENT | NAME_FLAG_DO_NOT_QUEUE;
  if (replace)
    self->flags |= NAME_FLAG_REPLACE;
  request_next (self);
}

/* Asked before anything is touched, for an answer that is clearer than "in use". */
gboolean
names_are_free (Names *self, GError **error)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "NameHasOwner", g_variant_new ("(s)", names[0]), G_VARIANT_TYPE ("(b)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
  gboolean has_owner;

  if (answer == NULL)
    return FALSE;

  g_variant_get (answer, "(b)", &has_owner);
  if (has_owner)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, ANOTHER_HAS_THE_NAME, names[0]);
  return !has_owner;
}

/* --- giving back --- */

/* An error says that the bus is gone. */
static void
on_released (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Names *self = user_data;
  g_autoptr (GVariant) answer G_GNUC_UNUSED =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  self->done (self->user_data);
}

/* @done: all calls that the bus had sent here by these names are here. */
void
names_release (Names *self, NamesDoneFunc done)
{
  self->done = done;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    call_bus (self, "ReleaseName", g_variant_new ("(s)", names[i]),
              i == LAST_NAME ? on_released : NULL);
}

static gboolean
is_one_of_ours (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_str_equal (names[i], name))
        return TRUE;
    }
  return FALSE;
}

static void
on_lost (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *signal,
         GVariant *args,
         gpointer user_data)
{
  Names *self = user_data;
  const char *name;

  g_variant_get (args, "(&s)", &name);
  if (is_one_of_ours (name))
    self->funcs->lost (self->user_data);
}

/* --- leaving them to another service --- */

static void
on_taken (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  Names *self = user_data;

  self->done (self->user_data);
}

/* @done: another service has all of them. */
void
names_wait_taken (Names *self, NamesDoneFunc done)
{
  self->done = done;
  self->taken_watch =
      g_bus_watch_name_on_connection (self->connection, names[LAST_NAME],
                                      G_BUS_NAME_WATCHER_FLAGS_NONE, on_taken, NULL, self, NULL);
}

/* --- the object --- */

Names *
names_new (GDBusConnection *connection, const NamesFuncs *funcs, gpointer user_data)
{
  Names *self = g_new0 (Names, 1);

  self->connection = g_object_ref (connection);
  self->funcs = funcs;
  self->user_data = user_data;
  self->lost_subscription = g_dbus_connection_signal_subscribe (
      connection, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameLost",
      "/org/freedesktop/DBus", NULL, G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE, on_lost, self, NULL);
  return self;
}

void
names_free (Names *self)
{
  if (self->taken_watch != 0)
    g_bus_unwatch_name (self->taken_watch);
  g_dbus_connection_signal_unsubscribe (self->connection, self->lost_subscription);
  g_object_unref (self->connection);
  g_free (self);
}
