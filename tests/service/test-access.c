/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a sandboxed app may do, seen from inside: through a filtering proxy, whose process is in a
 * real sandbox, by both names; and all that it might try to learn of other apps' topics.
 */

#include <signal.h>
#include <string.h>

#include "access/permission-store.h"
#include "service/hand-board.h"
#include "service/service-fixture.h"
#include "support/raw-client.h"
#include "support/sandboxed-app.h"

#define APP "org.example.App"
#define OWN APP ".settings"
#define FOREIGN "org.example.Other.secret"
#define MISSING "org.example.Other.missing"

typedef struct
{
  Fixture base;
  char *address;
  TestClient *app;
} AppFixture;

/* The data says what its manifest asks for: by which name it calls. */
static void
set_up (AppFixture *self, gconstpointer data)
{
  const char *rules = data;

  if (!test_app_can_be ())
    return;

  fixture_set_up (&self->base, NULL);
  test_client_write (self->base.client, FOREIGN, "1");
  self->address = test_app_start_proxy (self->base.session, APP, rules);
  self->app = test_client_new (self->address);
  if (g_str_equal (rules, TEST_RULES_PLAIN))
    test_client_use_portal (self->app);
}

static void
tear_down (AppFixture *self, gconstpointer data)
{
  if (self->app == NULL)
    return;

  test_client_free (self->app);
  g_free (self->address);
  fixture_tear_down (&self->base, NULL);
}

/* --- calls that name a topic --- */

static GVariant *
topic_args (const char *topic)
{
  return g_variant_new ("(s)", topic);
}

static GVariant *
topics_args (const char *topic)
{
  const char *topics[] = { OWN, topic, NULL };

  return g_variant_new ("(^as)", topics);
}

static GVariant *
write_args (const char *topic)
{
  return test_client_write_args (topic, "2", NULL);
}

static GVariant *
compare_and_swap_args (const char *topic)
{
  return test_client_write_args (topic, "2", "{'expected-revision': <uint64 77>}");
}

static GVariant *
merge_args (const char *topic)
{
  return test_client_write_args (topic, "{}", "{'mode': <'merge'>}");
}

static GVariant *
nonsense_args (const char *topic)
{
  return test_client_write_args (topic, "nonsense", NULL);
}

static GVariant *
many_args (const char *topic)
{
  return write_many_args (test_client_write_args (OWN, "\"partly\"", NULL),
                          test_client_write_args (topic, "2", NULL), NULL);
}

static const struct
{
  const char *name;
  const char *method;
  GVariant *(*make_args) (const char *topic);
} calls[] = {
  { "get-snapshot", "GetSnapshot", topic_args },
  { "get-snapshots", "GetSnapshots", topics_args },
  { "open-snapshot", "OpenSnapshot", topic_args },
  { "map-snapshot", "MapSnapshot", topic_args },
  { "unmap-snapshot", "UnmapSnapshot", topic_args },
  { "write", "Write", write_args },
  { "compare-and-swap", "Write", compare_and_swap_args },
  { "merge", "Write", merge_args },
  { "nonsense", "Write", nonsense_args },
  { "write-many", "WriteMany", many_args },
};

/* (transfer full): the name of what the call is refused with, and the message. */
static char *
refusal_of (TestClient *client, guint call, const char *topic)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      test_client_call (client, calls[call].method, calls[call].make_args (topic), &error);

  if (answer != NULL)
    return g_strdup ("none");
  return g_strdup_printf ("%s: %s",
                          error->domain == STATE_SYNC_ERROR ? state_sync_error_name (error->code)
                                                            : g_quark_to_string (error->domain),
                          error->message);
}

static void
assert_denied (TestClient *client, const char *topic)
{
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *refusal = refusal_of (client, i, topic);

      g_test_message ("%s of “%s”: %s", calls[i].name, topic, refusal);
      g_assert_true (g_str_has_prefix (refusal, "AccessDenied: "));
    }
}

