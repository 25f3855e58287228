/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Arrays and objects as lists: what is told of each kind of change, and what is not. */

#include "models/list-world.h"

#define N_LARGE 10000
#define N_CYCLES 10000

/* --- arrays --- */

static void
test_array (void)
{
  g_autoptr (ListWorld) world = list_world_new (NULL, "id");
  StateSyncItem *b;

  list_world_set (world, "[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"}]");
  list_world_assert_told (world, "0-0+3 ", "");
  b = list_world_get (world, 1);
  g_assert_cmpstr (state_sync_item_get_key (b), ==, "b");

  list_world_set (world, "[{\"id\":\"a\"},{\"id\":\"n\"},{\"id\":\"b\"},{\"id\":\"c\"}]");
  list_world_assert_told (world, "1-0+1 ", "");
  g_assert_true (list_world_get (world, 2) == b);

  list_world_set (world, "[{\"id\":\"a\"},{\"id\":\"n\"},{\"id\":\"b\",\"x\":1},{\"id\":\"c\"}]");
  list_world_assert_told (world, "", "b ");
  list_world_assert_items (world,
                           "{\"id\":\"a\"} {\"id\":\"n\"} {\"id\":\"b\",\"x\":1} {\"id\":\"c\"}");

  /* It moves and is edited at once. */
  list_world_set (world, "[{\"id\":\"b\",\"x\":2},{\"id\":\"a\"},{\"id\":\"n\"},{\"id\":\"c\"}]");
  list_world_assert_told (world, "0-0+1 3-1+0 ", "b ");
  g_assert_true (list_world_get (world, 0) == b);

  list_world_set (world, "[{\"id\":\"c\"}]");
  list_world_assert_told (world, "0-3+0 ", "");
  list_world_set (world, "[]");
  list_world_assert_told (world, "0-1+0 ", "");
}

/* Keys are told from each other as what they are. */
static void
test_keys (void)
{
  g_autoptr (ListWorld) world = list_world_new (NULL, "id");
  StateSyncItem *string, *number;

  list_world_set (world, "[{\"id\":\"1\"},{\"id\":1},{\"x\":{\"id\":2}}]");
  string = list_world_get (world, 0);
  number = list_world_get (world, 1);
  g_assert_cmpstr (state_sync_item_get_key (string), ==, "1");
  g_assert_cmpstr (state_sync_item_get_key (number), ==, "1");
  g_assert_null (state_sync_item_get_key (list_world_get (world, 2)));
  list_world_assert_told (world, "0-0+3 ", "");

  list_world_set (world, "[{\"id\":1,\"x\":0},{\"id\":\"1\"},{\"x\":{\"id\":2}}]");
  g_assert_true (list_world_get (world, 0) == number);
  g_assert_true (list_world_get (world, 1) == string);
  list_world_assert_told (world, "0-0+1 2-1+0 ", "1 ");

  /* Written in another way it is the same string, and the same name. */
  list_world_set (world,
                  "[ {\"id\" : 1 , \"x\":0},{\"\\u0069d\":\"\\u0031\"}, {\"x\":{\"id\":2}} ]");
  g_assert_true (list_world_get (world, 0) == number);
  g_assert_true (list_world_get (world, 1) == string);
  list_world_assert_told (world, "", "1 1 ");
}

