/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Apps with a cache, the real service, and a process each: what a window shows before the service
 * has answered, and what takes its place. */

#include <gio/gunixinputstream.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "statesync/statesync.h"
#include "support/role.h"
#include "support/session.h"

#define APP_ID "org.example.Editor"
#define TOPIC APP_ID ".settings"

#define N_CYCLES 10000
#define N_WARM_UP 1000

/* --- in the app --- */

typedef struct
{
  GMainLoop *loop;
  StateSyncClient *client;
  StateSyncCache *cache;
  StateSyncTopic *topic;
  gboolean is_asked_away;
  guint n_cycles;
} App;

static void
show (StateSyncTopic *topic)
{
  GBytes *text = state_sync_topic_get_text (topic);

  printf ("shows %" G_GUINT64_FORMAT " %.*s%s%s%s\n", state_sync_topic_get_revision (topic),
          (int)g_bytes_get_size (text), (char *)g_bytes_get_data (text, NULL),
          state_sync_topic_get_cached (topic) ? ", cached" : "",
          state_sync_topic_get_has_pending (topic) ? ", pending" : "",
          state_sync_topic_get_available (topic) ? ", available" : "");
}

static void
on_cached (StateSyncTopic *topic, GParamSpec *pspec, gpointer user_data)
{
  show (topic);
}

static void
on_changed (StateSyncTopic *topic, const char *const *members, gpointer user_data)
{
  show (topic);
}

/* Tells that nobody serves, once that is so. */
static void
on_available (StateSyncTopic *topic, GParamSpec *pspec, App *self)
{
  if (!self->is_asked_away || state_sync_topic_get_available (topic))
    return;
  self->is_asked_away = FALSE;
  show (topic);
}

static void
on_event (StateSyncCache *cache, StateSyncCacheEvent *event, gpointer user_data)
{
  g_autoptr (GEnumClass) kinds = g_type_class_ref (STATE_SYNC_TYPE_CACHE_EVENT_KIND);
  int kind = (int)state_sync_cache_event_get_kind (event);

  printf ("cache %s %" G_GUINT64_FORMAT "\n", g_enum_get_value (kinds, kind)->value_nick,
          state_sync_cache_event_get_revision (event));
}

static void
on_loaded (GObject *topic, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  state_sync_topic_load_cached_finish (STATE_SYNC_TOPIC (topic), result, &error);
  printf ("loaded%s\n", error != NULL ? " not" : "");
}

static void
on_started (GObject *topic, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  state_sync_topic_start_finish (STATE_SYNC_TOPIC (topic), result, &error);
  printf ("started%s\n", error == NULL                                               ? ""
                         : g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? " cancelled"
                                                                                     : " not");
}

static void
on_flushed (GObject *cache, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  state_sync_cache_flush_finish (STATE_SYNC_CACHE (cache), result, &error);
  printf ("flushed%s\n", error != NULL ? " not" : "");
}

static void
on_settled (GObject *topic, GAsyncResult *result, gpointer user_data)
{
  g_assert_true (state_sync_topic_settle_finish (STATE_SYNC_TOPIC (topic), result, NULL));
  show (STATE_SYNC_TOPIC (topic));
}

static void cycle (gpointer user_data);

static void
on_cycle_started (GObject *topic, GAsyncResult *result, gpointer user_data)
{
  App *self = user_data;
  g_autoptr (GError) error = NULL;

  state_sync_topic_start_finish (STATE_SYNC_TOPIC (topic), result, &error);
  g_assert_no_error (error);
  g_object_unref (topic);
  self->n_cycles--;
  g_idle_add_once (cycle, self); /* when the result has let go of the topic too */
}

/* Follows the topic, and drops it, which saves it; so often as there are cycles to go. */
static void
cycle (gpointer user_data)
{
  App *self = user_data;

  if (self->n_cycles > 0)
    {
      StateSyncTopic *topic = state_sync_client_get_topic (self->client, "settings");

      state_sync_topic_start_async (topic, NULL, on_cycle_started, self);
      return;
    }
  while (state_sync_cache_get_has_unsaved (self->cache))
    g_main_context_iteration (NULL, TRUE);
  printf ("cycled %zu\n", mallinfo2 ().uordblks);
}

