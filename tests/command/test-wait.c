/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>

#include "command/command-fixture.h"

/* Until somebody else has read from this instance of the service so many times. */
static void
wait_for_pulls (Fixture *self, guint64 n)
{
  while (test_client_get_statistic (self->client, "snapshots") < n)
    g_thread_yield ();
}

/* `wait` with these @words gives up, having read the topic, which is at @revision. On a slow day
 * it is given more time to read. */
static void
expect_false (Fixture *self, const char *revision, const char *const *words)
{
  for (guint msec = 20;; msec *= 4)
    {
      g_autofree char *seconds = g_strdup_printf ("%u.%03u", msec / 1000, msec % 1000);
      g_autofree char *read =
          g_strdup_printf ("statesync: Topic “t” did not get there within %s s and is at "
                           "revision %s: see it with statesync get\n",
                           seconds, revision);
      g_autofree char *not_read =
          g_strdup_printf ("statesync: Topic “t” could not be read within %s s: see that the "
                           "service runs\n",
                           seconds);
      g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
      g_auto (GStrv) all = NULL;
      g_autofree char *err = NULL;

      g_strv_builder_add_many (builder, "wait", "t", "--timeout", seconds, NULL);
      g_strv_builder_addv (builder, (const char **)words);
      all = g_strv_builder_end (builder);
      g_assert_cmpint (fixture_run (self, NULL, NULL, &err, (const char *const *)all), ==, 7);
      if (g_str_equal (err, read))
        return;
      g_assert_cmpstr (err, ==, not_read);
    }
}

#define expect_false(self, revision, ...) expect_false (self, revision, WORDS (__VA_ARGS__))

static void
test_for_data (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) wait = start (self, "wait", "t");

  wait_for_pulls (self, 1);
  test_client_write (self->client, "t", "0");
  assert_ends (wait, 0, 0);
  expect (self, 0, "", "", "wait", "t");
}

static void
test_for_a_revision (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) wait = start (self, "wait", "t", "--revision", "3", "--json");

  wait_for_pulls (self, 1);
  test_client_write (self->client, "t", "1");
  test_client_write (self->client, "t", "2");
  test_client_write (self->client, "t", "null");
  assert_line (wait, "{\"topic\":\"t\",\"revision\":\"3\",\"data\":null}");
  assert_ends (wait, 0, 0);
  expect (self, 0, "", "", "wait", "t", "--revision", "2");
  expect (self, 2, "", NULL, "wait", "t", "--revision", "02");
}

static void
test_for_a_value_at_a_path (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) wait =
      start (self, "wait", "t", "--path", "a.b", "--equals", "\"ready\"", "--json");

  wait_for_pulls (self, 1);
  test_client_write (self->client, "t", "{\"a\":{\"b\":\"starting\"}}");
  test_client_write (self->client, "t", "{\"a\":{\"b\":\"re\\u0061dy\"}}");
  assert_line (wait,
               "{\"topic\":\"t\",\"revision\":\"2\",\"data\":{\"a\":{\"b\":\"re\\u0061dy\"}}}");
  assert_ends (wait, 0, 0);
}

static void
test_for_anything_at_a_path (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, "t", "{\"a\":null}");
  expect (self, 0, "", "", "wait", "t", "--path", "a");
  expect_false (self, "1", "--path", "b");
}

static void
test_for_absence (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) wait = NULL;

  test_client_write (self->client, "t", "1");
  wait = start (self, "wait", "t", "--equals", "null");
  wait_for_pulls (self, 1);
  test_client_write (self->client, "t", "null");
  assert_ends (wait, 0, 0);
  expect (self, 0, "", "", "wait", "never", "--equals", "null");
}

static void
test_for_all_at_once (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, "t", "{\"a\":1}");
  expect_false (self, "1", "--path", "a", "--equals", "1", "--revision", "2");
  expect_false (self, "1", "--path", "a", "--equals", "2", "--revision", "1");
  expect (self, 0, "", "", "wait", "t", "--path", "a", "--equals", "1", "--revision", "1");
}

