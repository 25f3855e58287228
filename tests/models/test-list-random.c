/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Thousands of random edits of an array or object, each written with white space at random. After
 * each the list is what is in the topic; so is one that knows its changes alone (list-world.h);
 * whoever was there before is the same item as before; and no way of changing the list would have
 * left more items in place. */

#include "models/list-world.h"

#define ROUNDS 4000
#define MAX_ELEMENTS 10

/* An element, or a member. */
typedef struct
{
  guint key;
  guint value;
} Element;

typedef struct
{
  Element elements[MAX_ELEMENTS];
  guint length;
} State;

typedef struct
{
  const char *key_member; /* as for list_world_new() */
  gboolean is_deep;
} Kind;

static guint
random_below (guint n)
{
  return (guint)g_test_rand_int_range (0, (gint32)n);
}

/* --- random edits --- */

static gboolean
has_key (const State *state, guint key)
{
  for (guint i = 0; i < state->length; i++)
    {
      if (state->elements[i].key == key)
        return TRUE;
    }
  return FALSE;
}

static void
insert (State *state, guint at, Element element)
{
  for (guint i = state->length++; i > at; i--)
    state->elements[i] = state->elements[i - 1];
  state->elements[at] = element;
}

static Element
take (State *state, guint at)
{
  Element element = state->elements[at];

  state->length--;
  for (guint i = at; i < state->length; i++)
    state->elements[i] = state->elements[i + 1];
  return element;
}

static void
edit (State *state)
{
  Element element = { random_below (2 * MAX_ELEMENTS), random_below (4) };

  switch (random_below (4))
    {
    case 0:
      if (state->length < MAX_ELEMENTS && !has_key (state, element.key))
        insert (state, random_below (state->length + 1), element);
      break;
    case 1:
      if (state->length > 0)
        take (state, random_below (state->length));
      break;
    case 2:
      if (state->length > 0)
        element = take (state, random_below (state->length));
      insert (state, random_below (state->length + 1), element);
      break;
    default:
      if (state->length > 0)
        state->elements[random_below (state->length)].value = element.value;
      break;
    }
}

/* Mostly a few edits, sometimes something else altogether. */
static State
next_state (State state)
{
  guint n_edits = random_below (8) == 0 ? 40 : 1 + random_below (4);

  for (guint i = 0; i < n_edits; i++)
    edit (&state);
  return state;
}

/* --- as a text --- */

static void
append_space (GString *text)
{
  static const char *const spaces[] = { "", "", "", "", " ", "\n\t" };

  g_string_append (text, spaces[random_below (G_N_ELEMENTS (spaces))]);
}

static void
append_token (GString *text, const char *token)
{
  append_space (text);
  g_string_append (text, token);
  append_space (text);
}

/* Values hold what looks like the end of a list. */
static void
append_value (GString *text, guint value)
{
  static const char *const values[] = { "\"],[\\\"}\"", "{\"id\":1,\"x\":[]}", "12", "null" };

  append_token (text, values[value]);
}

static void
append_key (GString *text, guint key, gboolean is_name)
{
  g_autofree char *token = g_strdup_printf (is_name || key % 2 == 0 ? "\"%s%u\"" : "%s%u",
                                            key % 4 == 0 ? "\\u0031" : "1", key);

  append_token (text, token);
}

static void
append_element (GString *text, const Element *element, const Kind *kind)
{
  if (kind->key_member == NULL)
    {
      append_key (text, element->key, FALSE);
      return;
    }
  if (*kind->key_member == '{')
    {
      append_key (text, element->key, TRUE);
      append_token (text, ":");
      append_value (text, element->value);
      return;
    }

  g_string_append (text, "{\"value\":");
  append_value (text, element->value);
  g_string_append (text, ",\"id\":");
  append_key (text, element->key, FALSE);
  g_string_append_c (text, '}');
}

static char *
make_text (const State *state, const Kind *kind)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean is_object = g_strcmp0 (kind->key_member, "{") == 0;

  if (kind->is_deep)
    g_string_append (text, "{\"a\":[1,{\"b\":[2]}],\"b\":{\"c\":3,\"list\":");
  append_token (text, is_object ? "{" : "[");
  for (guint i = 0; i < state->length; i++)
    {
      if (i > 0)
        append_token (text, ",");
      append_element (text, &state->elements[i], kind);
    }
  append_token (text, is_object ? "}" : "]");
  if (kind->is_deep)
    g_string_append (text, ",\"d\":[]},\"z\":0}");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* --- what has to be --- */

static JsonNode *
find_node (StateSyncTopic *topic, const Kind *kind)
{
  JsonNode *node = state_sync_topic_get_data (topic);

  if (!kind->is_deep)
    return node;
  node = json_object_get_member (json_node_get_object (node), "b");
  return json_object_get_member (json_node_get_object (node), "list");
}