static void
test_own_topics (AppFixture *self, gconstpointer data)
{
  static const char *const own[] = { APP, OWN, APP ".a.b.c", APP "..", APP ". x" };
  TestClient *client;

  if (self->app == NULL)
    return;

  client = self->app;
  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    {
      g_autoptr (HandBoard) board = NULL;

      g_assert_cmpuint (test_client_write (client, own[i], "1"), ==, 1);
      test_client_assert_snapshot (client, own[i], 1, "1");
      board = hand_board_map (client, own[i]);
      hand_board_assert (board, 1, "1");
    }
  assert_call (client, "ListTopics", topic_args (APP ".a"), "([('" APP ".a.b.c', 1)],)");
  assert_call (client, "ListTopics", topic_args ("org.example.App.a.b"),
               "([('" APP ".a.b.c', 1)],)");
}

static void
test_foreign_topics (AppFixture *self, gconstpointer data)
{
  /* Near misses of the own namespace too. */
  static const char *const foreign[] = {
    FOREIGN,
    MISSING,
    "settings",
    "org.example.Apple",
    "org.example.App-x",
    "org",
    "org.example",
    "org.example.app.settings",
    "App",
    "org.example.Ap",
  };

  if (self->app == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    assert_denied (self->app, foreign[i]);
  test_client_assert_snapshot (self->base.client, FOREIGN, 1, "1");
  test_client_assert_snapshot (self->base.client, OWN, 0, "null");
}

/* One that is there and one that is not are told apart by nothing but the name that was asked. */
static void
test_foreign_is_as_missing (AppFixture *self, gconstpointer data)
{
  if (self->app == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *of_foreign = refusal_of (self->app, i, FOREIGN);
      g_autofree char *of_missing = refusal_of (self->app, i, MISSING);
      g_auto (GStrv) parts = g_strsplit (of_foreign, "Other.secret", -1);
      g_autofree char *renamed = g_strjoinv ("Other.missing", parts);

      g_assert_cmpstr (renamed, ==, of_missing);
    }
}

static void
test_lists (AppFixture *self, gconstpointer data)
{
  static const char *const empty[] = { FOREIGN,    "org.example.Other", "org.example.Ap",
                                       "settings", "org.example.App.",  "x" };
  TestClient *client;

  if (self->app == NULL)
    return;

  client = self->app;
  test_client_write (self->base.client, "settings", "1");
  test_client_write (self->base.client, "org.example.Apple", "1");
  test_client_write (client, OWN, "1");
  assert_call (client, "ListTopics", topic_args (""), "([('" OWN "', 1)],)");
  assert_call (client, "ListTopics", topic_args ("org"), "([('" OWN "', 1)],)");
  assert_call (client, "ListTopics", topic_args ("org.example"), "([('" OWN "', 1)],)");
  for (guint i = 0; i < G_N_ELEMENTS (empty); i++)
    assert_call (client, "ListTopics", topic_args (empty[i]), "([],)");
}

static void
test_statistics (AppFixture *self, gconstpointer data)
{
  if (self->app == NULL)
    return;

  test_client_assert_refused (self->app, "Get", NULL, STATE_SYNC_ERROR_ACCESS_DENIED,
                              "Statistics tell of all apps: ask for them outside of a sandbox");
  g_assert_cmpuint (test_client_get_statistic (self->base.client, "writes"), >, 0);
}

/* --- signals --- */

static GVariant *
names_args (const char *name)
{
  const char *names[] = { name, NULL };

  return g_variant_new ("(^as)", names);
}

static void
settle (AppFixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED =
      test_client_call (self->app, "ListTopics", topic_args (""), &error);

  g_assert_no_error (error);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Whatever it subscribes to, and whatever match rules it adds. */
static void
test_signals (AppFixture *self, gconstpointer data)
{
  static const char *const names[] = { "org", "org.example", "org.example.Other", FOREIGN, OWN };
  TestClient *client;

  if (self->app == NULL)
    return;

  client = self->app;
  test_client_follow (client, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    assert_call (client, "Subscribe", names_args (names[i]), "()");
  test_client_write (self->base.client, FOREIGN, "2");
  test_client_write (self->base.client, OWN, "2");
  settle (self);
  g_assert_cmpuint (test_client_get_n_signals (client, OWN), ==, 1);
  g_assert_cmpuint (test_client_get_n_signals (client, FOREIGN), ==, 0);
}

/* The ways to see what others say to each other. */
static void
test_eavesdropping (AppFixture *self, gconstpointer data)
{
  static const char *const rules[] = { "eavesdrop=true", "type='signal'", "",
                                       "type='method_return',eavesdrop='true'" };
  GDBusConnection *connection;

  if (self->app == NULL)
    return;

  connection = test_client_get_connection (self->app);
  test_client_listen (self->app);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    g_dbus_connection_call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                            "org.freedesktop.DBus", "AddMatch", g_variant_new ("(s)", rules[i]),
                            NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
  g_dbus_connection_call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus.Monitoring", "BecomeMonitor",
                          g_variant_new ("(asu)", NULL, 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          NULL, NULL);
  test_client_sync (self->app);
  test_client_write (self->base.client, FOREIGN, "2");
  settle (self);
  g_assert_cmpuint (test_client_get_n_signals (self->app, FOREIGN), ==, 0);
}

/* --- what the user grants --- */

static GSubprocess *
start_permission_store (AppFixture *self)
{
  if (self->app == NULL || !test_permission_store_is_possible ())
    return NULL;

  return test_permission_store_start (self->base.session,
                                      test_client_get_connection (self->base.client), "store");
}

static void
grant (AppFixture *self, const char *name, const char *right)
{
  test_permission_store_set (test_client_get_connection (self->base.client), TEST_TABLE, name, APP,
                             right);
}

/* The service hears of it when it likes. */
static void
wait_until_refused (AppFixture *self, guint call, const char *topic, const char *refusal)
{
  for (;;)
    {
      g_autofree char *now = refusal_of (self->app, call, topic);

      if (g_str_has_prefix (now, refusal))
        return;
      g_thread_yield ();
    }
}

static void
test_granted_and_revoked (AppFixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) store = start_permission_store (self);
  g_autoptr (HandBoard) board = NULL;
  g_autoptr (HandBoard) other_board = NULL;
  TestClient *client;

  if (store == NULL)
    return;

  client = self->app;
  test_client_listen (client);
  assert_call (client, "Subscribe", names_args (FOREIGN), "()");
  assert_denied (client, FOREIGN);

  grant (self, "org.example.Other", "read");
  wait_until_refused (self, 0, FOREIGN, "none");
  board = hand_board_map (client, FOREIGN);
  other_board = hand_board_map (self->base.other, FOREIGN);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      gboolean writes = g_str_has_prefix (calls[i].method, "Write");
      g_autofree char *refusal = refusal_of (client, i, FOREIGN);

      g_test_message ("%s: %s", calls[i].name, refusal);
      g_assert_true (g_str_has_prefix (refusal, writes ? "AccessDenied: " : "none"));
    }
  g_clear_pointer (&board, hand_board_free);
  board = hand_board_map (client, FOREIGN);
  assert_call (client, "ListTopics", topic_args (""), "([('" FOREIGN "', 1)],)");
  test_client_write (self->base.client, FOREIGN, "2");
  settle (self);
  g_assert_cmpuint (test_client_get_n_signals (client, FOREIGN), ==, 1);

  grant (self, "org.example.Other", "write");
  wait_until_refused (self, 5, FOREIGN, "none");
  test_client_assert_snapshot (self->base.client, FOREIGN, 2, "2");
  test_client_assert_snapshot (client, FOREIGN, 2, "2");

  /* Its board ends; the host's does too, and is mapped anew. */
  hand_board_assert (board, 2, "2");
  grant (self, "org.example.Other", NULL);
  wait_until_refused (self, 0, FOREIGN, "AccessDenied: ");
  assert_denied (client, FOREIGN);
  g_assert_true (hand_board_is_closed (board));
  g_assert_true (hand_board_is_closed (other_board));
  g_clear_pointer (&other_board, hand_board_free);
  other_board = hand_board_map (self->base.other, FOREIGN);
  test_client_write (self->base.client, FOREIGN, "3");
  hand_board_assert (other_board, 3, "3");
  settle (self);
  g_assert_cmpuint (test_client_get_last_signal (client, FOREIGN), ==, 2);
  assert_call (client, "ListTopics", topic_args (""), "([],)");
}

/* --- limits --- */

static void
count_refused (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = test_client_call_finish (result, &error);
  guint *counts = user_data;

  if (answer != NULL)
    counts[0]++;
  else if (g_error_matches (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_LIMIT_EXCEEDED))
    counts[1]++;
  else
    g_error ("%s", error->message);
}

/* A thousand writes of one call. */
static GVariant *
thousand_args (const char *topic)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ssa{sv})"));
  for (guint i = 0; i < 1000; i++)
    g_variant_builder_add_value (&builder,
                                 test_client_write_args (topic, i % 2 == 0 ? "1" : "2", NULL));
  return g_variant_new ("(a(ssa{sv}))", &builder);
}

