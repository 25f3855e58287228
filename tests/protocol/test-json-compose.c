/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/json-check.h"
#include "protocol/json-compose.h"
#include "protocol/json-merge.h"
#include "protocol/json-random.h"
#include "protocol/json-reference.h"

static GBytes *
bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

/* --- table --- */

/* clang-format off */

static const struct
{
  const char *first, *second;
  const char *both; /* NULL: no one patch does it */
} cases[] = {
  /* the second replaces the whole */
  { "{\"a\":1}", "1", "1" },
  { "{\"a\":1}", "null", "null" },
  { "{\"a\":1}", " [ {\"a\":null} ]", " [ {\"a\":null} ]" },
  { "5", "6", "6" },
  { "null", "\"x\"", "\"x\"" },

  /* side by side */
  { "{}", "{}", "{}" },
  { "{\"a\":1}", "{}", "{\"a\":1}" },
  { "{}", "{\"a\":1}", "{\"a\":1}" },
  { "{\"a\":1}", "{\"b\":2}", "{\"a\":1,\"b\":2}" },
  { "{\"a\":1}", "{\"a\":2}", "{\"a\":2}" },
  { "{\"a\":1}", "{\"\\u0061\":2}", "{\"a\":2}" },
  { "{\"a\":1.0}", "{\"b\":2.0}", "{\"a\":1.0,\"b\":2.0}" },

  /* a null goes on to remove */
  { "{\"a\":null}", "{\"b\":1}", "{\"a\":null,\"b\":1}" },
  { "{\"a\":1}", "{\"a\":null}", "{\"a\":null}" },
  { "{\"a\":{\"b\":1}}", "{\"a\":null}", "{\"a\":null}" },
  { "{\"a\":null}", "{\"a\":1}", "{\"a\":1}" },
  { "{\"a\":null}", "{\"a\":null}", "{\"a\":null}" },
  { "{}", "{\"a\":null}", "{\"a\":null}" },
  { "{}", "{\"a\":{\"b\":null}}", "{\"a\":{\"b\":null}}" },
  { "{\"a\":{\"b\":null}}", "{\"c\":1}", "{\"a\":{\"b\":null},\"c\":1}" },
  { "{\"a\":{\"b\":null}}", "{\"a\":{\"c\":null}}", "{\"a\":{\"b\":null,\"c\":null}}" },
  { "{\"a\":{\"b\":null}}", "{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1}}" },
  { "{\"a\":[null]}", "{\"b\":[null]}", "{\"a\":[null],\"b\":[null]}" },

  /* inside each other */
  { "{\"a\":{\"b\":1}}", "{\"a\":{\"c\":2}}", "{\"a\":{\"b\":1,\"c\":2}}" },
  { "{\"a\":{}}", "{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1}}" },
  { "{\"a\":{\"b\":1}}", "{\"a\":{}}", "{\"a\":{\"b\":1}}" },
  { "{\"a\":{\"b\":1}}", "{\"a\":2}", "{\"a\":2}" },
  { "{\"a\":{\"b\":{\"c\":1}}}", "{\"a\":{\"b\":{\"d\":null}}}", "{\"a\":{\"b\":{\"c\":1,\"d\":null}}}" },
  { "{\"a\":{\"b\":{}}}", "{\"a\":{\"c\":{\"d\":{\"e\":1}}}}", "{\"a\":{\"b\":{},\"c\":{\"d\":{\"e\":1}}}}" },

  /* an object over what is no object */
  { "1", "{}", NULL },
  { "null", "{\"a\":1}", NULL },
  { "[]", "{\"a\":1}", NULL },
  { "{\"a\":1}", "{\"a\":{}}", NULL },
  { "{\"a\":1}", "{\"a\":{\"b\":1}}", NULL },
  { "{\"a\":null}", "{\"a\":{}}", NULL },
  { "{\"a\":null}", "{\"a\":{\"b\":1}}", NULL },
  { "{\"a\":[]}", "{\"a\":{\"b\":null}}", NULL },
  { "{\"a\":\"x\"}", "{\"\\u0061\":{\"b\":1}}", NULL },
  { "{\"x\":1,\"a\":{\"b\":2}}", "{\"a\":{\"b\":{\"c\":1}}}", NULL },
  { "{\"a\":{\"b\":null}}", "{\"y\":1,\"a\":{\"b\":{}}}", NULL },
};

