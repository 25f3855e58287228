/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The examples of sandboxed apps as Flatpak runs them, and what else may run in their place: this
 * very program, as a window with the real library, and gdbus. The app is installed once (see
 * tests/flatpak/install), in a session that lasts as long as this program; each test runs it in a
 * session of its own.
 */

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "access/permission-store.h"
#include "client/window.h"
#include "statesync/statesync.h"
#include "support/sandbox.h"

#define APP "org.example.App"
#define OWN APP ".settings"
#define FOREIGN "org.example.Other.secret"
#define MISSING "org.example.Other.missing"

/* The one that has its own service. */
#define OWN_APP "org.example.OwnService"
#define OWN_NAME OWN_APP ".StateSync"

#define DIRECT "org.statesync.StateSync1", "/org/statesync/StateSync1"
#define PORTAL "org.freedesktop.portal.StateSync", "/org/freedesktop/portal/StateSync"
#define OF_OWN_APP OWN_NAME, "/org/example/OwnService/StateSync"

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* --- the app --- */

static TestSession *installed;
static char *setting; /* where it is, for the environment of flatpak */

static void
install (void)
{
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "flatpak", "install", NULL);
  g_autofree char *manifest =
      g_test_build_filename (G_TEST_DIST, "..", "examples", "sandboxed", APP ".json", NULL);
  g_autofree char *own_manifest =
      g_test_build_filename (G_TEST_DIST, "..", "examples", "sandboxed", OWN_APP ".json", NULL);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = NULL;
  g_autofree char *errors = NULL;
  g_autoptr (GSubprocess) process = NULL;

  installed = test_session_new ();
  folder = g_build_filename (test_session_get_folder (installed), "made", NULL);
  process = test_session_spawn (
      installed, G_SUBPROCESS_FLAGS_STDERR_PIPE,
      WORDS (script, folder, manifest, own_manifest, "--", TEST_SANDBOXED, TEST_OWN_SERVICE, self));
  if (test_process_finish (process, NULL, &errors) != 0)
    g_error ("%s", errors);

  setting =
      g_strdup_printf ("FLATPAK_USER_DIR=%s/data/flatpak", test_session_get_folder (installed));
}

/* Whether Flatpak can run it; skips the test if it can't. */
static gboolean
can_be (void)
{
  g_autofree char *program = g_find_program_in_path ("flatpak");

  if (program == NULL)
    {
      g_test_skip ("there is no flatpak");
      return FALSE;
    }
  if (!test_sandbox_can_be ())
    return FALSE;
  if (installed == NULL)
    install ();
  return TRUE;
}

/* --- sessions --- */

typedef struct
{
  TestSession *session; /* NULL: the test is skipped */
  TestClient *host;
  const char *app; /* whose id is that of the app that runs */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  if (!can_be ())
    return;

  self->app = APP;
  self->session = test_session_new ();
  test_session_make_activatable (self->session, NULL);
  self->host = test_client_new (test_session_get_address (self->session));
  test_client_write (self->host, FOREIGN, "1");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->session == NULL)
    return;

  test_client_free (self->host);
  test_session_free (self->session);
}

/* --- flatpak run --- */

/* The branch says what the manifest asks for: `plain` nothing, `talk` direct names. @program:
 * (nullable) in place of the app's own. What desktops have for apps beside this is left out. */