/* All of a burst that the limit allows, and no more until it is earned; who is outside has no
 * limit. */
static void
test_writes_per_second (AppFixture *self, gconstpointer data)
{
  guint counts[2] = { 0 };
  guint outside[2] = { 0 };

  if (self->app == NULL)
    return;

  for (guint i = 0; i < 3; i++)
    {
      test_client_call_async (self->app, "WriteMany", thousand_args (OWN), count_refused, counts);
      test_client_call_async (self->base.client, "WriteMany", thousand_args (FOREIGN),
                              count_refused, outside);
    }
  while (counts[0] + counts[1] + outside[0] + outside[1] < 6)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (counts[0], ==, 1);
  g_assert_cmpuint (outside[0], ==, 3);
}

/* Of one app on two connections. Large answers take their time. */
static void
test_calls_under_way (AppFixture *self, gconstpointer data)
{
  g_autofree char *text = json_string_of (128 * 1024);
  g_autoptr (TestClient) second = NULL;
  guint counts[2] = { 0 };

  if (self->app == NULL)
    return;

  second = test_client_new (self->address);
  test_client_use_portal (second);
  test_client_write (self->base.client, OWN, text);
  test_client_assert_snapshot (second, OWN, 1, text);
  for (guint i = 0; i < 400; i++)
    test_client_call_async (i % 2 == 0 ? second : self->app, "GetSnapshot", topic_args (OWN),
                            count_refused, counts);
  while (counts[0] + counts[1] < 400)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (counts[0], >=, 256);
  g_assert_cmpuint (counts[1], >, 0);
  test_client_assert_snapshot (self->app, OWN, 1, text);
}

