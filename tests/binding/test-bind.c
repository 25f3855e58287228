/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bindings to plain objects. With widgets: test-widgets.c. */

#include "binding/binding-fixture.h"

#define DEFAULT STATE_SYNC_BIND_FLAGS_DEFAULT
#define GET STATE_SYNC_BIND_FLAGS_GET
#define SET STATE_SYNC_BIND_FLAGS_SET

static void
bind (Fixture *self, const char *path, const char *property, StateSyncBindFlags flags)
{
  state_sync_topic_bind (self->topic, path, self->lamp, property, flags);
}

static void
assert_name (Fixture *self, const char *expected)
{
  g_autofree char *name = NULL;

  g_object_get (self->lamp, "name", &name, NULL);
  g_assert_cmpstr (name, ==, expected);
}

static void
set_name (Fixture *self, const char *name)
{
  g_object_set (self->lamp, "name", name, NULL);
}

static int
get_level (Fixture *self)
{
  int level;

  g_object_get (self->lamp, "level", &level, NULL);
  return level;
}

static gboolean
get_boolean (Fixture *self, const char *property)
{
  gboolean value;

  g_object_get (self->lamp, property, &value, NULL);
  return value;
}

/* --- directions --- */

static void
test_both_ways (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"name\":\"hall\"}");
  bind (self, "name", "name", DEFAULT);
  assert_name (self, "hall");

  set_name (self, "attic");
  binding_assert_data (self, "{\"name\":\"attic\"}");
  binding_write (self, "{\"name\":\"cellar\"}");
  assert_name (self, "cellar");
}

static void
test_deep_member (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"a\":{\"b.c\":{\"level\":7,\"x\":0}}}");
  bind (self, "a.b\\.c.level", "level", DEFAULT);
  g_assert_cmpint (get_level (self), ==, 7);

  g_object_set (self->lamp, "level", 8, NULL);
  binding_assert_data (self, "{\"a\":{\"b.c\":{\"level\":8,\"x\":0}}}");
}

static void
test_get_only (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"level\":5}");
  bind (self, "level", "level", GET);
  g_object_set (self->lamp, "level", 9, NULL);
  binding_assert_data (self, "{\"level\":5}");
  g_assert_cmpint (get_level (self), ==, 9);
  binding_write (self, "{\"level\":6}");
  g_assert_cmpint (get_level (self), ==, 6);
  g_assert_true (get_boolean (self, "sensitive"));
}

static void
test_set_only (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"level\":5}");
  bind (self, "level", "level", SET);
  g_assert_cmpint (get_level (self), ==, 3);
  g_object_set (self->lamp, "level", 9, NULL);
  binding_assert_data (self, "{\"level\":9}");
  binding_write (self, "{\"level\":6}");
  g_assert_cmpint (get_level (self), ==, 9);
}

static void
test_get_no_changes (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"level\":5}");
  bind (self, "level", "level", GET | STATE_SYNC_BIND_FLAGS_GET_NO_CHANGES);
  g_assert_cmpint (get_level (self), ==, 5);
  binding_write (self, "{\"level\":6}");
  g_assert_cmpint (get_level (self), ==, 5);
}

/* The first value may come later. */
static void
test_get_no_changes_but_the_first (Fixture *self, gconstpointer data)
{
  bind (self, "level", "level", GET | STATE_SYNC_BIND_FLAGS_GET_NO_CHANGES);
  binding_start (self, "{}");
  g_assert_cmpint (get_level (self), ==, 3);
  binding_write (self, "{\"level\":6}");
  g_assert_cmpint (get_level (self), ==, 6);
  binding_write (self, "{\"level\":7}");
  g_assert_cmpint (get_level (self), ==, 6);
}

static void
test_invert (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"off\":true}");
  g_object_set (self->lamp, "on", TRUE, NULL);
  bind (self, "off", "on", STATE_SYNC_BIND_FLAGS_INVERT_BOOLEAN);
  g_assert_false (get_boolean (self, "on"));
  g_object_set (self->lamp, "on", TRUE, NULL);
  binding_assert_data (self, "{\"off\":false}");
  binding_write (self, "{\"off\":true}");
  g_assert_false (get_boolean (self, "on"));
}

