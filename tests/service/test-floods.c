/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Peers that ask for much, do not read, or leave: the others are served, and neither the service
 * nor the bus keeps more for them than it may.
 */

#include <signal.h>

#include "service/service-fixture.h"
#include "support/raw-client.h"

#define MIB (1024 * 1024)

/* The calls that a caller may have under way (callers.c). */
#define CALLS_MAX 4096

static guint
unread (Fixture *self, TestRawClient *peer, const char *what)
{
  return test_client_get_unread (self->client, test_raw_client_get_name (peer), what);
}

/* Another client is served, in full. */
static void
assert_others_are_served (Fixture *self)
{
  static guint n = 0;
  g_autofree char *text = g_strdup_printf ("%u", ++n);
  guint64 revision = test_client_write (self->client, "others", text);

  test_client_assert_snapshot (self->other, "others", revision, text);
}

/* --- a peer that asks for snapshots and does not read them --- */

static void
test_peer_does_not_read (Fixture *self, gconstpointer data)
{
  g_autoptr (TestRawClient) peer = test_raw_client_new (test_session_get_address (self->session));
  g_autofree char *text = json_string_of (MIB);
  guint32 last = 0;

  test_client_write (self->client, "big", text);
  for (guint i = 0; i < 60; i++)
    last = test_raw_client_call (peer, "GetSnapshot", g_variant_new ("(s)", "big"));

  /* Each time the service has looked after the peer too, as far as it goes. */
  for (guint i = 0; i < 30; i++)
    {
      assert_others_are_served (self);
      g_assert_cmpuint (unread (self, peer, "OutgoingBytes"), <, 24 * MIB);
    }
  g_assert_cmpuint (test_process_get_resident_kib (self->daemon), <, 64 * 1024);

  /* Once it reads, it gets all that it asked for. */
  for (guint32 serial = last - 59; serial <= last; serial++)
    {
      g_autoptr (GDBusMessage) answer = test_raw_client_wait_for_answer (peer, serial);

      g_assert_cmpint (g_dbus_message_get_message_type (answer), ==,
                       G_DBUS_MESSAGE_TYPE_METHOD_RETURN);
    }
}

/* The bus has few descriptors, and would leave a service whose message it can't take for lack of
 * them. */
static void
test_peer_does_not_take_its_files (Fixture *self, gconstpointer data)
{
  g_autoptr (TestRawClient) peer = test_raw_client_new (test_session_get_address (self->session));

  test_client_write (self->client, "small", "1");
  for (guint i = 0; i < 2000; i++)
    test_raw_client_call (peer, "OpenSnapshot", g_variant_new ("(s)", "small"));

  /* Some hundred are in the peer's socket, where the bus does not see them any more. */
  while (unread (self, peer, "OutgoingFDs") < 16)
    assert_others_are_served (self);
  for (guint i = 0; i < 30; i++)
    {
      assert_others_are_served (self);
      g_assert_cmpuint (unread (self, peer, "OutgoingFDs"), <=, 48);
    }
}

/* What is read from disk for one is bounded, however much it asks for at once: all of it would be
 * 60 MiB, and as much again on its way out. */
static void
test_peer_asks_for_much_from_disk (Fixture *self, gconstpointer data)
{
  g_autoptr (TestRawClient) peer = NULL;
  g_autofree char *text = json_string_of (2 * MIB);
  guint64 before;
  guint64 most = 0;

  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *topic = g_strdup_printf ("big%u", i);

      test_client_write (self->client, topic, text);
    }
  fixture_restart_after (self, SIGTERM);
  before = test_process_get_resident_kib (self->daemon);

  peer = test_raw_client_new (test_session_get_address (self->session));
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *topic = g_strdup_printf ("big%u", i);

      test_raw_client_call (peer, "GetSnapshot", g_variant_new ("(s)", topic));
    }
  while (unread (self, peer, "OutgoingBytes") < 16 * MIB)
    most = MAX (most, test_process_get_resident_kib (self->daemon));
  g_assert_cmpuint (most, <, before + 52 * 1024);
}

