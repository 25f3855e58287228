/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol/json-check.h"
#include "protocol/json-members.h"
#include "protocol/json-merge.h"
#include "protocol/json-random.h"
#include "protocol/json-reference.h"

static GBytes *
bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
assert_valid (GBytes *text)
{
  gsize length;
  const char *data = g_bytes_get_data (text, &length);
  StateSyncJsonFault fault;

  if (!state_sync_json_check (data, length, &fault))
    g_error ("“%.*s” is refused at byte %" G_GSIZE_FORMAT ": %s", (int)length, data, fault.offset,
             fault.reason);
}

/* From blocks of exactly the texts' sizes, so that a sanitizer sees every read beside them. */
static GBytes *
merge (const char *target_text, const char *patch_text)
{
  g_autoptr (GBytes) target = bytes (target_text);
  g_autoptr (GBytes) patch = bytes (patch_text);
  GBytes *result;

  assert_valid (target);
  assert_valid (patch);
  result = state_sync_json_merge (target, patch);
  assert_valid (result);
  return result;
}

typedef struct
{
  const char *target;
  const char *patch;
  const char *expected;
} MergeCase;

typedef struct
{
  const char *name;
  const MergeCase *cases;
  gsize n_cases;
} MergeGroup;

/* clang-format off */

/* RFC 7396, appendix A, in its order. */
static const MergeCase rfc_7396_cases[] = {
  { "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
  { "{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}" },
  { "{\"a\":\"b\"}", "{\"a\":null}", "{}" },
  { "{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}" },
  { "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
  { "{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}" },
  { "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}" },
  { "{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}" },
  { "[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]" },
  { "{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]" },
  { "{\"a\":\"foo\"}", "null", "null" },
  { "{\"a\":\"foo\"}", "\"bar\"", "\"bar\"" },
  { "{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}" },
  { "[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}" },
  { "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}" },
};

static const MergeCase untouched_cases[] = {
  { "{\"a\":1.10,\"b\":1e2,\"c\":-0,\"x\":0}", "{\"x\":1}", "{\"a\":1.10,\"b\":1e2,\"c\":-0,\"x\":1}" },
  { "{\"a\":1E+2,\"b\":0.10e-0,\"c\":-0.0}", "{\"x\":1}", "{\"a\":1E+2,\"b\":0.10e-0,\"c\":-0.0,\"x\":1}" },
  { "{\"a\":9007199254740993,\"b\":1e-400}", "{\"x\":null}", "{\"a\":9007199254740993,\"b\":1e-400}" },
  { "{\"a\":\"\\u0061\\/\\u00E9\",\"x\":0}", "{\"x\":1}", "{\"a\":\"\\u0061\\/\\u00E9\",\"x\":1}" },
  { "{\"a\":\"\\u0000\",\"x\":0}", "{\"x\":1}", "{\"a\":\"\\u0000\",\"x\":1}" },
  { "{\"a\":[ 1.0 ,{\"b\" : 2.50}],\"x\":0}", "{\"x\":1}", "{\"a\":[ 1.0 ,{\"b\" : 2.50}],\"x\":1}" },
  { "{\"a\":[\"]\",{\"}\":\"{\\\"[\"}],\"x\":0}", "{\"x\":1}", "{\"a\":[\"]\",{\"}\":\"{\\\"[\"}],\"x\":1}" },
  { "{\"a\":{\"b\":1.10,\"c\":-0}}", "{\"a\":{\"c\":1}}", "{\"a\":{\"b\":1.10,\"c\":1}}" },
  { "{\"z\":1,\"y\":2,\"x\":3}", "{\"x\":0,\"y\":0,\"z\":0}", "{\"z\":0,\"y\":0,\"x\":0}" },
  { "{\"a\":null,\"b\":{\"c\":null}}", "{\"x\":1}", "{\"a\":null,\"b\":{\"c\":null},\"x\":1}" },
  { " { \"a\" : 1 } ", "{}", " { \"a\" : 1 } " },
  { "{ }", "{}", "{ }" },
  { "{\n}", "{\"a\":null}", "{\n}" },
  { "{ \"a\" : { } }", "{\"a\":{\"b\":null}}", "{ \"a\" : { } }" },
  { "{\"a\": {\"b\" :1}}\n", "{\"a\":{\"b\":1,\"c\":null},\"d\":null}", "{\"a\": {\"b\" :1}}\n" },
};

static const MergeCase replaced_cases[] = {
  { "{\"a\":1}", "{\"a\":1.10}", "{\"a\":1.10}" },
  { "{\"a\":1.0}", "{\"a\":1}", "{\"a\":1}" },
  { "{ \"a\" : 1 , \"b\":2 }", "{\"a\":3}", "{ \"a\" : 3 , \"b\":2 }" },
  { "{\"a\":1}", "{ \"a\" : [ 1 , null ] }", "{\"a\":[ 1 , null ]}" },
  { "{\"a\":\"x\",\"b\":\"y\"}", "{\"b\":\"\\u0061\"}", "{\"a\":\"x\",\"b\":\"\\u0061\"}" },
  { "{\"a\":{\"b\":1}}", "{\"a\":2}", "{\"a\":2}" },
  { "{\"a\":{\"b\":1}}", "{\"a\":[]}", "{\"a\":[]}" },
  { "{\"a\":2}", "{\"a\":{ \"b\": 1 }}", "{\"a\":{ \"b\": 1 }}" },
  { "{\"a\":2}", "{\"a\":{\"b\":null}}", "{\"a\":{}}" },
  { "{\"a\":[1]}", "{\"a\":{\"b\":{\"c\":null,\"d\":1}}}", "{\"a\":{\"b\":{\"d\":1}}}" },
  { "{\"a\":null}", "{\"a\":{}}", "{\"a\":{}}" },
  { "{\"a\":null}", "{\"a\":0}", "{\"a\":0}" },
  { "[{\"a\":1}]", "{}", "{}" },
  { "null", " {\"a\":1} ", " {\"a\":1} " },
  { "{\"a\":1}", " [1,null] ", " [1,null] " },
};

static const MergeCase removed_cases[] = {
  { "{\"a\":1,\"b\":2,\"c\":3}", "{\"a\":null}", "{\"b\":2,\"c\":3}" },
  { "{\"a\":1,\"b\":2,\"c\":3}", "{\"b\":null}", "{\"a\":1,\"c\":3}" },
  { "{\"a\":1,\"b\":2,\"c\":3}", "{\"c\":null}", "{\"a\":1,\"b\":2}" },
  { "{\"a\":1,\"b\":2,\"c\":3}", "{\"a\":null,\"b\":null}", "{\"c\":3}" },
  { "{\"a\":1,\"b\":2,\"c\":3}", "{\"a\":null,\"c\":null}", "{\"b\":2}" },
  { "{\"a\":1,\"b\":2,\"c\":3}", "{\"b\":null,\"c\":null}", "{\"a\":1}" },
  { "{\"a\":1,\"b\":2,\"c\":3}", "{\"a\":null,\"b\":null,\"c\":null}", "{}" },
  { "{ \"a\" :1, \"b\" :2 ,\"c\" : 3 }", "{\"a\":null}", "{ \"b\" :2 ,\"c\" : 3 }" },
  { "{ \"a\" :1, \"b\" :2 ,\"c\" : 3 }", "{\"b\":null}", "{ \"a\" :1 ,\"c\" : 3 }" },
  { "{ \"a\" :1, \"b\" :2 ,\"c\" : 3 }", "{\"c\":null}", "{ \"a\" :1, \"b\" :2 }" },
  { " { \"a\" : 1 } ", "{\"a\":null}", " {} " },
  { "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n", "{\"a\":null}", "{\n  \"b\": 2,\n  \"c\": 3\n}\n" },
  { "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n", "{\"b\":null}", "{\n  \"a\": 1,\n  \"c\": 3\n}\n" },
  { "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n", "{\"c\":null}", "{\n  \"a\": 1,\n  \"b\": 2\n}\n" },
  { "{\"a\":{\"b\":{\"c\":1}}}", "{\"a\":{\"b\":{\"c\":null}}}", "{\"a\":{\"b\":{}}}" },
  { "{\"a\":{\"b\":1},\"c\":{\"d\":2}}", "{\"a\":null,\"c\":{\"d\":null}}", "{\"c\":{}}" },
  { "{\"a\":[{\"b\":null}]}", "{\"a\":{\"b\":null}}", "{\"a\":{}}" },
  { "{\"a\":1,\"b\":{\"x\":1,\"y\":2},\"c\":3}", "{\"a\":null,\"b\":{\"x\":null},\"c\":0}", "{\"b\":{\"y\":2},\"c\":0}" },
};

static const MergeCase added_cases[] = {
  { "{}", "{\"a\":1}", "{\"a\":1}" },
  { "{ }", "{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":2}" },
  { " {\n} ", "{\"a\": 1.10 , \"b\" :2}", " {\"a\": 1.10,\"b\" :2} " },
  { "{\"a\":1}", "{\"c\":3,\"b\":2}", "{\"a\":1,\"c\":3,\"b\":2}" },
  { "{\"a\": 1, \"b\": 2}", "{\"c\": 3}", "{\"a\": 1, \"b\": 2, \"c\": 3}" },
  { "{ \"a\": 1 }", "{\"b\": 2}", "{ \"a\": 1, \"b\": 2 }" },
  { "{\n  \"a\": 1\n}", "{\"b\": 2,\"c\": 3}", "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}" },
  { "{\n  \"a\": {\n    \"b\": 1\n  }\n}", "{\"a\":{\"c\":2}}", "{\n  \"a\": {\n    \"b\": 1,\n    \"c\":2\n  }\n}" },
  { "{\"a\":1}", "{\"b\":null}", "{\"a\":1}" },
  { "{\"a\":1}", "{\"b\":{\"c\":null}}", "{\"a\":1,\"b\":{}}" },
  { "{\"a\":1}", "{\"b\":{ \"c\":null, \"d\":2, \"e\":null }}", "{\"a\":1,\"b\":{ \"d\":2 }}" },
  { "{\"a\":1}", "{\"b\":[null,{\"c\":null}]}", "{\"a\":1,\"b\":[null,{\"c\":null}]}" },
  { "{\"a\":1}", "{\"b\":{\"c\":{\"d\":null},\"e\":[null]}}", "{\"a\":1,\"b\":{\"c\":{},\"e\":[null]}}" },
  { "1", "{\"a\":null,\"b\":{\"c\":null,\"d\":1}}", "{\"b\":{\"d\":1}}" },
  { "null", "{\"a\":null}", "{}" },
  { "{\n                                     \"a\":1}", "{\"b\":2}", "{\n                                     \"a\":1,\"b\":2}" },
};

static const MergeCase added_and_removed_cases[] = {
  { "{\"a\":1}", "{\"a\":null,\"b\":2}", "{\"b\":2}" },
  { "{ \"a\" : 1 }", "{\"a\":null,\"b\":2}", "{ \"b\":2 }" },
  { "{ \"a\" : 1, \"b\" : 2 }", "{\"a\":null,\"b\":null,\"c\":3,\"d\":4}", "{ \"c\":3, \"d\":4 }" },
  { "{\n  \"a\": 1\n}", "{\"a\":null,\"b\": 2,\"c\": 3}", "{\n  \"b\": 2,\n  \"c\": 3\n}" },
  { "{\"a\":1,\"b\":2}", "{\"b\":null,\"c\":3}", "{\"a\":1,\"c\":3}" },
  { "{\"a\":1,\"b\":2}", "{\"a\":null,\"c\":3}", "{\"b\":2,\"c\":3}" },
  { "{\"a\":1,\"b\":2,\"c\":3}", "{\"c\":null,\"a\":null,\"d\":{\"x\":null},\"b\":{}}", "{\"b\":{},\"d\":{}}" },
};

static const MergeCase names_cases[] = {
  { "{\"\\u0061\":1}", "{\"a\":2}", "{\"\\u0061\":2}" },
  { "{\"a\":1}", "{\"\\u0061\":2}", "{\"a\":2}" },
  { "{\"a\":1,\"b\":1}", "{\"\\u0061\":null}", "{\"b\":1}" },
  { "{\"\\ud83d\\ude00\":{\"x\":1}}", "{\"\xf0\x9f\x98\x80\":{\"y\":2}}", "{\"\\ud83d\\ude00\":{\"x\":1,\"y\":2}}" },
  { "{\"\\/\\n\\\"\\\\\":1}", "{\"\\u002f\\u000A\\u0022\\u005c\":2}", "{\"\\/\\n\\\"\\\\\":2}" },
  { "{\"\":1}", "{\"\":2}", "{\"\":2}" },
  { "{\"a\\u0000b\":1,\"a\\u0000c\":2}", "{\"a\\u0000c\":null}", "{\"a\\u0000b\":1}" },
  { "{\"a\":1,\"A\":2,\"a \":3}", "{\"A\":null}", "{\"a\":1,\"a \":3}" },
  { "{\"{\\\"\":{\"}\":\"}\"}}", "{\"{\\\"\":{\"}\":\"]\"}}", "{\"{\\\"\":{\"}\":\"]\"}}" },
  { "{\"a\":\"\\\\\",\"b\":\"\\\"\"}", "{\"b\":1}", "{\"a\":\"\\\\\",\"b\":1}" },
};

/* clang-format on */

#define GROUP(name, cases)                                                                         \
  {                                                                                                \
    name, cases, G_N_ELEMENTS (cases)                                                              \
  }

static const MergeGroup groups[] = {
  GROUP ("rfc-7396", rfc_7396_cases),
  GROUP ("untouched-stays-as-written", untouched_cases),
  GROUP ("replaced-in-place", replaced_cases),
  GROUP ("removed-with-its-comma", removed_cases),
  GROUP ("added-at-the-end", added_cases),
  GROUP ("added-and-removed", added_and_removed_cases),
  GROUP ("names-are-compared-as-they-read", names_cases),
};

static void
test_table (gconstpointer data)
{
  const MergeGroup *group = data;

  for (gsize i = 0; i < group->n_cases; i++)
    {
      const MergeCase *c = &group->cases[i];
      g_autoptr (GBytes) result = merge (c->target, c->patch);
      gsize length;
      const char *text = g_bytes_get_data (result, &length);

      g_assert_cmpmem (text, length, c->expected, strlen (c->expected));
    }
}

/* --- properties --- */

static void
assert_same_span (const char *a, const char *a_end, const char *b, const char *b_end)
{
  g_assert_cmpmem (a, (gsize)(a_end - a), b, (gsize)(b_end - b));
}

static const StateSyncJsonMember *
find_member (GArray *members, const StateSyncJsonMember *object, StateSyncJsonName name)
{
  for (guint i = 0; i < object->n_members; i++)
    {
      const StateSyncJsonMember *member =
          &g_array_index (members, StateSyncJsonMember, object->first_member + i);

      if (member->name.length == name.length &&
          memcmp (member->name.text, name.text, name.length) == 0)
        return member;
    }
  return NULL;
}

/* The members of @target that @patch says nothing about are in @result to the letter, and all
 * that @result still has of @target is there first and in its order. */
static void
assert_untouched (GArray *target,
                  const StateSyncJsonMember *target_object,
                  GArray *patch,
                  const StateSyncJsonMember *patch_object,
                  GArray *result,
                  const StateSyncJsonMember *result_object)
{
  guint n_kept = 0;

  for (guint i = 0; i < target_object->n_members; i++)
    {
      const StateSyncJsonMember *old =
          &g_array_index (target, StateSyncJsonMember, target_object->first_member + i);
      const StateSyncJsonMember *change = find_member (patch, patch_object, old->name);
      const StateSyncJsonMember *new;

      if (change != NULL && *change->value == 'n')
        continue;

      new = &g_array_index (result, StateSyncJsonMember, result_object->first_member + n_kept++);
      assert_same_span (new->start, new->value, old->start, old->value);
      if (change == NULL)
        assert_same_span (new->value, new->end, old->value, old->end);
      else if (*old->value == '{' && *change->value == '{')
        assert_untouched (target, old, patch, change, result, new);
      else if (*change->value != '{')
        assert_same_span (new->value, new->end, change->value, change->end);
    }
}

static GArray *
index_members (GBytes *text, StateSyncJsonDecoder *decoder)
{
  gsize length;
  const char *data = g_bytes_get_data (text, &length);

  return state_sync_json_members_index (data, data + length, decoder);
}

#define LAST(members) (&g_array_index (members, StateSyncJsonMember, (members)->len - 1))

static void
test_untouched_text (void)
{
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *target_text = test_json_random_object (4);
      g_autofree char *patch_text = test_json_random_object (4);
      g_autoptr (GBytes) target_bytes = bytes (target_text);
      g_autoptr (GBytes) patch_bytes = bytes (patch_text);
      g_autoptr (GBytes) result_bytes = merge (target_text, patch_text);
      g_autoptr (StateSyncJsonDecoder) decoder = state_sync_json_decoder_new ();
      g_autoptr (GArray) target = index_members (target_bytes, decoder);
      g_autoptr (GArray) patch = index_members (patch_bytes, decoder);
      g_autoptr (GArray) result = index_members (result_bytes, decoder);

      assert_untouched (target, LAST (target), patch, LAST (patch), result, LAST (result));
    }
}

static void
test_same_as_the_reference (void)
{
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *target_text = test_json_random (4);
      g_autofree char *patch_text = test_json_random (4);
      g_autoptr (GBytes) target = bytes (target_text);
      g_autoptr (GBytes) patch = bytes (patch_text);
      g_autoptr (GBytes) result = merge (target_text, patch_text);
      g_autoptr (GBytes) again = state_sync_json_merge (result, patch);
      g_autoptr (JsonNode) target_node = test_reference_parse (target);
      g_autoptr (JsonNode) patch_node = test_reference_parse (patch);
      g_autoptr (JsonNode) result_node = test_reference_parse (result);
      g_autoptr (JsonNode) expected = test_reference_merge (target_node, patch_node);

      test_assert_json_equal (result_node, expected);

      /* A patch has nothing to do where it was applied. */
      g_assert_true (g_bytes_equal (again, result));
    }
}

