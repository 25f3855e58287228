/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "support/raw-client.h"

#include <string.h>
#include <unistd.h>

/* Of a message, up to where its length can be told. */
#define HEADER_BYTES 16

struct _TestRawClient
{
  GIOStream *stream;
  char *name;
  guint32 serial;
};

static void
write_bytes (TestRawClient *self, gconstpointer bytes, gsize length)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (self->stream), bytes, length, NULL,
                             NULL, &error);
  g_assert_no_error (error);
}

static void
read_bytes (TestRawClient *self, gpointer bytes, gsize length)
{
  g_autoptr (GError) error = NULL;
  gsize n_read;

  g_input_stream_read_all (g_io_stream_get_input_stream (self->stream), bytes, length, &n_read,
                           NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_read, ==, length);
}

/* Up to the end of a line, which must begin so. */
static void
expect_line (TestRawClient *self, const char *start)
{
  g_autoptr (GString) line = g_string_new (NULL);
  char c;

  do
    {
      read_bytes (self, &c, 1);
      g_string_append_c (line, c);
    }
  while (c != '\n');
  g_assert_true (g_str_has_prefix (line->str, start));
}

static void
authenticate (TestRawClient *self, gboolean takes_files)
{
  g_autofree char *uid = g_strdup_printf ("%u", (guint)getuid ());
  g_autoptr (GString) line = g_string_new ("AUTH EXTERNAL ");

  for (const char *p = uid; *p != '\0'; p++)
    g_string_append_printf (line, "%02x", (guint)*p);
  g_string_append (line, "\r\n");
  write_bytes (self, "", 1);
  write_bytes (self, line->str, line->len);
  expect_line (self, "OK ");

  /* What comes with descriptors is read without them, which closes them. */
  if (takes_files)
    {
      write_bytes (self, "NEGOTIATE_UNIX_FD\r\n", strlen ("NEGOTIATE_UNIX_FD\r\n"));
      expect_line (self, "AGREE_UNIX_FD");
    }
  write_bytes (self, "BEGIN\r\n", strlen ("BEGIN\r\n"));
}

static void
say_hello (TestRawClient *self)
{
  g_autoptr (GDBusMessage) hello = g_dbus_message_new_method_call (
      "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello");
  g_autoptr (GDBusMessage) answer =
      test_raw_client_wait_for_answer (self, test_raw_client_send (self, hello));
  g_autoptr (GDBusMessage) name_acquired = test_raw_client_receive (self);

  g_assert_cmpstr (g_dbus_message_get_member (name_acquired), ==, "NameAcquired");
  g_variant_get (g_dbus_message_get_body (answer), "(s)", &self->name);
}

static TestRawClient *
connect_client (const char *address, gboolean takes_files)
{
  TestRawClient *self = g_new0 (TestRawClient, 1);
  g_autoptr (GError) error = NULL;

  self->stream = g_dbus_address_get_stream_sync (address, NULL, NULL, &error);
  g_assert_no_error (error);
  authenticate (self, takes_files);
  say_hello (self);
  return self;
}

/* It is on the bus when this returns. */
TestRawClient *
test_raw_client_new (const char *address)
{
  return connect_client (address, TRUE);
}

/* The same, but the bus gives it no message with files. */
TestRawClient *
test_raw_client_new_without_files (const char *address)
{
  return connect_client (address, FALSE);
}

void
test_raw_client_free (TestRawClient *self)
{
  g_io_stream_close (self->stream, NULL, NULL);
  g_object_unref (self->stream);
  g_free (self->name);
  g_free (self);
}

/* Its unique name. */
const char *
test_raw_client_get_name (TestRawClient *self)
{
  return self->name;
}

GDBusMessage *
test_raw_call_new (const char *interface, const char *method, GVariant *args)
{
  GDBusMessage *message = g_dbus_message_new_method_call (
      "org.statesync.StateSync1", "/org/statesync/StateSync1", interface, method);

  if (args != NULL)
    g_dbus_message_set_body (message, args);
  return message;
}

guint32
test_raw_client_send (TestRawClient *self, GDBusMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree guchar *blob = NULL;
  gsize length;

  g_dbus_message_set_serial (message, ++self->serial);
  blob = g_dbus_message_to_blob (message, &length, G_DBUS_CAPABILITY_FLAGS_NONE, &error);
  g_assert_no_error (error);
  write_bytes (self, blob, length);
  return self->serial;
}

guint32
test_raw_client_call (TestRawClient *self, const char *method, GVariant *args)
{
  g_autoptr (GDBusMessage) call = test_raw_call_new ("org.statesync.StateSync1", method, args);

  return test_raw_client_send (self, call);
}

GDBusMessage *
test_raw_client_receive (TestRawClient *self)
{
  g_autoptr (GError) error = NULL;
  guchar header[HEADER_BYTES];
  g_autofree guchar *blob = NULL;
  GDBusMessage *message;
  gssize length;

  read_bytes (self, header, sizeof header);
  length = g_dbus_message_bytes_needed (header, sizeof header, &error);
  g_assert_no_error (error);

  blob = g_malloc ((gsize)length);
  memcpy (blob, header, sizeof header);
  read_bytes (self, blob + sizeof header, (gsize)length - sizeof header);
  message =
      g_dbus_message_new_from_blob (blob, (gsize)length, G_DBUS_CAPABILITY_FLAGS_NONE, &error);
  g_assert_no_error (error);
  return message;
}

GDBusMessage *
test_raw_client_wait_for_answer (TestRawClient *self, guint32 serial)
{
  for (;;)
    {
      g_autoptr (GDBusMessage) message = test_raw_client_receive (self);

      if (g_dbus_message_get_reply_serial (message) == serial)
        return g_steal_pointer (&message);
    }
}