/* Served all the same, but no faster than the pace: see pace.c. */
static void
test_calls_are_paced (AppFixture *self, gconstpointer data)
{
  gint64 start = g_get_monotonic_time ();

  if (self->app == NULL)
    return;

  for (guint i = 0; i < 500; i++)
    test_client_assert_snapshot (self->app, OWN, 0, "null");
  g_assert_cmpint (g_get_monotonic_time () - start, >=, (500 - 126) * 800);
}

/* One that leaves gets nothing done by that, and nothing of it is in the way of its next start. */
static void
test_leaves_while_its_calls_wait (AppFixture *self, gconstpointer data)
{
  g_autofree char *text = json_string_of (1024 * 1024);
  TestRawClient *app;

  if (self->app == NULL)
    return;

  test_client_write (self->base.client, OWN, text);
  app = test_raw_client_new (self->address);
  for (guint i = 0; i < 200; i++)
    test_raw_client_call (app, "GetSnapshot", topic_args (OWN));
  g_object_unref (test_raw_client_receive (app));
  test_raw_client_free (app);

  test_client_assert_snapshot (self->app, OWN, 1, text);
  g_assert_cmpuint (test_client_get_statistic (self->base.client, "snapshots"), <, 200);
}

static guint64
write_own (AppFixture *self, const char *name, const char *data, GError **error)
{
  g_autofree char *topic = g_strconcat (APP ".", name, NULL);
  guint64 revision = 0;

  test_client_try_write (self->app, topic, data, "{'durable': <false>}", &revision, error);
  return revision;
}