/* --- who is first --- */

static void
test_no_member_yet (Fixture *self, gconstpointer data)
{
  g_object_set (self->lamp, "level", 8, NULL);
  bind (self, "level", "level", DEFAULT);
  binding_start (self, "{\"name\":\"hall\"}");
  g_assert_cmpint (get_level (self), ==, 8);
  binding_assert_data (self, "{\"name\":\"hall\"}");

  binding_write (self, "{\"level\":2}");
  g_assert_cmpint (get_level (self), ==, 2);
  binding_write (self, "{}");
  g_assert_cmpint (get_level (self), ==, 3);
}

static void
test_member_comes_with_the_start (Fixture *self, gconstpointer data)
{
  bind (self, "level", "level", DEFAULT);
  binding_start (self, "{\"level\":4}");
  g_assert_cmpint (get_level (self), ==, 4);
}

static void
test_object_first (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"level\":4,\"name\":\"hall\"}");
  bind (self, "level", "level", STATE_SYNC_BIND_FLAGS_OBJECT_FIRST);
  g_assert_cmpint (get_level (self), ==, 3);
  binding_assert_data (self, "{\"level\":3,\"name\":\"hall\"}");
}

static void
test_object_first_before_the_start (Fixture *self, gconstpointer data)
{
  bind (self, "level", "level", STATE_SYNC_BIND_FLAGS_OBJECT_FIRST);
  binding_start (self, "{\"level\":4}");
  binding_assert_data (self, "{\"level\":3}");
  g_assert_cmpint (get_level (self), ==, 3);
}

/* --- no echo --- */

/* What is the same is not set again, whatever else changes, by oneself or by others. */
static void
test_nothing_is_set_again (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"a\":{\"name\":\"hall\"}}");
  bind (self, "a.name", "name", DEFAULT);
  g_assert_cmpuint (test_lamp_get_n_set (self->lamp), ==, 1);
  binding_write (self, "{\"a\":{\"name\":\"hall\",\"level\":1}}");
  binding_write (self, "{\"a\":{\"level\":2,\"name\":\"hall\"},\"b\":1}");
  g_assert_cmpuint (test_lamp_get_n_set (self->lamp), ==, 1);

  set_name (self, "attic");
  binding_settle (self);
  g_assert_cmpuint (test_lamp_get_n_set (self->lamp), ==, 2);
}

/* What was not sent yet is not lost to what comes from others. */
static void
test_user_is_not_fought (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"name\":\"hall\"}");
  bind (self, "name", "name", DEFAULT);
  set_name (self, "a");
  set_name (self, "at");
  binding_write (self, "{\"name\":\"cellar\",\"level\":1}");
  assert_name (self, "at");
  set_name (self, "attic");
  binding_assert_data (self, "{\"name\":\"attic\",\"level\":1}");
  assert_name (self, "attic");
}

static void
on_name_rounded (GObject *lamp, GParamSpec *pspec, gpointer user_data)
{
  double ratio;

  g_object_get (lamp, "ratio", &ratio, NULL);
  if (ratio > 1)
    g_object_set (lamp, "ratio", 1.0, NULL);
}

/* Two windows whose widgets differ in what they can show must not go on for ever. */
static void
test_what_a_widget_makes_of_it_is_not_written (Fixture *self, gconstpointer data)
{
  double ratio;

  binding_start (self, "{\"ratio\":2.5}");
  g_signal_connect (self->lamp, "notify::ratio", G_CALLBACK (on_name_rounded), NULL);
  bind (self, "ratio", "ratio", DEFAULT);
  g_object_get (self->lamp, "ratio", &ratio, NULL);
  g_assert_cmpfloat (ratio, ==, 1.0);
  binding_assert_data (self, "{\"ratio\":2.5}");
}

static void
shout (StateSyncTopic *topic, const char *const *members, gpointer user_data)
{
  JsonObject *object = json_node_get_object (state_sync_topic_get_data (topic));
  const char *name = json_object_get_string_member (object, "name");
  g_autofree char *loud = g_ascii_strup (name, -1);
  g_autoptr (JsonNode) patch = json_node_new (JSON_NODE_OBJECT);

  if (g_str_equal (name, loud))
    return;
  json_node_take_object (patch, json_object_new ());
  json_object_set_string_member (json_node_get_object (patch), "name", loud);
  state_sync_topic_update_async (topic, patch, STATE_SYNC_WRITE_FLAGS_NONE, 0, NULL, NULL, NULL);
}