/* --- size and depth --- */

static GBytes *
nest (const char *open, const char *inside, guint depth)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append (text, inside);
  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, '}');
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

/* At full depth the result is no deeper than the two, and a large value at the bottom is not
 * looked at once for each level. */
static void
test_deep (void)
{
  g_autofree char *large = g_strnfill (2000000, 'x');
  g_autofree char *inside = g_strdup_printf ("{\"text\":\"%s\",\"gone\":null}", large);
  g_autofree char *kept = g_strdup_printf ("{\"text\":\"%s\"}", large);
  g_autoptr (GBytes) shallow = bytes ("{\"a\":[]}");
  g_autoptr (GBytes) target = nest ("{\"a\":", "{}", 511);
  g_autoptr (GBytes) patch = nest ("{\"a\":", inside, 511);
  g_autoptr (GBytes) expected = nest ("{\"a\":", kept, 511);
  g_autoptr (GBytes) merged = state_sync_json_merge (target, patch);
  g_autoptr (GBytes) unchanged = state_sync_json_merge (merged, target);
  g_autoptr (GBytes) added = state_sync_json_merge (shallow, patch);

  assert_valid (patch);
  assert_valid (merged);
  g_assert_true (g_bytes_equal (merged, expected));
  g_assert_true (g_bytes_equal (unchanged, expected));
  g_assert_true (g_bytes_equal (added, expected));
}