/* Equal keys, no key, or one that is no key: all are items, and none is lost. */
static void
test_no_key (void)
{
  g_autoptr (ListWorld) world = list_world_new (NULL, "id");
  StateSyncItem *first, *second;

  list_world_set (world,
                  "[{\"id\":\"a\",\"n\":1},{\"id\":\"a\",\"n\":2},{\"id\":null},7,{\"id\":[]}]");
  list_world_assert_told (world, "0-0+5 ", "");
  first = list_world_get (world, 0);
  second = list_world_get (world, 1);
  g_assert_true (first != second);

  /* Those with one key are told apart by their order. */
  list_world_set (world,
                  "[{\"id\":\"a\",\"n\":3},{\"id\":\"a\",\"n\":4},{\"id\":null},7,{\"id\":[]}]");
  g_assert_true (list_world_get (world, 0) == first);
  g_assert_true (list_world_get (world, 1) == second);
  list_world_assert_told (world, "", "a a ");

  /* What has no key is its content. */
  list_world_set (world,
                  "[{\"id\":\"a\",\"n\":3},{\"id\":\"a\",\"n\":4},{\"id\":null},8,{\"id\":[]}]");
  list_world_assert_told (world, "3-1+1 ", "");
  list_world_set (world, "[{\"id\":\"a\",\"n\":4},8]");
  list_world_assert_items (world, "{\"id\":\"a\",\"n\":4} 8");
}

static void
test_content (void)
{
  g_autoptr (ListWorld) world = list_world_new (NULL, NULL);

  list_world_set (world, "[\"a\",\"b\",\"c\",\"b\"]");
  list_world_assert_told (world, "0-0+4 ", "");
  list_world_set (world, "[\"b\",\"a\",\"b\",\"c\",\"b\"]");
  list_world_assert_told (world, "0-0+1 ", "");
  list_world_set (world, "[\"b\",\"a\",\"x\",\"c\",\"b\"]");
  list_world_assert_told (world, "2-1+1 ", "");
  list_world_set (world, "[1,12,123,12]");
  list_world_assert_told (world, "0-5+4 ", "");
  list_world_set (world, "[12,1,12,123,12]");
  list_world_assert_told (world, "0-0+1 ", "");
}

/* Absent, null, of another kind, and back. */
static void
test_not_there (void)
{
  g_autoptr (ListWorld) world = list_world_new ("a.b", "id");
  static const char *const none[] = {
    "null",
    "{}",
    "[{\"id\":1}]",
    "{\"a\":null}",
    "{\"a\":[{\"id\":1}]}",
    "{\"a\":{\"b\":{\"id\":1}}}",
    "{\"a\":{\"b\":\"[]\"}}",
    "{\"a\":{\"b\":7}}",
    "{\"b\":[{\"id\":1}]}",
    "7",
  };

  list_world_assert_told (world, "", "");
  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    {
      list_world_set (world, "{\"a\":{\"b\":[{\"id\":1}]}}");
      list_world_assert_told (world, "0-0+1 ", "");
      list_world_set (world, none[i]);
      list_world_assert_told (world, "0-1+0 ", "");
    }
}

/* What else is in the topic does not matter, nor does how it is written. */
static void
test_path (void)
{
  g_autoptr (ListWorld) world = list_world_new ("a\\.b.\\e", "id");
  StateSyncItem *item;

  g_assert_cmpstr (state_sync_list_model_get_path (world->list), ==, "a\\.b.\\e");
  g_assert_cmpstr (state_sync_list_model_get_key_member (world->list), ==, "id");
  g_assert_true (state_sync_list_model_get_topic (world->list) == world->topic);
  list_world_set (world, "{\"z\":[1],\"a.b\":{\"\":[{\"id\":1}]}}");
  list_world_assert_told (world, "0-0+1 ", "");
  item = list_world_get (world, 0);

  list_world_set (world,
                  " {\n \"a\\u002eb\" : {\"y\":{\"\":[]},\"\" : [ {\"id\":1} ] } , \"z\":[2] } ");
  list_world_assert_told (world, "", "");
  list_world_set (world, "{\"a.b\":{\"\":[{\"id\":1},{\"id\":2}]}}");
  list_world_assert_told (world, "1-0+1 ", "");
  g_assert_true (list_world_get (world, 0) == item);
}