static GSubprocess *
run_app (Fixture *self,
         const char *branch,
         const char *program,
         GSubprocessFlags flags,
         const char *const *args)
{
  g_autofree char *command = g_strconcat ("--command=", program, NULL);
  g_autofree char *app = g_strconcat (self->app, "//", branch, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;

  g_strv_builder_add_many (builder, "env", setting, "flatpak", "run", "--no-a11y-bus",
                           "--no-documents-portal", NULL);
  if (program != NULL)
    g_strv_builder_add (builder, command);
  g_strv_builder_add (builder, app);
  g_strv_builder_addv (builder, (const char **)args);
  argv = g_strv_builder_end (builder);
  return test_session_spawn (self->session, flags, (const char *const *)argv);
}

static Window *
open_window (Fixture *self, const char *branch, StateSyncClientFlags flags)
{
  g_autofree char *number = g_strdup_printf ("%u", flags);
  g_autoptr (GPtrArray) argv = test_role_get_argv ("window", WORDS ("", number));
  g_autofree char *name = g_path_get_basename (argv->pdata[0]);

  return window_of (run_app (self, branch, name,
                             G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                             (const char *const *)argv->pdata + 1));
}

/* What gdbus prints in there, as an answer or as an error. */
static char *
call (Fixture *self,
      const char *branch,
      const char *bus_name,
      const char *object_path,
      const char *method,
      const char *const *args)
{
  g_autofree char *full = g_strconcat ("org.statesync.StateSync1.", method, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *errors = NULL;
  char *output;

  g_strv_builder_add_many (builder, "call", "--session", "--dest", bus_name, "--object-path",
                           object_path, "--method", full, NULL);
  g_strv_builder_addv (builder, (const char **)args);
  argv = g_strv_builder_end (builder);
  process = run_app (self, branch, "gdbus",
                     G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                     (const char *const *)argv);
  if (test_process_finish (process, &output, &errors) == 0)
    return output;

  g_free (output);
  return g_steal_pointer (&errors);
}

#define assert_call(self, branch, place, method, args, expected)                                   \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *said = call (self, branch, place, method, args);                              \
    g_test_message ("%s: %s", method, said);                                                       \
    g_assert_true (g_str_has_prefix (said, expected));                                             \
  }                                                                                                \
  G_STMT_END

#define DENIED "Error: GDBus.Error:org.statesync.StateSync1.Error.AccessDenied: "
#define UNKNOWN "Error: GDBus.Error:org.freedesktop.DBus.Error.ServiceUnknown: "

/* --- the example --- */

static void
assert_prints (GSubprocess *example, const char *expected)
{
  g_autofree char *line = test_role_read_line (example);

  g_assert_cmpstr (line, ==, expected);
}

/* Its input ends. */
static void
assert_ends (GSubprocess *example)
{
  g_assert_cmpint (test_process_finish (example, NULL, NULL), ==, 0);
}

/* Inside and outside it is the same program, and shows the same. */
static void
test_example (Fixture *self, gconstpointer data)
{
  const GSubprocessFlags pipes = G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE;
  g_autoptr (GSubprocess) inside = NULL;
  g_autoptr (GSubprocess) outside = NULL;

  if (self->session == NULL)
    return;

  inside = run_app (self, data, NULL, pipes, (const char *const[]){ NULL });
  outside = test_session_spawn (self->session, pipes, WORDS (TEST_SANDBOXED));
  assert_prints (inside, "null");
  assert_prints (outside, "null");

  test_role_tell (inside, "{\"theme\": \"dark\"}");
  assert_prints (inside, "{\"theme\":\"dark\"}");
  assert_prints (outside, "{\"theme\":\"dark\"}");
  test_role_tell (outside, "{\"theme\": \"light\"}");
  assert_prints (outside, "{\"theme\":\"light\"}");
  assert_prints (inside, "{\"theme\":\"light\"}");
  test_client_assert_snapshot (self->host, OWN, 2, "{\"theme\":\"light\"}");

  /* It says what it does not understand, and what was typed before the end is on disk. */
  test_role_tell (inside, "{\"theme");
  g_free (test_role_read_line (inside));
  test_role_tell (inside, "{\"font\": \"Sans\"}");
  assert_ends (inside);
  test_client_assert_snapshot (self->host, OWN, 3, "{\"theme\":\"light\",\"font\":\"Sans\"}");
  assert_prints (outside, "{\"theme\":\"light\",\"font\":\"Sans\"}");
  assert_ends (outside);
}

/* --- the example with its own service --- */

static GVariant *
call_bus (Fixture *self, const char *method, GVariant *args)
{
  g_autoptr (GError) error = NULL;
  GVariant *answer = g_dbus_connection_call_sync (
      test_client_get_connection (self->host), "org.freedesktop.DBus", "/org/freedesktop/DBus",
      "org.freedesktop.DBus", method, args, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
  return answer;
}

/* What a desktop has by itself: its bus finds the files that Flatpak exports, and what it starts
 * finds the installation. */
static void
let_bus_start_apps (Fixture *self)
{
  const char *file = OWN_NAME ".service";
  g_autofree char *exported =
      g_build_filename (test_session_get_folder (installed), "data", "flatpak", "exports", "share",
                        "dbus-1", "services", file, NULL);
  g_autofree char *link = g_build_filename (test_session_get_folder (self->session), "data",
                                            "dbus-1", "services", file, NULL);
  GVariantBuilder environment;

  g_assert_no_errno (symlink (exported, link));
  g_variant_unref (call_bus (self, "ReloadConfig", NULL));
  g_variant_builder_init (&environment, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&environment, "{ss}", "FLATPAK_USER_DIR", strchr (setting, '=') + 1);
  g_variant_unref (
      call_bus (self, "UpdateActivationEnvironment", g_variant_new ("(a{ss})", &environment)));
}

/* Two windows and the service are processes of their own, in sandboxes of their own; one window
 * more is outside. */
static void
test_own_service (Fixture *self, gconstpointer data)
{
  const GSubprocessFlags pipes = G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE;
  g_autoptr (GSubprocess) one = NULL;
  g_autoptr (GSubprocess) two = NULL;
  g_autoptr (GSubprocess) outside = NULL;

  if (self->session == NULL)
    return;

  let_bus_start_apps (self);
  self->app = OWN_APP;
  one = run_app (self, data, NULL, pipes, (const char *const[]){ NULL });
  two = run_app (self, data, NULL, pipes, (const char *const[]){ NULL });
  outside = test_session_spawn (self->session, pipes, WORDS (TEST_OWN_SERVICE));
  assert_prints (one, "null");
  assert_prints (two, "null");
  assert_prints (outside, "null");

  test_role_tell (one, "{\"theme\": \"dark\"}");
  assert_prints (one, "{\"theme\":\"dark\"}");
  assert_prints (two, "{\"theme\":\"dark\"}");
  assert_prints (outside, "{\"theme\":\"dark\"}");

  /* What the app refuses is shown to who tried alone, until it is taken back. */
  test_role_tell (two, "7");
  assert_prints (two, "7");
  assert_prints (two, "{\"theme\":\"dark\"}");
  assert_prints (two, "taken back: Settings are an object");
  test_role_tell (two, "{\"font\": \"Sans\"}");
  assert_prints (one, "{\"theme\":\"dark\",\"font\":\"Sans\"}");
  assert_ends (one);
  assert_ends (two);
  assert_ends (outside);

  /* The session's service knows nothing of it, and other apps can't even call. */
  test_client_assert_snapshot (self->host, OWN_APP ".settings", 0, "null");
  self->app = APP;
  assert_call (self, "plain", OF_OWN_APP, "GetSnapshot", WORDS (OWN_APP ".settings"), UNKNOWN);
  assert_call (self, "talk", OF_OWN_APP, "GetSnapshot", WORDS (OWN_APP ".settings"),
               "(uint64 2, '{\"theme\":\"dark\",\"font\":\"Sans\"}')");
}

/* --- the library --- */

static const StateSyncClientFlags ways[] = {
  STATE_SYNC_CLIENT_FLAGS_NONE,
  STATE_SYNC_CLIENT_FLAGS_BY_SIGNAL,
};

static void
test_own_topics (Fixture *self, gconstpointer data)
{
  if (self->session == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (Window) window = open_window (self, data, ways[i]);
      g_autofree char *topic = g_strdup_printf (APP ".own-%u", i);

      window_start (window, topic);
      window_do (window, "write %s 1", topic);
      window_assert_outcome (window, "written", topic, "1");
      window_wait_until (window, topic, 1, "1");
      for (guint64 revision = 2; revision <= 10; revision++)
        {
          g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, revision);

          test_client_write (self->host, topic, text);
          window_wait_until (window, topic, revision, text);
        }
    }
}

static void
assert_is_refusal (Window *window, const char *outcome, const char *topic)
{
  g_autofree char *rest = window_wait_for (window, outcome, topic);

  g_test_message ("%s: %s", topic, rest);
  g_assert_true (g_str_has_prefix (rest, "not: "));
  g_assert_nonnull (strstr (rest, "flatpak permission-set statesync TOPIC " APP));
}

/* There is one and there is not the other, and nobody in there can tell. */
static void
test_foreign_topics (Fixture *self, gconstpointer data)
{
  if (self->session == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (Window) window = open_window (self, data, ways[i]);
      g_autofree char *text = g_strdup_printf ("%u", i + 2);

      window_start (window, OWN);
      window_do (window, "write " FOREIGN " 9");
      assert_is_refusal (window, "written", FOREIGN);
      window_do (window, "write " MISSING " 9");
      assert_is_refusal (window, "written", MISSING);
      window_do (window, "start " FOREIGN);
      window_do (window, "start " MISSING);
      assert_is_refusal (window, "started", FOREIGN);
      assert_is_refusal (window, "started", MISSING);

      g_assert_cmpuint (test_client_write (self->host, FOREIGN, text), ==, i + 2);
      test_client_write (self->host, OWN, text);
      window_wait_until (window, OWN, i + 1, text);
      window_assert_silent (window, FOREIGN);
    }
}

/* --- what the user grants --- */

/* As users do. */
static void
flatpak (Fixture *self, const char *const *words)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_auto (GStrv) argv = NULL;

  g_strv_builder_add (builder, "flatpak");
  g_strv_builder_addv (builder, (const char **)words);
  argv = g_strv_builder_end (builder);
  process = test_session_spawn (self->session, G_SUBPROCESS_FLAGS_NONE, (const char *const *)argv);
  g_assert_cmpint (test_process_finish (process, NULL, NULL), ==, 0);
}