static void
obey (App *self, const char *order)
{
  const char *argument = strchr (order, ' ');
  g_autoptr (JsonNode) patch = NULL;

  if (g_str_equal (order, "load"))
    state_sync_topic_load_cached_async (self->topic, NULL, on_loaded, NULL);
  else if (g_str_equal (order, "start"))
    state_sync_topic_start_async (self->topic, NULL, on_started, NULL);
  else if (g_str_equal (order, "stop"))
    state_sync_topic_stop (self->topic);
  else if (g_str_equal (order, "load-start-stop"))
    {
      obey (self, "load");
      obey (self, "start");
      obey (self, "stop");
    }
  else if (g_str_equal (order, "settle"))
    state_sync_topic_settle_async (self->topic, NULL, on_settled, NULL);
  else if (g_str_equal (order, "away"))
    {
      self->is_asked_away = TRUE;
      on_available (self->topic, NULL, self);
    }
  else if (g_str_equal (order, "show"))
    show (self->topic);
  else if (g_str_equal (order, "flush"))
    state_sync_cache_flush_async (self->cache, NULL, on_flushed, NULL);
  else if (g_str_has_prefix (order, "update "))
    {
      patch = json_from_string (argument + 1, NULL);
      state_sync_topic_update_async (self->topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL,
                                     NULL);
    }
  else if (g_str_has_prefix (order, "cycle "))
    {
      self->n_cycles = (guint)g_ascii_strtoull (argument + 1, NULL, 10);
      cycle (self);
    }
  else
    g_error ("no such order: %s", order);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  App *self = user_data;
  GDataInputStream *input = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish (input, result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (self->loop);
      return;
    }
  obey (self, line);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

/* @args: what its cache keeps things in. */
static int
play_app (TestClient *unused, const char *const *args)
{
  g_autoptr (GInputStream) standard_input = g_unix_input_stream_new (0, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (standard_input);
  g_autoptr (StateSyncPolicy) policy =
      g_object_new (STATE_SYNC_TYPE_POLICY, "retry-delay", 1, NULL);
  g_autoptr (StateSyncPolicy) only_at_the_end = g_object_new (
      STATE_SYNC_TYPE_POLICY, "debounce", 1, "debounce-edges", STATE_SYNC_EDGES_NONE, NULL);
  g_autoptr (StateSyncCacheStorage) storage =
      g_str_equal (args[0], "memory") ? state_sync_cache_memory_storage_new ()
                                      : state_sync_cache_file_storage_new_for_app (APP_ID);
  g_autoptr (GError) error = NULL;
  App self = { .loop = g_main_loop_new (NULL, FALSE) };

  self.client = state_sync_client_new_sync (APP_ID, STATE_SYNC_CLIENT_FLAGS_NONE, NULL, &error);
  g_assert_no_error (error);
  self.cache = g_object_new (STATE_SYNC_TYPE_CACHE, "app-id", APP_ID, "storage", storage,
                             "save-policy", only_at_the_end, NULL);
  state_sync_client_set_cache (self.client, self.cache);
  state_sync_client_set_policy (self.client, policy);
  if (!g_str_equal (args[0], "memory"))
    {
      self.topic = state_sync_client_get_topic (self.client, "settings");
      g_signal_connect (self.topic, "changed", G_CALLBACK (on_changed), NULL);
      g_signal_connect (self.topic, "notify::cached", G_CALLBACK (on_cached), NULL);
      g_signal_connect (self.topic, "notify::available", G_CALLBACK (on_available), &self);
      g_signal_connect (self.cache, "event", G_CALLBACK (on_event), NULL);
    }
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, &self);
  g_main_loop_run (self.loop);

  g_clear_object (&self.topic);
  state_sync_cache_flush_sync (self.cache, NULL, NULL);
  g_clear_object (&self.client);
  g_clear_object (&self.cache);
  g_main_loop_unref (self.loop);
  return 0;
}

/* --- the tests --- */

typedef struct
{
  TestSession *session;
  GSubprocess *daemon; /* (nullable) */
  TestClient *writer;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = test_session_new ();
  self->writer = test_client_new (test_session_get_address (self->session));
  self->daemon = test_session_start_daemon (self->session, NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_client_free (self->writer);
  g_clear_object (&self->daemon);
  test_session_free (self->session);
}

static void
end_daemon (Fixture *self)
{
  test_process_end (self->daemon, SIGKILL);
  g_clear_object (&self->daemon);
  test_session_wait_for_no_owner (self->session);
}

static void
start_daemon_with (Fixture *self, const char *database)
{
  g_autofree char *path =
      g_build_filename (test_session_get_folder (self->session), database, NULL);
  const char *args[] = { "--database", path, NULL };

  self->daemon = test_session_start_daemon (self->session, args);
}

static GSubprocess *
open_app (Fixture *self)
{
  return test_session_spawn_role (self->session, "app", (const char *[]){ "files", NULL });
}

/* Reads on until it says this. */
static void
wait_for (GSubprocess *app, const char *expected)
{
  for (;;)
    {
      g_autofree char *line = test_role_read_line (app);

      g_assert_nonnull (line);
      g_test_message ("app: %s", line);
      if (g_str_equal (line, expected))
        return;
    }
}

/* It says this next. */
static void
assert_says (GSubprocess *app, const char *expected)
{
  g_autofree char *line = test_role_read_line (app);

  g_assert_cmpstr (line, ==, expected);
}

/* It ends as an app does that is quit. */
static void
quit_app (GSubprocess *app)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_close (g_subprocess_get_stdin_pipe (app), NULL, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (app, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (app);
}

/* An app has followed the topic at revision 2, and is gone; so is the service. */
static void
leave_something (Fixture *self)
{
  GSubprocess *app = open_app (self);

  test_client_write (self->writer, TOPIC, "{\"a\":1}");
  test_client_write (self->writer, TOPIC, "{\"a\":2}");
  test_role_tell (app, "start");
  assert_says (app, "cache missed 0");
  wait_for (app, "started");
  test_role_tell (app, "flush");
  wait_for (app, "flushed");
  quit_app (app);
  end_daemon (self);
}

static void
test_shows_what_was_left (Fixture *self, gconstpointer data)
{
  GSubprocess *app;

  leave_something (self);
  app = open_app (self);
  test_role_tell (app, "show");
  assert_says (app, "shows 0 null");
  test_role_tell (app, "load");
  assert_says (app, "cache loaded 2");
  assert_says (app, "shows 2 {\"a\":2}, cached");
  assert_says (app, "shows 2 {\"a\":2}, cached");
  assert_says (app, "loaded");

  /* It is loaded once. */
  test_role_tell (app, "load");
  assert_says (app, "loaded");
  quit_app (app);
}

/* Nobody serves: the start fails and what was left stays. Then somebody does. */
static void
test_service_comes (Fixture *self, gconstpointer data)
{
  GSubprocess *app;

  leave_something (self);
  app = open_app (self);
  test_role_tell (app, "start");
  wait_for (app, "shows 2 {\"a\":2}, cached");
  wait_for (app, "started not");
  test_role_tell (app, "show");
  assert_says (app, "shows 2 {\"a\":2}, cached");

  self->daemon = test_session_start_daemon (self->session, NULL);
  wait_for (app, "shows 2 {\"a\":2}, available");
  test_client_write (self->writer, TOPIC, "{\"a\":3}");
  wait_for (app, "shows 3 {\"a\":3}, available");

  /* It goes, and what is shown is what it confirmed. */
  end_daemon (self);
  test_role_tell (app, "away");
  assert_says (app, "shows 3 {\"a\":3}");
  quit_app (app);
}

/* Another database is another history: its first state counts, also with a lower revision. */
static void
test_lower_revision (Fixture *self, gconstpointer data)
{
  GSubprocess *app;

  leave_something (self);
  app = open_app (self);
  test_role_tell (app, "start");
  wait_for (app, "started not");
  start_daemon_with (self, "another.db");
  wait_for (app, "shows 0 null, available");
  test_client_write (self->writer, TOPIC, "{\"b\":1}");
  wait_for (app, "shows 1 {\"b\":1}, available");
  quit_app (app);

  /* That is what is left now. */
  app = open_app (self);
  test_role_tell (app, "load");
  assert_says (app, "cache loaded 1");
  quit_app (app);
}

/* With somebody who serves: first what was left, then what is. */
static void
test_then_what_is (Fixture *self, gconstpointer data)
{
  GSubprocess *app;

  leave_something (self);
  self->daemon = test_session_start_daemon (self->session, NULL);
  test_client_write (self->writer, TOPIC, "{\"a\":3}");
  app = open_app (self);
  test_role_tell (app, "start");
  assert_says (app, "cache loaded 2");
  assert_says (app, "shows 2 {\"a\":2}, cached");
  assert_says (app, "shows 2 {\"a\":2}, cached");
  assert_says (app, "shows 3 {\"a\":3}, available");
  assert_says (app, "shows 3 {\"a\":3}, available");
  assert_says (app, "started");
  quit_app (app);
}

/* What is pending is shown upon what was left, brought to whoever serves, and never kept itself. */
static void
test_pending (Fixture *self, gconstpointer data)
{
  GSubprocess *app;
  GSubprocess *other;

  leave_something (self);
  app = open_app (self);
  test_role_tell (app, "load");
  wait_for (app, "loaded");
  test_role_tell (app, "update {\"b\":1}");
  assert_says (app, "shows 2 {\"a\":2,\"b\":1}, cached, pending");
  test_role_tell (app, "flush");
  wait_for (app, "flushed");

  other = open_app (self);
  test_role_tell (other, "load");
  assert_says (other, "cache loaded 2");
  assert_says (other, "shows 2 {\"a\":2}, cached");
  quit_app (other);

  /* Its write is made upon what the service has, not upon what was left. */
  start_daemon_with (self, "another.db");
  test_client_write (self->writer, TOPIC, "{\"c\":1}");
  test_role_tell (app, "start");
  wait_for (app, "started");
  test_role_tell (app, "settle");
  wait_for (app, "shows 2 {\"c\":1,\"b\":1}, available");
  test_client_assert_snapshot (self->writer, TOPIC, 2, "{\"c\":1,\"b\":1}");
  quit_app (app);
}

/* Who stops the topic while it is being loaded is told, and shows nothing. */
static void
test_stop_while_loading (Fixture *self, gconstpointer data)
{
  GSubprocess *app;

  leave_something (self);
  app = open_app (self);
  test_role_tell (app, "load-start-stop");
  assert_says (app, "loaded not");
  assert_says (app, "started cancelled");
  wait_for (app, "cache loaded 2");
  test_role_tell (app, "show");
  assert_says (app, "shows 0 null");
  test_role_tell (app, "load");
  assert_says (app, "loaded");
  quit_app (app);
}

/* The end of following saves; nobody has to ask for it. */
static void
test_stop_saves (Fixture *self, gconstpointer data)
{
  GSubprocess *app = open_app (self);

  test_client_write (self->writer, TOPIC, "{\"a\":1}");
  test_role_tell (app, "start");
  wait_for (app, "started");
  test_role_tell (app, "stop");
  assert_says (app, "cache save-started 1");
  assert_says (app, "cache save-completed 1");
  quit_app (app);
}

static gsize
run_cycles (GSubprocess *app, guint n_cycles)
{
  g_autofree char *order = g_strdup_printf ("cycle %u", n_cycles);
  g_autofree char *line = NULL;

  test_role_tell (app, order);
  line = test_role_read_line (app);
  g_assert_true (g_str_has_prefix (line, "cycled "));
  return g_ascii_strtoull (line + strlen ("cycled "), NULL, 10);
}

/* A thousand bytes more after all of them are none for each. */
static void
test_cycles (Fixture *self, gconstpointer data)
{
  GSubprocess *app =
      test_session_spawn_role (self->session, "app", (const char *[]){ "memory", NULL });
  gsize before, after;
  guint n_files;

  test_client_write (self->writer, TOPIC, "{\"a\":1}");
  before = run_cycles (app, N_WARM_UP);
  n_files = test_process_get_n_files (app);
  after = run_cycles (app, N_CYCLES);
  g_test_message ("%zu bytes in use, and %zu after %u cycles", before, after, N_CYCLES);
  g_assert_cmpuint (test_process_get_n_files (app), ==, n_files);
  g_assert_cmpuint (after, <, before + 8 * N_CYCLES);
  quit_app (app);
}

static void
add (const char *path, void (*func) (Fixture *self, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  const TestRole roles[] = { { "app", play_app }, { NULL, NULL } };

  test_init (&argc, &argv, roles);

  add ("/cache/windows/shows-what-was-left", test_shows_what_was_left);
  add ("/cache/windows/service-comes", test_service_comes);
  add ("/cache/windows/lower-revision", test_lower_revision);
  add ("/cache/windows/then-what-is", test_then_what_is);
  add ("/cache/windows/pending", test_pending);
  add ("/cache/windows/stop-while-loading", test_stop_while_loading);
  add ("/cache/windows/stop-saves", test_stop_saves);
  add ("/cache/windows/cycles", test_cycles);

  return g_test_run ();
}
