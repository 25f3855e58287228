/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inspector/fault.h"
#include "inspector/line-diff.h"

#include <string.h>

static GBytes *
bytes (const char *text)
{
  return g_bytes_new_static (text, strlen (text));
}

static InspectorLayout *
lay_out (const char *json)
{
  g_autoptr (GBytes) text = bytes (json);

  return inspector_layout_new (text);
}

/* --- layout --- */

static void
assert_laid_out (const char *json, const char *expected)
{
  g_autoptr (InspectorLayout) layout = lay_out (json);

  g_assert_cmpstr (layout->text->str, ==, expected);
  g_assert_false (layout->is_cut);
}

static void
test_a_member_a_line (void)
{
  assert_laid_out ("{\"a\":1,\"b\":[true,{\"c\":\"x\"}]}", "{\n"
                                                           "  \"a\": 1,\n"
                                                           "  \"b\": [\n"
                                                           "    true,\n"
                                                           "    {\n"
                                                           "      \"c\": \"x\"\n"
                                                           "    }\n"
                                                           "  ]\n"
                                                           "}");
}

static void
test_what_is_empty_stays_on_its_line (void)
{
  assert_laid_out (" { } ", "{}");
  assert_laid_out ("[[ ],{}]", "[\n  [],\n  {}\n]");
}

static void
test_texts_keep_their_form (void)
{
  assert_laid_out ("1.50e+3", "1.50e+3");
  assert_laid_out ("\"\\u00e4, ä {\\\"}\"", "\"\\u00e4, ä {\\\"}\"");
}

static void
test_tokens_have_kinds (void)
{
  static const InspectorTokenKind expected[] = {
    INSPECTOR_TOKEN_MARK, INSPECTOR_TOKEN_NAME, INSPECTOR_TOKEN_MARK, INSPECTOR_TOKEN_STRING,
    INSPECTOR_TOKEN_MARK, INSPECTOR_TOKEN_NAME, INSPECTOR_TOKEN_MARK, INSPECTOR_TOKEN_NUMBER,
    INSPECTOR_TOKEN_MARK, INSPECTOR_TOKEN_NAME, INSPECTOR_TOKEN_MARK, INSPECTOR_TOKEN_LITERAL,
    INSPECTOR_TOKEN_MARK,
  };
  const char *json = "{\"a\" : \"b\", \"c\": -1, \"d\": null}";
  g_autoptr (GArray) tokens = inspector_tokens_read (json, strlen (json));

  g_assert_cmpuint (tokens->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < tokens->len; i++)
    g_assert_cmpint (g_array_index (tokens, InspectorToken, i).kind, ==, expected[i]);
}

static void
test_tokens_of_a_layout_are_in_its_text (void)
{
  g_autoptr (InspectorLayout) layout = lay_out ("{\"ä\":[1,\"b\"]}");
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < layout->tokens->len; i++)
    {
      const InspectorToken *token = &g_array_index (layout->tokens, InspectorToken, i);

      g_string_append_len (all, layout->text->str + token->start,
                           (gssize)(token->end - token->start));
    }
  g_assert_cmpstr (all->str, ==, "{\"ä\":[1,\"b\"]}");
}

static void
test_much_is_cut (void)
{
  g_autoptr (GBytes) lines = bytes ("[1,2,3,4]");
  g_autoptr (GBytes) string = bytes ("\"ääää\"");
  g_autoptr (InspectorLayout) few = inspector_layout_new_cut (lines, 3, 100);
  g_autoptr (InspectorLayout) all = inspector_layout_new_cut (lines, 5, 100);
  g_autoptr (InspectorLayout) some = inspector_layout_new_cut (string, 100, 6);

  g_assert_true (few->is_cut);
  g_assert_cmpuint (few->lines->len, <=, 4);
  g_assert_false (all->is_cut);
  g_assert_true (some->is_cut);
  g_assert_true (g_str_has_prefix (some->text->str, "\"ää"));
  g_assert_true (g_str_has_suffix (some->text->str, "…"));
  g_assert_true (g_utf8_validate (some->text->str, -1, NULL));
}

static void
test_joined_again_it_is_on_one_line (void)
{
  const char *json = "{\n  \"a b\": [\n    1, 2\n  ]\n}\n";
  g_autoptr (GBytes) joined = inspector_tokens_join (json, strlen (json));

  g_assert_cmpmem (g_bytes_get_data (joined, NULL), g_bytes_get_size (joined), "{\"a b\":[1,2]}",
                   strlen ("{\"a b\":[1,2]}"));
}

/* --- differences --- */

/* The lines with a sign in front of each. */
static char *
describe (const char *before, const char *after)
{
  g_autoptr (InspectorLayout) old = lay_out (before);
  g_autoptr (InspectorLayout) new = lay_out (after);
  g_autoptr (GArray) lines = inspector_line_diff (old, new);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    {
      const InspectorDiffLine *line = &g_array_index (lines, InspectorDiffLine, i);
      InspectorLayout *layout = line->change == INSPECTOR_CHANGE_REMOVED ? old : new;
      const InspectorLine *place = &g_array_index (layout->lines, InspectorLine, line->line);

      g_string_append_printf (text, "%c%.*s\n", " -+"[line->change],
                              (int)(place->end - place->start),
                              layout -> text -> str + place -> start);
    }
  return g_string_free (text, FALSE);
}