/* A mistake of the program: it is told where. */
static void
test_bad_path (void)
{
  g_autoptr (TestTextTransport) transport = NULL;
  g_autoptr (StateSyncTopic) topic = NULL;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_failed ();
      g_test_trap_assert_stderr ("*a..b*is not a path: at byte 2*");
      return;
    }

  transport = test_text_transport_new ();
  topic = test_text_transport_follow (transport);
  state_sync_list_model_new_for_array (topic, "a..b", NULL);
}

/* --- objects --- */

static void
test_members (void)
{
  g_autoptr (ListWorld) world = list_world_new ("m", "{");
  StateSyncItem *a;

  list_world_set (world, "{\"m\":{\"a\":1,\"b\":2}}");
  list_world_assert_told (world, "0-0+2 ", "");
  a = list_world_get (world, 0);
  g_assert_cmpstr (state_sync_item_get_key (a), ==, "a");
  list_world_set (world, "{\"m\":{\"a\":1,\"c\":3,\"b\":2}}");
  list_world_assert_told (world, "1-0+1 ", "");
  list_world_set (world, "{\"m\":{ \"b\" : 2 ,\"\\u0061\":5,\"c\":3}}");
  list_world_assert_told (world, "0-0+1 3-1+0 ", "b a ");
  list_world_assert_items (world, "2 5 3");
  g_assert_true (list_world_get (world, 1) == a);
  list_world_set (world, "{\"m\":[1]}");
  list_world_assert_told (world, "0-3+0 ", "");
}

/* --- items --- */

static void
assert_value (ListWorld *world, guint position, const char *expected)
{
  StateSyncItem *item = list_world_get (world, position);
  g_autoptr (JsonNode) value = NULL;
  g_autofree char *string = NULL;
  g_auto (GStrv) strings = NULL;
  g_autofree char *joined = NULL;
  g_autofree char *found = NULL;
  double number;
  gint64 integer;
  gboolean boolean;

  g_object_get (item, "value", &value, "string", &string, "number", &number, "integer", &integer,
                "boolean", &boolean, "strings", &strings, NULL);
  if (value != NULL)
    g_assert_true (json_node_equal (value, state_sync_item_get_value (item)));
  joined = strings != NULL ? g_strjoinv ("+", strings) : g_strdup ("-");
  found = g_strdup_printf ("%s %s %g %" G_GINT64_FORMAT " %d %s", value != NULL ? "value" : "-",
                           string != NULL ? string : "-", number, integer, boolean, joined);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_values (void)
{
  g_autoptr (ListWorld) world = list_world_new (NULL, NULL);

  list_world_set (
      world,
      "[\"1\\n\",12,1.50,true,false,null,{\"a\":1,\"b\":{\"c\":null,\"d\":2}},[\"2\",\"3\"]]");
  assert_value (world, 0, "value 1\n 0 0 0 -");
  assert_value (world, 1, "value - 12 12 0 -");
  assert_value (world, 2, "value - 1.5 0 0 -");
  assert_value (world, 3, "value - 0 0 1 -");
  assert_value (world, 4, "value - 0 0 0 -");
  assert_value (world, 5, "- - 0 0 0 -");
  assert_value (world, 6, "value - 0 0 0 -");
  assert_value (world, 7, "value - 0 0 0 2+3");
  g_assert_cmpint (json_node_get_int (state_sync_item_get_member (list_world_get (world, 6), "a")),
                   ==, 1);
  g_assert_cmpint (
      json_node_get_int (state_sync_item_get_member (list_world_get (world, 6), "b.d")), ==, 2);
  g_assert_null (state_sync_item_get_member (list_world_get (world, 6), "b.c"));
  g_assert_null (state_sync_item_get_member (list_world_get (world, 6), "e"));
  g_assert_null (state_sync_item_get_member (list_world_get (world, 7), "a"));
}

static void
on_notify (GObject *item, GParamSpec *pspec, gpointer told)
{
  g_string_append_printf (told, "%s ", pspec->name);
}

/* Each property tells when it is another, and only then once somebody has looked; one that went
 * keeps what it held. */
static void
test_edit (void)
{
  g_autoptr (ListWorld) world = list_world_new (NULL, "{");
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (StateSyncItem) item = NULL;

  list_world_set (world, "{\"a\":1.5}");
  item = g_object_ref (list_world_get (world, 0));
  g_signal_connect (item, "notify", G_CALLBACK (on_notify), told);
  assert_value (world, 0, "value - 1.5 0 0 -");

  list_world_set (world, "{\"a\":2.5}");
  g_assert_cmpstr (told->str, ==, "value number ");
  list_world_set (world, "{\"a\": 2.50}");
  g_assert_cmpstr (told->str, ==, "value number ");
  assert_value (world, 0, "value - 2.5 0 0 -");
  list_world_set (world, "{\"a\":\"x\"}");
  g_assert_cmpstr (told->str, ==, "value number value string number ");

  list_world_set (world, "{}");
  g_assert_cmpstr (told->str, ==, "value number value string number ");
  g_assert_cmpstr (json_node_get_string (state_sync_item_get_value (item)), ==, "x");
  g_signal_handlers_disconnect_by_data (item, told);
  g_signal_handlers_disconnect_by_data (item, world);
}

/* --- size --- */

static void
append_element (GString *text, guint id)
{
  g_string_append_printf (text, "%c{\"id\":%u,\"title\":\"No. %u\"}", text->len > 0 ? ',' : '[', id,
                          id);
}

/* Without one that is @left_out. */
static char *
make_large (guint left_out)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < N_LARGE; i++)
    {
      if (i != left_out)
        append_element (text, i);
    }
  g_string_append_c (text, ']');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* One more, or one less, in ten thousand is one item, at its place. */