static void
assert_no_room (AppFixture *self, const char *name, const char *data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (write_own (self, name, data, &error), ==, 0);
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_LIMIT_EXCEEDED);
  g_test_message ("%s", error->message);
}

/* One to begin with was there before it called, and one came from outside. What is deleted still
 * counts: its revision is kept. */
static void
test_number_of_topics (AppFixture *self, gconstpointer data)
{
  if (self->app == NULL)
    return;

  test_client_write (self->base.client, APP ".before", "1");
  for (guint i = 0; i < 998; i++)
    {
      g_autofree char *name = g_strdup_printf ("n%u", i);
      g_autoptr (GError) error = NULL;

      /* It may write so many in a second. */
      while (write_own (self, name, "1", &error) == 0)
        {
          g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_LIMIT_EXCEEDED);
          g_clear_error (&error);
        }
    }
  test_client_write (self->base.client, APP ".meanwhile", "1");
  assert_no_room (self, "more", "1");
  test_client_assert_refused (self->app, "WriteMany",
                              write_many_args (test_client_write_args (APP ".n1", "2", NULL),
                                               test_client_write_args (APP ".more", "2", NULL),
                                               NULL),
                              STATE_SYNC_ERROR_LIMIT_EXCEEDED, NULL);
  test_client_assert_snapshot (self->base.client, APP ".n1", 1, "1");

  /* What is there may change, and be deleted, which makes no room. */
  g_assert_cmpuint (test_client_write (self->app, APP ".n1", "2"), ==, 2);
  g_assert_cmpuint (test_client_write (self->app, APP ".n2", "null"), ==, 2);
  assert_no_room (self, "more", "1");
  g_assert_cmpuint (test_client_write (self->app, APP ".n2", "3"), ==, 3);
  g_assert_cmpuint (test_client_write (self->base.client, APP ".more", "1"), ==, 1);
}

/* To the byte; and what was there before the service started counts. */
static void
test_bytes_of_topics (AppFixture *self, gconstpointer data)
{
  const gsize quarter = 16 * 1024 * 1024;
  g_autofree char *text = json_string_of (quarter);
  g_autofree char *shorter = json_string_of (quarter - 10);
  g_autofree char *ten = json_string_of (10);
  g_autofree char *eleven = json_string_of (11);

  if (self->app == NULL)
    return;

  test_client_write (self->app, APP ".a", text);
  test_client_write (self->app, APP ".b", text);
  test_client_write (self->app, APP ".c", text);
  fixture_restart_after (&self->base, SIGTERM);
  test_client_write (self->app, APP ".d", shorter);
  assert_no_room (self, "e", eleven);
  g_assert_cmpuint (test_client_write (self->app, APP ".e", ten), ==, 1);
  assert_no_room (self, "f", "1");

  /* What takes no more is no matter, and what is deleted makes room. */
  g_assert_cmpuint (test_client_write (self->app, APP ".a", ten), ==, 2);
  g_assert_cmpuint (test_client_write (self->app, APP ".f", shorter), ==, 1);
  g_assert_cmpuint (test_client_write (self->app, APP ".f", "null"), ==, 2);
  g_assert_cmpuint (test_client_write (self->app, APP ".f", shorter), ==, 3);
  assert_no_room (self, "g", eleven);
}

