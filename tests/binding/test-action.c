/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Members as actions, over the real service. */

#include "binding/binding-fixture.h"

#include <stdlib.h>

/* As in "b,-,true": types of state and parameter, and the state; "disabled" before it if it is. */
static void
assert_action (GAction *action, const char *expected)
{
  const GVariantType *type = g_action_get_state_type (action);
  const GVariantType *parameter = g_action_get_parameter_type (action);
  g_autoptr (GVariant) state = g_action_get_state (action);
  g_autofree char *printed = state != NULL ? g_variant_print (state, FALSE) : g_strdup ("-");
  g_autofree char *type_string = type != NULL ? g_variant_type_dup_string (type) : g_strdup ("-");
  g_autofree char *parameter_string =
      parameter != NULL ? g_variant_type_dup_string (parameter) : g_strdup ("-");
  g_autofree char *told =
      g_strdup_printf ("%s%s,%s,%s", g_action_get_enabled (action) ? "" : "disabled ", type_string,
                       parameter_string, printed);

  g_assert_cmpstr (told, ==, expected);
}

static void
test_toggle (Fixture *self, gconstpointer data)
{
  g_autoptr (GAction) action = NULL;

  binding_start (self, "{\"on\":true}");
  action = state_sync_topic_create_action (self->topic, "on");
  g_assert_cmpstr (g_action_get_name (action), ==, "on");
  assert_action (action, "b,-,true");
  g_action_activate (action, NULL);
  assert_action (action, "b,-,false");
  binding_assert_data (self, "{\"on\":false}");
  binding_write (self, "{\"on\":true}");
  assert_action (action, "b,-,true");
  g_action_change_state (action, g_variant_new_boolean (FALSE));
  binding_assert_data (self, "{\"on\":false}");
}

static void
test_choice (Fixture *self, gconstpointer data)
{
  g_autoptr (GAction) action = NULL;

  binding_start (self, "{\"look\":{\"theme_name\":\"dark\"}}");
  action = state_sync_topic_create_action (self->topic, "look.theme_name");
  g_assert_cmpstr (g_action_get_name (action), ==, "look.theme-name");
  assert_action (action, "s,s,'dark'");
  g_action_activate (action, g_variant_new_string ("light"));
  assert_action (action, "s,s,'light'");
  binding_assert_data (self, "{\"look\":{\"theme_name\":\"light\"}}");
}

typedef struct
{
  const char *json;
  const char *type; /* (nullable): named */
  const char *action;
} Case;

static const Case cases[] = {
  { "3", NULL, "i,i,3" },
  { "-2147483648", NULL, "i,i,-2147483648" },
  { "2147483648", NULL, "x,x,2147483648" },
  { "3.0", NULL, "d,d,3.0" },
  { "2.5", NULL, "d,d,2.5" },
  { "3", "d", "d,d,3.0" },
  { "3.0", "i", "i,i,3" },
  { "2.5", "i", "disabled i,i,0" },
  { "255", "y", "y,y,0xff" },
  { "256", "y", "disabled y,y,0x00" },
  { "-32768", "n", "n,n,-32768" },
  { "65535", "q", "q,q,65535" },
  { "-1", "u", "disabled u,u,0" },
  { "4294967295", "u", "u,u,4294967295" },
  { "9223372036854775807", "x", "x,x,9223372036854775807" },
  { "1e300", "x", "disabled x,x,0" },
  { "true", "s", "disabled s,s,''" },
  { "\"a\"", "b", "disabled b,-,false" },
  { "[1]", "s", "disabled s,s,''" },
  { "null", "b", "b,-,false" },
  { "null", "s", "s,s,''" },
  { "null", "d", "d,d,0.0" },
  { "null", "u", "u,u,0" },
  { "null", NULL, "disabled -,-,-" },
  { "{}", NULL, "disabled -,-,-" },
};

static void
test_types (Fixture *self, gconstpointer data)
{
  binding_start (self, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"m\":%s}", cases[i].json);
      g_autoptr (GAction) action = NULL;

      g_test_message ("%s as %s", cases[i].json, cases[i].type);
      binding_write (self, json);
      if (cases[i].type == NULL)
        action = state_sync_topic_create_action (self->topic, "m");
      else
        action = state_sync_topic_create_action_with_type (self->topic, "m",
                                                           G_VARIANT_TYPE (cases[i].type));
      assert_action (action, cases[i].action);
    }
}