/* clang-format on */

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) first = bytes (cases[i].first);
      g_autoptr (GBytes) second = bytes (cases[i].second);
      g_autoptr (GBytes) both = state_sync_json_compose (first, second);
      gsize length;
      const char *text;

      if (cases[i].both == NULL)
        {
          g_assert_null (both);
          continue;
        }
      g_assert_nonnull (both);
      text = g_bytes_get_data (both, &length);
      g_assert_cmpmem (text, length, cases[i].both, strlen (cases[i].both));
    }
}

/* --- properties --- */

/* Two patches, and what they do one after the other. */
typedef struct
{
  GBytes *first;
  GBytes *second;
  GBytes *both; /* (nullable) */
} Pair;

static void
pair_init_random (Pair *self)
{
  g_autofree char *first = test_json_random (4);
  g_autofree char *second = test_json_random (4);

  self->first = bytes (first);
  self->second = bytes (second);
  self->both = state_sync_json_compose (self->first, self->second);
}

static void
pair_clear (Pair *self)
{
  g_bytes_unref (self->first);
  g_bytes_unref (self->second);
  g_clear_pointer (&self->both, g_bytes_unref);
}

static GBytes *
apply_in_order (const Pair *self, GBytes *target)
{
  g_autoptr (GBytes) between = state_sync_json_merge (target, self->first);

  return state_sync_json_merge (between, self->second);
}

static void
test_one_does_what_two_do (void)
{
  guint n_composed = 0;

  for (guint i = 0; i < 10000; i++)
    {
      Pair pair;
      StateSyncJsonFault fault;
      gsize length;
      const char *text;

      pair_init_random (&pair);
      if (pair.both == NULL)
        {
          pair_clear (&pair);
          continue;
        }
      n_composed++;

      text = g_bytes_get_data (pair.both, &length);
      g_assert_true (state_sync_json_check (text, length, &fault));
      for (guint j = 0; j < 5; j++)
        {
          g_autofree char *target_text = test_json_random (4);
          g_autoptr (GBytes) target = bytes (target_text);
          g_autoptr (GBytes) at_once = state_sync_json_merge (target, pair.both);
          g_autoptr (GBytes) in_order = apply_in_order (&pair, target);
          g_autoptr (JsonNode) actual = test_reference_parse (at_once);
          g_autoptr (JsonNode) expected = test_reference_parse (in_order);

          test_assert_json_equal (actual, expected);
        }
      pair_clear (&pair);
    }
  g_assert_cmpuint (n_composed, >, 2500);
}

/* Where an object of @second stands over what is no object in @first, as the member names that
 * lead there; NULL if nowhere. */
static GPtrArray *
find_conflict (JsonNode *first, JsonNode *second)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (second))
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (first))
    return g_ptr_array_new_with_free_func (g_free);

  json_object_iter_init (&iter, json_node_get_object (second));
  while (json_object_iter_next (&iter, &name, &value))
    {
      JsonNode *below = json_object_get_member (json_node_get_object (first), name);
      GPtrArray *path = below != NULL ? find_conflict (below, value) : NULL;

      if (path != NULL)
        {
          g_ptr_array_insert (path, 0, g_strdup (name));
          return path;
        }
    }
  return NULL;
}