/* --- peers of whom nothing can be told --- */

static void
test_unknown_peer (Fixture *self, gconstpointer data)
{
  g_autofree char *address = NULL;
  g_autoptr (TestClient) app = NULL;

  if (!test_app_can_be ())
    return;

  address = test_app_start_proxy (self->session, "no application id", TEST_RULES_PLAIN);
  app = test_client_new (address);
  test_client_use_portal (app);
  test_client_assert_refused (app, "GetSnapshot", topic_args (OWN), STATE_SYNC_ERROR_ACCESS_DENIED,
                              NULL);
  test_client_assert_refused (app, "OpenDoorbell", NULL, STATE_SYNC_ERROR_ACCESS_DENIED, NULL);
  test_client_assert_refused (app, "Subscribe", names_args (OWN), STATE_SYNC_ERROR_ACCESS_DENIED,
                              NULL);
  assert_call (app, "ListTopics", topic_args (""), "([],)");
}

/* --- peers that leave while it is asked who they are --- */

static void
test_leaves_at_once (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 100; i++)
    {
      TestClient *client = test_client_new (test_session_get_address (self->session));
      GDBusConnection *connection = test_client_get_connection (client);
      g_autoptr (GDBusMessage) call =
          g_dbus_message_new_method_call ("org.statesync.StateSync1", "/org/statesync/StateSync1",
                                          "org.statesync.StateSync1", "GetSnapshot");

      g_dbus_message_set_body (call, topic_args (FOREIGN));
      g_dbus_connection_send_message (connection, call, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
      g_dbus_connection_flush_sync (connection, NULL, NULL);
      test_client_free (client);
      g_assert_cmpuint (test_client_write (self->client, OWN, i % 2 == 0 ? "1" : "2"), ==, i + 1);
    }
}

#define TEST(name, func)                                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_test_add ("/service/access/plain/" name, AppFixture, TEST_RULES_PLAIN, set_up, func,         \
                tear_down);                                                                        \
    g_test_add ("/service/access/talk/" name, AppFixture, TEST_RULES_TALK, set_up, func,           \
                tear_down);                                                                        \
  }                                                                                                \
  G_STMT_END

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("own-topics", test_own_topics);
  TEST ("foreign-topics", test_foreign_topics);
  TEST ("foreign-is-as-missing", test_foreign_is_as_missing);
  TEST ("lists", test_lists);
  TEST ("statistics", test_statistics);
  TEST ("granted-and-revoked", test_granted_and_revoked);
  TEST ("writes-per-second", test_writes_per_second);
  TEST ("calls-under-way", test_calls_under_way);
  TEST ("calls-are-paced", test_calls_are_paced);
  g_test_add ("/service/access/talk/leaves-while-its-calls-wait", AppFixture, TEST_RULES_TALK,
              set_up, test_leaves_while_its_calls_wait, tear_down);
  g_test_add ("/service/access/plain/number-of-topics", AppFixture, TEST_RULES_PLAIN, set_up,
              test_number_of_topics, tear_down);
  g_test_add ("/service/access/plain/bytes-of-topics", AppFixture, TEST_RULES_PLAIN, set_up,
              test_bytes_of_topics, tear_down);
  g_test_add ("/service/access/plain/signals", AppFixture, TEST_RULES_PLAIN, set_up, test_signals,
              tear_down);
  g_test_add ("/service/access/plain/eavesdropping", AppFixture, TEST_RULES_PLAIN, set_up,
              test_eavesdropping, tear_down);
  test_add ("/service/access/unknown-peer", test_unknown_peer);
  test_add ("/service/access/leaves-at-once", test_leaves_at_once);

  return g_test_run ();
}
