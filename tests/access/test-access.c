/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What each may do, and what it is told when it may not. */

#include "access/access.h"

#include "permission-store.h"
#include "protocol/error.h"

#define APP "org.example.App"
#define OTHER "org.example.Other"

typedef struct
{
  TestSession *session;
  GDBusConnection *connection;
  StateSyncGrants *grants;
  StateSyncAccess *access;
  StateSyncIdentity *host;
  StateSyncIdentity *app;
  StateSyncIdentity *snap;
  StateSyncIdentity *unknown;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->connection = test_bus_connect (test_session_get_address (self->session));
  test_permission_store_forbid (self->session, self->connection);
  self->grants = state_sync_grants_new (self->connection);
  self->access = state_sync_access_new (self->grants);
  self->host = state_sync_identity_new_host ();
  self->app = state_sync_identity_new_app (APP);
  self->snap = state_sync_identity_new_app ("snap.firefox");
  self->unknown = state_sync_identity_new_unknown ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->access);
  g_object_unref (self->grants);
  g_object_unref (self->connection);
  state_sync_identity_unref (self->host);
  state_sync_identity_unref (self->app);
  state_sync_identity_unref (self->snap);
  state_sync_identity_unref (self->unknown);
  test_session_free (self->session);
}

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *is_prepared = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_true (state_sync_access_prepare_finish (STATE_SYNC_ACCESS (source), result, &error));
  g_assert_no_error (error);
  *is_prepared = TRUE;
}

static void
prepare (Fixture *self, StateSyncIdentity *identity)
{
  gboolean is_prepared = FALSE;

  state_sync_access_prepare_async (self->access, identity, NULL, on_prepared, &is_prepared);
  while (!is_prepared)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (state_sync_access_is_ready (self->access, identity));
}

static gboolean
may_read (Fixture *self, StateSyncIdentity *identity, const char *topic)
{
  return state_sync_access_may_read (self->access, identity, topic, NULL);
}

static gboolean
may_write (Fixture *self, StateSyncIdentity *identity, const char *topic)
{
  return state_sync_access_may_write (self->access, identity, topic, NULL);
}

/* @names: separated by spaces. */
static void
assert_list (Fixture *self, StateSyncIdentity *identity, const char *namespace_, const char *names)
{
  g_auto (GStrv) list = state_sync_access_list_readable (self->access, identity, namespace_);
  g_autofree char *joined = g_strjoinv (" ", list);

  g_assert_cmpstr (joined, ==, names);
}

static void
assert_scope (Fixture *self, StateSyncIdentity *identity, const char *topic, const char *expected)
{
  g_autofree char *scope = state_sync_access_get_scope (self->access, identity, topic);

  g_assert_cmpstr (scope, ==, expected);
}

/* Five grants: over and under one another, and around the app's own. */
static GSubprocess *
start_store (Fixture *self)
{
  GSubprocess *store = test_permission_store_start (self->session, self->connection, "store");
  static const struct
  {
    const char *name;
    const char *app;
    const char *right;
  } grants[] = {
    { OTHER ".settings", APP, "read" },
    { OTHER ".settings.view", APP, "write" },
    { OTHER "-x", APP, "write" },
    { APP ".own", APP, "read" },
    { "org.example.Third", "org.example.Fourth", "write" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (grants); i++)
    test_permission_store_set (self->connection, TEST_TABLE, grants[i].name, grants[i].app,
                               grants[i].right);
  return store;
}

/* --- without grants --- */

static const char *const own[] = {
  APP, APP ".", APP ".settings", APP ".settings.view", APP ". ", APP "..", APP ".Devel.settings",
};

static const char *const foreign[] = {
  OTHER,
  OTHER ".settings",
  "org.example",
  "org",
  "org.example.Apps",
  "org.example.App2.settings",
  "org.example.App:settings",
  "org.example.App/settings",
  "org.example.App-settings",
  "org.example.app.settings",
  " " APP,
  "settings",
  ".",
  "snap.firefox_2",
};

static void
test_own (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    {
      g_test_message ("%s", own[i]);
      g_assert_true (may_read (self, self->app, own[i]));
      g_assert_true (may_write (self, self->app, own[i]));
      g_assert_true (may_write (self, self->host, own[i]));
      g_assert_false (may_read (self, self->snap, own[i]));
      g_assert_false (may_read (self, self->unknown, own[i]));
      g_assert_false (may_write (self, self->unknown, own[i]));
    }
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      g_test_message ("%s", foreign[i]);
      g_assert_false (may_read (self, self->app, foreign[i]));
      g_assert_false (may_write (self, self->app, foreign[i]));
      g_assert_true (may_read (self, self->host, foreign[i]));
      g_assert_true (may_write (self, self->host, foreign[i]));
      g_assert_false (may_read (self, self->snap, foreign[i]));
      g_assert_false (may_read (self, self->unknown, foreign[i]));
    }
  g_assert_true (may_write (self, self->snap, "snap.firefox"));
  g_assert_true (may_write (self, self->snap, "snap.firefox.tabs"));
}