/* Somebody in this process changes what the user did, while being told of it. */
static void
test_changed_while_told (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"name\":\"HALL\"}");
  g_signal_connect (self->topic, "changed", G_CALLBACK (shout), NULL);
  bind (self, "name", "name", DEFAULT);
  set_name (self, "attic");
  assert_name (self, "ATTIC");
  binding_assert_data (self, "{\"name\":\"ATTIC\"}");
}

/* --- refusals --- */

static void
test_refusal_restores (Fixture *self, gconstpointer data)
{
  binding_put_schema (self->session, "t", "{\"properties\":{\"level\":{\"maximum\":5}}}");
  binding_start (self, "{\"level\":4}");
  bind (self, "level", "level", DEFAULT);
  g_object_set (self->lamp, "level", 9, NULL);
  binding_assert_data (self, "{\"level\":4}");
  g_assert_cmpint (get_level (self), ==, 4);
  binding_assert_told (self, "rejected {\"level\":9}: “level” is 9, but should be at most 5");
}

static void
test_member_that_does_not_fit (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"level\":4}");
  bind (self, "level", "level", DEFAULT);
  binding_write (self, "{\"level\":11}");
  g_assert_cmpint (get_level (self), ==, 4);
  g_assert_cmpuint (self->told->len, ==, 1);
  g_assert_true (g_str_has_prefix (self->told->pdata[0], "apply: "));
  g_ptr_array_set_size (self->told, 0);
  binding_write (self, "{\"level\":5}");
  g_assert_cmpint (get_level (self), ==, 5);
}

/* --- mappings --- */

static guint n_freed;

static void
count_freed (gpointer data)
{
  n_freed++;
}

static gboolean
percent_to_level (GValue *value, JsonNode *node, gpointer user_data)
{
  g_assert_cmpstr (user_data, ==, "percent");
  if (json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  g_value_set_int (value, (int)json_node_get_int (node) / 10);
  return TRUE;
}

static JsonNode *
level_to_percent (const GValue *value, gpointer user_data)
{
  int level = g_value_get_int (value);

  if (level == 7)
    return NULL;
  return json_node_init_int (json_node_alloc (), 10 * level);
}

static JsonNode *
level_to_object (const GValue *value, gpointer user_data)
{
  g_autofree char *text =
      g_strdup_printf ("{\"%s\":{\"level\":%d}}", g_value_get_int (value) > 5 ? "high" : "low",
                       g_value_get_int (value));

  return json_from_string (text, NULL);
}

/* It takes the place of the one that was there, and is not merged into it. */
static void
test_mapped_object (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"light\":{\"low\":{\"level\":4},\"x\":1},\"y\":1}");
  state_sync_topic_bind_with_mapping (self->topic, "light", self->lamp, "level",
                                      STATE_SYNC_BIND_FLAGS_SET, NULL, level_to_object, NULL, NULL);
  g_object_set (self->lamp, "level", 7, NULL);
  binding_assert_data (self, "{\"light\":{\"high\":{\"level\":7}},\"y\":1}");
  g_object_set (self->lamp, "level", 2, NULL);
  binding_assert_data (self, "{\"light\":{\"low\":{\"level\":2}},\"y\":1}");
}

static void
test_mapping (Fixture *self, gconstpointer data)
{
  n_freed = 0;
  binding_start (self, "{\"percent\":45}");
  state_sync_topic_bind_with_mapping (self->topic, "percent", self->lamp, "level", DEFAULT,
                                      percent_to_level, level_to_percent, (gpointer) "percent",
                                      count_freed);
  g_assert_cmpint (get_level (self), ==, 4);
  g_object_set (self->lamp, "level", 6, NULL);
  binding_assert_data (self, "{\"percent\":60}");

  /* Neither side can be made of the other: both stay. */
  g_object_set (self->lamp, "level", 7, NULL);
  binding_assert_data (self, "{\"percent\":60}");
  g_assert_cmpint (get_level (self), ==, 7);
  binding_write (self, "{\"percent\":\"much\"}");
  g_assert_cmpint (get_level (self), ==, 7);

  binding_write (self, "{\"percent\":45}");
  g_assert_cmpint (get_level (self), ==, 4);
  g_assert_cmpuint (n_freed, ==, 0);
  state_sync_unbind (self->lamp, "level");
  g_assert_cmpuint (n_freed, ==, 1);
}

