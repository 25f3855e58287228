/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Windows that show what others write. */

#include <signal.h>

#include "client/client-fixture.h"
#include "statesync/statesync.h"
#include "statesync-service/sqlite-storage.h"

static void
test_windows_follow (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);
  g_autoptr (Window) three = window_open (self->session, NULL);

  window_start (one, "t");
  window_start (two, "t");
  test_client_write (self->writer, "t", "{\"a\":1}");
  window_wait_until (one, "t", 1, "{\"a\":1}");
  window_wait_until (two, "t", 1, "{\"a\":1}");

  window_start (three, "t");
  test_client_write (self->writer, "t", "{\"a\":2}");
  window_wait_until (one, "t", 2, "{\"a\":2}");
  window_wait_until (two, "t", 2, "{\"a\":2}");
  window_wait_until (three, "t", 2, "{\"a\":2}");
}

static void
test_namespace (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, "org.example.App");

  window_start (window, "settings");
  test_client_write (self->writer, "org.example.App.settings", "{\"a\":1}");
  window_wait_until (window, "settings", 1, "{\"a\":1}");
}

/* Who is told of the revision finds its data, not that of the one before. */
static void
test_told_of_all_at_once (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);

  test_client_write (self->writer, "t", "{\"a\":1}");
  window_start (window, "t");
  test_client_write (self->writer, "t", "{\"a\":2}");
  window_assert_told (window, "shows", "t", "2 {\"a\":2}");
  window_assert_told (window, "members", "t", "a");
  window_assert_told (window, "shows", "t", "2 {\"a\":2}");
}

static void
test_late_joiner (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = NULL;

  test_client_write (self->writer, "t", "{\"a\":1}");
  test_client_write (self->writer, "t", "{\"a\":2}");
  window = window_open (self->session, NULL);
  window_start (window, "t");
  window_wait_until (window, "t", 2, "{\"a\":2}");
  g_assert_cmpuint (window_get_counter (window, "t", "pulls"), ==, 1);
}

static void
test_independent_topics (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);

  window_start (one, "t");
  window_start (one, "u");
  window_start (two, "u");
  g_assert_cmpuint (window_get_counter (two, "u", "pulls"), ==, 1);
  test_client_write (self->writer, "t", "{\"a\":1}");
  window_wait_until (one, "t", 1, "{\"a\":1}");
  window_assert_silent (one, "u");
  window_assert_silent (two, "u");

  test_client_write (self->writer, "u", "{\"b\":1}");
  window_wait_until (two, "u", 1, "{\"b\":1}");
  window_wait_until (one, "u", 1, "{\"b\":1}");
  g_assert_cmpuint (window_get_counter (one, "t", "applied"), ==, 2);
}

/* Nobody is told of a change that changes nothing. */
static void
test_no_change (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);

  test_client_write (self->writer, "t", "{\"a\":1}");
  window_start (window, "t");
  g_assert_cmpuint (test_client_write (self->writer, "t", "{\"a\":1}"), ==, 1);
  window_do (window, "update t {\"a\":1}");
  window_assert_told (window, "returned", "t", "1 {\"a\":1}");
  window_assert_told (window, "updated", "t", "1");
  window_do (window, "refresh t");
  window_assert_told (window, "refreshed", "t", "1 {\"a\":1}");
  g_assert_cmpuint (window_get_counter (window, "t", "applied"), ==, 1);
}

static void
test_stop_and_start (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);

  window_start (window, "t");
  window_do (window, "stop t");
  window_assert_told (window, "stopped", "t", "");
  test_client_write (self->writer, "t", "{\"a\":1}");
  window_assert_silent (window, "t");

  /* A stopped topic stays so; its name stands for a new one. */
  window_do (window, "start t");
  {
    g_autofree char *refused = window_wait_for (window, "started", "t");

    g_assert_true (g_str_has_prefix (refused, "not:"));
  }
  window_do (window, "drop t");
  window_start (window, "t");
  window_wait_until (window, "t", 1, "{\"a\":1}");
  test_client_write (self->writer, "t", "{\"a\":2}");
  window_wait_until (window, "t", 2, "{\"a\":2}");
}

/* The answer comes after the stop, and nothing comes of it. */
static void
test_stop_with_pull_in_flight (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);

  window_start (window, "u");
  test_client_write (self->writer, "t", "{\"a\":1}");
  g_subprocess_send_signal (self->daemon, SIGSTOP);
  window_do (window, "start t");
  window_do (window, "stop t");
  {
    g_autofree char *refused = window_wait_for (window, "started", "t");
    g_autofree char *ended G_GNUC_UNUSED = window_wait_for (window, "stopped", "t");

    g_assert_true (g_str_has_prefix (refused, "not:"));
  }
  g_subprocess_send_signal (self->daemon, SIGCONT);
  test_client_write (self->writer, "u", "{\"b\":1}");
  window_wait_until (window, "u", 1, "{\"b\":1}");
  window_assert_silent (window, "t");
}

