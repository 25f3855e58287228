/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The completion for bash, asked as readline asks it: with the line up to the cursor, and the part
 * of it that is replaced by the answer. Each answer is put in its place, and the line is read as
 * the shell reads it: what then stands there is the word that was completed. */

#include "command/command-fixture.h"

/* $1: the completion; $2: the line; $3: what is replaced; $4: the quote that readline closes */
#define ASK                                                                                        \
  "source \"$1\"\n"                                                                                \
  "COMP_LINE=$2 COMP_POINT=${#2}\n"                                                                \
  "_statesync statesync \"$3\" ''\n"                                                               \
  "for reply in \"${COMPREPLY[@]}\"; do\n"                                                         \
  "  eval \"words=(${2%\"$3\"}$reply$4)\"\n"                                                       \
  "  printf '%s\\n' \"${words[-1]}\"\n"                                                            \
  "done\n"

static void
assert_completes (
    Fixture *self, const char *line, const char *replaced, const char *quote, const char *expected)
{
  g_autofree char *folder = g_path_get_dirname (TEST_STATESYNC);
  g_autofree char *path = g_strdup_printf ("PATH=%s:%s", folder, g_getenv ("PATH"));
  g_autofree char *completion =
      g_test_build_filename (G_TEST_DIST, "..", "src", "command", "completion.bash", NULL);
  const char *argv[] = { "/usr/bin/env", path, "LC_ALL=C.UTF-8", "bash", "-c", ASK, "bash",
                         completion,     line, replaced,         quote,  NULL };
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_test_message ("%s", line);
  g_assert_cmpint (fixture_run_program (self, NULL, &out, &err, argv), ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_assert_cmpstr (out, ==, expected);
}

static void
test_commands (Fixture *self, gconstpointer data)
{
  assert_completes (self, "statesync ", "", "",
                    "get\nset\nmerge\ndelete\nlist\nwatch\nmonitor\nwait\nexport\nimport\nschema\n"
                    "stats\n--help\n--version\n");
  assert_completes (self, "statesync wa", "wa", "", "watch\nwait\n");
  assert_completes (self, "statesync --v", "--v", "", "--version\n");
  assert_completes (self, "statesync frob", "frob", "", "");
}

static void
test_options (Fixture *self, gconstpointer data)
{
  assert_completes (self, "statesync get t --", "--", "", "--help\n--path\n--revision\n--json\n");
  assert_completes (self, "statesync set --no", "--no", "", "--no-durable\n");
  assert_completes (self, "statesync frob --", "--", "", "");
}

static void
test_topics (Fixture *self, gconstpointer data)
{
  static const char *const commands[] = { "get",     "set",  "merge",  "delete", "list",
                                          "monitor", "wait", "export", "watch",  "watch a" };

  test_client_write (self->client, "org.a", "1");
  test_client_write (self->client, "org.b", "1");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *line = g_strdup_printf ("statesync %s org.", commands[i]);

      assert_completes (self, line, "org.", "", "org.a\norg.b\n");
    }
  assert_completes (self, "statesync schema find org.", "org.", "", "org.a\norg.b\n");
  assert_completes (self, "statesync get --path x org.a", "org.a", "", "org.a\n");
  assert_completes (self, "statesync wait --json --timeout 3 org.b", "org.b", "", "org.b\n");
}

static void
test_no_topics_in_other_places (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, "t", "1");
  assert_completes (self, "statesync set t ", "", "", "");
  assert_completes (self, "statesync get t ", "", "", "");
  assert_completes (self, "statesync get --path ", "", "", "");
  assert_completes (self, "statesync set t --file ", "", "", "");
  assert_completes (self, "statesync import ", "", "", "");
  assert_completes (self, "statesync stats ", "", "", "");
  assert_completes (self, "statesync schema ", "", "", "check\nfind\n");
  assert_completes (self, "statesync schema check ", "", "", "");
  assert_completes (self, "statesync schema check file ", "", "", "");
  assert_completes (self, "statesync schema find t ", "", "", "");
}