static int
double_of (JsonNode *node, gpointer user_data)
{
  return (int)json_node_get_int (node) * 2;
}

static JsonNode *
half_of (int level, gpointer user_data)
{
  return json_node_init_int (json_node_alloc (), level / 2);
}

static void
test_closures (Fixture *self, gconstpointer data)
{
  GClosure *get = g_cclosure_new (G_CALLBACK (double_of), NULL, NULL);
  GClosure *set = g_cclosure_new (G_CALLBACK (half_of), NULL, NULL);

  binding_start (self, "{\"half\":2}");
  state_sync_topic_bind_with_closures (self->topic, "half", self->lamp, "level", DEFAULT, get, set);
  g_assert_cmpint (get_level (self), ==, 4);
  g_object_set (self->lamp, "level", 10, NULL);
  binding_assert_data (self, "{\"half\":5}");
}

/* What one's own change is mapped back to is no news: the user's form of it stays. */
static void
test_own_form_stays (Fixture *self, gconstpointer data)
{
  GClosure *get = g_cclosure_new (G_CALLBACK (double_of), NULL, NULL);
  GClosure *set = g_cclosure_new (G_CALLBACK (half_of), NULL, NULL);

  binding_start (self, "{\"half\":2}");
  state_sync_topic_bind_with_closures (self->topic, "half", self->lamp, "level", DEFAULT, get, set);
  g_object_set (self->lamp, "level", 9, NULL);
  binding_assert_data (self, "{\"half\":4}");
  g_assert_cmpint (get_level (self), ==, 9);
  binding_write (self, "{\"half\":3}");
  g_assert_cmpint (get_level (self), ==, 6);
}

/* --- letting go --- */

static void
test_unbind (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"level\":4}");
  bind (self, "level", "level", DEFAULT);
  state_sync_unbind (self->lamp, "level");
  state_sync_unbind (self->lamp, "level");
  binding_write (self, "{\"level\":5}");
  g_assert_cmpint (get_level (self), ==, 4);
  g_object_set (self->lamp, "level", 9, NULL);
  binding_assert_data (self, "{\"level\":5}");
}

static void
test_bound_anew (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"one\":1,\"two\":2}");
  bind (self, "one", "level", DEFAULT);
  bind (self, "two", "level", DEFAULT);
  g_assert_cmpint (get_level (self), ==, 2);
  g_object_set (self->lamp, "level", 9, NULL);
  binding_assert_data (self, "{\"one\":1,\"two\":9}");
}

/* What the user typed last goes with the object, at once and without a settle. */
static void
test_object_goes (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"name\":\"hall\"}");
  bind (self, "name", "name", DEFAULT);
  set_name (self, "attic");
  g_assert_finalize_object (g_steal_pointer (&self->lamp));
  while (state_sync_topic_get_has_pending (self->topic))
    g_main_context_iteration (NULL, TRUE);
  test_client_assert_snapshot (self->other, "t", 2, "{\"name\":\"attic\"}");
  binding_write (self, "{\"name\":\"cellar\"}");
}

/* A window closes: with it goes the object, and with that the last who held the topic. */
static void
test_topic_goes_with_the_object (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"name\":\"hall\"}");
  bind (self, "name", "name", DEFAULT);
  g_object_add_weak_pointer (G_OBJECT (self->topic), (gpointer *)&self->topic);
  g_object_unref (self->topic);
  g_assert_nonnull (self->topic);
  set_name (self, "attic");
  g_clear_object (&self->lamp);
  while (self->topic != NULL)
    g_main_context_iteration (NULL, TRUE);
  test_client_assert_snapshot (self->other, "t", 2, "{\"name\":\"attic\"}");
}

