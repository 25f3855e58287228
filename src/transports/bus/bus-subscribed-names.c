/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A service knows connections, not clients: what one client of a connection unsubscribes from,
 * all others of it hear no more of either, and it has no use for being subscribed to twice. As the
 * connection to the session bus is one for the whole process, its clients may be of libraries that
 * know nothing of each other, in several threads. So it is known in the whole process who holds a
 * name at an instance, and only the last one to let go unsubscribes.
 *
 * That and the order of the calls have to agree: else a name could be held, and its subscription
 * yet be on its way before the end of the one before. So calls are sent under the lock.
 */

#include "transports/bus/bus-subscribed-names.h"

struct _StateSyncBusSubscribedNames
{
  char *instance;    /* and its path, and the connection: who has the same shares subscriptions */
  GHashTable *names; /* that are held */
};

static GMutex mutex; /* for all holders, and this: */

static GPtrArray *holders;

/* --- locked --- */

static gboolean
is_held_by_others (StateSyncBusSubscribedNames *self, const char *name)
{
  for (guint i = 0; i < holders->len; i++)
    {
      StateSyncBusSubscribedNames *other = g_ptr_array_index (holders, i);

      if (other != self && g_str_equal (other->instance, self->instance) &&
          g_hash_table_contains (other->names, name))
        return TRUE;
    }
  return FALSE;
}

void
state_sync_bus_subscribed_names_hold (StateSyncBusSubscribedNames *self, const char *name)
{
  g_hash_table_add (self->names, g_strdup (name));
}

/* Whether it was held, and nobody holds it any more. */
gboolean
state_sync_bus_subscribed_names_let_go (StateSyncBusSubscribedNames *self, const char *name)
{
  return g_hash_table_remove (self->names, name) && !is_held_by_others (self, name);
}

/* --- not locked --- */

void
state_sync_bus_subscribed_names_lock (void)
{
  g_mutex_lock (&mutex);
}

void
state_sync_bus_subscribed_names_unlock (void)
{
  g_mutex_unlock (&mutex);
}

StateSyncBusSubscribedNames *
state_sync_bus_subscribed_names_new (GDBusProxy *proxy)
{
  StateSyncBusSubscribedNames *self = g_new (StateSyncBusSubscribedNames, 1);

  self->instance =
      g_strdup_printf ("%p %s %s", (gpointer)g_dbus_proxy_get_connection (proxy),
                       g_dbus_proxy_get_name (proxy), g_dbus_proxy_get_object_path (proxy));
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  state_sync_bus_subscribed_names_lock ();
  if (holders == NULL)
    holders = g_ptr_array_new ();
  g_ptr_array_add (holders, self);
  state_sync_bus_subscribed_names_unlock ();
  return self;
}

/* What it holds it lets go: the instance is gone, or the client. Before its connection, so no other
 * connection is taken for that. */
void
state_sync_bus_subscribed_names_free (StateSyncBusSubscribedNames *self)
{
  state_sync_bus_subscribed_names_lock ();
  g_ptr_array_remove_fast (holders, self);
  state_sync_bus_subscribed_names_unlock ();

  g_hash_table_unref (self->names);
  g_free (self->instance);
  g_free (self);
}
