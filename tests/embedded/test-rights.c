/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The application decides who may do what: in every way in which a topic can be reached. */

#include <string.h>

#include "embedded/pair.h"

#define SECRET "org.example.Editor.secret"
#define FIXED "org.example.Editor.fixed"
#define OPEN "org.example.Editor.settings"

typedef struct
{
  gboolean is_secret; /* that topic */
  StateSyncIdentityKind kind;
  guint n_asked;
} App;

static StateSyncDecision
decide (StateSyncService *service,
        StateSyncIdentity *identity,
        const char *topic,
        StateSyncRights rights,
        gpointer user_data)
{
  App *app = user_data;

  app->n_asked++;
  app->kind = state_sync_identity_get_kind (identity);
  g_assert_null (state_sync_identity_get_application_id (identity));
  if (app->is_secret && g_str_equal (topic, SECRET))
    return STATE_SYNC_DECISION_DENY;
  if (rights == STATE_SYNC_RIGHTS_WRITE && g_str_equal (topic, FIXED))
    return STATE_SYNC_DECISION_DENY;
  return g_str_equal (topic, OPEN) ? STATE_SYNC_DECISION_ALLOW : STATE_SYNC_DECISION_DEFAULT;
}

static void
set_up (Pair *pair, App *app)
{
  StateSyncService *service = pair_new_service ();

  state_sync_service_set_authorize_func (service, decide, app, NULL);
  pair_init (pair, service);
  g_assert_true (pair_write (service, SECRET, "{\"a\":1}", NULL, NULL));
  g_assert_true (pair_write (service, FIXED, "{\"a\":1}", NULL, NULL));
  g_assert_true (pair_write (service, OPEN, "{\"a\":1}", NULL, NULL));
  g_assert_cmpuint (app->n_asked, ==, 0);
}

/* @args: floating */
static void
assert_denied (Pair *pair, const char *method, GVariant *args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = pair_call (pair, method, args, &error);

  g_assert_null (answer);
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_ACCESS_DENIED);
}

static void
assert_let (Pair *pair, const char *method, GVariant *args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = pair_call (pair, method, args, &error);

  g_assert_no_error (error);
}

static void
test_methods (void)
{
  App app = { .is_secret = TRUE };
  Pair pair;

  set_up (&pair, &app);
  assert_denied (&pair, "GetSnapshot", g_variant_new ("(s)", SECRET));
  assert_denied (&pair, "OpenSnapshot", g_variant_new ("(s)", SECRET));
  assert_denied (&pair, "MapSnapshot", g_variant_new ("(s)", SECRET));
  assert_denied (&pair, "GetSnapshots", g_variant_new_parsed ("([%s, %s],)", OPEN, SECRET));
  assert_denied (&pair, "Write", g_variant_new_parsed ("(%s, '2', @a{sv} {})", SECRET));
  assert_denied (&pair, "Write", g_variant_new_parsed ("(%s, '2', @a{sv} {})", FIXED));
  assert_denied (&pair, "WriteMany",
                 g_variant_new_parsed ("([(%s, '2', @a{sv} {}), (%s, '2', {})],)", OPEN, FIXED));
  g_assert_cmpint (app.kind, ==, STATE_SYNC_IDENTITY_KIND_HOST);

  assert_let (&pair, "GetSnapshot", g_variant_new ("(s)", FIXED));
  assert_let (&pair, "MapSnapshot", g_variant_new ("(s)", FIXED));
  assert_let (&pair, "GetSnapshots", g_variant_new_parsed ("([%s, %s],)", OPEN, FIXED));
  assert_let (&pair, "Write", g_variant_new_parsed ("(%s, '2', @a{sv} {})", OPEN));
  pair_assert_holds (pair.service, FIXED, 1, "{\"a\":1}");
  pair_clear (&pair);
}

/* Whether there is such a topic can't be told from the refusal. */
static void
test_refusal_tells_nothing (void)
{
  App app = { .is_secret = TRUE };
  g_autoptr (GError) there = NULL;
  g_autoptr (GError) not_there = NULL;
  Pair pair;

  set_up (&pair, &app);
  g_assert_null (pair_call (&pair, "GetSnapshot", g_variant_new ("(s)", SECRET), &there));
  g_assert_true (pair_write (pair.service, SECRET, "null", NULL, NULL));
  g_assert_null (pair_call (&pair, "GetSnapshot", g_variant_new ("(s)", SECRET), &not_there));
  g_assert_cmpstr (there->message, ==, not_there->message);
  g_assert_cmpstr (there->message, ==,
                   "Topic “" SECRET "” is refused: the application does not let you read it");
  pair_clear (&pair);
}

static void
test_list (void)
{
  App app = { .is_secret = TRUE };
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) expected = NULL;
  Pair pair;

  set_up (&pair, &app);
  answer = pair_call (&pair, "ListTopics", g_variant_new ("(s)", ""), NULL);
  expected =
      g_variant_ref_sink (g_variant_new_parsed ("([(%s, uint64 1), (%s, 1)],)", FIXED, OPEN));
  g_assert_cmpvariant (answer, expected);
  pair_clear (&pair);
}