static void
test_topic_is_stopped (Fixture *self, gconstpointer data)
{
  n_freed = 0;
  binding_start (self, "{\"percent\":45}");
  state_sync_topic_bind_with_mapping (self->topic, "percent", self->lamp, "level", DEFAULT,
                                      percent_to_level, level_to_percent, (gpointer) "percent",
                                      count_freed);
  state_sync_topic_stop (self->topic);
  g_assert_cmpuint (n_freed, ==, 1);
  g_object_set (self->lamp, "level", 9, NULL);
  state_sync_unbind (self->lamp, "level");
}

static void
unbind_name (GObject *lamp, GParamSpec *pspec, gpointer user_data)
{
  state_sync_unbind (lamp, "name");
}

static void
test_unbound_while_told (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"name\":\"hall\"}");
  bind (self, "name", "name", DEFAULT);
  g_signal_connect (self->lamp, "notify::name", G_CALLBACK (unbind_name), NULL);
  binding_write (self, "{\"name\":\"attic\"}");
  assert_name (self, "attic");
  binding_write (self, "{\"name\":\"cellar\"}");
  assert_name (self, "attic");
}

static void
drop_lamp (GObject *lamp, GParamSpec *pspec, gpointer user_data)
{
  Fixture *self = user_data;

  g_clear_object (&self->lamp);
}

static void
test_object_goes_while_told (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"name\":\"hall\"}");
  bind (self, "name", "name", DEFAULT);
  g_signal_connect (self->lamp, "notify::name", G_CALLBACK (drop_lamp), self);
  binding_write (self, "{\"name\":\"attic\"}");
  g_assert_null (self->lamp);
}

/* --- sensitivity --- */

static void
test_sensitive_while_served (Fixture *self, gconstpointer data)
{
  bind (self, "name", "name", DEFAULT);
  g_assert_false (get_boolean (self, "sensitive"));
  binding_start (self, NULL);
  g_assert_true (get_boolean (self, "sensitive"));
  binding_end_service (self);
  g_assert_false (get_boolean (self, "sensitive"));
  binding_resume_service (self);
  g_assert_true (get_boolean (self, "sensitive"));
}

static void
test_no_sensitivity (Fixture *self, gconstpointer data)
{
  bind (self, "name", "name", STATE_SYNC_BIND_FLAGS_NO_SENSITIVITY);
  g_assert_true (get_boolean (self, "sensitive"));
  binding_start (self, NULL);
  binding_end_service (self);
  g_assert_true (get_boolean (self, "sensitive"));
}

/* What is changed while nobody serves waits. */
static void
test_service_goes_and_returns (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"name\":\"hall\"}");
  bind (self, "name", "name", DEFAULT);
  set_name (self, "a");
  binding_end_service (self);
  set_name (self, "at");
  assert_name (self, "at");
  binding_resume_service (self);
  set_name (self, "attic");
  assert_name (self, "attic");
  binding_assert_data (self, "{\"name\":\"attic\"}");
}

/* --- mistakes --- */

typedef struct
{
  const char *name;
  const char *path;
  const char *property;
  StateSyncBindFlags flags;
  const char *said;
} Mistake;

static const Mistake mistakes[] = {
  { "no-property", "x", "colour", DEFAULT, "*colour*of TestLamp*no such property*" },
  { "not-readable", "x", "secret", DEFAULT, "*secret*can't be read*" },
  { "not-boolean", "x", "name", STATE_SYNC_BIND_FLAGS_INVERT_BOOLEAN, "*name*inverted*" },
  { "no-path", "x..y", "name", DEFAULT, "*x..y*is not a path*" },
};

/* An app that makes one is told on its standard error. */
static void
test_mistake (Fixture *self, gconstpointer data)
{
  const Mistake *mistake = data;

  if (g_test_subprocess ())
    {
      bind (self, mistake->path, mistake->property, mistake->flags);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr (mistake->said);
}

static void
add_mistakes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *path = g_strconcat ("/binding/bind/mistake/", mistakes[i].name, NULL);

      g_test_add (path, Fixture, &mistakes[i], binding_set_up, test_mistake, binding_tear_down);
    }
}

/* --- nothing is left --- */

