/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A GetSnapshot of what is in memory is answered where GDBus receives it, on its own thread: the
 * way to the main loop and back is most of what a small answer costs. All else, and what is
 * refused, goes to the main loop as ever.
 *
 * The answer is queued for the bus while the view is held, so it comes before the signal for any
 * newer state (committed-view.c), as if the main loop had sent it. A caller whose calls wait for
 * the main loop is not served here (admission.c): its calls are answered in their order.
 *
 * The main loop counts what each peer is sent, for the sake of those that do not read (turns.c).
 * So it lends the peer some bytes; once they are used up the peer's next call goes there, to be
 * counted with them and to fetch more.
 */

#include "service/direct-reads.h"

#include "service/snapshot-variant.h"
#include "statesync-bus.h"

/* Larger ones would keep the view, and who else is to be read for, waiting. */
#define DIRECT_MAX_BYTES (64 * 1024)

struct _StateSyncDirectReads
{
  gatomicrefcount ref_count;
  StateSyncCommittedView *view; /* owned */
  GMutex mutex;
  GHashTable *loans; /* unique name → Loan */
  guint64 n_snapshots;
};

typedef struct
{
  gsize left;
  gsize used;
} Loan;

StateSyncDirectReads *
state_sync_direct_reads_new (StateSyncCommittedView *view)
{
  StateSyncDirectReads *self = g_new0 (StateSyncDirectReads, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->view = state_sync_committed_view_ref (view);
  g_mutex_init (&self->mutex);
  self->loans = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

StateSyncDirectReads *
state_sync_direct_reads_ref (StateSyncDirectReads *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
state_sync_direct_reads_unref (StateSyncDirectReads *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  state_sync_committed_view_unref (self->view);
  g_hash_table_unref (self->loans);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* --- what is lent --- */

/* @peer may be sent @bytes from here. What it was sent since the last time. */
gsize
state_sync_direct_reads_lend (StateSyncDirectReads *self, const char *peer, gsize bytes)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  Loan *loan = g_hash_table_lookup (self->loans, peer);
  gsize used;

  if (loan == NULL)
    {
      loan = g_new0 (Loan, 1);
      g_hash_table_insert (self->loans, g_strdup (peer), loan);
    }
  used = loan->used;
  *loan = (Loan){ .left = bytes };
  return used;
}

/* The peer has left. */
void
state_sync_direct_reads_forget (StateSyncDirectReads *self, const char *peer)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  g_hash_table_remove (self->loans, peer);
}

/* On a connection without a bus the peer has no name, and nothing is lent to it. */
static gboolean
spend (StateSyncDirectReads *self, const char *peer, gsize bytes)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  Loan *loan = peer != NULL ? g_hash_table_lookup (self->loans, peer) : NULL;

  if (loan == NULL || loan->left < bytes)
    return FALSE;

  loan->left -= bytes;
  loan->used += bytes;
  self->n_snapshots++;
  return TRUE;
}

guint64
state_sync_direct_reads_get_n_snapshots (StateSyncDirectReads *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return self->n_snapshots;
}

/* --- the answer --- */

typedef struct
{
  StateSyncDirectReads *reads;
  GDBusConnection *connection;
  GDBusMessage *call;
  gboolean is_answered;
} Answering;

static void
answer_with (StateSyncSnapshot *snapshot, gpointer user_data)
{
  Answering *self = user_data;
  gsize bytes = g_bytes_get_size (state_sync_snapshot_get_data (snapshot));
  g_autoptr (GDBusMessage) answer = NULL;

  if (bytes > DIRECT_MAX_BYTES ||
      !spend (self->reads, g_dbus_message_get_sender (self->call), STATE_SYNC_ANSWER_BYTES + bytes))
    return;

  answer = g_dbus_message_new_method_reply (self->call);
  g_dbus_message_set_body (answer, state_sync_snapshot_to_variant (snapshot));
  g_dbus_connection_send_message (self->connection, answer, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL,
                                  NULL);
  self->is_answered = TRUE;
}

static gboolean
is_get_snapshot (GDBusMessage *call)
{
  const char *interface = state_sync_bus_service_interface_info ()->name;

  return g_strcmp0 (g_dbus_message_get_member (call), "GetSnapshot") == 0 &&
         g_strcmp0 (g_dbus_message_get_interface (call), interface) == 0 &&
         g_strcmp0 (g_dbus_message_get_signature (call), "s") == 0 &&
         (g_dbus_message_get_flags (call) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) == 0;
}

/* Whether the call to the service's object is one that can be answered here, and was. */
gboolean
state_sync_direct_reads_answer (StateSyncDirectReads *self,
                                GDBusConnection *connection,
                                GDBusMessage *call)
{
  Answering answering = { .reads = self, .connection = connection, .call = call };
  const char *topic;

  if (!is_get_snapshot (call))
    return FALSE;

  g_variant_get (g_dbus_message_get_body (call), "(&s)", &topic);
  state_sync_committed_view_look (self->view, topic, answer_with, &answering);
  return answering.is_answered;
}
