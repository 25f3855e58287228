/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A peer that has not negotiated the passing of files can't be told from others, and gets no
 * answer that bears one: the bus keeps it back and tells only who sent it. Here that is passed on
 * as an error, so that the peer does not wait for nothing.
 *
 * The bus names the answer by its serial, so the newest answers with files are remembered. It
 * looks at them in the order in which they are sent and complains at once; should a peer send
 * for more than are remembered in the meantime, it waits, as it would without this.
 *
 * All of it runs on GDBus's thread, where messages are sent and received.
 */

#include "service/file-answers.h"

#define ANSWERS_REMEMBERED 256

typedef struct
{
  guint32 serial;
  guint32 call_serial;
  char *caller;
} Answer;

typedef struct
{
  Answer answers[ANSWERS_REMEMBERED]; /* a ring */
  guint next;
} FileAnswers;

static void
file_answers_free (gpointer data)
{
  FileAnswers *self = data;

  for (guint i = 0; i < ANSWERS_REMEMBERED; i++)
    g_free (self->answers[i].caller);
  g_free (self);
}

static void
remember (FileAnswers *self, GDBusMessage *answer)
{
  Answer *slot = &self->answers[self->next];

  self->next = (self->next + 1) % ANSWERS_REMEMBERED;
  g_free (slot->caller);
  slot->serial = g_dbus_message_get_serial (answer);
  slot->call_serial = g_dbus_message_get_reply_serial (answer);
  slot->caller = g_strdup (g_dbus_message_get_destination (answer));
}

static gboolean
is_kept_back (GDBusMessage *message)
{
  return g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_ERROR &&
         g_strcmp0 (g_dbus_message_get_sender (message), "org.freedesktop.DBus") == 0 &&
         g_strcmp0 (g_dbus_message_get_error_name (message),
                    "org.freedesktop.DBus.Error.NotSupported") == 0;
}

static void
refuse (GDBusConnection *connection, const Answer *answer)
{
  g_autoptr (GDBusMessage) refusal = g_dbus_message_new ();

  g_dbus_message_set_message_type (refusal, G_DBUS_MESSAGE_TYPE_ERROR);
  g_dbus_message_set_flags (refusal, G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED);
  g_dbus_message_set_destination (refusal, answer->caller);
  g_dbus_message_set_reply_serial (refusal, answer->call_serial);
  g_dbus_message_set_error_name (refusal, "org.freedesktop.DBus.Error.NotSupported");
  g_dbus_message_set_body (refusal,
                           g_variant_new ("(s)", "The answer is a file, which this connection "
                                                 "can't receive: negotiate the passing of file "
                                                 "descriptors, or read with GetSnapshot and "
                                                 "follow with Invalidated"));
  g_dbus_connection_send_message (connection, refusal, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
}

static void
find_and_refuse (FileAnswers *self, GDBusConnection *connection, guint32 serial)
{
  for (guint i = 0; i < ANSWERS_REMEMBERED; i++)
    {
      if (self->answers[i].caller != NULL && self->answers[i].serial == serial)
        refuse (connection, &self->answers[i]);
    }
}

static GDBusMessage *
watch (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer user_data)
{
  if (incoming && is_kept_back (message))
    find_and_refuse (user_data, connection, g_dbus_message_get_reply_serial (message));
  else if (!incoming && g_dbus_message_get_num_unix_fds (message) > 0)
    remember (user_data, message);
  return message;
}

/* Until the filter is removed: its id. */
guint
state_sync_file_answers_watch (GDBusConnection *connection)
{
  return g_dbus_connection_add_filter (connection, watch, g_new0 (FileAnswers, 1),
                                       file_answers_free);
}