static void
test_large (void)
{
  static const guint places[] = { 0, 1, 5000, N_LARGE - 2, N_LARGE - 1 };
  g_autofree char *all = make_large (N_LARGE);
  g_autoptr (ListWorld) world = list_world_new (NULL, "id");

  list_world_set (world, all);
  list_world_assert_told (world, "0-0+10000 ", "");
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *without = make_large (places[i]);
      g_autofree char *removal = g_strdup_printf ("%u-1+0 ", places[i]);
      g_autofree char *insertion = g_strdup_printf ("%u-0+1 ", places[i]);

      list_world_set (world, without);
      list_world_assert_told (world, removal, "");
      list_world_set (world, all);
      list_world_assert_told (world, insertion, "");
    }
}

/* --- handlers that do more than look --- */

static void
set_again (GListModel *list, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  ListWorld *world = user_data;

  g_signal_handlers_disconnect_by_func (list, set_again, world);
  test_text_transport_set (world->transport, "[4,1,2,3,0]");

  /* The state before is told first, to everybody. */
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 2);
}

static void
test_change_from_handler (void)
{
  g_autoptr (ListWorld) world = list_world_new (NULL, NULL);

  g_signal_connect (world->list, "items-changed", G_CALLBACK (set_again), world);
  list_world_set (world, "[1,2]");
  list_world_assert_items (world, "4 1 2 3 0");
  list_world_assert_told (world, "0-0+2 0-0+1 3-0+2 ", "");
}

static void
drop (GListModel *list, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  StateSyncListModel **held = user_data;

  g_clear_object (held);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 2);
}

static void
test_drop_from_handler (void)
{
  g_autoptr (TestTextTransport) transport = test_text_transport_new ();
  g_autoptr (StateSyncTopic) topic = test_text_transport_follow (transport);
  StateSyncListModel *list = state_sync_list_model_new_for_array (topic, NULL, NULL);
  gpointer last = list;

  g_object_add_weak_pointer (G_OBJECT (list), &last);
  g_signal_connect (list, "items-changed", G_CALLBACK (drop), &list);
  test_text_transport_set (transport, "[1,2]");
  g_assert_null (last);
  test_text_transport_set (transport, "[1,2,3]");
}

