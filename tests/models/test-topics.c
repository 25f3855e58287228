/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The list of topics against the real service, by each way of asking for signals. */

#include <signal.h>
#include <string.h>

#include "models/lister.h"
#include "support/client.h"
#include "support/sandboxed-app.h"

#define APP_ID "org.example.App"
#define N_CYCLES 10000

typedef struct
{
  const char *name;
  const char *bus_name;
  const char *object_path;
  StateSyncClientFlags flags;
} Way;

static const Way ways[] = {
  { "direct", "org.statesync.StateSync1", "/org/statesync/StateSync1",
    STATE_SYNC_CLIENT_FLAGS_NONE },
  { "whole-namespace", "org.statesync.StateSync1", "/org/statesync/StateSync1",
    STATE_SYNC_CLIENT_FLAGS_WHOLE_NAMESPACE },
  { "portal", "org.freedesktop.portal.StateSync", "/org/freedesktop/portal/StateSync",
    STATE_SYNC_CLIENT_FLAGS_BY_SIGNAL },
  { "portal-whole-namespace", "org.freedesktop.portal.StateSync",
    "/org/freedesktop/portal/StateSync", STATE_SYNC_CLIENT_FLAGS_WHOLE_NAMESPACE },
};

typedef struct
{
  TestSession *session;
  GSubprocess *daemon; /* (nullable) */
  TestClient *writer;
  GDBusConnection *connection;
  StateSyncClient *client;
} Fixture;

static StateSyncClient *
make_client (Fixture *self, const Way *way, const char *namespace_)
{
  return state_sync_client_new_for_connection (
      self->connection, way->bus_name, way->object_path, namespace_,
      namespace_ != NULL ? way->flags : STATE_SYNC_CLIENT_FLAGS_NONE);
}

static void
set_up_without_service (Fixture *self, gconstpointer way)
{
  self->session = test_session_new ();
  self->writer = test_client_new (test_session_get_address (self->session));
  test_client_set_namespace (self->writer, APP_ID);
  self->connection = test_bus_connect (test_session_get_address (self->session));
  self->client = make_client (self, way, APP_ID);
}

static void
set_up (Fixture *self, gconstpointer way)
{
  set_up_without_service (self, way);
  self->daemon = test_session_start_daemon (self->session, NULL);
}