static void
test_values_are_compared_as_json (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *a;
    const char *b;
    gboolean is_equal;
  } cases[] = {
    { "1", "1", TRUE },
    { "1", "1.0", TRUE },
    { "1", "1e0", TRUE },
    { "100", "1E+2", TRUE },
    { "0", "-0", TRUE },
    { "0", "-0.0", TRUE },
    { "0.1", "0.10", TRUE },
    { "1", "2", FALSE },
    { "0.1", "0.2", FALSE },
    { "1", "-1", FALSE },
    { "9007199254740993", "9007199254740993", TRUE },
    { "9007199254740993", "9007199254740992", FALSE },
    { "9223372036854775807", "9223372036854775806", FALSE },
    { "-9223372036854775808", "-9223372036854775808", TRUE },
    { "true", "true", TRUE },
    { "true", "false", FALSE },
    { "true", "1", FALSE },
    { "false", "0", FALSE },
    { "\"\"", "false", FALSE },
    { "1", "\"1\"", FALSE },
    { "\"a\"", "\"\\u0061\"", TRUE },
    { "\"\\u00fc\\ud83d\\ude00\\/\"", "\"ü😀/\"", TRUE },
    { "\"a\"", "\"A\"", FALSE },
    { "\"a\"", "\"ab\"", FALSE },
    { "\"a\\u0000b\"", "\"a\\u0000c\"", FALSE },
    { "\"a\\u0000\"", "\"a\"", FALSE },
    { "[]", " [ ] ", TRUE },
    { "[1,2]", "[ 1 , 2 ]", TRUE },
    { "[1,2]", "[2,1]", FALSE },
    { "[1]", "[1,2]", FALSE },
    { "[1,2]", "[1]", FALSE },
    { "[]", "{}", FALSE },
    { "[[1],[]]", "[[1],[]]", TRUE },
    { "[[1],[]]", "[[],[1]]", FALSE },
    { "{}", "{ }", TRUE },
    { "{\"a\":1,\"b\":[2]}", "{\"b\":[2.0], \"\\u0061\":1}", TRUE },
    { "{\"a\":1}", "{\"a\":1,\"b\":2}", FALSE },
    { "{\"a\":1,\"b\":2}", "{\"a\":1}", FALSE },
    { "{\"a\":1}", "{\"b\":1}", FALSE },
    { "{\"a\":null}", "{}", FALSE },
    { "{\"a\\u0000b\":1}", "{\"a\\u0000c\":1}", FALSE },
    { "{\"a\":{\"x\":[{}]},\"b\":0}", "{\"b\":0,\"a\":{\"x\":[{}]}}", TRUE },
    { "{\"a\":{\"x\":[{}]},\"b\":0}", "{\"b\":0,\"a\":{\"x\":[[]]}}", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat ("[", cases[i].a, "]", NULL);
      guint64 revision = test_client_write (self->client, "t", text);
      g_autofree char *revision_text = g_strdup_printf ("%" G_GUINT64_FORMAT, revision);

      if (cases[i].is_equal)
        expect (self, 0, "", "", "wait", "t", "--path", "0", "--equals", cases[i].b);
      else
        expect_false (self, revision_text, "--path", "0", "--equals", cases[i].b);
    }
}

static void
test_deepest_values_are_compared (Fixture *self, gconstpointer data)
{
  g_autofree char *open = g_strnfill (511, '[');
  g_autofree char *close = g_strnfill (511, ']');
  g_autofree char *text = g_strconcat (open, "{\"a\":1}", close, NULL);
  g_autofree char *other = g_strconcat (open, "{\"a\":2}", close, NULL);

  test_client_write (self->client, "t", text);
  expect (self, 0, "", "", "wait", "t", "--equals", text);
  expect_false (self, "1", "--equals", other);
}

static void
test_gives_up (Fixture *self, gconstpointer data)
{
  expect_false (self, "0", NULL);
  expect_false (self, "0", "--revision", "1");
}

static void
test_gives_up_without_a_service (Fixture *self, gconstpointer data)
{
  g_autofree char *err = NULL;

  g_assert_cmpint (fixture_run (self, NULL, NULL, &err, WORDS ("wait", "t", "--timeout", "0.3")),
                   ==, 7);
  g_assert_true (g_str_has_suffix (err, "\nstatesync: Topic “t” could not be read within 0.3 "
                                        "s: see that the service runs\n"));
}

static void
test_timeout_is_a_number_of_seconds (Fixture *self, gconstpointer data)
{
  static const char *const texts[] = { "", "0", "-1", "x", "1x", "nan", "inf", "1e9" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    expect (self, 2, "", NULL, "wait", "t", "--timeout", texts[i]);
}

static void
test_equals_takes_json (Fixture *self, gconstpointer data)
{
  expect (self, 2, "",
          "statesync: --equals takes JSON, a string with its quotes; at byte 0: a value is "
          "expected; write an object, array, string, number, true, false or null; see statesync "
          "wait --help\n",
          "wait", "t", "--equals", "ready");
}

static void
test_goes_on_after_a_kill (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) wait = start (self, "wait", "t", "--equals", "2");

  wait_for_pulls (self, 1);
  g_free (test_session_wait_for_owner (self->session, NULL));
  kill (test_session_get_owner_pid (self->session), SIGKILL);
  test_session_wait_for_no_owner (self->session);
  test_client_write (self->client, "t", "1");
  test_client_write (self->client, "t", "2");
  assert_ends (wait, 0, 0);
}

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);
  test_add ("/command/wait/for-data", test_for_data);
  test_add ("/command/wait/for-a-revision", test_for_a_revision);
  test_add ("/command/wait/for-a-value-at-a-path", test_for_a_value_at_a_path);
  test_add ("/command/wait/for-anything-at-a-path", test_for_anything_at_a_path);
  test_add ("/command/wait/for-absence", test_for_absence);
  test_add ("/command/wait/for-all-at-once", test_for_all_at_once);
  test_add ("/command/wait/values-are-compared-as-json", test_values_are_compared_as_json);
  test_add ("/command/wait/deepest-values-are-compared", test_deepest_values_are_compared);
  test_add ("/command/wait/gives-up", test_gives_up);
  test_add_no_service ("/command/wait/gives-up-without-a-service", test_gives_up_without_a_service);
  test_add ("/command/wait/timeout-is-a-number-of-seconds", test_timeout_is_a_number_of_seconds);
  test_add ("/command/wait/equals-takes-json", test_equals_takes_json);
  test_add ("/command/wait/goes-on-after-a-kill", test_goes_on_after_a_kill);
  return g_test_run ();
}