/* The service hears of it when it likes: so again, until the outcome is as it should be. */
static void
do_until (Window *window, const char *what, const char *outcome, gboolean is_granted)
{
  for (;;)
    {
      g_autofree char *rest = NULL;

      window_do (window, "%s", what);
      rest = window_wait_for (window, outcome, FOREIGN);
      if (g_str_has_prefix (rest, "not: ") != is_granted)
        return;
    }
}

static void
test_grants (Fixture *self, gconstpointer data)
{
  if (self->session == NULL || !test_permission_store_is_possible ())
    return;

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (Window) window = open_window (self, data, ways[i]);
      g_autofree char *shown = NULL;
      guint64 revision;

      window_do (window, "write " FOREIGN " 9");
      assert_is_refusal (window, "written", FOREIGN);
      flatpak (self, WORDS ("permission-set", "statesync", "org.example.Other", APP, "read"));
      do_until (window, "start " FOREIGN, "started", TRUE);
      revision = test_client_write (self->host, FOREIGN, "\"seen\"");
      window_wait_until (window, FOREIGN, revision, "\"seen\"");
      window_do (window, "write " FOREIGN " 9");
      assert_is_refusal (window, "written", FOREIGN);

      flatpak (self, WORDS ("permission-set", "statesync", "org.example.Other", APP, "write"));
      do_until (window, "write " FOREIGN " \"written\"", "written", TRUE);
      test_client_assert_snapshot (self->host, FOREIGN, revision + 1, "\"written\"");

      /* What it knows it may show; what comes then it does not hear of. */
      flatpak (self, WORDS ("permission-remove", "statesync", "org.example.Other", APP));
      do_until (window, "write " FOREIGN " \"written\"", "written", FALSE);
      test_client_write (self->host, FOREIGN, "1");
      window_do (window, "refresh " FOREIGN);
      assert_is_refusal (window, "refreshed", FOREIGN);
      window_do (window, "show " FOREIGN);
      shown = window_wait_for (window, "shows", FOREIGN);
      g_assert_true (g_str_has_suffix (shown, " \"written\""));
    }
}