static void
on_n_items (GObject *list, GParamSpec *pspec, gpointer n)
{
  guint n_items;

  g_object_get (list, "n-items", &n_items, NULL);
  *(guint *)n = *(guint *)n * 100 + n_items;
}

static void
test_n_items (void)
{
  g_autoptr (ListWorld) world = list_world_new (NULL, NULL);
  guint told = 0;

  g_signal_connect (world->list, "notify::n-items", G_CALLBACK (on_n_items), &told);
  list_world_set (world, "[1,2,3]");
  list_world_set (world, "[1,5,3]");
  list_world_set (world, "[1]");
  g_assert_cmpuint (told, ==, 301);
}

/* What a program can make without a constructor. */
static void
test_bare (void)
{
  g_autoptr (GListModel) list = g_object_new (STATE_SYNC_TYPE_LIST_MODEL, NULL);

  g_assert_true (g_list_model_get_item_type (list) == STATE_SYNC_TYPE_ITEM);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 0);
  g_assert_null (g_list_model_get_item (list, 0));
  g_assert_null (state_sync_list_model_get_topic (STATE_SYNC_LIST_MODEL (list)));
}

/* --- what is left --- */

static void
watch (GListModel *list, guint position, gpointer *last)
{
  g_autoptr (StateSyncItem) item = g_list_model_get_item (list, position);

  state_sync_item_get_value (item);
  *last = item;
  g_object_add_weak_pointer (G_OBJECT (item), last);
}

/* Each item is gone when it has left its list, or with that; the list is gone with its last holder,
 * and the topic is listened to by nobody. */
static void
test_leaks (void)
{
  g_autoptr (TestTextTransport) transport = test_text_transport_new ();
  g_autoptr (StateSyncTopic) topic = test_text_transport_follow (transport);

  test_text_transport_set (transport, "[{\"id\":0},{\"id\":1}]");
  for (guint i = 0; i < N_CYCLES; i++)
    {
      StateSyncListModel *list = state_sync_list_model_new_for_array (topic, NULL, "id");
      g_autofree char *text = g_strdup_printf ("[{\"id\":%u},{\"id\":%u}]", i + 1, i + 2);
      gpointer list_left = list;
      gpointer left[3];

      g_object_add_weak_pointer (G_OBJECT (list), &list_left);
      watch (G_LIST_MODEL (list), 0, &left[0]);
      watch (G_LIST_MODEL (list), 1, &left[1]);
      test_text_transport_set (transport, text);
      g_assert_null (left[0]);
      watch (G_LIST_MODEL (list), 1, &left[2]);

      g_object_unref (list);
      g_assert_null (list_left);
      g_assert_null (left[1]);
      g_assert_null (left[2]);
    }
  g_assert_false (g_signal_has_handler_pending (
      topic, g_signal_lookup ("changed", STATE_SYNC_TYPE_TOPIC), 0, TRUE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/models/list/array", test_array);
  g_test_add_func ("/models/list/keys", test_keys);
  g_test_add_func ("/models/list/no-key", test_no_key);
  g_test_add_func ("/models/list/content", test_content);
  g_test_add_func ("/models/list/not-there", test_not_there);
  g_test_add_func ("/models/list/path", test_path);
  g_test_add_func ("/models/list/bad-path", test_bad_path);
  g_test_add_func ("/models/list/members", test_members);
  g_test_add_func ("/models/list/values", test_values);
  g_test_add_func ("/models/list/edit", test_edit);
  g_test_add_func ("/models/list/large", test_large);
  g_test_add_func ("/models/list/change-from-handler", test_change_from_handler);
  g_test_add_func ("/models/list/drop-from-handler", test_drop_from_handler);
  g_test_add_func ("/models/list/n-items", test_n_items);
  g_test_add_func ("/models/list/bare", test_bare);
  g_test_add_func ("/models/list/leaks", test_leaks);

  return g_test_run ();
}