static void
assert_denied (GError *error, const char *message)
{
  g_autoptr (GError) owned = error;

  g_assert_error (owned, STATE_SYNC_ERROR, STATE_SYNC_ERROR_ACCESS_DENIED);
  g_assert_cmpstr (owned->message, ==, message);
}

static void
test_messages (Fixture *self, gconstpointer data)
{
  GError *error = NULL;

  g_assert_false (state_sync_access_may_read (self->access, self->app, "a", &error));
  assert_denied (g_steal_pointer (&error),
                 "Topic “a” is refused: org.example.App may read topics named “org.example.App” or "
                 "“org.example.App.…” and no others, unless the user grants it one with “flatpak "
                 "permission-set statesync TOPIC org.example.App read”");
  g_assert_false (state_sync_access_may_write (self->access, self->app, "a", &error));
  assert_denied (
      g_steal_pointer (&error),
      "Topic “a” is refused: org.example.App may write topics named “org.example.App” or "
      "“org.example.App.…” and no others, unless the user grants it one with “flatpak "
      "permission-set statesync TOPIC org.example.App write”");
  g_assert_false (state_sync_access_may_write (self->access, self->unknown, "a", &error));
  assert_denied (
      g_steal_pointer (&error),
      "Topic “a” is refused: it can't be told which app asks, and the service's log says "
      "why; call from a Flatpak, a snap or no sandbox");
}

static void
test_lists (Fixture *self, gconstpointer data)
{
  assert_list (self, self->host, "", "");
  assert_list (self, self->host, OTHER, OTHER);
  assert_list (self, self->app, "", APP);
  assert_list (self, self->app, "org.example", APP);
  assert_list (self, self->app, APP, APP);
  assert_list (self, self->app, APP ".settings", APP ".settings");

  /* One list is "", and the other is empty. */
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      g_auto (GStrv) list = NULL;

      if (g_str_has_prefix (APP ".", foreign[i]))
        continue;
      list = state_sync_access_list_readable (self->access, self->app, foreign[i]);
      g_assert_cmpuint (g_strv_length (list), ==, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    {
      g_auto (GStrv) list =
          state_sync_access_list_readable (self->access, self->unknown, i == 0 ? "" : own[i]);

      g_assert_cmpuint (g_strv_length (list), ==, 0);
    }
}

/* Nobody else has to wait for a permission store. */
static void
test_ready (Fixture *self, gconstpointer data)
{
  g_assert_true (state_sync_access_is_ready (self->access, self->host));
  g_assert_true (state_sync_access_is_ready (self->access, self->unknown));
  prepare (self, self->host);
  g_assert_false (state_sync_access_is_ready (self->access, self->app));
  prepare (self, self->app);
}

/* --- with grants --- */

static void
test_granted (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) store = NULL;

  if (!test_permission_store_is_possible ())
    return;
  store = start_store (self);
  prepare (self, self->app);

  g_assert_true (may_read (self, self->app, OTHER ".settings"));
  g_assert_true (may_read (self, self->app, OTHER ".settings.a"));
  g_assert_false (may_write (self, self->app, OTHER ".settings"));
  g_assert_false (may_write (self, self->app, OTHER ".settings.a"));
  g_assert_true (may_write (self, self->app, OTHER ".settings.view"));
  g_assert_true (may_write (self, self->app, OTHER ".settings.view.a"));
  g_assert_true (may_read (self, self->app, OTHER "-x"));
  g_assert_false (may_read (self, self->app, OTHER));
  g_assert_false (may_read (self, self->app, OTHER ".settings2"));
  g_assert_false (may_read (self, self->app, "org.example.Third"));
  g_assert_false (may_read (self, self->unknown, OTHER ".settings"));

  /* What is granted for less takes nothing away. */
  g_assert_true (may_write (self, self->app, APP ".own"));

  assert_scope (self, self->app, APP ".own.a", APP);
  assert_scope (self, self->app, OTHER ".settings.view.a", OTHER ".settings.view");
  assert_scope (self, self->app, OTHER ".settings", NULL);
  assert_scope (self, self->host, APP, NULL);
  assert_scope (self, self->unknown, APP, NULL);
}