static void
test_numbers_are_written (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *type, *value, *json;
  } written[] = {
    { "y", "7", "7" },   { "n", "-7", "-7" },
    { "q", "7", "7" },   { "i", "-7", "-7" },
    { "u", "7", "7" },   { "x", "-9223372036854775808", "-9223372036854775808" },
    { "d", "7", "7.0" }, { "d", "0.5", "0.5" },
  };

  binding_start (self, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (written); i++)
    {
      g_autoptr (GAction) action = state_sync_topic_create_action_with_type (
          self->topic, "m", G_VARIANT_TYPE (written[i].type));
      g_autofree char *json = g_strdup_printf ("{\"m\":%s}", written[i].json);
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) value =
          g_variant_parse (G_VARIANT_TYPE (written[i].type), written[i].value, NULL, NULL, &error);

      g_assert_no_error (error);
      binding_write (self, "{}");
      g_action_activate (action, value);
      binding_assert_data (self, json);
    }
}

static void
note_notify (GObject *action, GParamSpec *pspec, gpointer user_data)
{
  GString *notes = user_data;

  g_string_append_printf (notes, "%s ", pspec->name);
}

/* The type comes with the first value, and then stays. */
static void
test_type_comes_later (Fixture *self, gconstpointer data)
{
  g_autoptr (GAction) action = state_sync_topic_create_action (self->topic, "m");
  g_autoptr (GString) notes = g_string_new (NULL);

  assert_action (action, "disabled -,-,-");
  g_signal_connect (action, "notify", G_CALLBACK (note_notify), notes);
  binding_start (self, "{\"m\":\"a\"}");
  assert_action (action, "s,s,'a'");
  g_assert_cmpstr (notes->str, ==, "state-type parameter-type state enabled ");

  g_string_truncate (notes, 0);
  binding_write (self, "{\"m\":5}");
  assert_action (action, "disabled s,s,'a'");
  g_assert_cmpstr (notes->str, ==, "enabled ");
  binding_write (self, "{\"m\":\"a\",\"n\":1}");
  assert_action (action, "s,s,'a'");
  g_assert_cmpstr (notes->str, ==, "enabled enabled ");
}

static void
test_enabled_while_served (Fixture *self, gconstpointer data)
{
  g_autoptr (GAction) action =
      state_sync_topic_create_action_with_type (self->topic, "on", G_VARIANT_TYPE_BOOLEAN);

  assert_action (action, "disabled b,-,false");
  binding_start (self, "{\"on\":true}");
  assert_action (action, "b,-,true");
  binding_end_service (self);
  assert_action (action, "disabled b,-,true");
  g_action_activate (action, NULL);
  assert_action (action, "disabled b,-,true");
  binding_resume_service (self);
  assert_action (action, "b,-,true");
}

static void
test_refusal_restores (Fixture *self, gconstpointer data)
{
  g_autoptr (GAction) action = NULL;

  binding_put_schema (self->session, "t",
                      "{\"properties\":{\"theme\":{\"enum\":[\"light\",\"dark\"]}}}");
  binding_start (self, "{\"theme\":\"dark\"}");
  action = state_sync_topic_create_action (self->topic, "theme");
  g_action_activate (action, g_variant_new_string ("pink"));
  assert_action (action, "s,s,'pink'");
  binding_settle (self);
  assert_action (action, "s,s,'dark'");
  binding_assert_told (self,
                       "rejected {\"theme\":\"pink\"}: “theme” is \"pink\", but should be one "
                       "of \"light\", \"dark\"");
}

static void
test_path_is_none (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (StateSyncClient) client =
          state_sync_client_new_broadcast ("org.example.App", NULL);
      g_autoptr (StateSyncTopic) topic = state_sync_client_get_topic (client, "t");

      state_sync_topic_create_action (topic, "a..b");
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*a..b*is not a path*");
}

/* --- a map of them --- */