/* --- a peer that calls more than it may --- */

static void
test_too_many_calls (Fixture *self, gconstpointer data)
{
  g_autoptr (TestRawClient) peer = test_raw_client_new (test_session_get_address (self->session));
  g_autofree char *text = json_string_of (MIB);
  guint n_refused = 0;
  guint32 serial = 0;
  gint64 start;

  test_client_write (self->client, "big", text);
  for (guint i = 0; i < 24; i++)
    test_raw_client_call (peer, "GetSnapshot", g_variant_new ("(s)", "big"));

  /* It reads nothing, so its calls wait, as many as may. */
  while (unread (self, peer, "OutgoingBytes") < 16 * MIB)
    assert_others_are_served (self);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < CALLS_MAX + 1000; i++)
    serial = test_raw_client_call (peer, "GetSnapshot", g_variant_new ("(s)", "small"));

  while (n_refused < 1000)
    {
      g_autoptr (GDBusMessage) answer = test_raw_client_receive (peer);
      const char *name = g_dbus_message_get_error_name (answer);
      const char *message;

      if (name == NULL)
        continue;
      g_assert_cmpstr (name, ==, "org.statesync.StateSync1.Error.LimitExceeded");
      g_variant_get (g_dbus_message_get_body (answer), "(&s)", &message);
      g_assert_cmpstr (message, ==,
                       "This connection has too many calls under way, above the limit of 4096: "
                       "wait for answers before sending more");
      n_refused++;
    }
  assert_others_are_served (self);

  /* No faster than the pace: see pace.c. */
  g_assert_cmpint (g_get_monotonic_time () - start, >=, (1000 - 126) * 800);

  /* And is served again when it has read. */
  serial = test_raw_client_call (peer, "GetSnapshot", g_variant_new ("(s)", "small"));
  for (;;)
    {
      g_autoptr (GDBusMessage) answer = test_raw_client_wait_for_answer (peer, serial);

      if (g_dbus_message_get_error_name (answer) == NULL)
        break;
      serial = test_raw_client_call (peer, "GetSnapshot", g_variant_new ("(s)", "small"));
    }
}

static void
test_too_many_bytes_of_calls (Fixture *self, gconstpointer data)
{
  g_autoptr (TestRawClient) peer = test_raw_client_new (test_session_get_address (self->session));
  g_autofree char *text = json_string_of (4 * MIB);
  guint n_refused = 0;

  test_client_write (self->client, "big", text);
  for (guint i = 0; i < 6; i++)
    test_raw_client_call (peer, "GetSnapshot", g_variant_new ("(s)", "big"));
  while (unread (self, peer, "OutgoingBytes") < 16 * MIB)
    assert_others_are_served (self);

  /* Half of 256 MiB is what one caller comes to when it is alone. */
  for (guint i = 0; i < 36; i++)
    test_raw_client_call (peer, "Write", test_client_write_args ("big", text, NULL));
  while (n_refused == 0)
    {
      g_autoptr (GDBusMessage) answer = test_raw_client_receive (peer);

      if (g_strcmp0 (g_dbus_message_get_error_name (answer),
                     "org.statesync.StateSync1.Error.LimitExceeded") == 0)
        n_refused++;
    }
  assert_others_are_served (self);
}

