/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who is refused for calling too much and calls again at once costs the bus and this process as
 * much as one who is served, and everybody who calls meanwhile waits behind that. So a refusal is
 * sent when the price of its call is paid (pace.c): most callers wait for it before they go on. One
 * clock is for all refusals, however many connections they are spread over; the callers take turns,
 * so that one who was refused once does not wait for another's thousands.
 *
 * No more is kept of a refusal than is needed to send it, so many can wait: more than dbus-daemon
 * lets one connection have unanswered. What does not fit is sent at once.
 */

#include "service/late-refusals.h"

#include "access/pace.h"

/* dbus-daemon's limit is 50,000. */
#define KEPT_MAX 65536

#define TICK_MSEC 5

struct _StateSyncLateRefusals
{
  gatomicrefcount ref_count;
  GMainContext *context; /* owned; in which they are sent */
  GMutex mutex;
  StateSyncPace pace;
  GHashTable *callers; /* key → Caller, those to whom some are owed */
  GQueue turns;        /* of Caller, the same; the head is next */
  guint n_kept;
  GSource *tick; /* (nullable): while some are kept */
  gboolean is_finished;
};

typedef struct
{
  char *key;                   /* of its connection and its name on that bus */
  GDBusConnection *connection; /* owned */
  char *name;                  /* (nullable): NULL without a bus */
  GQueue refusals;             /* of Refusal */
} Caller;

typedef struct
{
  guint32 serial; /* of the call */
  gsize bytes;    /* that it bore */
  GError *error;  /* owned */
} Refusal;

/* --- who is owed some --- */

/* (transfer full) */
static char *
make_key (GDBusConnection *connection, const char *name)
{
  return g_strdup_printf ("%p %s", (gpointer)connection, name != NULL ? name : "");
}

static Caller *
find_caller (StateSyncLateRefusals *self, GDBusConnection *connection, const char *name)
{
  g_autofree char *key = make_key (connection, name);
  Caller *caller = g_hash_table_lookup (self->callers, key);

  if (caller == NULL)
    {
      caller = g_new0 (Caller, 1);
      caller->key = g_steal_pointer (&key);
      caller->connection = g_object_ref (connection);
      caller->name = g_strdup (name);
      g_queue_init (&caller->refusals);
      g_hash_table_insert (self->callers, caller->key, caller);
      g_queue_push_tail (&self->turns, caller);
    }
  return caller;
}

static void
refusal_free (gpointer data)
{
  Refusal *refusal = data;

  g_error_free (refusal->error);
  g_free (refusal);
}

static void
caller_free (gpointer data)
{
  Caller *caller = data;

  g_queue_clear_full (&caller->refusals, refusal_free);
  g_object_unref (caller->connection);
  g_free (caller->name);
  g_free (caller->key);
  g_free (caller);
}

/* --- sending --- */

static void
send (GDBusConnection *connection, const char *name, guint32 serial, const GError *error)
{
  g_autofree char *error_name = g_dbus_error_encode_gerror (error);
  g_autoptr (GDBusMessage) answer = g_dbus_message_new ();

  g_dbus_message_set_message_type (answer, G_DBUS_MESSAGE_TYPE_ERROR);
  g_dbus_message_set_flags (answer, G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED);
  g_dbus_message_set_destination (answer, name);
  g_dbus_message_set_reply_serial (answer, serial);
  g_dbus_message_set_error_name (answer, error_name);
  g_dbus_message_set_body (answer, g_variant_new ("(s)", error->message));
  g_dbus_connection_send_message (connection, answer, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
}

/* To the caller whose turn it is. */
static void
send_next (StateSyncLateRefusals *self, gint64 now)
{
  Caller *caller = g_queue_pop_head (&self->turns);
  Refusal *refusal = g_queue_pop_head (&caller->refusals);

  send (caller->connection, caller->name, refusal->serial, refusal->error);
  state_sync_pace_spend_call (&self->pace, now);
  state_sync_pace_spend_bytes (&self->pace, refusal->bytes, now);
  refusal_free (refusal);
  self->n_kept--;

  if (g_queue_is_empty (&caller->refusals))
    g_hash_table_remove (self->callers, caller->key);
  else
    g_queue_push_tail (&self->turns, caller);
}

static gboolean
on_tick (gpointer user_data)
{
  StateSyncLateRefusals *self = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  gint64 now = g_get_monotonic_time ();

  while (self->n_kept > 0 && state_sync_pace_get_wait (&self->pace, now) == 0)
    send_next (self, now);
  if (self->n_kept > 0)
    return G_SOURCE_CONTINUE;

  g_clear_pointer (&self->tick, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
ensure_tick (StateSyncLateRefusals *self)
{
  if (self->tick != NULL)
    return;

  self->tick = g_timeout_source_new (TICK_MSEC);
  g_source_set_priority (self->tick, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->tick, on_tick, self, NULL);
  g_source_attach (self->tick, self->context);
}

/* @call: whose sender waits for an answer; it bore so many @bytes. */
void
state_sync_late_refusals_refuse (StateSyncLateRefusals *self,
                                 GDBusConnection *connection,
                                 GDBusMessage *call,
                                 gsize bytes,
                                 const GError *error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  const char *name = g_dbus_message_get_sender (call);
  guint32 serial = g_dbus_message_get_serial (call);
  Refusal *refusal;

  if (self->is_finished || self->n_kept == KEPT_MAX)
    {
      send (connection, name, serial, error);
      return;
    }

  refusal = g_new (Refusal, 1);
  *refusal = (Refusal){ .serial = serial, .bytes = bytes, .error = g_error_copy (error) };
  g_queue_push_tail (&find_caller (self, connection, name)->refusals, refusal);
  self->n_kept++;
  ensure_tick (self);
}

/* The caller has left. @name: (nullable): NULL without a bus */
void
state_sync_late_refusals_forget (StateSyncLateRefusals *self,
                                 GDBusConnection *connection,
                                 const char *name)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  g_autofree char *key = make_key (connection, name);
  Caller *caller = g_hash_table_lookup (self->callers, key);

  if (caller == NULL)
    return;

  self->n_kept -= g_queue_get_length (&caller->refusals);
  g_queue_remove (&self->turns, caller);
  g_hash_table_remove (self->callers, key);
}

/* --- the object --- */

StateSyncLateRefusals *
state_sync_late_refusals_new (void)
{
  StateSyncLateRefusals *self = g_new0 (StateSyncLateRefusals, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->context = g_main_context_ref_thread_default ();
  g_mutex_init (&self->mutex);
  self->callers = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, caller_free);
  g_queue_init (&self->turns);
  return self;
}

StateSyncLateRefusals *
state_sync_late_refusals_ref (StateSyncLateRefusals *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
state_sync_late_refusals_unref (StateSyncLateRefusals *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_queue_clear (&self->turns);
  g_hash_table_unref (self->callers);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* Those that are owed are sent at once: the service ends. From where it was made. */
void
state_sync_late_refusals_finish (StateSyncLateRefusals *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  self->is_finished = TRUE;
  while (self->n_kept > 0)
    send_next (self, 0);
  if (self->tick != NULL)
    g_source_destroy (self->tick);
  g_clear_pointer (&self->tick, g_source_unref);
}