static void
unref_last (gpointer object)
{
  gpointer last = object;

  g_object_add_weak_pointer (object, &last);
  g_object_unref (object);
  while (last != NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* What is under way holds the client until it is answered. */
static void
tear_down (Fixture *self, gconstpointer way)
{
  unref_last (self->client);
  g_object_unref (self->connection);
  test_client_free (self->writer);
  g_clear_object (&self->daemon);
  test_session_free (self->session);
}

static void
kill_service (Fixture *self)
{
  test_process_end (self->daemon, SIGKILL);
  g_clear_object (&self->daemon);
  test_session_wait_for_no_owner (self->session);
}

static void
wait_for (StateSyncTopicsModel *list, const char *expected)
{
  for (;;)
    {
      g_autofree char *found = lister_describe (list);

      if (g_str_equal (found, expected) && !state_sync_topics_model_is_loading (list))
        return;
      g_main_context_iteration (NULL, TRUE);
    }
}

/* --- situations --- */

static void
test_follow (Fixture *self, gconstpointer way)
{
  g_autoptr (StateSyncTopicsModel) list = NULL;
  g_autoptr (StateSyncTopicEntry) a = NULL;
  g_autoptr (StateSyncTopicEntry) same = NULL;

  test_client_write (self->writer, "a", "1");
  test_client_write (self->writer, "b", "1");
  list = state_sync_topics_model_new (self->client, NULL);
  g_assert_true (state_sync_topics_model_is_loading (list));
  g_assert_true (state_sync_topics_model_get_client (list) == self->client);
  g_assert_null (state_sync_topics_model_get_namespace (list));
  wait_for (list, "a=1 b=1");
  a = g_list_model_get_item (G_LIST_MODEL (list), 0);

  test_client_write (self->writer, "a", "2");
  test_client_write (self->writer, "a", "3");
  wait_for (list, "a=3 b=1");
  test_client_write (self->writer, "a.c", "1");
  wait_for (list, "a=3 a.c=1 b=1");
  test_client_write (self->writer, "b", "null");
  wait_for (list, "a=3 a.c=1");
  test_client_write (self->writer, "b", "2");
  wait_for (list, "a=3 a.c=1 b=3");

  same = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_true (a == same);
}

/* Only those inside, and by the names that the client gives them. */
static void
test_namespace (Fixture *self, gconstpointer way)
{
  g_autoptr (StateSyncTopicsModel) list = NULL;
  g_autoptr (StateSyncTopic) topic = NULL;
  g_autoptr (StateSyncTopicEntry) entry = NULL;

  test_client_set_namespace (self->writer, NULL);
  test_client_write (self->writer, APP_ID ".docs", "1");
  test_client_write (self->writer, APP_ID ".docs.x", "1");
  test_client_write (self->writer, APP_ID ".docs2", "1");
  test_client_write (self->writer, APP_ID ".other", "1");
  test_client_write (self->writer, "org.example.Apple.docs", "1");
  list = state_sync_topics_model_new (self->client, "docs");
  g_assert_cmpstr (state_sync_topics_model_get_namespace (list), ==, "docs");
  wait_for (list, "docs=1 docs.x=1");

  entry = g_list_model_get_item (G_LIST_MODEL (list), 1);
  topic = state_sync_client_get_topic (self->client, state_sync_topic_entry_get_name (entry));
  g_assert_cmpstr (state_sync_topic_get_name (topic), ==, APP_ID ".docs.x");

  test_client_write (self->writer, APP_ID ".docs2", "2");
  test_client_write (self->writer, APP_ID ".docs.y", "1");
  wait_for (list, "docs=1 docs.x=1 docs.y=1");
}

/* One that is called as the namespace has no name under it. */
static void
test_all_of_client (Fixture *self, gconstpointer way)
{
  g_autoptr (StateSyncTopicsModel) list = NULL;

  test_client_set_namespace (self->writer, NULL);
  test_client_write (self->writer, APP_ID, "1");
  test_client_write (self->writer, APP_ID ".a", "1");
  list = state_sync_topics_model_new (self->client, NULL);
  wait_for (list, "a=1");
  test_client_write (self->writer, APP_ID, "2");
  test_client_write (self->writer, APP_ID ".b", "1");
  wait_for (list, "a=1 b=1");
}

/* Names that can't be those of a bus name, and everything there is. */
static void
test_any_name (Fixture *self, gconstpointer data)
{
  const Way *way = data;
  g_autoptr (StateSyncClient) client = make_client (self, way, NULL);
  g_autoptr (StateSyncTopicsModel) list = state_sync_topics_model_new (client, "it's a, list");
  gboolean is_direct = g_str_has_prefix (way->name, "direct");
  g_autoptr (StateSyncTopicsModel) all =
      is_direct ? state_sync_topics_model_new (client, NULL) : NULL;

  test_client_set_namespace (self->writer, NULL);
  wait_for (list, "");
  test_client_write (self->writer, "it's a, list", "1");
  test_client_write (self->writer, "it's a, list.x y", "1");
  test_client_write (self->writer, "it's a, listing", "1");
  wait_for (list, "it's a, list=1 it's a, list.x y=1");
  if (is_direct)
    wait_for (all, "it's a, list=1 it's a, list.x y=1 it's a, listing=1");
}

static void
test_restart (Fixture *self, gconstpointer way)
{
  g_autoptr (StateSyncTopicsModel) list = state_sync_topics_model_new (self->client, NULL);

  test_client_write (self->writer, "a", "1");
  test_client_write (self->writer, "b", "1");
  wait_for (list, "a=1 b=1");
  kill_service (self);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i + 2);
      g_autofree char *expected = g_strdup_printf ("a=%u b=1", i + 2);

      self->daemon = test_session_start_daemon (self->session, NULL);
      test_client_write (self->writer, "a", text);
      wait_for (list, expected);
      kill_service (self);
    }

  /* What it knew can be seen meanwhile. */
  wait_for (list, "a=4 b=1");
  self->daemon = test_session_start_daemon (self->session, NULL);
  test_client_write (self->writer, "b", "null");
  test_client_write (self->writer, "c", "1");
  wait_for (list, "a=4 c=1");
}

/* What changed while it could not hear of it, in another database. It hears of one topic before it
 * can ask, and asks for all of them. */
static void
test_other_database (Fixture *self, gconstpointer way)
{
  g_autofree char *database =
      g_build_filename (test_session_get_folder (self->session), "other.db", NULL);
  const char *const args[] = { "--database", database, NULL };
  g_autoptr (StateSyncTopicsModel) list = state_sync_topics_model_new (self->client, NULL);

  test_client_write (self->writer, "a", "1");
  test_client_write (self->writer, "b", "1");
  wait_for (list, "a=1 b=1");
  kill_service (self);

  /* The bus starts it for the writer, who does not run the main loop. */
  test_session_make_activatable (self->session, args);
  test_client_write (self->writer, "b", "2");
  test_client_write (self->writer, "b", "3");
  wait_for (list, "b=2");
}