static void
test_granted_lists (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) store = NULL;

  if (!test_permission_store_is_possible ())
    return;
  store = start_store (self);
  prepare (self, self->app);

  assert_list (self, self->app, "", APP " " OTHER "-x " OTHER ".settings");
  assert_list (self, self->app, OTHER, OTHER ".settings");
  assert_list (self, self->app, OTHER ".settings", OTHER ".settings");
  assert_list (self, self->app, OTHER ".settings.view", OTHER ".settings.view");
  assert_list (self, self->app, OTHER ".settings.view.a", OTHER ".settings.view.a");
  assert_list (self, self->app, OTHER "-x", OTHER "-x");
  assert_list (self, self->app, APP ".own", APP ".own");
  assert_list (self, self->app, "org.example.Third", "");
}

/* Wider than one's own. */
static void
test_granted_above_own (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) store = NULL;

  if (!test_permission_store_is_possible ())
    return;
  store = start_store (self);
  test_permission_store_set (self->connection, TEST_TABLE, "org", APP, "write");
  prepare (self, self->app);

  assert_list (self, self->app, "", "org");
  assert_list (self, self->app, "org.example", "org.example");
  assert_scope (self, self->app, APP ".a", APP);
  assert_scope (self, self->app, OTHER ".settings.view", "org");
}

static void
on_changed (StateSyncAccess *access, const char *application_id, gpointer user_data)
{
  char **changed = user_data;

  g_free (*changed);
  *changed = g_strdup (application_id);
}

/* So that what was given out can be taken back. */
static void
test_revoked (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) store = NULL;
  g_autofree char *changed = NULL;

  if (!test_permission_store_is_possible ())
    return;
  store = start_store (self);
  prepare (self, self->app);
  g_assert_true (may_read (self, self->app, OTHER "-x"));

  g_signal_connect (self->access, "changed", G_CALLBACK (on_changed), &changed);
  test_permission_store_set (self->connection, TEST_TABLE, OTHER "-x", APP, NULL);
  while (changed == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (changed, ==, APP);
  g_assert_false (may_read (self, self->app, OTHER "-x"));
}

/* --- threads --- */

#define N_ASKED 100000

static gpointer
ask (gpointer user_data)
{
  Fixture *self = user_data;
  guint n_allowed = 0;

  for (guint i = 0; i < N_ASKED; i++)
    n_allowed += may_read (self, self->app, OTHER ".settings.view.a");
  return GUINT_TO_POINTER (n_allowed);
}

/* GDBus's thread asks while grants come and go. */
static void
test_threads (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) store = NULL;
  GThread *thread;

  if (!test_permission_store_is_possible ())
    return;
  store = start_store (self);
  prepare (self, self->app);

  thread = g_thread_new ("ask", ask, self);
  for (guint i = 0; i < 100; i++)
    {
      test_permission_store_set (self->connection, TEST_TABLE, OTHER ".settings.view", APP,
                                 i % 2 == 0 ? "read" : "write");
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (thread)), ==, N_ASKED);
}

int
main (int argc, char *argv[])
{
#define TEST(name, func) g_test_add ("/access/access/" name, Fixture, NULL, set_up, func, tear_down)

  g_test_init (&argc, &argv, NULL);

  TEST ("own", test_own);
  TEST ("messages", test_messages);
  TEST ("lists", test_lists);
  TEST ("ready", test_ready);
  TEST ("granted", test_granted);
  TEST ("granted-lists", test_granted_lists);
  TEST ("granted-above-own", test_granted_above_own);
  TEST ("revoked", test_revoked);
  TEST ("threads", test_threads);

#undef TEST
  return g_test_run ();
}