/* Nobody waits for answers to them, so nothing slows their sender down. */
static void
test_calls_without_reply (Fixture *self, gconstpointer data)
{
  g_autoptr (TestRawClient) peer = test_raw_client_new (test_session_get_address (self->session));
  g_autoptr (GDBusMessage) answer = NULL;
  guint64 before = test_process_get_resident_kib (self->daemon);

  for (guint i = 0; i < 10000; i++)
    {
      g_autoptr (GDBusMessage) call =
          test_raw_call_new ("org.statesync.StateSync1", "Write",
                             test_client_write_args ("flood", i % 2 == 0 ? "1" : "x", NULL));

      g_dbus_message_set_flags (call, G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED);
      test_raw_client_send (peer, call);
      if (i % 1000 == 0)
        assert_others_are_served (self);
    }
  assert_others_are_served (self);
  g_assert_cmpuint (test_process_get_resident_kib (self->daemon), <, before + 64 * 1024);

  answer = test_raw_client_wait_for_answer (
      peer, test_raw_client_call (peer, "ListTopics", g_variant_new ("(s)", "")));
  g_assert_nonnull (g_dbus_message_get_body (answer));
}

/* --- peers that leave --- */

static void
test_peers_leave_in_mid_call (Fixture *self, gconstpointer data)
{
  g_autofree char *text = json_string_of (30000);
  guint64 before = 0;

  for (guint round = 0; round < 40; round++)
    {
      g_autoptr (TestRawClient) peer =
          test_raw_client_new (test_session_get_address (self->session));

      for (guint i = 0; i < 20; i++)
        {
          test_raw_client_call (peer, "Write", test_client_write_args ("left", text, NULL));
          test_raw_client_call (peer, "GetSnapshot", g_variant_new ("(s)", "left"));
        }
      if (round == 10)
        before = test_process_get_resident_kib (self->daemon);
    }
  assert_others_are_served (self);
  g_assert_cmpuint (test_process_get_resident_kib (self->daemon), <, before + 16 * 1024);
}

static void
test_peer_leaves_while_its_calls_wait (Fixture *self, gconstpointer data)
{
  TestRawClient *peer = test_raw_client_new (test_session_get_address (self->session));
  g_autofree char *text = json_string_of (MIB);

  test_client_write (self->client, "big", text);
  for (guint i = 0; i < 24; i++)
    test_raw_client_call (peer, "GetSnapshot", g_variant_new ("(s)", "big"));
  while (unread (self, peer, "OutgoingBytes") < 16 * MIB)
    assert_others_are_served (self);
  test_raw_client_free (peer);
  assert_others_are_served (self);
}

/* --- a subscriber that does not read --- */

static void
test_subscriber_does_not_read (Fixture *self, gconstpointer data)
{
  g_autoptr (TestRawClient) peer = test_raw_client_new (test_session_get_address (self->session));
  g_autoptr (GDBusMessage) rule = g_dbus_message_new_method_call (
      "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch");

  g_dbus_message_set_body (rule, g_variant_new ("(s)", "interface='org.statesync.StateSync1'"));
  test_raw_client_send (peer, rule);
  test_client_follow (self->other, "t");
  for (guint i = 1; i <= 1000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      test_client_write_with (self->client, "t", text, "{'durable': <false>}");
    }
  test_client_wait_for_signal (self->other, "t", 1000);
}

int
main (int argc, char **argv)
{
  fixture_prepare_to_measure_memory ();
  g_test_init (&argc, &argv, NULL);

  test_add ("/service/floods/peer-does-not-read", test_peer_does_not_read);
  test_add ("/service/floods/peer-does-not-take-its-files", test_peer_does_not_take_its_files);
  test_add ("/service/floods/peer-asks-for-much-from-disk", test_peer_asks_for_much_from_disk);
  test_add ("/service/floods/too-many-calls", test_too_many_calls);
  test_add ("/service/floods/too-many-bytes-of-calls", test_too_many_bytes_of_calls);
  test_add ("/service/floods/calls-without-reply", test_calls_without_reply);
  test_add ("/service/floods/peers-leave-in-mid-call", test_peers_leave_in_mid_call);
  test_add ("/service/floods/peer-leaves-while-its-calls-wait",
            test_peer_leaves_while_its_calls_wait);
  test_add ("/service/floods/subscriber-does-not-read", test_subscriber_does_not_read);

  return g_test_run ();
}
