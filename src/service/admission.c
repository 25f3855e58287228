/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls are admitted where GDBus receives them, on its own thread and before they are queued for
 * the main loop: a peer that sends faster than the service works would fill the memory there.
 *
 * The share of a call rides on its message, so it is given back when the last one who holds that
 * lets go of it, whoever answered the call, or if nobody did.
 *
 * A call that needs no main loop is answered here at once (direct-reads.c), unless others of its
 * caller are under way: it would come before those.
 */

#include "service/admission.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

#include "protocol/error.h"

typedef struct
{
  StateSyncCallers *callers;
  StateSyncLateRefusals *late_refusals;
  StateSyncDirectReads *direct_reads;
  char *object_path;
} Admission;

static void
admission_free (gpointer data)
{
  Admission *self = data;

  state_sync_callers_unref (self->callers);
  state_sync_late_refusals_unref (self->late_refusals);
  state_sync_direct_reads_unref (self->direct_reads);
  g_free (self->object_path);
  g_free (self);
}

static void
share_free (gpointer data)
{
  state_sync_share_free (data);
}

static gsize
get_bytes (GDBusMessage *call)
{
  GVariant *body = g_dbus_message_get_body (call);

  return body != NULL ? g_variant_get_size (body) : 0;
}

static void
refuse (Admission *self, GDBusConnection *connection, GDBusMessage *call, const GError *error)
{
  if ((g_dbus_message_get_flags (call) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) == 0)
    state_sync_late_refusals_refuse (self->late_refusals, connection, call, get_bytes (call),
                                     error);
}

/* No method takes descriptors. Those that come along would stay open while the call waits, and a
 * peer could use up all that the process may have. */
static void
close_descriptors (GDBusMessage *call)
{
  GUnixFDList *fd_list = g_dbus_message_get_unix_fd_list (call);
  g_autofree int *fds = NULL;
  int n_fds = 0;

  if (fd_list == NULL)
    return;

  fds = g_unix_fd_list_steal_fds (fd_list, &n_fds);
  for (int i = 0; i < n_fds; i++)
    close (fds[i]);
}

/* Whether the call is over, refused or answered. */
static gboolean
is_over (Admission *self, GDBusConnection *connection, GDBusMessage *call)
{
  g_autoptr (GError) error = NULL;
  const char *sender = g_dbus_message_get_sender (call);
  StateSyncShare *share;

  /* On a connection without a bus there is one peer, and it has no name. */
  share = state_sync_callers_admit (self->callers, connection, sender != NULL ? sender : "",
                                    get_bytes (call), &error);
  close_descriptors (call);
  if (share == NULL)
    {
      refuse (self, connection, call, error);
      return TRUE;
    }

  g_object_set_data_full (G_OBJECT (call), "state-sync-share", share, share_free);
  return state_sync_share_is_only (share) &&
         state_sync_direct_reads_answer (self->direct_reads, connection, call);
}

/* On GDBus's thread. */
static GDBusMessage *
admit (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer user_data)
{
  Admission *self = user_data;

  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL ||
      g_strcmp0 (g_dbus_message_get_path (message), self->object_path) != 0 ||
      !is_over (self, connection, message))
    return message;

  g_object_unref (message);
  return NULL;
}

/* Calls to @object_path are admitted by @callers, and perhaps answered by @direct_reads, until the
 * filter is removed: its id. */
guint
state_sync_admission_add (GDBusConnection *connection,
                          const char *object_path,
                          StateSyncCallers *callers,
                          StateSyncLateRefusals *late_refusals,
                          StateSyncDirectReads *direct_reads)
{
  Admission *self = g_new (Admission, 1);

  self->callers = state_sync_callers_ref (callers);
  self->late_refusals = state_sync_late_refusals_ref (late_refusals);
  self->direct_reads = state_sync_direct_reads_ref (direct_reads);
  self->object_path = g_strdup (object_path);
  return g_dbus_connection_add_filter (connection, admit, self, admission_free);
}
