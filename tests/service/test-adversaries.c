/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an app may try in order to be taken for somebody else, or to be in everybody's way, with the
 * real daemon. README.md tells where the other rows of the table are. */

#include <gio/gunixconnection.h>
#include <gio/gunixsocketaddress.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "service/service-fixture.h"
#include "support/raw-client.h"
#include "support/sandbox.h"
#include "support/sandboxed-app.h"

#define APP "org.example.App"
#define OWN APP ".settings"
#define FOREIGN "org.example.Other.secret"

/* --- connections that change hands --- */

/* A process in a sandbox gives its connection to the bus to this one, which is in none. */
typedef struct
{
  GSubprocess *process;
  GDBusConnection *connection; /* here */
} Given;

/* (transfer full) */
static GDBusConnection *
take_connection (GSocketListener *listener)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) giver = g_socket_listener_accept (listener, NULL, NULL, &error);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) stream = NULL;
  GDBusConnection *connection;
  int fd;

  g_assert_no_error (error);
  fd = g_unix_connection_receive_fd (G_UNIX_CONNECTION (giver), NULL, &error);
  g_assert_no_error (error);
  socket = g_socket_new_from_fd (fd, &error);
  g_assert_no_error (error);
  stream = g_socket_connection_factory_create_connection (socket);

  /* It has said who it is to the bus, and hello. */
  connection = g_dbus_connection_new_sync (G_IO_STREAM (stream), NULL, G_DBUS_CONNECTION_FLAGS_NONE,
                                           NULL, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

static void
given_init (Given *self, TestSession *session)
{
  g_autofree char *program = g_test_build_filename (G_TEST_DIST, "access", "peer", NULL);
  g_autofree char *path = g_build_filename (test_session_get_folder (session), "giver", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  const char *argv[] = { program, test_session_get_address (session), path, NULL };
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT,
                                 NULL, NULL, &error);
  g_assert_no_error (error);
  self->process = test_sandbox_spawn (session, TEST_INFO_FILE, TEST_INFO_OF (APP), argv);
  name = test_role_read_line (self->process);
  g_assert_nonnull (name);
  test_role_tell (self->process, "give it away");
  self->connection = take_connection (listener);
}

static void
given_clear (Given *self)
{
  g_object_unref (self->connection);
  g_object_unref (self->process);
}

static void
run_another_program (Given *self)
{
  g_autofree char *line = NULL;

  test_role_tell (self->process, "run it");
  line = test_role_read_line (self->process);
  g_assert_cmpstr (line, ==, "ready");
}

/* The process inside, and nothing of it is left to look at when this returns. */
static void
end_process (Given *self)
{
  pid_t pid = test_sandbox_get_pid (self->process);
  struct pollfd ended = { .fd = pidfd_open (pid, 0), .events = POLLIN };

  g_assert_no_errno (ended.fd);
  g_assert_no_errno (kill (pid, SIGKILL));
  g_assert_cmpint (poll (&ended, 1, -1), ==, 1);
  close (ended.fd);
}

static gboolean
may_read (GDBusConnection *connection, const char *topic)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      connection, "org.statesync.StateSync1", "/org/statesync/StateSync1",
      "org.statesync.StateSync1", "GetSnapshot", g_variant_new ("(s)", topic), NULL,
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  if (answer == NULL)
    g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_ACCESS_DENIED);
  return answer != NULL;
}

static void
assert_is_the_app (GDBusConnection *connection)
{
  g_assert_true (may_read (connection, OWN));
  g_assert_false (may_read (connection, FOREIGN));
}

/* The rights are those of who connected, and stay that, whatever becomes of that process. */
static void
test_given_away (Fixture *self, gconstpointer data)
{
  Given given;

  if (!test_sandbox_can_be ())
    return;

  given_init (&given, self->session);
  test_client_write (self->client, FOREIGN, "1");
  assert_is_the_app (given.connection);
  run_another_program (&given);
  assert_is_the_app (given.connection);
  end_process (&given);
  assert_is_the_app (given.connection);
  given_clear (&given);
}

