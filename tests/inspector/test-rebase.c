/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inspector/rebase.h"

#include <string.h>

#include "protocol/json-check.h"

static void
assert_rebased (const char *base, const char *mine, const char *theirs, const char *expected)
{
  g_autoptr (GBytes) base_text = g_bytes_new_static (base, strlen (base));
  g_autoptr (GBytes) mine_text = g_bytes_new_static (mine, strlen (mine));
  g_autoptr (GBytes) theirs_text = g_bytes_new_static (theirs, strlen (theirs));
  g_autoptr (GBytes) made = inspector_rebase (base_text, mine_text, theirs_text);
  gsize length;
  const char *text = g_bytes_get_data (made, &length);
  g_autofree char *string = g_strndup (text, length);
  StateSyncJsonFault fault;

  g_assert_cmpstr (string, ==, expected);
  g_assert_true (state_sync_json_check (text, length, &fault));
}

static void
test_others_keep_what_they_did (void)
{
  assert_rebased ("{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":1}", "{\"a\":1,\"b\":3}",
                  "{\"a\":2,\"b\":3}");
  assert_rebased ("{\"a\":1}", "{\"a\":2}", "{\"new\":[ 1 ],\"a\":1}", "{\"new\":[ 1 ],\"a\":2}");
  assert_rebased ("{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":1}", "{\"a\":1}", "{\"a\":2}");
}

static void
test_members_come_and_go (void)
{
  assert_rebased ("{}", "{\"mine\":1}", "{\"theirs\":2}", "{\"theirs\":2,\"mine\":1}");
  assert_rebased ("{\"a\":1,\"b\":1}", "{\"b\":1}", "{\"a\":1,\"b\":2}", "{\"b\":2}");
  assert_rebased ("{\"a\":1}", "{}", "{\"a\":1}", "{}");
}

static void
test_mine_wins (void)
{
  assert_rebased ("{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":2}");
  assert_rebased ("{\"a\":1}", "{}", "{\"a\":3}", "{}");
  assert_rebased ("{\"a\":1}", "{\"a\":2}", "{}", "{\"a\":2}");
  assert_rebased ("{}", "{\"a\":2}", "{\"a\":3}", "{\"a\":2}");
}

static void
test_inner_objects_are_merged (void)
{
  assert_rebased ("{\"o\":{\"a\":1,\"b\":1}}", "{\"o\":{\"a\":2,\"b\":1}}",
                  "{\"o\":{\"a\":1,\"b\":3}}", "{\"o\":{\"a\":2,\"b\":3}}");
  /* One that one of them made anew is as it was made. */
  assert_rebased ("{\"o\":1}", "{\"o\":{\"a\":1}}", "{\"o\":{\"b\":1}}", "{\"o\":{\"a\":1}}");
  assert_rebased ("{\"o\":{\"a\":1}}", "{\"o\":7}", "{\"o\":{\"a\":2}}", "{\"o\":7}");
}

/* A merge patch would take it out. */
static void
test_null_is_a_value (void)
{
  assert_rebased ("{\"a\":1,\"b\":1}", "{\"a\":null,\"b\":1}", "{\"a\":1,\"b\":2}",
                  "{\"a\":null,\"b\":2}");
  assert_rebased ("{\"a\":1}", "{\"a\":{\"x\":null}}", "{\"a\":1}", "{\"a\":{\"x\":null}}");
}

static void
test_arrays_are_one_value (void)
{
  assert_rebased ("{\"l\":[1,2],\"b\":1}", "{\"l\":[1],\"b\":1}", "{\"l\":[1,2,3],\"b\":2}",
                  "{\"l\":[1],\"b\":2}");
}

static void
test_what_is_no_object_is_taken_whole (void)
{
  assert_rebased ("[1]", "[2]", "[3]", "[2]");
  assert_rebased ("{\"a\":1}", "{\"a\":2}", "null", "{\"a\":2}");
  assert_rebased ("{\"a\":1}", "7", "{\"a\":2}", "7");
}

static void
test_texts_keep_their_form (void)
{
  assert_rebased ("{\"a\":1, \"b\":1}", "{ \"a\" : 1,\"b\": 2.50 }", "{\"\\u0061\" : 1e2,\"b\":1}",
                  "{\"\\u0061\" : 1e2,\"b\":2.50}");
  assert_rebased ("{\"\\u0000x\":1}", "{\"\\u0000x\":1,\"\\u0000y\":1}", "{\"\\u0000x\":2}",
                  "{\"\\u0000x\":2,\"\\u0000y\":1}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rebase/others-keep-what-they-did", test_others_keep_what_they_did);
  g_test_add_func ("/rebase/members-come-and-go", test_members_come_and_go);
  g_test_add_func ("/rebase/mine-wins", test_mine_wins);
  g_test_add_func ("/rebase/inner-objects-are-merged", test_inner_objects_are_merged);
  g_test_add_func ("/rebase/null-is-a-value", test_null_is_a_value);
  g_test_add_func ("/rebase/arrays-are-one-value", test_arrays_are_one_value);
  g_test_add_func ("/rebase/what-is-no-object-is-taken-whole",
                   test_what_is_no_object_is_taken_whole);
  g_test_add_func ("/rebase/texts-keep-their-form", test_texts_keep_their_form);
  return g_test_run ();
}