static void
on_error (StateSyncTopicsModel *list, StateSyncFailure *failure, gpointer user_data)
{
  guint *n_errors = user_data;

  g_assert_cmpstr (state_sync_failure_get_topic (failure), ==, APP_ID);
  (*n_errors)++;
}

/* It could not begin, said so, and does when somebody serves. */
static void
test_absent_at_start (Fixture *self, gconstpointer way)
{
  g_autoptr (StateSyncPolicy) policy =
      g_object_new (STATE_SYNC_TYPE_POLICY, "max-attempts", 1, NULL);
  g_autoptr (StateSyncTopicsModel) list = NULL;
  guint n_errors = 0;

  state_sync_client_set_policy (self->client, policy);
  list = state_sync_topics_model_new (self->client, NULL);
  g_signal_connect (list, "sync-error", G_CALLBACK (on_error), &n_errors);
  while (n_errors == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (state_sync_topics_model_is_loading (list));

  self->daemon = test_session_start_daemon (self->session, NULL);
  test_client_write (self->writer, "a", "1");
  wait_for (list, "a=1");
  test_client_write (self->writer, "a", "2");
  wait_for (list, "a=2");
}

/* A list and topics of the same namespace ask for signals together; with the end of one the other
 * goes on. */
static void
test_beside_topics (Fixture *self, gconstpointer way)
{
  g_autoptr (StateSyncTopicsModel) list = state_sync_topics_model_new (self->client, "docs");
  g_autoptr (StateSyncTopicsModel) other = state_sync_topics_model_new (self->client, "docs");
  g_autoptr (StateSyncTopic) topic = state_sync_client_get_topic (self->client, "docs");
  g_autoptr (GError) error = NULL;

  state_sync_topic_start_sync (topic, NULL, &error);
  g_assert_no_error (error);
  test_client_write (self->writer, "docs", "1");
  wait_for (list, "docs=1");
  wait_for (other, "docs=1");

  g_clear_object (&other);
  test_client_write (self->writer, "docs", "2");
  wait_for (list, "docs=2");
  state_sync_topic_stop (topic);
  test_client_write (self->writer, "docs", "3");
  wait_for (list, "docs=3");
  g_clear_object (&topic);

  topic = state_sync_client_get_topic (self->client, "docs");
  state_sync_topic_start_sync (topic, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&list);
  test_client_write (self->writer, "docs", "4");
  while (state_sync_topic_get_revision (topic) != 4)
    g_main_context_iteration (NULL, TRUE);
}

/* --- what comes at once --- */

static char *
list_topics (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      test_client_call (self->writer, "ListTopics", g_variant_new ("(s)", APP_ID), &error);
  g_autoptr (GVariantIter) topics = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  const char *topic;
  guint64 revision;

  g_assert_no_error (error);
  g_variant_get (answer, "(a(st))", &topics);
  while (g_variant_iter_next (topics, "(&st)", &topic, &revision))
    g_string_append_printf (text, "%s%s=%" G_GUINT64_FORMAT, text->len > 0 ? " " : "",
                            topic + strlen (APP_ID "."), revision);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer n_waiting)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = test_client_call_finish (result, &error);

  g_assert_no_error (error);
  (*(guint *)n_waiting)--;
}

static void
write_at_random (TestClient *writer, guint *n_waiting)
{
  static const char *const names[] = { "a",   "a b",   "a.b", "a.b.c", "a.b.d",
                                       "a.c", "a-b.c", "b",   "b.a",   "b.b" };
  static const char *const values[] = { "null", "1", "2" };
  g_autofree char *topic =
      g_strconcat (APP_ID ".", names[g_test_rand_int_range (0, G_N_ELEMENTS (names))], NULL);

  (*n_waiting)++;
  test_client_call_async (
      writer, "Write",
      test_client_write_args (topic, values[g_test_rand_int_range (0, G_N_ELEMENTS (values))],
                              NULL),
      on_written, n_waiting);
}

/* Several writers at once, of topics that come, go and change, whose names sort in between each
 * other. Whatever was told when, the list ends as what there is. */
