/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the user grants, in the permission store of the desktop itself: read when it is needed,
 * followed, and told by nobody else.
 */

#include "access/grants.h"

#include <signal.h>
#include <string.h>

#include "fake-store.h"
#include "log-record.h"
#include "permission-store.h"

#define STORE_NAME "org.freedesktop.impl.portal.PermissionStore"
#define STORE_PATH "/org/freedesktop/impl/portal/PermissionStore"

#define APP "org.example.App"
#define OTHER "org.example.Other"

#define READ STATE_SYNC_RIGHTS_READ
#define WRITE STATE_SYNC_RIGHTS_WRITE

typedef struct
{
  TestSession *session;
  GDBusConnection *connection; /* of the service */
  GDBusConnection *user;
  StateSyncGrants *grants;
  GString *changed; /* who, a line each */
  guint n_marks;
} Fixture;

static void
on_changed (StateSyncGrants *grants, const char *application_id, gpointer user_data)
{
  Fixture *self = user_data;

  g_string_append_printf (self->changed, "%s\n", application_id);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->connection = test_bus_connect (test_session_get_address (self->session));
  self->user = test_bus_connect (test_session_get_address (self->session));
  test_permission_store_forbid (self->session, self->user);
  self->grants = state_sync_grants_new (self->connection);
  self->changed = g_string_new (NULL);
  g_signal_connect (self->grants, "changed", G_CALLBACK (on_changed), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autofree char *log = test_log_take ();

  g_assert_cmpstr (log, ==, "");
  g_object_add_weak_pointer (G_OBJECT (self->grants), (gpointer *)&self->grants);
  g_object_unref (self->grants);
  while (self->grants != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_string_free (self->changed, TRUE);
  g_object_unref (self->connection);
  g_object_unref (self->user);
  test_session_free (self->session);
}

/* --- what happens --- */

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *is_prepared = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_true (state_sync_grants_prepare_finish (STATE_SYNC_GRANTS (source), result, &error));
  g_assert_no_error (error);
  *is_prepared = TRUE;
}

static void
prepare (Fixture *self)
{
  gboolean is_prepared = FALSE;

  state_sync_grants_prepare_async (self->grants, NULL, on_prepared, &is_prepared);
  while (!is_prepared)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (state_sync_grants_is_ready (self->grants));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
grant (Fixture *self, const char *name, const char *app, const char *right)
{
  test_permission_store_set (self->user, TEST_TABLE, name, app, right);
}

static gboolean
has (Fixture *self, const char *app, StateSyncRights rights, const char *topic)
{
  g_autofree char *name = state_sync_grants_find (self->grants, app, rights, topic);

  return name != NULL;
}

/* Until these, and only these, were said to be others. */
static void
wait_for_changes (Fixture *self, const char *changed)
{
  while (self->changed->len < strlen (changed))
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpstr (self->changed->str, ==, changed);
  g_string_truncate (self->changed, 0);
}

/* Something that is told after all that was done before. */
static void
wait_for_mark (Fixture *self)
{
  g_autofree char *name = g_strdup_printf ("mark%u", self->n_marks++);

  grant (self, name, "org.example.Mark", "read");
  wait_for_changes (self, "org.example.Mark\n");
}

static void
emit (Fixture *self, const char *path, const char *interface, const char *name, GVariant *args)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (self->user, g_dbus_connection_get_unique_name (self->connection),
                                 path, interface, name, args, &error);
  g_assert_no_error (error);
}

static void
emit_changed (Fixture *self, const char *text)
{
  emit (self, STORE_PATH, STORE_NAME, "Changed", g_variant_new_parsed (text));
}

/* --- there is none --- */

static void
test_without_store (Fixture *self, gconstpointer data)
{
  g_assert_false (state_sync_grants_is_ready (self->grants));
  prepare (self);
  g_assert_false (has (self, APP, READ, "a"));
  prepare (self);
}

static void
test_without_bus (Fixture *self, gconstpointer data)
{
  g_object_unref (self->grants);
  self->grants = state_sync_grants_new (NULL);
  prepare (self);
  g_assert_false (has (self, APP, READ, "a"));
}

/* It comes when the user has installed something, say. */
static void
test_later_store (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) store = NULL;

  if (!test_permission_store_is_possible ())
    return;
  prepare (self);
  store = test_permission_store_start (self->session, self->user, "store");
  grant (self, "a", APP, "read");
  wait_for_changes (self, APP "\n");
  g_assert_true (has (self, APP, READ, "a.b"));
}

/* --- it is there --- */

static void
test_empty_table (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) store = NULL;

  if (!test_permission_store_is_possible ())
    return;
  store = test_permission_store_start (self->session, self->user, "store");
  prepare (self);
  g_assert_false (has (self, APP, READ, "a"));
}