/* Behind -- everything is an operand, whatever it begins with. */
static void
test_after_two_dashes (Fixture *self, gconstpointer data)
{
  test_client_write (self->client, "-dash", "1");
  test_client_write (self->client, "--file", "1");
  assert_completes (self, "statesync get -- -", "-", "", "--file\n-dash\n");
  assert_completes (self, "statesync get --json -- -d", "-d", "", "-dash\n");
  assert_completes (self, "statesync watch -- -dash --", "--", "", "--file\n");
  assert_completes (self, "statesync watch -- --file ", "", "", "--file\n-dash\n");
  assert_completes (self, "statesync get --path -- -", "-", "",
                    "--help\n--path\n--revision\n--json\n");
  assert_completes (self, "statesync get --path -", "-", "", "");
  assert_completes (self, "statesync set -- -dash -", "-", "", "");
  assert_completes (self, "statesync get -", "-", "", "--help\n--path\n--revision\n--json\n");
}

/* Of names with what divides words for the shell or for readline, at every place in them. */
static void
test_names_are_quoted (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *line;
    const char *replaced;
    const char *quote;
    const char *name;
  } cases[] = {
    { "statesync get my", "my", "", "my own topic" },
    { "statesync get my\\ ow", "my\\ ow", "", "my own topic" },
    { "statesync get my\\", "my\\", "", "my own topic" },
    { "statesync get \"my o", "my o", "\"", "my own topic" },
    { "statesync get 'my o", "my o", "'", "my own topic" },
    { "statesync get my' 'o", "o", "", "my own topic" },
    { "statesync get cache", "cache", "", "cache:user:123" },
    { "statesync get cache:", "", "", "cache:user:123" },
    { "statesync get cache:us", "us", "", "cache:user:123" },
    { "statesync get cache:user:1", "1", "", "cache:user:123" },
    { "statesync get \"cache:us", "cache:us", "\"", "cache:user:123" },
    { "statesync get cache\\:us", "us", "", "cache:user:123" },
    { "statesync get it", "it", "", "it's \"$HOME\" `x` \\ !1" },
    { "statesync get 'it", "it", "'", "it's \"$HOME\" `x` \\ !1" },
    { "statesync get \"it", "it", "\"", "it's \"$HOME\" `x` \\ !1" },
    { "statesync get it\\'s\\ ", "it\\'s\\ ", "", "it's \"$HOME\" `x` \\ !1" },
    { "statesync get \"it's \\\"\\$H", "it's \\\"\\$H", "\"", "it's \"$HOME\" `x` \\ !1" },
    { "statesync get k", "k", "", "k=v;a&b|c>d<e(f)*?[g]{h}~#" },
    { "statesync get k=v", "v", "", "k=v;a&b|c>d<e(f)*?[g]{h}~#" },
    { "statesync get ü", "ü", "", "ü ☃" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    test_client_write (self->client, cases[i].name, "1");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *expected = g_strconcat (cases[i].name, "\n", NULL);

      assert_completes (self, cases[i].line, cases[i].replaced, cases[i].quote, expected);
    }
}

/* Nobody is told of a missing bus or service in the middle of typing. */
static void
test_quiet_without_a_service (Fixture *self, gconstpointer data)
{
  assert_completes (self, "statesync get t", "t", "", "");
  assert_completes (self, "statesync g", "g", "", "get\n");
  test_session_end_bus (self->session);
  assert_completes (self, "statesync get t", "t", "", "");
}

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);
  test_add_no_service ("/command/completion/commands", test_commands);
  test_add_no_service ("/command/completion/options", test_options);
  test_add ("/command/completion/topics", test_topics);
  test_add ("/command/completion/no-topics-in-other-places", test_no_topics_in_other_places);
  test_add ("/command/completion/after-two-dashes", test_after_two_dashes);
  test_add ("/command/completion/names-are-quoted", test_names_are_quoted);
  test_add_no_service ("/command/completion/quiet-without-a-service", test_quiet_without_a_service);
  return g_test_run ();
}
