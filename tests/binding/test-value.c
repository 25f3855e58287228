/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "binding/feed.h"
#include "binding/notices.h"

typedef struct
{
  TestFeed *feed;
  StateSyncTopic *topic;
  StateSyncValue *value;
  GString *notified;
  char *failure; /* (nullable): the last */
} Fixture;

static void
on_error (StateSyncTopic *topic, StateSyncFailure *failure, Fixture *self)
{
  g_free (self->failure);
  self->failure = g_strdup (state_sync_failure_get_error (failure)->message);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->feed = test_feed_new ();
  self->topic = test_feed_follow (self->feed);
  self->value = state_sync_value_new (self->topic, "look.theme");
  self->notified = test_notices_new (self->value);
  g_signal_connect (self->topic, "sync-error", G_CALLBACK (on_error), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_null (self->failure);
  g_string_free (self->notified, TRUE);
  g_signal_handlers_disconnect_by_data (self->topic, self);
  g_assert_finalize_object (self->value);
  state_sync_topic_settle_sync (self->topic, NULL, NULL);
  g_assert_finalize_object (self->topic);
  g_assert_finalize_object (self->feed);
}

static void
show (Fixture *self, const char *text)
{
  test_feed_show (self->feed, self->topic, text);
}

static void
assert_data (Fixture *self, const char *data)
{
  g_autofree char *text = json_to_string (state_sync_topic_get_data (self->topic), FALSE);

  g_assert_cmpstr (text, ==, data);
}

/* All of them, as in "true 'a' false 0 0 - -". */
static void
assert_value (Fixture *self, const char *wanted)
{
  gboolean exists, boolean;
  g_autofree char *string = NULL;
  gint64 integer;
  double number;
  g_auto (GStrv) strings = NULL;
  g_autoptr (JsonNode) value = NULL;
  g_autofree char *joined = NULL;
  g_autofree char *json = NULL;
  g_autofree char *found = NULL;

  g_object_get (self->value, "exists", &exists, "string", &string, "boolean", &boolean, "integer",
                &integer, "number", &number, "strings", &strings, "value", &value, NULL);
  joined = strings != NULL ? g_strjoinv (",", strings) : g_strdup ("-");
  json = value != NULL ? json_to_string (value, FALSE) : g_strdup ("-");
  found = g_strdup_printf ("%s %s %s %" G_GINT64_FORMAT " %g %s %s", exists ? "is" : "none",
                           string != NULL ? string : "-", boolean ? "true" : "false", integer,
                           number, joined, json);
  g_assert_cmpstr (found, ==, wanted);
}

static void
test_follows (Fixture *self, gconstpointer data)
{
  assert_value (self, "none - false 0 0 - -");
  show (self, "{\"look\": {\"theme\": \"dark\"}}");
  assert_value (self, "is dark false 0 0 - \"dark\"");
  test_notices_assert (self->notified, "exists string value");
  show (self, "{\"look\": {\"theme\": true}}");
  assert_value (self, "is - true 0 0 - true");
  test_notices_assert (self->notified, "boolean string value");
  show (self, "{\"look\": {\"theme\": 3}}");
  assert_value (self, "is - false 3 3 - 3");
  test_notices_assert (self->notified, "boolean integer number value");
  show (self, "{\"look\": {\"theme\": 3.5}}");
  assert_value (self, "is - false 0 3.5 - 3.5");
  test_notices_assert (self->notified, "integer number value");
  show (self, "{\"look\": {\"theme\": [\"a\", \"b\"]}}");
  assert_value (self, "is - false 0 0 a,b [\"a\",\"b\"]");
  test_notices_assert (self->notified, "number strings value");
  show (self, "{\"look\": {\"theme\": {\"x\": 1}}}");
  assert_value (self, "is - false 0 0 - {\"x\":1}");
  test_notices_assert (self->notified, "strings value");
  show (self, "{\"look\": {\"theme\": null}}");
  assert_value (self, "none - false 0 0 - -");
  test_notices_assert (self->notified, "exists value");
  show (self, "{\"look\": 1}");
  show (self, "[1]");
  assert_value (self, "none - false 0 0 - -");
  test_notices_assert (self->notified, "");
}

static void
test_only_what_changed (Fixture *self, gconstpointer data)
{
  show (self, "{\"look\": {\"theme\": \"dark\"}}");
  test_notices_assert (self->notified, "exists string value");
  show (self, "{\"look\": {\"theme\": \"dark\", \"size\": 1}, \"other\": 1}");
  test_notices_assert (self->notified, "");
}

static void
test_sets (Fixture *self, gconstpointer data)
{
  const char *const strings[] = { "a", "b", NULL };
  g_autoptr (JsonNode) object = json_from_string ("{\"x\": 1, \"y\": {\"z\": 2}}", NULL);
  g_autoptr (JsonNode) other = json_from_string ("{\"y\": {}, \"w\": []}", NULL);

  g_object_set (self->value, "string", "dark", NULL);
  assert_value (self, "is dark false 0 0 - \"dark\"");
  test_notices_assert (self->notified, "exists string value");
  assert_data (self, "{\"look\":{\"theme\":\"dark\"}}");
  g_object_set (self->value, "boolean", TRUE, NULL);
  assert_data (self, "{\"look\":{\"theme\":true}}");
  g_object_set (self->value, "integer", G_GINT64_CONSTANT (7), NULL);
  assert_data (self, "{\"look\":{\"theme\":7}}");
  g_object_set (self->value, "number", 0.5, NULL);
  assert_data (self, "{\"look\":{\"theme\":0.5}}");
  g_object_set (self->value, "strings", strings, NULL);
  assert_data (self, "{\"look\":{\"theme\":[\"a\",\"b\"]}}");
  g_object_set (self->value, "value", object, NULL);
  assert_data (self, "{\"look\":{\"theme\":{\"x\":1,\"y\":{\"z\":2}}}}");
  /* It takes the place of the other, and is not merged into it. */
  g_object_set (self->value, "value", other, NULL);
  assert_data (self, "{\"look\":{\"theme\":{\"y\":{},\"w\":[]}}}");
  g_object_set (self->value, "value", NULL, NULL);
  assert_data (self, "{\"look\":{}}");

  g_object_set (self->value, "string", "light", NULL);
  g_object_set (self->value, "string", NULL, NULL);
  assert_data (self, "{\"look\":{}}");
  state_sync_topic_settle_sync (self->topic, NULL, NULL);
}

static void
test_sets_nothing_new (Fixture *self, gconstpointer data)
{
  show (self, "{\"look\": {\"theme\": \"dark\"}}");
  g_object_set (self->value, "string", "dark", "boolean", FALSE, "number", 0.0, NULL);
  state_sync_topic_settle_sync (self->topic, NULL, NULL);
  g_assert_cmpuint (test_feed_get_n_commits (self->feed), ==, 0);
  assert_data (self, "{\"look\":{\"theme\":\"dark\"}}");
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  show (self, "{\"look\": {\"theme\": \"dark\"}}");
  test_feed_refuse (self->feed, "no");
  g_object_set (self->value, "boolean", TRUE, NULL);
  assert_value (self, "is - true 0 0 - true");
  state_sync_topic_settle_sync (self->topic, NULL, NULL);
  assert_value (self, "is dark false 0 0 - \"dark\"");
}

static void
test_no_text (Fixture *self, gconstpointer data)
{
  show (self, "{\"look\": {\"theme\": 1}}");
  g_object_set (self->value, "string", "\xff", NULL);
  assert_data (self, "{\"look\":{\"theme\":1}}");
  g_assert_nonnull (strstr (self->failure, "UTF-8"));
  g_clear_pointer (&self->failure, g_free);
}

static void
test_other_member (Fixture *self, gconstpointer data)
{
  show (self, "{\"look\": {\"theme\": \"dark\", \"size\": 3}}");
  test_notices_assert (self->notified, "exists string value");
  state_sync_value_set_path (self->value, "look.size");
  g_assert_cmpstr (state_sync_value_get_path (self->value), ==, "look.size");
  assert_value (self, "is - false 3 3 - 3");
  test_notices_assert (self->notified, "integer number path string value");
  state_sync_value_set_path (self->value, "look.size");
  test_notices_assert (self->notified, "");
}

static void
test_other_topic (Fixture *self, gconstpointer data)
{
  g_autoptr (TestFeed) feed = test_feed_new ();
  g_autoptr (StateSyncTopic) topic = test_feed_follow (feed);

  show (self, "{\"look\": {\"theme\": \"dark\"}}");
  test_feed_show (feed, topic, "{\"look\": {\"theme\": \"light\"}}");
  test_notices_assert (self->notified, "exists string value");
  state_sync_value_set_topic (self->value, topic);
  g_assert_true (state_sync_value_get_topic (self->value) == topic);
  assert_value (self, "is light false 0 0 - \"light\"");
  test_notices_assert (self->notified, "string topic value");
  show (self, "{}");
  test_notices_assert (self->notified, "");

  state_sync_value_set_topic (self->value, NULL);
  assert_value (self, "none - false 0 0 - -");
  g_object_set (self->value, "string", "lost", NULL);
  assert_value (self, "none - false 0 0 - -");
}

/* What was set last is sent, though nobody holds the value or the topic any more. */
static void
test_let_go (Fixture *self, gconstpointer data)
{
  g_autoptr (StateSyncTopic) topic = test_feed_follow (self->feed);
  g_autoptr (StateSyncValue) value = state_sync_value_new (topic, "a");
  g_autofree char *text = NULL;

  g_object_set (value, "string", "x", NULL);
  g_assert_cmpuint (test_feed_get_n_commits (self->feed), ==, 0);
  g_clear_object (&value);
  g_assert_cmpuint (test_feed_get_n_commits (self->feed), ==, 1);
  state_sync_topic_settle_sync (topic, NULL, NULL);
  text = test_feed_dup_text (self->feed);
  g_assert_cmpstr (text, ==, "{\"a\":\"x\"}");
}

static void
test_no_path (Fixture *self, gconstpointer data)
{
  if (g_test_subprocess ())
    {
      state_sync_value_set_path (self->value, "look..theme");
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*look..theme*is not a path: at byte 5 a name is missing*");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*func) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "follows", test_follows },
    { "only-what-changed", test_only_what_changed },
    { "sets", test_sets },
    { "sets-nothing-new", test_sets_nothing_new },
    { "refused", test_refused },
    { "no-text", test_no_text },
    { "other-member", test_other_member },
    { "other-topic", test_other_topic },
    { "let-go", test_let_go },
    { "no-path", test_no_path },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/binding/value/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].func, tear_down);
    }
  return g_test_run ();
}