/* Nobody starts it before the grants are needed. */
static void
test_activated (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) store = NULL;

  if (!test_permission_store_is_possible ())
    return;
  store = test_permission_store_start (self->session, self->user, "store");
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("t%u", i);

      grant (self, name, APP, "write");
    }
  test_process_end (store, SIGTERM);

  test_permission_store_make_activatable (self->session, self->user, "store");
  g_assert_false (has (self, APP, READ, "t0"));
  prepare (self);
  g_assert_true (has (self, APP, WRITE, "t0.a"));
  g_assert_true (has (self, APP, WRITE, "t99"));
  g_assert_false (has (self, OTHER, READ, "t99"));
}

static void
test_many_wait (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) store = NULL;
  gboolean is_prepared[3] = { FALSE };

  if (!test_permission_store_is_possible ())
    return;
  store = test_permission_store_start (self->session, self->user, "store");
  grant (self, "a", APP, "read");
  for (guint i = 0; i < G_N_ELEMENTS (is_prepared); i++)
    state_sync_grants_prepare_async (self->grants, NULL, on_prepared, &is_prepared[i]);
  for (guint i = 0; i < G_N_ELEMENTS (is_prepared); i++)
    {
      while (!is_prepared[i])
        g_main_context_iteration (NULL, TRUE);
      g_assert_true (has (self, APP, READ, "a"));
    }
}

static void
test_followed (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) store = NULL;

  if (!test_permission_store_is_possible ())
    return;
  store = test_permission_store_start (self->session, self->user, "store");
  prepare (self);

  grant (self, "a", APP, "read");
  wait_for_changes (self, APP "\n");
  g_assert_true (has (self, APP, READ, "a"));
  g_assert_false (has (self, APP, WRITE, "a"));

  grant (self, "a", APP, "write");
  wait_for_changes (self, APP "\n");
  g_assert_true (has (self, APP, WRITE, "a"));

  grant (self, "a", OTHER, "read");
  wait_for_changes (self, OTHER "\n");
  g_assert_true (has (self, APP, WRITE, "a"));
  g_assert_true (has (self, OTHER, READ, "a"));

  grant (self, "a", APP, NULL);
  wait_for_changes (self, APP "\n");
  g_assert_false (has (self, APP, READ, "a"));

  test_permission_store_delete (self->user, "a");
  wait_for_changes (self, OTHER "\n");
  g_assert_false (has (self, OTHER, READ, "a"));
}

static void
test_other_table (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) store = NULL;

  if (!test_permission_store_is_possible ())
    return;
  store = test_permission_store_start (self->session, self->user, "store");
  test_permission_store_set (self->user, "devices", "a", APP, "write");
  prepare (self);
  test_permission_store_set (self->user, "devices", "b", APP, "write");
  wait_for_mark (self);
  g_assert_false (has (self, APP, READ, "a"));
  g_assert_false (has (self, APP, READ, "b"));
}

/* With the command that users have. */
static void
test_flatpak_command (Fixture *self, gconstpointer data)
{
  g_autofree char *program = g_find_program_in_path ("flatpak");
  g_autoptr (GSubprocess) store = NULL;
  g_autoptr (GSubprocess) command = NULL;

  if (program == NULL)
    {
      g_test_skip ("there is no flatpak");
      return;
    }
  if (!test_permission_store_is_possible ())
    return;
  store = test_permission_store_start (self->session, self->user, "store");
  prepare (self);
  command = test_session_spawn (self->session, G_SUBPROCESS_FLAGS_NONE,
                                (const char *const[]){ program, "permission-set", TEST_TABLE,
                                                       OTHER ".settings", APP, "write", NULL });
  g_assert_cmpint (test_process_finish (command, NULL, NULL), ==, 0);
  wait_for_changes (self, APP "\n");
  g_assert_true (has (self, APP, WRITE, OTHER ".settings"));
}

/* --- a store that is not as it should be --- */

static void
own_store_name (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED = g_dbus_connection_call_sync (
      self->user, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", STORE_NAME, 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
      &error);

  g_assert_no_error (error);
}

/* It has no such methods, but tells of changes. */
static void
test_poor_store (Fixture *self, gconstpointer data)
{
  g_autofree char *log = NULL;

  own_store_name (self);
  prepare (self);
  log = test_log_take ();
  g_assert_nonnull (strstr (log, "what the user granted to apps can't be read"));

  emit_changed (self, "('statesync', 'a', 'nonsense', {'" APP "': ['write']})");
  emit_changed (self, "('statesync', 'a', false, <0>, {'" APP "': ['write']})");
  wait_for_changes (self, APP "\n");

  /* Deleted, whatever else it says. */
  emit_changed (self, "('statesync', 'a', true, <0>, {'" APP "': ['write']})");
  wait_for_changes (self, APP "\n");
  g_assert_false (has (self, APP, READ, "a"));
}

/* What was removed between the list and the look is no reason to worry, or to wait. */
static void
test_removed_meanwhile (Fixture *self, gconstpointer data)
{
  TestFakeStore *store =
      test_fake_store_new (self->user, (const char *const[]){ "!a", "b", "!c", NULL }, APP);

  test_fake_store_own_name (store);
  prepare (self);
  g_assert_false (has (self, APP, READ, "a"));
  g_assert_true (has (self, APP, READ, "b"));
  test_fake_store_free (store);
}