/* Objects along @path, and at its end {@stranger: true}. */
static GBytes *
target_with_stranger (GPtrArray *path, const char *stranger)
{
  g_autoptr (JsonObject) end = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_object_set_boolean_member (end, stranger, TRUE);
  json_node_set_object (node, end);
  for (guint i = path->len; i > 0; i--)
    {
      g_autoptr (JsonObject) outer = json_object_new ();

      json_object_set_member (outer, g_ptr_array_index (path, i - 1), g_steal_pointer (&node));
      node = json_node_new (JSON_NODE_OBJECT);
      json_node_set_object (node, outer);
    }
  text = json_to_string (node, FALSE);
  return bytes (text);
}

static JsonObject *
look_up_object (JsonNode *node, GPtrArray *path)
{
  for (guint i = 0; i < path->len; i++)
    node = json_object_get_member (json_node_get_object (node), g_ptr_array_index (path, i));
  return json_node_get_object (node);
}

/* The rule refuses nothing that could be told. What the pair makes of a target that has, at the
 * place of the conflict, an object with a member of a name of its own, is an object there without
 * that member. A single patch that does not name the member can't do that: it leaves it where it
 * is, or no object. And no patch names them all. */
static void
test_where_there_is_none_there_can_be_none (void)
{
  guint n_refused = 0;

  for (guint i = 0; i < 10000; i++)
    {
      Pair pair;
      g_autoptr (JsonNode) first = NULL;
      g_autoptr (JsonNode) second = NULL;
      g_autoptr (GPtrArray) path = NULL;

      pair_init_random (&pair);
      first = test_reference_parse (pair.first);
      second = test_reference_parse (pair.second);
      path = find_conflict (first, second);
      g_assert_cmpint (path == NULL, ==, pair.both != NULL);
      for (guint j = 0; path != NULL && j < 3; j++)
        {
          g_autofree char *stranger = g_strdup_printf ("stranger %u", g_test_rand_int ());
          g_autoptr (GBytes) target = target_with_stranger (path, stranger);
          g_autoptr (GBytes) result = apply_in_order (&pair, target);
          g_autoptr (JsonNode) node = test_reference_parse (result);

          n_refused++;
          g_assert_false (json_object_has_member (look_up_object (node, path), stranger));
        }
      pair_clear (&pair);
    }
  g_assert_cmpuint (n_refused, >, 1500);
}

/* Three changes made one after the other, joined from the left or from the right. */
static void
test_order_of_joining_does_not_matter (void)
{
  guint n_composed = 0;

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *a_text = test_json_random_object (3);
      g_autofree char *b_text = test_json_random_object (3);
      g_autofree char *c_text = test_json_random_object (3);
      g_autoptr (GBytes) a = bytes (a_text);
      g_autoptr (GBytes) b = bytes (b_text);
      g_autoptr (GBytes) c = bytes (c_text);
      g_autoptr (GBytes) ab = state_sync_json_compose (a, b);
      g_autoptr (GBytes) bc = state_sync_json_compose (b, c);
      g_autoptr (GBytes) left = ab != NULL ? state_sync_json_compose (ab, c) : NULL;
      g_autoptr (GBytes) right = bc != NULL ? state_sync_json_compose (a, bc) : NULL;
      g_autoptr (JsonNode) left_node = NULL;
      g_autoptr (JsonNode) right_node = NULL;

      if (left == NULL || right == NULL)
        continue;
      n_composed++;
      left_node = test_reference_parse (left);
      right_node = test_reference_parse (right);
      test_assert_json_equal (left_node, right_node);
    }
  g_assert_cmpuint (n_composed, >, 1500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/json-compose/table", test_table);
  g_test_add_func ("/protocol/json-compose/one-does-what-two-do", test_one_does_what_two_do);
  g_test_add_func ("/protocol/json-compose/where-there-is-none-there-can-be-none",
                   test_where_there_is_none_there_can_be_none);
  g_test_add_func ("/protocol/json-compose/order-of-joining-does-not-matter",
                   test_order_of_joining_does_not_matter);

  return g_test_run ();
}
