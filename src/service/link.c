/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A peer is known from its first call until it leaves: the bus tells who left it, and does so
 * after it has sent on all that the peer sent, so nobody is known again by a late call. When the
 * connection closes, all leave; without a bus it has one peer alone.
 */

#include "service/link.h"

#include "service/file-answers.h"

struct _StateSyncLink
{
  GDBusConnection *connection;
  StateSyncDirectReads *direct_reads;
  guint file_answers;
  guint left_subscription; /* on a bus */
  gulong closed_handler;

  GHashTable *peers; /* unique name, "" without a bus → StateSyncPeer */
  const StateSyncLinkFuncs *funcs;
  gpointer user_data;
};

gboolean
state_sync_link_is_on_bus (StateSyncLink *self)
{
  return g_dbus_connection_get_unique_name (self->connection) != NULL;
}

/* --- who leaves --- */

static void
forget_peer (StateSyncLink *self, const char *name)
{
  g_autoptr (StateSyncPeer) peer = g_hash_table_lookup (self->peers, name);

  if (peer == NULL)
    return;

  state_sync_peer_ref (peer);
  g_hash_table_remove (self->peers, name);
  peer->has_left = TRUE;
  self->funcs->left (peer, self->user_data);
}

static void
on_peer_left (GDBusConnection *connection,
              const char *sender,
              const char *path,
              const char *interface,
              const char *signal,
              GVariant *args,
              gpointer user_data)
{
  const char *name;
  const char *owner;

  g_variant_get (args, "(&s&s&s)", &name, NULL, &owner);
  if (owner[0] == '\0')
    forget_peer (user_data, name);
}

static void
on_closed (GDBusConnection *connection, gboolean vanished, GError *error, StateSyncLink *self)
{
  self->funcs->closed (self, self->user_data);
}

static void
set_match (GDBusConnection *connection, const char *method)
{
  g_dbus_connection_call (
      connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
      g_variant_new ("(s)", "type='signal',sender='org.freedesktop.DBus',"
                            "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg2=''"),
      NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

static void
watch_peers (StateSyncLink *self)
{
  self->closed_handler =
      g_signal_connect (self->connection, "closed", G_CALLBACK (on_closed), self);
  if (!state_sync_link_is_on_bus (self))
    return;

  /* The rule is added by hand: GDBus's have no arg2, by which only those who leave are told. */
  set_match (self->connection, "AddMatch");
  self->left_subscription = g_dbus_connection_signal_subscribe (
      self->connection, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
      "/org/freedesktop/DBus", NULL, G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE, on_peer_left, self, NULL);
}

static void
unwatch_peers (StateSyncLink *self)
{
  g_clear_signal_handler (&self->closed_handler, self->connection);
  if (self->left_subscription == 0)
    return;

  g_dbus_connection_signal_unsubscribe (self->connection, self->left_subscription);
  set_match (self->connection, "RemoveMatch");
}

/* --- the object --- */

/* (transfer none): @name: (nullable): NULL without a bus */
StateSyncPeer *
state_sync_link_find_peer (StateSyncLink *self, const char *name)
{
  const char *key = name != NULL ? name : "";
  StateSyncPeer *peer = g_hash_table_lookup (self->peers, key);

  if (peer == NULL)
    {
      peer = state_sync_peer_new (self->connection, name, self->direct_reads);
      g_hash_table_insert (self->peers, g_strdup (key), peer);
    }
  return peer;
}

/* @func: which makes no peer known and forgets none. */
void
state_sync_link_foreach_peer (StateSyncLink *self, StateSyncPeerFunc func, gpointer user_data)
{
  GHashTableIter iter;
  gpointer peer;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, &peer))
    func (peer, user_data);
}

GDBusConnection *
state_sync_link_get_connection (StateSyncLink *self)
{
  return self->connection;
}

StateSyncDirectReads *
state_sync_link_get_direct_reads (StateSyncLink *self)
{
  return self->direct_reads;
}

static void
peer_unref (gpointer data)
{
  state_sync_peer_unref (data);
}

StateSyncLink *
state_sync_link_new (GDBusConnection *connection,
                     StateSyncCommittedView *view,
                     const StateSyncLinkFuncs *funcs,
                     gpointer user_data)
{
  StateSyncLink *self = g_new0 (StateSyncLink, 1);

  self->connection = g_object_ref (connection);
  self->direct_reads = state_sync_direct_reads_new (view);
  self->file_answers = state_sync_file_answers_watch (connection);
  self->peers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, peer_unref);
  self->funcs = funcs;
  self->user_data = user_data;
  watch_peers (self);
  return self;
}

/* All peers leave. */
void
state_sync_link_free (StateSyncLink *self)
{
  g_autofree gpointer *names = g_hash_table_get_keys_as_array (self->peers, NULL);

  unwatch_peers (self);
  for (guint i = 0; names[i] != NULL; i++)
    forget_peer (self, names[i]);

  g_dbus_connection_remove_filter (self->connection, self->file_answers);
  state_sync_direct_reads_unref (self->direct_reads);
  g_hash_table_unref (self->peers);
  g_object_unref (self->connection);
  g_free (self);
}
