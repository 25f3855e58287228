/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the kernel's notice does not reach (two instances of an app in containers of their own),
 * the bus may: each process broadcasts `Invalidated (topic, revision)` for what it has committed.
 * Anybody could send that. It only makes a process look at the file, which is the truth; so
 * nobody is asked who he is, and a signal that is lost or dropped by a sandbox's proxy costs
 * nothing but time.
 */

#include "client/herald.h"

/* Not the service's path: nobody takes these signals for its. */
#define OBJECT_PATH "/org/statesync/Broadcast1"
#define INTERFACE "org.statesync.StateSync1"
#define SIGNAL "Invalidated"

struct _StateSyncHerald
{
  StateSyncBroadcast *broadcast; /* owned */
  char *app_id;
  GDBusConnection *connection; /* owned */
  gulong committed_handler;
  guint subscription;
};

static void
on_committed (StateSyncBroadcast *broadcast,
              const char *topic,
              guint64 revision,
              StateSyncHerald *self)
{
  g_dbus_connection_emit_signal (self->connection, NULL, OBJECT_PATH, INTERFACE, SIGNAL,
                                 g_variant_new ("(st)", topic, revision), NULL);
}

static void
on_invalidated (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *signal,
                GVariant *args,
                gpointer user_data)
{
  StateSyncHerald *self = user_data;
  const char *topic;
  guint64 revision;

  if (!g_variant_is_of_type (args, G_VARIANT_TYPE ("(st)")) ||
      g_strcmp0 (sender, g_dbus_connection_get_unique_name (connection)) == 0)
    return;

  g_variant_get (args, "(&st)", &topic, &revision);
  state_sync_broadcast_poke (self->broadcast, topic, revision);
}

static void
listen (StateSyncHerald *self, GDBusConnection *connection)
{
  self->connection = g_object_ref (connection);
  self->subscription = g_dbus_connection_signal_subscribe (
      connection, NULL, INTERFACE, SIGNAL, OBJECT_PATH, self->app_id,
      G_DBUS_SIGNAL_FLAGS_MATCH_ARG0_NAMESPACE, on_invalidated, self, NULL);
}

static void
leave (StateSyncHerald *self)
{
  g_dbus_connection_signal_unsubscribe (self->connection, self->subscription);
  g_clear_object (&self->connection);
}

void
state_sync_herald_set_connection (StateSyncHerald *self, GDBusConnection *connection)
{
  leave (self);
  listen (self, connection);
}

StateSyncHerald *
state_sync_herald_new (StateSyncBroadcast *broadcast,
                       GDBusConnection *connection,
                       const char *app_id)
{
  StateSyncHerald *self = g_new (StateSyncHerald, 1);

  self->broadcast = g_object_ref (broadcast);
  self->app_id = g_strdup (app_id);
  self->committed_handler =
      g_signal_connect (broadcast, "committed", G_CALLBACK (on_committed), self);
  listen (self, connection);
  return self;
}

void
state_sync_herald_free (StateSyncHerald *self)
{
  leave (self);
  g_signal_handler_disconnect (self->broadcast, self->committed_handler);
  g_free (self->app_id);
  g_object_unref (self->broadcast);
  g_free (self);
}