/* --- without the library --- */

/* By any name that lets it through the rights are the same. */
static void
assert_rights (Fixture *self, const char *branch, const char *bus_name, const char *object_path)
{
#define BY_NAME bus_name, object_path
  assert_call (self, branch, BY_NAME, "Write", WORDS (OWN, "2", "{}"), "(uint64 1,)");
  assert_call (self, branch, BY_NAME, "GetSnapshot", WORDS (OWN), "(uint64 1, '2')");
  assert_call (self, branch, BY_NAME, "ListTopics", WORDS (""), "([('" OWN "', uint64 1)],)");
  assert_call (self, branch, BY_NAME, "ListTopics", WORDS ("org.example.Other"), "(@a(st) [],)");
  assert_call (self, branch, BY_NAME, "GetSnapshot", WORDS (FOREIGN), DENIED);
  assert_call (self, branch, BY_NAME, "GetSnapshot", WORDS (MISSING), DENIED);
  assert_call (self, branch, BY_NAME, "Write", WORDS (FOREIGN, "2", "{}"), DENIED);
  assert_call (self, branch, BY_NAME, "MapSnapshot", WORDS (FOREIGN), DENIED);
#undef BY_NAME
}

static void
test_sandbox_facing_name (Fixture *self, gconstpointer data)
{
  if (self->session != NULL)
    assert_rights (self, data, PORTAL);
}