static void
test_given_away_after_exec (Fixture *self, gconstpointer data)
{
  Given given;

  if (!test_sandbox_can_be ())
    return;

  given_init (&given, self->session);
  run_another_program (&given);
  assert_is_the_app (given.connection);
  given_clear (&given);
}

/* Of whoever connected nothing can be told any more: it may nothing, though this process could. */
static void
test_given_away_by_the_dead (Fixture *self, gconstpointer data)
{
  Given given;

  if (!test_sandbox_can_be ())
    return;

  given_init (&given, self->session);
  end_process (&given);
  g_assert_false (may_read (given.connection, OWN));
  g_assert_false (may_read (given.connection, FOREIGN));
  g_assert_true (may_read (test_client_get_connection (self->client), FOREIGN));
  given_clear (&given);
}

/* --- who the message says it is from --- */

static void
test_forged_sender (Fixture *self, gconstpointer data)
{
  const char *host = g_dbus_connection_get_unique_name (test_client_get_connection (self->client));
  g_autofree char *address = NULL;
  g_autoptr (TestRawClient) app = NULL;
  g_autoptr (GDBusMessage) call = NULL;
  g_autoptr (GDBusMessage) answer = NULL;

  if (!test_app_can_be ())
    return;

  address = test_app_start_proxy (self->session, APP, TEST_RULES_TALK);
  app = test_raw_client_new (address);
  call =
      test_raw_call_new ("org.statesync.StateSync1", "GetSnapshot", g_variant_new ("(s)", FOREIGN));
  g_dbus_message_set_sender (call, host);
  answer = test_raw_client_wait_for_answer (app, test_raw_client_send (app, call));
  g_assert_cmpstr (g_dbus_message_get_error_name (answer), ==,
                   "org.statesync.StateSync1.Error.AccessDenied");
}

/* --- an app that calls without end --- */

#define N_CALLS 3000

static void
assert_others_are_served (Fixture *self)
{
  static guint n = 0;
  g_autofree char *text = g_strdup_printf ("%u", ++n);
  guint64 revision = test_client_write (self->client, "others", text);

  test_client_assert_snapshot (self->other, "others", revision, text);
}

/* It gets an answer to each call, in its order; others are served meanwhile. */
static void
test_flood (Fixture *self, gconstpointer data)
{
  g_autofree char *address = NULL;
  g_autoptr (TestRawClient) app = NULL;
  guint32 last = 0;
  guint32 next;
  guint n_served = 0;

  if (!test_app_can_be ())
    return;

  address = test_app_start_proxy (self->session, APP, TEST_RULES_TALK);
  app = test_raw_client_new (address);
  for (guint i = 0; i < N_CALLS; i++)
    {
      last = test_raw_client_call (app, "GetSnapshot", g_variant_new ("(s)", OWN));
      if (i % 100 == 0)
        assert_others_are_served (self);
    }

  for (next = last - N_CALLS + 1; next <= last; next++)
    {
      g_autoptr (GDBusMessage) answer = NULL;
      const char *error;

      do
        {
          g_clear_object (&answer);
          answer = test_raw_client_receive (app);
        }
      while (g_dbus_message_get_reply_serial (answer) == 0);

      error = g_dbus_message_get_error_name (answer);
      g_assert_cmpuint (g_dbus_message_get_reply_serial (answer), ==, next);
      g_assert_true (error == NULL ||
                     g_str_equal (error, "org.statesync.StateSync1.Error.LimitExceeded"));
      n_served += error == NULL;
    }
  g_assert_cmpuint (n_served, >=, 256);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_add ("/service/adversaries/given-away", test_given_away);
  test_add ("/service/adversaries/given-away-after-exec", test_given_away_after_exec);
  test_add ("/service/adversaries/given-away-by-the-dead", test_given_away_by_the_dead);
  test_add ("/service/adversaries/forged-sender", test_forged_sender);
  test_add ("/service/adversaries/flood", test_flood);

  return g_test_run ();
}