static void
assert_differs (const char *before, const char *after, const char *expected)
{
  g_autofree char *found = describe (before, after);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_changed_members_are_found (void)
{
  assert_differs ("{\"a\":1,\"b\":2,\"c\":3}", "{\"a\":1,\"b\":4,\"c\":3}",
                  " {\n"
                  "   \"a\": 1,\n"
                  "-  \"b\": 2,\n"
                  "+  \"b\": 4,\n"
                  "   \"c\": 3\n"
                  " }\n");
}

static void
test_a_comma_is_no_change (void)
{
  assert_differs ("{\"a\":1}", "{\"a\":1,\"b\":2}",
                  " {\n"
                  "   \"a\": 1,\n"
                  "+  \"b\": 2\n"
                  " }\n");
}

static void
test_the_middle_of_a_list_can_go (void)
{
  assert_differs ("[1,2,3,4]", "[1,4]", " [\n   1,\n-  2,\n-  3,\n   4\n ]\n");
}

static void
test_all_may_be_other (void)
{
  assert_differs ("1", "[]", "-1\n+[]\n");
  assert_differs ("[]", "[]", " []\n");
}

/* Too many pairs to compare: still each line is told once. */
static void
test_large_changes_are_told_whole (void)
{
  g_autoptr (GString) before = g_string_new ("[0");
  g_autoptr (GString) after = g_string_new ("[\"x\"");
  g_autofree char *found = NULL;
  g_auto (GStrv) lines = NULL;

  for (guint i = 1; i < 2500; i++)
    {
      g_string_append_printf (before, ",%u", i);
      g_string_append_printf (after, ",\"%u\"", i);
    }
  g_string_append_c (before, ']');
  g_string_append_c (after, ']');
  found = describe (before->str, after->str);
  lines = g_strsplit (found, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 2 + 2 * 2500 + 1);
}

static void
test_what_is_cut_counts (void)
{
  g_autoptr (GBytes) before = bytes ("\"aaaaaaaaaaaaaaaa1\"");
  g_autoptr (GBytes) after = bytes ("\"aaaaaaaaaaaaaaaa2\"");
  g_autoptr (InspectorLayout) old = inspector_layout_new_cut (before, 10, 4);
  g_autoptr (InspectorLayout) new = inspector_layout_new_cut (after, 10, 4);
  g_autoptr (GArray) lines = inspector_line_diff (old, new);

  g_assert_cmpstr (old->text->str, ==, new->text->str);
  g_assert_cmpuint (lines->len, ==, 2);
}

/* --- faults --- */

static void
assert_fault (const char *text, int offset, const char *start)
{
  InspectorFault fault;
  g_autofree char *description = NULL;

  g_assert_true (inspector_fault_find (text, &fault));
  description = inspector_fault_describe (&fault);
  g_assert_cmpint (fault.offset, ==, offset);
  g_assert_true (g_str_has_prefix (description, start));
}

static void
test_faults_have_a_place (void)
{
  InspectorFault fault;

  g_assert_false (inspector_fault_find ("{\"a\": 1}", &fault));
  assert_fault ("{\n  \"ä\": tru\n}", 12, "Line 2, column 11: ");
  assert_fault ("", 0, "Line 1, column 1: ");
  assert_fault ("[1,", 3, "Line 1, column 4: ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/layout/a-member-a-line", test_a_member_a_line);
  g_test_add_func ("/layout/what-is-empty-stays-on-its-line", test_what_is_empty_stays_on_its_line);
  g_test_add_func ("/layout/texts-keep-their-form", test_texts_keep_their_form);
  g_test_add_func ("/layout/tokens-have-kinds", test_tokens_have_kinds);
  g_test_add_func ("/layout/tokens-are-in-the-text", test_tokens_of_a_layout_are_in_its_text);
  g_test_add_func ("/layout/much-is-cut", test_much_is_cut);
  g_test_add_func ("/layout/joined-again-it-is-on-one-line", test_joined_again_it_is_on_one_line);
  g_test_add_func ("/line-diff/changed-members-are-found", test_changed_members_are_found);
  g_test_add_func ("/line-diff/a-comma-is-no-change", test_a_comma_is_no_change);
  g_test_add_func ("/line-diff/the-middle-of-a-list-can-go", test_the_middle_of_a_list_can_go);
  g_test_add_func ("/line-diff/all-may-be-other", test_all_may_be_other);
  g_test_add_func ("/line-diff/large-changes-are-told-whole", test_large_changes_are_told_whole);
  g_test_add_func ("/line-diff/what-is-cut-counts", test_what_is_cut_counts);
  g_test_add_func ("/fault/faults-have-a-place", test_faults_have_a_place);
  return g_test_run ();
}