static int
compare_names (const void *a, const void *b)
{
  return g_strcmp0 (*(const char *const *)a, *(const char *const *)b);
}

static void
assert_names (GSimpleActionGroup *group, const char *expected)
{
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (group));
  g_autofree char *joined = NULL;

  qsort (names, g_strv_length (names), sizeof *names, compare_names);
  joined = g_strjoinv (" ", names);
  g_assert_cmpstr (joined, ==, expected);
}

static void
test_map (Fixture *self, gconstpointer data)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) quit = g_simple_action_new ("quit", NULL);
  GActionMap *map = G_ACTION_MAP (group);

  g_action_map_add_action (map, G_ACTION (quit));
  state_sync_topic_add_actions (self->topic, map, NULL);
  assert_names (group, "quit");
  binding_start (self, "{\"on\":true,\"quit\":true,\"list\":[],\"none\":null,\"a.b_c\":1}");
  assert_names (group, "a.b-c on quit");
  g_assert_true (g_action_map_lookup_action (map, "quit") == G_ACTION (quit));

  g_action_group_activate_action (G_ACTION_GROUP (group), "on", NULL);
  g_action_group_activate_action (G_ACTION_GROUP (group), "a.b-c", g_variant_new_int32 (2));
  binding_assert_data (self, "{\"on\":false,\"quit\":true,\"list\":[],\"none\":null,\"a.b_c\":2}");

  /* Members vanish, appear, and become something else. */
  binding_write (self, "{\"on\":\"auto\",\"volume\":0.5,\"a.b_c\":2}");
  assert_names (group, "a.b-c on quit volume");
  assert_action (g_action_map_lookup_action (map, "on"), "s,s,'auto'");
  binding_write (self, "{\"volume\":1}");
  assert_names (group, "quit volume");
  assert_action (g_action_map_lookup_action (map, "volume"), "d,d,1.0");

  state_sync_topic_remove_actions (self->topic, map);
  state_sync_topic_remove_actions (self->topic, map);
  assert_names (group, "quit");
  binding_write (self, "{\"volume\":2}");
  assert_names (group, "quit");
}

static void
test_map_with_prefix (Fixture *self, gconstpointer data)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  binding_start (self, "{\"on\":true}");
  state_sync_topic_add_actions (self->topic, G_ACTION_MAP (group), "x");
  state_sync_topic_add_actions (self->topic, G_ACTION_MAP (group), "settings-");
  assert_names (group, "settings-on");
  binding_write (self, "3");
  assert_names (group, "");
}

static void
test_ten_thousand_cycles (Fixture *self, gconstpointer data)
{
  binding_start (self, "{\"on\":true,\"theme\":\"dark\"}");
  for (guint i = 0; i < 10000; i++)
    {
      GAction *action = state_sync_topic_create_action (self->topic, "on");

      g_assert_finalize_object (action);
    }
  for (guint i = 0; i < 1000; i++)
    {
      GSimpleActionGroup *group = g_simple_action_group_new ();

      state_sync_topic_add_actions (self->topic, G_ACTION_MAP (group), NULL);
      g_assert_finalize_object (group);
    }
  g_assert_cmpuint (G_OBJECT (self->topic)->ref_count, ==, 1);
}

int
main (int argc, char **argv)
{
  test_init (&argc, &argv, NULL);

  binding_add ("/binding/action/toggle", test_toggle);
  binding_add ("/binding/action/choice", test_choice);
  binding_add ("/binding/action/types", test_types);
  binding_add ("/binding/action/numbers-are-written", test_numbers_are_written);
  binding_add ("/binding/action/type-comes-later", test_type_comes_later);
  binding_add ("/binding/action/enabled-while-served", test_enabled_while_served);
  binding_add ("/binding/action/refusal-restores", test_refusal_restores);
  g_test_add_func ("/binding/action/path-is-none", test_path_is_none);
  binding_add ("/binding/action/map", test_map);
  binding_add ("/binding/action/map-with-prefix", test_map_with_prefix);
  binding_add ("/binding/action/ten-thousand-cycles", test_ten_thousand_cycles);

  return g_test_run ();
}
