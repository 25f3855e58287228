/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A peer subscribes to names at an object path, each of which stands for the topic of that name
 * and all inside the namespace of that name. So those who follow a topic are found under its own
 * name and under what comes before each of its dots; one found under several is told once.
 *
 * Signals to one peer count like answers (turns.c). One that does not read them is told no more
 * until it does, and then the newest revision of each topic that changed meanwhile: what is owed
 * grows with the topics, not with their changes.
 *
 * Who has left is owed nothing. Everything here runs in the main context.
 */

#include "service/audience.h"

#include "protocol/error.h"
#include "protocol/name.h"
#include "service/peer.h"
#include "statesync-bus.h"

#define NAMES_OF_PEER_MAX 4096

/* What a signal counts beside its topic. */
#define SIGNAL_BYTES 192

/* Under this name, which no topic can have, are those who are told of everything. */
#define EVERYTHING ""

struct _StateSyncAudience
{
  StateSyncTurns *turns; /* the service's */
  StateSyncMayKnowFunc may_know;
  gpointer user_data;
  GHashTable *names; /* name → GPtrArray of Listener */
  guint64 n_changes; /* that were told: the newest one's number */
  guint64 n_told;
};

/* A peer at one object path. */
typedef struct
{
  StateSyncPeer *peer; /* which has it */
  char *object_path;
  GHashTable *names; /* of char *, which are the audience's keys too */
  GHashTable *owed;  /* topic → guint64 *, the revision */
  guint64 last_change;
} Listener;

static void
listener_free (gpointer data)
{
  Listener *listener = data;

  g_hash_table_unref (listener->names);
  g_hash_table_unref (listener->owed);
  g_free (listener->object_path);
  g_free (listener);
}

static Listener *
listener_new (StateSyncPeer *peer, const char *object_path)
{
  Listener *listener = g_new0 (Listener, 1);

  listener->peer = peer;
  listener->object_path = g_strdup (object_path);
  listener->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  listener->owed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return listener;
}

static Listener *
find_listener (StateSyncPeer *peer, const char *object_path)
{
  for (guint i = 0; peer->listeners != NULL && i < peer->listeners->len; i++)
    {
      Listener *listener = g_ptr_array_index (peer->listeners, i);

      if (g_str_equal (listener->object_path, object_path))
        return listener;
    }
  return NULL;
}

static Listener *
ensure_listener (StateSyncPeer *peer, const char *object_path)
{
  Listener *listener = find_listener (peer, object_path);

  if (listener == NULL)
    {
      listener = listener_new (peer, object_path);
      if (peer->listeners == NULL)
        peer->listeners = g_ptr_array_new_with_free_func (listener_free);
      g_ptr_array_add (peer->listeners, listener);
    }
  return listener;
}

/* --- names --- */

static void
add_name (StateSyncAudience *self, Listener *listener, const char *name)
{
  GPtrArray *listeners;

  if (!g_hash_table_add (listener->names, g_strdup (name)))
    return;

  listeners = g_hash_table_lookup (self->names, name);
  if (listeners == NULL)
    {
      listeners = g_ptr_array_new ();
      g_hash_table_insert (self->names, g_strdup (name), listeners);
    }
  g_ptr_array_add (listeners, listener);
}

static void
leave_name (StateSyncAudience *self, Listener *listener, const char *name)
{
  GPtrArray *listeners = g_hash_table_lookup (self->names, name);

  g_ptr_array_remove_fast (listeners, listener);
  if (listeners->len == 0)
    g_hash_table_remove (self->names, name);
}

static guint
count_new (Listener *listener, const char *const *names)
{
  guint n_new = 0;

  for (gsize i = 0; names[i] != NULL; i++)
    n_new += !g_hash_table_contains (listener->names, names[i]);
  return n_new;
}

/* @names: which are checked. All of them or, with @error, none. */
gboolean
state_sync_audience_subscribe (StateSyncAudience *self,
                               StateSyncPeer *peer,
                               const char *object_path,
                               const char *const *names,
                               GError **error)
{
  Listener *listener = ensure_listener (peer, object_path);

  if (g_hash_table_size (listener->names) + count_new (listener, names) > NAMES_OF_PEER_MAX)
    {
      g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_LIMIT_EXCEEDED,
                   "This connection would subscribe to more than %u names: subscribe to a "
                   "namespace, which stands for all topics inside it",
                   NAMES_OF_PEER_MAX);
      return FALSE;
    }

  for (gsize i = 0; names[i] != NULL; i++)
    add_name (self, listener, names[i]);
  return TRUE;
}

/* The peer is told of everything. */
void
state_sync_audience_add (StateSyncAudience *self, StateSyncPeer *peer, const char *object_path)
{
  add_name (self, ensure_listener (peer, object_path), EVERYTHING);
}