static void
test_ten_thousand_cycles (Fixture *self, gconstpointer data)
{
  guint n_handlers;

  n_freed = 0;
  binding_start (self, "{\"percent\":45,\"name\":\"hall\",\"on\":true}");
  for (guint i = 0; i < 10000; i++)
    {
      bind (self, "name", "name", DEFAULT);
      bind (self, "on", "on", DEFAULT);
      state_sync_topic_bind_with_mapping (self->topic, "percent", self->lamp, "level", DEFAULT,
                                          percent_to_level, level_to_percent, (gpointer) "percent",
                                          count_freed);
      if (i % 2 == 0)
        {
          state_sync_unbind (self->lamp, "name");
          state_sync_unbind (self->lamp, "on");
        }
      state_sync_unbind (self->lamp, "level");
      if (i % 100 == 0)
        {
          g_assert_finalize_object (g_steal_pointer (&self->lamp));
          self->lamp = test_lamp_new ();
        }
    }
  g_assert_cmpuint (n_freed, ==, 10000);
  g_assert_finalize_object (g_steal_pointer (&self->lamp));
  n_handlers = g_signal_handlers_disconnect_matched (
      self->topic, G_SIGNAL_MATCH_ID, g_signal_lookup ("changed", STATE_SYNC_TYPE_TOPIC), 0, NULL,
      NULL, NULL);
  g_assert_cmpuint (n_handlers, ==, 0);
  g_assert_cmpuint (G_OBJECT (self->topic)->ref_count, ==, 1);
}

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);

  binding_add ("/binding/bind/both-ways", test_both_ways);
  binding_add ("/binding/bind/deep-member", test_deep_member);
  binding_add ("/binding/bind/get-only", test_get_only);
  binding_add ("/binding/bind/set-only", test_set_only);
  binding_add ("/binding/bind/get-no-changes", test_get_no_changes);
  binding_add ("/binding/bind/get-no-changes-but-the-first", test_get_no_changes_but_the_first);
  binding_add ("/binding/bind/invert", test_invert);
  binding_add ("/binding/bind/no-member-yet", test_no_member_yet);
  binding_add ("/binding/bind/member-comes-with-the-start", test_member_comes_with_the_start);
  binding_add ("/binding/bind/object-first", test_object_first);
  binding_add ("/binding/bind/object-first-before-the-start", test_object_first_before_the_start);
  binding_add ("/binding/bind/nothing-is-set-again", test_nothing_is_set_again);
  binding_add ("/binding/bind/user-is-not-fought", test_user_is_not_fought);
  binding_add ("/binding/bind/what-a-widget-makes-of-it-is-not-written",
               test_what_a_widget_makes_of_it_is_not_written);
  binding_add ("/binding/bind/changed-while-told", test_changed_while_told);
  binding_add ("/binding/bind/refusal-restores", test_refusal_restores);
  binding_add ("/binding/bind/member-that-does-not-fit", test_member_that_does_not_fit);
  binding_add ("/binding/bind/mapping", test_mapping);
  binding_add ("/binding/bind/mapped-object", test_mapped_object);
  binding_add ("/binding/bind/closures", test_closures);
  binding_add ("/binding/bind/own-form-stays", test_own_form_stays);
  binding_add ("/binding/bind/unbind", test_unbind);
  binding_add ("/binding/bind/bound-anew", test_bound_anew);
  binding_add ("/binding/bind/object-goes", test_object_goes);
  binding_add ("/binding/bind/topic-goes-with-the-object", test_topic_goes_with_the_object);
  binding_add ("/binding/bind/topic-is-stopped", test_topic_is_stopped);
  binding_add ("/binding/bind/unbound-while-told", test_unbound_while_told);
  binding_add ("/binding/bind/object-goes-while-told", test_object_goes_while_told);
  binding_add ("/binding/bind/sensitive-while-served", test_sensitive_while_served);
  binding_add ("/binding/bind/no-sensitivity", test_no_sensitivity);
  binding_add ("/binding/bind/service-goes-and-returns", test_service_goes_and_returns);
  add_mistakes ();
  binding_add ("/binding/bind/ten-thousand-cycles", test_ten_thousand_cycles);

  return g_test_run ();
}