static void
on_signal (GDBusConnection *connection,
           const char *sender,
           const char *path,
           const char *interface,
           const char *signal,
           GVariant *args,
           gpointer log)
{
  g_autofree char *text = g_variant_print (args, FALSE);

  g_string_append (log, text);
}

static void
test_signals (void)
{
  App app = { .is_secret = TRUE };
  g_autoptr (GString) log = g_string_new (NULL);
  guint subscription;
  Pair pair;

  set_up (&pair, &app);
  subscription =
      g_dbus_connection_signal_subscribe (pair.client_end, NULL, "org.statesync.StateSync1",
                                          "Invalidated", NULL, NULL, 0, on_signal, log, NULL);
  assert_let (&pair, "Subscribe", g_variant_new_parsed ("([%s],)", "org.example.Editor"));
  g_assert_true (pair_write (pair.service, SECRET, "2", NULL, NULL));
  g_assert_true (pair_write (pair.service, OPEN, "2", NULL, NULL));
  assert_let (&pair, "GetSnapshot", g_variant_new ("(s)", OPEN));
  g_assert_cmpstr (log->str, ==, "('" OPEN "', 2)");
  g_dbus_connection_signal_unsubscribe (pair.client_end, subscription);
  pair_clear (&pair);
}

/* Who follows a topic in shared memory when it becomes secret sees no more of it. */
/* Asking again would not help. */
static void
on_sync_error (StateSyncTopic *topic, StateSyncFailure *failure, gboolean *was_told)
{
  g_assert_false (state_sync_failure_get_will_retry (failure));
  *was_told = TRUE;
}

static void
test_rights_change (void)
{
  App app = { 0 };
  g_autoptr (StateSyncTopic) topic = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *place = NULL;
  gboolean was_told = FALSE;
  Pair pair;

  set_up (&pair, &app);
  topic = pair_follow (&pair, SECRET);
  g_signal_connect (topic, "sync-error", G_CALLBACK (on_sync_error), &was_told);
  pair_wait_until (topic, "{\"a\":1}");
  g_assert_true (pair_write (pair.service, SECRET, "{\"a\":2}", NULL, NULL));
  pair_wait_until (topic, "{\"a\":2}");

  app.is_secret = TRUE;
  state_sync_service_rights_changed (pair.service);
  g_assert_true (pair_write (pair.service, SECRET, "{\"a\":3}", NULL, NULL));
  state_sync_topic_refresh_async (topic, NULL, test_await_callback, &place);
  result = pair_wait_for (&place);
  g_assert_false (state_sync_topic_refresh_finish (topic, result, &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_ACCESS_DENIED);
  g_assert_cmpstr (error->message, ==,
                   "Topic “" SECRET "” is refused: the application does not let you read it");
  g_assert_true (was_told);
  g_assert_cmpuint (state_sync_topic_get_revision (topic), ==, 2);
  g_clear_object (&topic);
  pair_clear (&pair);
}

/* Without a function and without rules, nobody is asked who he is. */
static void
test_everybody (void)
{
  Pair pair;

  pair_init (&pair, pair_new_service ());
  assert_let (&pair, "Write", g_variant_new_parsed ("(%s, '2', @a{sv} {})", SECRET));
  assert_let (&pair, "GetSnapshot", g_variant_new ("(s)", SECRET));
  pair_clear (&pair);
}

/* Its rules beneath the function: it leaves the decision to them. */
static void
test_rules (void)
{
  App app = { .is_secret = TRUE };
  StateSyncLimits limits = { .topics = 10 };
  g_autoptr (StateSyncGrants) grants = state_sync_grants_new (NULL);
  g_autoptr (StateSyncAccess) access = state_sync_access_new (grants);
  StateSyncService *service = pair_new_service ();
  Pair pair;

  state_sync_service_set_access (service, access, &limits);
  state_sync_service_set_authorize_func (service, decide, &app, NULL);
  pair_init (&pair, service);
  assert_let (&pair, "Write", g_variant_new_parsed ("(%s, '2', @a{sv} {})", "any.topic"));
  assert_denied (&pair, "GetSnapshot", g_variant_new ("(s)", SECRET));
  pair_clear (&pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/embedded/rights/methods", test_methods);
  g_test_add_func ("/embedded/rights/refusal-tells-nothing", test_refusal_tells_nothing);
  g_test_add_func ("/embedded/rights/list", test_list);
  g_test_add_func ("/embedded/rights/signals", test_signals);
  g_test_add_func ("/embedded/rights/rights-change", test_rights_change);
  g_test_add_func ("/embedded/rights/everybody", test_everybody);
  g_test_add_func ("/embedded/rights/rules", test_rules);

  return g_test_run ();
}
