/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A service knows connections, not clients: what one client of a connection unsubscribes from,
 * all others of it hear no more of either, and it has no use for being subscribed to twice. As the
 * connection to the session bus is one for the whole process, its clients may be of libraries that
 * know nothing of each other, in several threads. So it is counted, for the process, who holds a
 * name at an instance, and only the last one to let go unsubscribes.
 *
 * The count and the order of the calls have to agree: else a subscription could be counted, and
 * yet be on its way before the end of the one before. So calls are sent under the lock.
 */

#include "transports/bus/bus-subscribed-names.h"

struct _StateSyncBusSubscribedNames
{
  char *instance;    /* and its path, and the connection, as text */
  GHashTable *names; /* that are held */
};

static GMutex mutex;

/* "INSTANCE NAME" → how many hold it. An entry goes with its last holder, and a holder before the
 * connection, so no other connection is taken for it. */
static GHashTable *counts;

StateSyncBusSubscribedNames *
state_sync_bus_subscribed_names_new (GDBusProxy *proxy)
{
  StateSyncBusSubscribedNames *self = g_new (StateSyncBusSubscribedNames, 1);

  self->instance =
      g_strdup_printf ("%p %s %s", (gpointer)g_dbus_proxy_get_connection (proxy),
                       g_dbus_proxy_get_name (proxy), g_dbus_proxy_get_object_path (proxy));
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

static char *
key_of (StateSyncBusSubscribedNames *self, const char *name)
{
  return g_strconcat (self->instance, " ", name, NULL);
}

/* How many hold it now. */
static guint
count_by (StateSyncBusSubscribedNames *self, const char *name, int change)
{
  char *key = key_of (self, name);
  guint count;

  if (counts == NULL)
    counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  count = (guint)((int)GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)) + change);
  g_hash_table_replace (counts, key, GUINT_TO_POINTER (count));
  if (count == 0)
    g_hash_table_remove (counts, key);
  return count;
}

/* Locked, as the next. */
void
state_sync_bus_subscribed_names_hold (StateSyncBusSubscribedNames *self, const char *name)
{
  if (g_hash_table_add (self->names, g_strdup (name)))
    count_by (self, name, 1);
}

/* Whether it was held, and nobody holds it any more. */
gboolean
state_sync_bus_subscribed_names_let_go (StateSyncBusSubscribedNames *self, const char *name)
{
  return g_hash_table_remove (self->names, name) && count_by (self, name, -1) == 0;
}

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

/* What it holds it lets go: the instance is gone, or the client. */
void
state_sync_bus_subscribed_names_free (StateSyncBusSubscribedNames *self)
{
  GHashTableIter iter;
  gpointer name;

  state_sync_bus_subscribed_names_lock ();
  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    count_by (self, name, -1);
  state_sync_bus_subscribed_names_unlock ();

  g_hash_table_unref (self->names);
  g_free (self->instance);
  g_free (self);
}