static void
test_many_writers (Fixture *self, gconstpointer way)
{
  g_autoptr (StateSyncTopicsModel) list = state_sync_topics_model_new (self->client, NULL);
  g_autoptr (TestClient) second = test_client_new (test_session_get_address (self->session));
  g_autoptr (TestClient) third = test_client_new (test_session_get_address (self->session));

  for (guint round = 0; round < 100; round++)
    {
      g_autofree char *expected = NULL;
      guint n_waiting = 0;

      for (gint32 n = g_test_rand_int_range (1, 6); n > 0; n--)
        {
          write_at_random (self->writer, &n_waiting);
          write_at_random (second, &n_waiting);
          write_at_random (third, &n_waiting);
        }
      while (n_waiting > 0)
        g_main_context_iteration (NULL, TRUE);
      expected = list_topics (self);
      wait_for (list, expected);
    }
}

/* --- in a sandbox --- */

static void
test_sandbox (Fixture *self, gconstpointer way)
{
  const char *const args[] = { APP_ID, NULL };
  g_autoptr (GSubprocess) lister = NULL;

  if (!test_app_can_be ())
    return;

  test_client_write (self->writer, "a", "1");
  lister = test_app_spawn_role (self->session, APP_ID, "lister", args);
  lister_wait_for (lister, "a=1");
  test_client_write (self->writer, "b", "1");
  lister_wait_for (lister, "a=1 b=1");
  kill_service (self);
  self->daemon = test_session_start_daemon (self->session, NULL);
  test_client_write (self->writer, "a", "null");
  lister_wait_for (lister, "b=1");
  test_client_write (self->writer, "b", "2");
  lister_wait_for (lister, "b=2");
}

/* --- what is left --- */

static guint
count_match_rules (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      test_client_get_connection (self->writer), "org.freedesktop.DBus", "/org/freedesktop/DBus",
      "org.freedesktop.DBus.Debug.Stats", "GetStats", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
      &error);
  g_autoptr (GVariant) stats = NULL;
  guint32 n = 0;

  g_assert_no_error (error);
  stats = g_variant_get_child_value (answer, 0);
  g_assert_true (g_variant_lookup (stats, "MatchRules", "u", &n) ||
                 g_variant_lookup (stats, "Match rules", "u", &n));
  return n;
}

/* All of a list is gone with its last holder: in the middle of its start, or of following. */
static void
test_leaks (Fixture *self, gconstpointer way)
{
  g_autoptr (StateSyncTopicsModel) last = NULL;
  guint n_match_rules;

  test_client_write (self->writer, "a", "1");
  last = state_sync_topics_model_new (self->client, NULL);
  wait_for (last, "a=1");
  n_match_rules = count_match_rules (self);

  for (guint i = 0; i < N_CYCLES; i++)
    {
      StateSyncTopicsModel *list = state_sync_topics_model_new (self->client, "a");
      gpointer gone = list;

      g_object_add_weak_pointer (G_OBJECT (list), &gone);
      if (i % 20 == 0)
        wait_for (list, "a=1");
      g_object_unref (list);
      g_assert_null (gone);
      if (i % 20 == 0)
        g_main_context_iteration (NULL, FALSE);
    }

  test_client_write (self->writer, "a", "2");
  wait_for (last, "a=2");
  g_assert_cmpuint (count_match_rules (self), ==, n_match_rules);
}

/* --- the tests --- */

typedef void (*TestFunc) (Fixture *self, gconstpointer way);

static void
add (const char *name, TestFunc before, TestFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_build_path ("/", "/models/topics", ways[i].name, name, NULL);

      g_test_add (path, Fixture, &ways[i], before, func, tear_down);
    }
}

int
main (int argc, char **argv)
{
  const TestRole roles[] = { LISTER_ROLE, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  add ("follow", set_up, test_follow);
  add ("namespace", set_up, test_namespace);
  add ("all-of-client", set_up, test_all_of_client);
  add ("any-name", set_up, test_any_name);
  add ("restart", set_up, test_restart);
  add ("other-database", set_up, test_other_database);
  add ("absent-at-start", set_up_without_service, test_absent_at_start);
  add ("beside-topics", set_up, test_beside_topics);
  add ("many-writers", set_up, test_many_writers);
  g_test_add ("/models/topics/direct/leaks", Fixture, &ways[0], set_up, test_leaks, tear_down);
  g_test_add ("/models/topics/portal/leaks", Fixture, &ways[2], set_up, test_leaks, tear_down);
  g_test_add ("/models/topics/sandbox", Fixture, &ways[0], set_up, test_sandbox, tear_down);

  return g_test_run ();
}