static void
assert_holds (ListWorld *world, const Kind *kind)
{
  JsonNode *node = find_node (world->topic, kind);
  g_autoptr (GList) values = JSON_NODE_HOLDS_ARRAY (node)
                                 ? json_array_get_elements (json_node_get_array (node))
                                 : json_object_get_values (json_node_get_object (node));
  guint i = 0;

  g_assert_cmpuint (g_list_length (values), ==, world->shadow->len);
  for (GList *l = values; l != NULL; l = l->next)
    g_assert_true (
        json_node_equal (state_sync_item_get_value (list_world_get (world, i++)), l->data));
}

static guint
find_key (const State *state, guint key)
{
  for (guint i = 0; i < state->length; i++)
    {
      if (state->elements[i].key == key)
        return i;
    }
  return G_MAXUINT;
}

static void
assert_same_items (ListWorld *world, const State *before, GPtrArray *items, const State *after)
{
  for (guint i = 0; i < after->length; i++)
    {
      guint was = find_key (before, after->elements[i].key);

      if (was != G_MAXUINT)
        g_assert_true (list_world_get (world, i) == g_ptr_array_index (items, was));
    }
}

/* The length of a longest common subsequence. */
static guint
count_common (const State *a, const State *b)
{
  guint best[MAX_ELEMENTS + 1][MAX_ELEMENTS + 1] = { { 0 } };

  for (guint i = 1; i <= a->length; i++)
    {
      for (guint j = 1; j <= b->length; j++)
        best[i][j] = a->elements[i - 1].key == b->elements[j - 1].key
                         ? best[i - 1][j - 1] + 1
                         : MAX (best[i - 1][j], best[i][j - 1]);
    }
  return best[a->length][b->length];
}

static void
assert_fewest_changes (ListWorld *world, const State *before, const State *after)
{
  guint n_removed = 0;
  guint n_added = 0;

  for (const char *p = world->changes->str; *p != '\0';)
    {
      char *end;

      g_ascii_strtoull (p, &end, 10);
      n_removed += (guint)g_ascii_strtoull (end + 1, &end, 10);
      n_added += (guint)g_ascii_strtoull (end + 1, &end, 10);
      p = end + 1;
    }
  g_assert_cmpuint (before->length - n_removed, ==, count_common (before, after));
  g_assert_cmpuint (after->length - n_added, ==, count_common (before, after));
}

/* Whoever holds another value has told so, once; an item that is written anew may tell as well. */
static void
assert_edits_told (ListWorld *world, const State *before, const State *after)
{
  g_auto (GStrv) told = g_strsplit (world->edits->str, " ", -1);

  for (guint i = 0; i < after->length; i++)
    {
      guint was = find_key (before, after->elements[i].key);
      const char *key = state_sync_item_get_key (list_world_get (world, i));
      guint n_told = 0;

      for (guint j = 0; told[j] != NULL; j++)
        n_told += g_strcmp0 (told[j], key) == 0;
      if (was != G_MAXUINT && before->elements[was].value != after->elements[i].value)
        g_assert_cmpuint (n_told, ==, 1);
      else
        g_assert_cmpuint (n_told, <=, 1);
    }
}

static gpointer
copy_ref (gconstpointer item, gpointer user_data)
{
  return g_object_ref ((gpointer)item);
}

static void
test_random (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (ListWorld) world = list_world_new (kind->is_deep ? "b.list" : NULL, kind->key_member);
  State before = { .length = 0 };

  for (guint i = 0; i < ROUNDS; i++)
    {
      State after = next_state (before);
      g_autofree char *text = make_text (&after, kind);
      g_autoptr (GPtrArray) items = g_ptr_array_copy (world->shadow, copy_ref, NULL);

      g_ptr_array_set_free_func (items, g_object_unref);
      list_world_set (world, text);
      assert_holds (world, kind);
      assert_same_items (world, &before, items, &after);
      assert_fewest_changes (world, &before, &after);
      if (kind->key_member != NULL)
        assert_edits_told (world, &before, &after);
      list_world_assert_told (world, world->changes->str, world->edits->str);
      before = after;
    }
}

int
main (int argc, char **argv)
{
  static const Kind by_key = { "id", FALSE };
  static const Kind by_key_deep = { "id", TRUE };
  static const Kind by_content = { NULL, FALSE };
  static const Kind members = { "{", FALSE };
  static const Kind members_deep = { "{", TRUE };

  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/models/list-random/by-key", &by_key, test_random);
  g_test_add_data_func ("/models/list-random/by-key-deep", &by_key_deep, test_random);
  g_test_add_data_func ("/models/list-random/by-content", &by_content, test_random);
  g_test_add_data_func ("/models/list-random/members", &members, test_random);
  g_test_add_data_func ("/models/list-random/members-deep", &members_deep, test_random);

  return g_test_run ();
}