static void
test_stop_while_following (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) window = window_open (self->session, NULL);

  test_client_write (self->writer, "t", "{\"a\":1}");
  window_start (window, "t");
  g_subprocess_send_signal (self->daemon, SIGSTOP);
  window_do (window, "update t {\"a\":2}");
  window_assert_told (window, "members", "t", "a");
  window_assert_told (window, "shows", "t", "1 {\"a\":2}");
  window_assert_told (window, "returned", "t", "1 {\"a\":2}");
  window_do (window, "refresh t");
  window_do (window, "stop t");
  {
    g_autofree char *outcome = window_wait_for (window, "updated", "t");
    g_autofree char *ended G_GNUC_UNUSED = window_wait_for (window, "stopped", "t");

    g_assert_true (g_str_has_prefix (outcome, "not:"));
  }
  g_subprocess_send_signal (self->daemon, SIGCONT);
  test_client_write (self->writer, "t", "{\"a\":3}");
  window_assert_silent (window, "t");
}

/* Written where the daemon will look for it. */
static void
prepare_topic (Fixture *self, const char *topic, guint64 revision)
{
  g_autofree char *name = test_client_dup_name (self->writer, topic);
  g_autoptr (StateSyncStorage) storage = STATE_SYNC_STORAGE (
      state_sync_sqlite_storage_new (test_session_get_database (self->session)));
  g_autoptr (GBytes) data = g_bytes_new_static ("{}", 2);
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (revision, data);
  StateSyncChange change = { name, snapshot };
  g_autoptr (GError) error = NULL;

  state_sync_storage_open (storage, &error);
  g_assert_no_error (error);
  state_sync_storage_commit (storage, &change, 1, &error);
  g_assert_no_error (error);
  state_sync_storage_close (storage);
}

static void
test_last_revision (Fixture *self, gconstpointer data)
{
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);

  prepare_topic (self, "t", G_MAXUINT64 - 2);
  client_start_daemon (self, NULL);
  window_start (one, "t");
  window_start (two, "t");
  test_client_write (self->writer, "t", "{\"a\":1}");
  window_wait_until (one, "t", G_MAXUINT64 - 1, "{\"a\":1}");
  window_do (one, "update t {\"a\":2}");
  window_wait_until (one, "t", G_MAXUINT64, "{\"a\":2}");
  window_wait_until (two, "t", G_MAXUINT64, "{\"a\":2}");

  /* There is none after it. */
  window_do (two, "update t {\"a\":3}");
  window_wait_until (two, "t", G_MAXUINT64, "{\"a\":3}");
  window_wait_until (two, "t", G_MAXUINT64, "{\"a\":2}");
  window_assert_outcome (
      two, "updated", "t",
      "not: Topic “t” is at the last revision, 18446744073709551615: continue under "
      "another name");
}

static void
test_large (Fixture *self, gconstpointer data)
{
  static const gsize sizes[] = { 100 * 1024, 2 * 1024 * 1024, 100 };
  g_autoptr (Window) one = window_open (self->session, NULL);
  g_autoptr (Window) two = window_open (self->session, NULL);

  window_start (one, "t");
  window_start (two, "t");
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
        {
          g_autofree char *filler = g_strnfill (sizes[i], (char)('a' + round));
          g_autofree char *text = g_strdup_printf ("{\"a\":\"%s\"}", filler);
          guint64 revision = test_client_write (self->writer, "t", text);

          window_wait_until (one, "t", revision, text);
          window_wait_until (two, "t", revision, text);
        }
    }
}

int
main (int argc, char **argv)
{
  const TestRole roles[] = { CLIENT_ROLES, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  client_add ("follow", "windows-follow", test_windows_follow);
  client_add ("follow", "namespace", test_namespace);
  client_add ("follow", "told-of-all-at-once", test_told_of_all_at_once);
  client_add ("follow", "late-joiner", test_late_joiner);
  client_add ("follow", "independent-topics", test_independent_topics);
  client_add ("follow", "no-change", test_no_change);
  client_add ("follow", "stop-and-start", test_stop_and_start);
  client_add ("follow", "stop-with-pull-in-flight", test_stop_with_pull_in_flight);
  client_add ("follow", "stop-while-following", test_stop_while_following);
  client_add_without_service ("follow", "last-revision", test_last_revision);
  client_add ("follow", "large", test_large);

  return g_test_run ();
}