/* The first instance goes while it is asked; what it says then is not heard. */
static void
test_replaced_meanwhile (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) third = test_bus_connect (test_session_get_address (self->session));
  TestFakeStore *first =
      test_fake_store_new (self->user, (const char *const[]){ "a", "b", "c", NULL }, APP);
  TestFakeStore *second =
      test_fake_store_new (third, (const char *const[]){ "d", "e", NULL }, OTHER);
  gboolean is_prepared = FALSE;

  test_fake_store_own_name (first);
  test_fake_store_hold (first);
  test_fake_store_hold (second);
  state_sync_grants_prepare_async (self->grants, NULL, on_prepared, &is_prepared);
  test_fake_store_wait_for_lookups (first, 3);

  test_fake_store_own_name (second);
  test_fake_store_wait_for_lookups (second, 2);
  test_fake_store_release (first);
  g_assert_false (is_prepared);
  test_fake_store_release (second);
  wait_for_changes (self, OTHER "\n" OTHER "\n");
  while (!is_prepared)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (has (self, OTHER, READ, "e"));
  g_assert_false (has (self, APP, READ, "a"));
  test_fake_store_free (first);
  test_fake_store_free (second);
}

/* --- it leaves and comes back --- */

static void
test_leaves (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) store = NULL;
  g_autoptr (GSubprocess) next = NULL;

  if (!test_permission_store_is_possible ())
    return;
  store = test_permission_store_start (self->session, self->user, "store");
  grant (self, "a", APP, "read");
  prepare (self);
  wait_for_changes (self, APP "\n");

  /* Nobody has revoked anything. */
  test_process_end (store, SIGTERM);
  next = test_permission_store_start (self->session, self->user, "store");
  wait_for_mark (self);
  g_assert_true (has (self, APP, READ, "a"));
}

/* What the next instance has counts, for better and worse. */
static void
test_comes_back_otherwise (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) store = NULL;
  g_autoptr (GSubprocess) next = NULL;

  if (!test_permission_store_is_possible ())
    return;
  store = test_permission_store_start (self->session, self->user, "other");
  grant (self, "b", OTHER, "write");
  test_process_end (store, SIGTERM);
  g_object_unref (store);

  store = test_permission_store_start (self->session, self->user, "store");
  grant (self, "a", APP, "read");
  prepare (self);
  wait_for_changes (self, APP "\n");

  test_process_end (store, SIGTERM);
  next = test_permission_store_start (self->session, self->user, "other");
  wait_for_changes (self, APP "\n" OTHER "\n");
  g_assert_false (has (self, APP, READ, "a"));
  g_assert_true (has (self, OTHER, WRITE, "b"));
}

/* --- others say things too --- */

static void
test_forged (Fixture *self, gconstpointer data)
{
  const char *forger = g_dbus_connection_get_unique_name (self->user);
  g_autoptr (GSubprocess) store = NULL;

  if (!test_permission_store_is_possible ())
    return;
  store = test_permission_store_start (self->session, self->user, "store");
  prepare (self);

  emit_changed (self, "('statesync', 'a', false, <0>, {'" APP "': ['write']})");
  wait_for_mark (self);
  g_assert_false (has (self, APP, READ, "a"));

  /* And now as if the forger were the store. */
  emit (self, "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameOwnerChanged",
        g_variant_new ("(sss)", STORE_NAME, "", forger));
  emit_changed (self, "('statesync', 'a', false, <0>, {'" APP "': ['write']})");
  wait_for_mark (self);
  g_assert_false (has (self, APP, READ, "a"));
}

/* --- cancelled --- */

static void
on_cancelled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *is_ended = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_false (state_sync_grants_prepare_finish (STATE_SYNC_GRANTS (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *is_ended = TRUE;
}

/* One who waits no longer takes nothing from the others. */
static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean is_ended = FALSE;

  state_sync_grants_prepare_async (self->grants, cancellable, on_cancelled, &is_ended);
  g_cancellable_cancel (cancellable);
  prepare (self);
  g_assert_true (is_ended);
}

int
main (int argc, char *argv[])
{
#define TEST(name, func) g_test_add ("/access/grants/" name, Fixture, NULL, set_up, func, tear_down)

  g_test_init (&argc, &argv, NULL);
  test_log_record (G_LOG_LEVEL_WARNING);

  TEST ("without-store", test_without_store);
  TEST ("without-bus", test_without_bus);
  TEST ("later-store", test_later_store);
  TEST ("empty-table", test_empty_table);
  TEST ("activated", test_activated);
  TEST ("many-wait", test_many_wait);
  TEST ("followed", test_followed);
  TEST ("other-table", test_other_table);
  TEST ("flatpak-command", test_flatpak_command);
  TEST ("poor-store", test_poor_store);
  TEST ("removed-meanwhile", test_removed_meanwhile);
  TEST ("replaced-meanwhile", test_replaced_meanwhile);
  TEST ("leaves", test_leaves);
  TEST ("comes-back-otherwise", test_comes_back_otherwise);
  TEST ("forged", test_forged);
  TEST ("cancelled", test_cancelled);

#undef TEST
  return g_test_run ();
}