static void
test_direct_name (Fixture *self, gconstpointer data)
{
  if (self->session == NULL)
    return;

  assert_call (self, "plain", DIRECT, "GetSnapshot", WORDS (OWN), UNKNOWN);
  assert_rights (self, "talk", DIRECT);
}

/* What a monitor prints between the service's coming and its going. */
static char *
monitor (Fixture *self, const char *branch, const char *bus_name)
{
  g_autoptr (GSubprocess) process = run_app (self, branch, "gdbus", G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                             WORDS ("monitor", "--session", "--dest", bus_name));
  g_autoptr (GString) heard = g_string_new (NULL);
  g_autofree char *line = NULL;

  while ((line = test_role_read_line (process)) != NULL && strstr (line, " is owned by ") == NULL)
    g_clear_pointer (&line, g_free);
  test_client_write (self->host, FOREIGN, "2");
  test_client_write (self->host, OWN, "2");
  kill (test_session_get_owner_pid (self->session), SIGTERM);

  g_clear_pointer (&line, g_free);
  while ((line = test_role_read_line (process)) != NULL &&
         strstr (line, "not have an owner") == NULL)
    {
      g_string_append_printf (heard, "%s\n", line);
      g_clear_pointer (&line, g_free);
    }
  g_assert_nonnull (line);
  test_process_end (process, SIGKILL);
  return g_string_free (g_steal_pointer (&heard), FALSE);
}

static void
test_nothing_is_broadcast (Fixture *self, gconstpointer data)
{
  g_autofree char *heard = NULL;

  if (self->session == NULL)
    return;

  heard = monitor (self, data, "org.freedesktop.portal.StateSync");
  g_assert_cmpstr (heard, ==, "");
}

/* Why an app should not ask for it. */
static void
test_direct_name_tells_names (Fixture *self, gconstpointer data)
{
  g_autofree char *heard = NULL;

  if (self->session == NULL)
    return;

  heard = monitor (self, "talk", "org.statesync.StateSync1");
  g_assert_nonnull (strstr (heard, "Invalidated ('" FOREIGN "', uint64 2)"));
  g_assert_nonnull (strstr (heard, "Invalidated ('" OWN "', uint64 1)"));
}

int
main (int argc, char **argv)
{
  const TestRole roles[] = { WINDOW_ROLE, { NULL, NULL } };
  int status;

  test_init (&argc, &argv, roles);

#define TEST(name, branch, func)                                                                   \
  g_test_add ("/flatpak/" branch "/" name, Fixture, branch, set_up, func, tear_down)

  TEST ("example", "plain", test_example);
  TEST ("own-service", "plain", test_own_service);
  TEST ("own-topics", "plain", test_own_topics);
  TEST ("foreign-topics", "plain", test_foreign_topics);
  TEST ("grants", "plain", test_grants);
  TEST ("sandbox-facing-name", "plain", test_sandbox_facing_name);
  TEST ("nothing-is-broadcast", "plain", test_nothing_is_broadcast);
  TEST ("example", "talk", test_example);
  TEST ("own-topics", "talk", test_own_topics);
  TEST ("foreign-topics", "talk", test_foreign_topics);
  TEST ("sandbox-facing-name", "talk", test_sandbox_facing_name);
  TEST ("direct-name", "talk", test_direct_name);
  TEST ("direct-name-tells-names", "talk", test_direct_name_tells_names);

#undef TEST

  status = g_test_run ();
  g_clear_pointer (&installed, test_session_free);
  g_free (setting);
  return status;
}
