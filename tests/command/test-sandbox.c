/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The command in a sandbox: the same, for the topics of the app. */

#include <glib/gstdio.h>
#include <signal.h>

#include "command/command-fixture.h"
#include "support/sandboxed-app.h"

#define APP_ID "org.example.App"
#define TOPIC APP_ID ".t"

static GSubprocess *
start_inside (Fixture *self, const char *const *words)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;

  g_strv_builder_add (builder, TEST_STATESYNC);
  g_strv_builder_addv (builder, (const char **)words);
  argv = g_strv_builder_end (builder);
  return test_app_spawn (self->session, APP_ID, TEST_RULES_PLAIN,
                         G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                         (const char *const *)argv);
}

#define start_inside(self, ...) start_inside (self, WORDS (__VA_ARGS__))

/* What it prints, and how it ends. */
static void
assert_prints (GSubprocess *process, int status, const char *out, const char *err)
{
  g_autofree char *actual_out = NULL;
  g_autofree char *actual_err = NULL;
  int actual_status = test_process_finish (process, &actual_out, &actual_err);

  g_assert_cmpstr (actual_err, ==, err);
  g_assert_cmpstr (actual_out, ==, out);
  g_assert_cmpint (actual_status, ==, status);
  g_object_unref (process);
}

static void
kill_service (Fixture *self)
{
  g_free (test_session_wait_for_owner (self->session, NULL));
  kill (test_session_get_owner_pid (self->session), SIGKILL);
  test_session_wait_for_no_owner (self->session);
}

static void
test_reads_and_writes (Fixture *self, gconstpointer data)
{
  if (!test_app_can_be ())
    return;

  assert_prints (start_inside (self, "set", TOPIC, "{\"a\":1}"), 0, "1\n", "");
  assert_prints (start_inside (self, "merge", TOPIC, "{\"b\":2}"), 0, "2\n", "");
  assert_prints (start_inside (self, "get", TOPIC), 0, "{\"a\":1,\"b\":2}\n", "");
  assert_prints (start_inside (self, "list", APP_ID), 0, TOPIC "\t2\n", "");
  test_client_assert_snapshot (self->client, TOPIC, 2, "{\"a\":1,\"b\":2}");
}

/* Each instance of the service is asked for signals. */
static void
test_watch (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) watch = NULL;

  if (!test_app_can_be ())
    return;

  watch = start_inside (self, "watch", TOPIC);
  assert_line (watch, TOPIC "\t0\tnull");
  for (guint n = 1; n <= 6; n++)
    {
      g_autofree char *text = g_strdup_printf ("%u", n);
      g_autofree char *line = g_strdup_printf (TOPIC "\t%u\t%u", n, n);

      test_client_write (self->client, TOPIC, text);
      assert_line (watch, line);
      if (n % 2 == 0)
        kill_service (self);
    }
}

static void
test_wait (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) wait = NULL;

  if (!test_app_can_be ())
    return;

  test_client_write (self->client, TOPIC, "1");
  wait = start_inside (self, "wait", TOPIC, "--equals", "3");
  for (guint i = 2; i <= 3; i++)
    test_client_write (self->client, TOPIC, i == 2 ? "2" : "3");
  assert_ends (wait, 0, 0);
}

/* From the line of the service's appearance on. */
static void
test_monitor (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) monitor = NULL;

  if (!test_app_can_be ())
    return;

  test_client_write (self->client, TOPIC, "1");
  monitor = start_inside (self, "monitor", APP_ID);
  for (guint round = 0; round < 3; round++)
    {
      g_autofree char *owner = test_session_wait_for_owner (self->session, NULL);
      g_autofree char *appeared = g_strconcat ("appeared\t", owner, NULL);
      g_autofree char *changed = g_strdup_printf ("changed\t" TOPIC "\t%u", round + 2);

      assert_line (monitor, appeared);
      test_client_write (self->client, TOPIC, round % 2 == 0 ? "2" : "1");
      assert_line (monitor, changed);
      kill_service (self);
      assert_line (monitor, "vanished");
      g_free (test_client_dup_snapshot (self->client, TOPIC, &(guint64){ 0 }));
    }

  assert_prints (start_inside (self, "monitor"), 2, "",
                 "statesync: In a sandbox a NAMESPACE has to be named; see statesync monitor "
                 "--help\n");
}

/* Which is told by the description of the snap; and one that is classic is not confined. */
static void
test_snap (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *description; /* NULL: there is none */
    const char *name;
  } cases[] = {
    { "name: app\nconfinement: strict\n", "org.freedesktop.portal.StateSync" },
    { "name: app\n", "org.freedesktop.portal.StateSync" },
    { "name: app\nconfinement:   classic  \nbase: core22\n", "org.statesync.StateSync1" },
    { NULL, "org.statesync.StateSync1" },
  };
  const char *folder = test_session_get_folder (self->session);
  g_autofree char *meta = g_build_filename (folder, "meta", NULL);
  g_autofree char *path = g_build_filename (meta, "snap.yaml", NULL);
  g_autofree char *snap = g_strconcat ("SNAP=", folder, NULL);

  g_assert_no_errno (g_mkdir (meta, 0700));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *expected =
          g_strdup_printf ("statesync: The service %s can't be reached: ", cases[i].name);
      g_autofree char *err = NULL;
      int status;

      g_unlink (path);
      if (cases[i].description != NULL)
        g_assert_true (g_file_set_contents (path, cases[i].description, -1, NULL));
      status = fixture_run_program (self, NULL, NULL, &err,
                                    WORDS ("/usr/bin/env", snap, TEST_STATESYNC, "get", "t"));
      g_assert_cmpint (status, ==, 6);
      g_assert_true (g_str_has_prefix (err, expected));
    }
}

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);
  test_add ("/command/sandbox/reads-and-writes", test_reads_and_writes);
  test_add ("/command/sandbox/watch", test_watch);
  test_add ("/command/sandbox/wait", test_wait);
  test_add ("/command/sandbox/monitor", test_monitor);
  test_add_no_service ("/command/sandbox/snap", test_snap);
  return g_test_run ();
}