/* What it is owed it may still be told. */
void
state_sync_audience_unsubscribe (StateSyncAudience *self,
                                 StateSyncPeer *peer,
                                 const char *object_path,
                                 const char *const *names)
{
  Listener *listener = find_listener (peer, object_path);

  for (gsize i = 0; listener != NULL && names[i] != NULL; i++)
    {
      if (g_hash_table_contains (listener->names, names[i]))
        leave_name (self, listener, names[i]);
      g_hash_table_remove (listener->names, names[i]);
    }
}

static void
leave_all_names (StateSyncAudience *self, Listener *listener)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, listener->names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    leave_name (self, listener, name);
}

/* The peer is told of nothing more at this path. */
void
state_sync_audience_leave (StateSyncAudience *self, StateSyncPeer *peer, const char *object_path)
{
  Listener *listener = find_listener (peer, object_path);

  if (listener == NULL)
    return;

  leave_all_names (self, listener);
  g_ptr_array_remove_fast (peer->listeners, listener);
}

/* The peer has left. */
void
state_sync_audience_forget (StateSyncAudience *self, StateSyncPeer *peer)
{
  for (guint i = 0; peer->listeners != NULL && i < peer->listeners->len; i++)
    leave_all_names (self, g_ptr_array_index (peer->listeners, i));
  g_clear_pointer (&peer->listeners, g_ptr_array_unref);
}

/* --- telling --- */

static void
send (StateSyncAudience *self, Listener *listener, const char *topic, guint64 revision)
{
  StateSyncPeer *peer = listener->peer;

  if (!self->may_know (peer, topic, self->user_data))
    return;

  g_dbus_connection_emit_signal (peer->connection, peer->name, listener->object_path,
                                 state_sync_bus_service_interface_info ()->name, "Invalidated",
                                 g_variant_new ("(st)", topic, revision), NULL);
  state_sync_turns_count (self->turns, peer, SIGNAL_BYTES + strlen (topic));
  self->n_told++;
}

static void
tell (StateSyncAudience *self, Listener *listener, const char *topic, guint64 revision)
{
  if (listener->last_change == self->n_changes)
    return;

  listener->last_change = self->n_changes;
  if (listener->peer->turn.is_full)
    g_hash_table_replace (listener->owed, g_strdup (topic), g_memdup2 (&revision, sizeof revision));
  else
    send (self, listener, topic, revision);
}

static void
tell_those_of (StateSyncAudience *self, const char *name, const char *topic, guint64 revision)
{
  GPtrArray *listeners = g_hash_table_lookup (self->names, name);

  for (guint i = 0; listeners != NULL && i < listeners->len; i++)
    tell (self, g_ptr_array_index (listeners, i), topic, revision);
}

/* @topic is at @revision, which has been committed. */
void
state_sync_audience_tell (StateSyncAudience *self, const char *topic, guint64 revision)
{
  char name[STATE_SYNC_NAME_MAX + 1];

  self->n_changes++;
  if (g_hash_table_size (self->names) == 0)
    return;

  g_strlcpy (name, topic, sizeof name);
  tell_those_of (self, EVERYTHING, topic, revision);
  tell_those_of (self, topic, topic, revision);
  for (gsize end = strlen (name); end > 1; end--)
    {
      if (name[end - 1] != '.')
        continue;
      name[end - 1] = '\0';
      tell_those_of (self, name, topic, revision);
    }
}

static void
send_owed (StateSyncAudience *self, Listener *listener)
{
  GHashTableIter iter;
  gpointer topic;
  gpointer revision;

  g_hash_table_iter_init (&iter, listener->owed);
  while (!listener->peer->turn.is_full && g_hash_table_iter_next (&iter, &topic, &revision))
    {
      send (self, listener, topic, *(guint64 *)revision);
      g_hash_table_iter_remove (&iter);
    }
}

/* The peer reads again. */
void
state_sync_audience_catch_up (StateSyncAudience *self, StateSyncPeer *peer)
{
  for (guint i = 0; peer->listeners != NULL && i < peer->listeners->len; i++)
    send_owed (self, g_ptr_array_index (peer->listeners, i));
}

guint64
state_sync_audience_get_n_told (StateSyncAudience *self)
{
  return self->n_told;
}

/* --- the object --- */

static void
listeners_free (gpointer data)
{
  g_ptr_array_unref (data);
}

StateSyncAudience *
state_sync_audience_new (StateSyncTurns *turns, StateSyncMayKnowFunc may_know, gpointer user_data)
{
  StateSyncAudience *self = g_new0 (StateSyncAudience, 1);

  self->turns = turns;
  self->may_know = may_know;
  self->user_data = user_data;
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, listeners_free);
  return self;
}

/* There are no peers any more. */
void
state_sync_audience_free (StateSyncAudience *self)
{
  g_hash_table_unref (self->names);
  g_free (self);
}