static GBytes *
flat (const char *format, guint from, guint to, const char *value)
{
  g_autoptr (GString) text = g_string_new ("{");

  for (guint i = from; i < to; i++)
    g_string_append_printf (text, "%s\"%s%u\":%s", i == from ? "" : ",", format, i, value);
  g_string_append_c (text, '}');
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static void
test_many_members (void)
{
  g_autoptr (GBytes) target = flat ("n", 0, 100000, "1");
  g_autoptr (GBytes) upper_half = flat ("n", 50000, 100000, "null");
  g_autoptr (GBytes) lower_half = flat ("n", 0, 50000, "1");
  g_autoptr (GBytes) more = flat ("\\u006e", 50000, 100000, "{\"x\":null}");
  g_autoptr (GBytes) removed = state_sync_json_merge (target, upper_half);
  g_autoptr (GBytes) added = state_sync_json_merge (removed, more);
  g_autoptr (GBytes) removed_again = state_sync_json_merge (added, upper_half);

  g_assert_true (g_bytes_equal (removed, lower_half));
  assert_valid (added);
  g_assert_true (g_bytes_equal (removed_again, lower_half));
}

/* White space of the target does not come with each new member. */
static void
test_no_giant_from_white_space (void)
{
  g_autofree char *space = g_strnfill (1000000, ' ');
  g_autofree char *target_text = g_strdup_printf ("{%s\"a\":1}", space);
  g_autoptr (GBytes) target = bytes (target_text);
  g_autoptr (GBytes) patch = flat ("n", 0, 100000, "1");
  g_autoptr (GBytes) result = state_sync_json_merge (target, patch);

  assert_valid (result);
  g_assert_cmpuint (g_bytes_get_size (result), <,
                    g_bytes_get_size (target) + g_bytes_get_size (patch));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      g_autofree char *path = g_strconcat ("/protocol/json-merge/", groups[i].name, NULL);

      g_test_add_data_func (path, &groups[i], test_table);
    }
  g_test_add_func ("/protocol/json-merge/untouched-text", test_untouched_text);
  g_test_add_func ("/protocol/json-merge/same-as-the-reference", test_same_as_the_reference);
  g_test_add_func ("/protocol/json-merge/deep", test_deep);
  g_test_add_func ("/protocol/json-merge/many-members", test_many_members);
  g_test_add_func ("/protocol/json-merge/no-giant-from-white-space",
                   test_no_giant_from_white_space);

  return g_test_run ();
}
