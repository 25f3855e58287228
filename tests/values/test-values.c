/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/gvalue.h"

#include <math.h>

#include "statesync/error.h"
#include "values/many-properties.h"
#include "values/property-name.h"

static GParamSpec *
find (const char *property)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (TEST_TYPE_MANY);
  GParamSpec *pspec = state_sync_find_property (G_OBJECT_CLASS (klass), property);

  g_assert_nonnull (pspec);
  return pspec;
}

/* clang-format off */

/* What is taken, and what it is written as. */
static const struct
{
  const char *property, *json, *written;
} taken[] = {
  { "visible", "false", NULL },
  { "visible", "null", "true" },
  { "small", "-10", NULL },
  { "byte", "255", NULL },
  { "font-size", "6", NULL },
  { "font-size", "72", NULL },
  { "font-size", "13.0", "13" },
  { "font-size", "1.3e1", "13" },
  { "font-size", "null", "12" },
  { "any-int", "-2147483648", NULL },
  { "any-int", "2147483647", NULL },
  { "count", "4294967295", NULL },
  { "long", "-9223372036854775808", NULL },
  { "ulong", "9223372036854775807", NULL },
  { "int64", "-9223372036854775808", NULL },
  { "int64", "9223372036854775807", NULL },
  { "int64", "-9223372036854775808.0", "-9223372036854775808" },
  { "uint64", "9223372036854775807", NULL },
  { "letter", "228", NULL },
  { "float", "0.5", NULL },
  { "float", "3", "3" },
  { "opacity", "0.25", NULL },
  { "opacity", "1", "1" },
  { "opacity", "0", "0" },
  { "opacity", "null", "1" },
  { "any-number", "-1e300", NULL },
  { "any-number", "-0.0", NULL },
  { "any-number", "-9007199254740992", NULL },
  { "any-number", "9007199254740994", "9007199254740994.0" },
  { "title", "\"\"", NULL },
  { "title", "\"a \\\"b\\\"\"", NULL },
  { "title", "null", "\"untitled\"" },
  { "note", "null", NULL },
  { "identifier", "\"a1\"", NULL },
  { "size", "\"very-large\"", NULL },
  { "size", "null", "\"small\"" },
  { "style", "[]", NULL },
  { "style", "[\"bold\",\"italic\"]", NULL },
  { "style", "[\"italic\",\"bold\",\"italic\"]", "[\"bold\",\"italic\"]" },
  { "style", "null", "[\"bold\"]" },
  { "tags", "[]", NULL },
  { "tags", "[\"a\",\"\"]", NULL },
  { "tags", "null", NULL },
  { "origin", "\"3:-4\"", NULL },
  { "origin", "null", NULL },
  { "span", "{\"from\":1,\"to\":2}", NULL },
  { "span", "null", NULL },
  { "node", "[1,{\"a\":null}]", NULL },
  { "node", "true", NULL },
  { "node", "null", NULL },
  { "object", "{\"a\":1}", NULL },
  { "array", "[1]", NULL },
  { "partner", "null", NULL },
};

static const struct
{
  const char *property, *json, *message;
} refused[] = {
  { "visible", "1", "Property “visible” takes true or false, not 1" },
  { "visible", "\"true\"", "Property “visible” takes true or false, not “true”" },
  { "visible", "[]", "Property “visible” takes true or false, not the array “[]”" },
  { "small", "11", "Property “small” takes a whole number from -10 to 10, not 11" },
  { "byte", "256", "Property “byte” takes a whole number from 0 to 255, not 256" },
  { "byte", "-1", "Property “byte” takes a whole number from 0 to 255, not -1" },
  { "font-size", "5", "Property “font-size” takes a whole number from 6 to 72, not 5" },
  { "font-size", "73", "Property “font-size” takes a whole number from 6 to 72, not 73" },
  { "font-size", "12.5", "Property “font-size” takes a whole number from 6 to 72, not 12.5" },
  { "font-size", "4294967308", "Property “font-size” takes a whole number from 6 to 72, not 4294967308" },
  { "font-size", "\"12\"", "Property “font-size” takes a whole number from 6 to 72, not “12”" },
  { "font-size", "true", "Property “font-size” takes a whole number from 6 to 72, not true" },
  { "font-size", "{}", "Property “font-size” takes a whole number from 6 to 72, not an object" },
  { "any-int", "2147483648", "Property “any-int” takes a whole number from -2147483648 to 2147483647, not 2147483648" },
  { "count", "-1", "Property “count” takes a whole number from 0 to 4294967295, not -1" },
  { "int64", "9223372036854775808.0", "Property “int64” takes a whole number from -9223372036854775808 to 9223372036854775807, not 9.22337203685478e+18" },
  { "int64", "1e300", "Property “int64” takes a whole number from -9223372036854775808 to 9223372036854775807, not 1e+300" },
  { "uint64", "-1", "Property “uint64” takes a whole number from 0 to 9223372036854775807, not -1" },
  { "letter", "1114112", "Property “letter” takes a whole number from 0 to 1114111, not 1114112" },
  { "float", "1e39", "Property “float” takes a number, not 1e+39" },
  { "opacity", "1.5", "Property “opacity” takes a number from 0 to 1, not 1.5" },
  { "opacity", "-1", "Property “opacity” takes a number from 0 to 1, not -1" },
  { "opacity", "\"1\"", "Property “opacity” takes a number from 0 to 1, not “1”" },
  { "any-number", "false", "Property “any-number” takes a number, not false" },
  { "title", "1", "Property “title” takes a string, not 1" },
  { "title", "[\"a\"]", "Property “title” takes a string, not the array “[\"a\"]”" },
  { "size", "\"large\"", "Property “size” takes one of “small”, “very-large”, not “large”" },
  { "size", "\"TEST_SIZE_SMALL\"", "Property “size” takes one of “small”, “very-large”, not “TEST_SIZE_SMALL”" },
  { "size", "3", "Property “size” takes one of “small”, “very-large”, not 3" },
  { "style", "\"bold\"", "Property “style” takes an array of some of “bold”, “italic”, not “bold”" },
  { "style", "[\"bold\",\"x\"]", "Property “style” takes an array of some of “bold”, “italic”, not the array “[\"bold\",\"x\"]”" },
  { "style", "9", "Property “style” takes an array of some of “bold”, “italic”, not 9" },
  { "tags", "\"a\"", "Property “tags” takes an array of strings, not “a”" },
  { "tags", "[\"a\",1]", "Property “tags” takes an array of strings, not the array “[\"a\",1]”" },
  { "tags", "[null]", "Property “tags” takes an array of strings, not the array “[null]”" },
  { "origin", "\"here\"", "Property “origin” takes a string that stands for a TestPoint, not “here”" },
  { "origin", "[3,4]", "Property “origin” takes a string that stands for a TestPoint, not the array “[3,4]”" },
  { "span", "{\"from\":2,\"to\":1}", "Property “span” is of type TestSpan, which is not made of an object: register a transform from strings for the type, or map the member" },
  { "span", "\"1-2\"", "Property “span” is of type TestSpan, which is not made of “1-2”: register a transform from strings for the type, or map the member" },
  { "object", "[]", "Property “object” takes an object, not the array “[]”" },
  { "array", "{}", "Property “array” takes an array, not an object" },
  { "partner", "\"x\"", "Property “partner” is of type GObject, which is not made of “x”: register a transform from strings for the type, or map the member" },
  { "identifier", "\"1a\"", "Property “identifier” takes a string, not “1a”" },
  { "title", "[\"\\u0007\"]", "Property “title” takes a string, not the array “[\"\\u0007\"]”" },
  { "opacity", "\"\\u0085\"", "Property “opacity” takes a number from 0 to 1, not “\\u0085”" },
};

/* clang-format on */

static void
test_taken (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (taken); i++)
    {
      GParamSpec *pspec = find (taken[i].property);
      g_autoptr (JsonNode) node = json_from_string (taken[i].json, NULL);
      g_autoptr (JsonNode) back = NULL;
      g_autoptr (JsonNode) wanted =
          json_from_string (taken[i].written != NULL ? taken[i].written : taken[i].json, NULL);
      g_auto (GValue) value = G_VALUE_INIT;
      g_auto (GValue) again = G_VALUE_INIT;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s: %s", taken[i].property, taken[i].json);
      json_node_seal (node);
      state_sync_json_to_gvalue (node, pspec, &value, &error);
      g_assert_no_error (error);
      back = state_sync_gvalue_to_json (&value, pspec, &error);
      g_assert_no_error (error);
      g_assert_true (json_node_equal (back, wanted));

      state_sync_json_to_gvalue (back, pspec, &again, &error);
      g_assert_no_error (error);
      g_assert_true (state_sync_gvalue_equal (&value, &again, pspec));
    }
}

static void
test_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (JsonNode) node = json_from_string (refused[i].json, NULL);
      g_auto (GValue) value = G_VALUE_INIT;
      g_autoptr (GError) error = NULL;

      g_assert_false (state_sync_json_to_gvalue (node, find (refused[i].property), &value, &error));
      g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_DATA);
      g_assert_cmpstr (error->message, ==, refused[i].message);
      g_assert_false (G_IS_VALUE (&value));
    }
}

/* As where a member is not there at all. */
static void
test_absent (void)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_assert_true (state_sync_json_to_gvalue (NULL, find ("font-size"), &value, NULL));
  g_assert_cmpint (g_value_get_int (&value), ==, 12);
}

static void
test_has_json_form (void)
{
  g_assert_true (state_sync_has_json_form (find ("font-size")));
  g_assert_true (state_sync_has_json_form (find ("origin")));
  g_assert_true (state_sync_has_json_form (find ("span")));
  g_assert_true (state_sync_has_json_form (find ("node")));
  g_assert_false (state_sync_has_json_form (find ("partner")));
}

static void
assert_not_written (const char *property, const GValue *value, const char *found)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = g_strdup_printf (
      "Property “%s” of type %s holds %s, which has no form in JSON: register a transform to "
      "strings for the type, or map it",
      property, G_VALUE_TYPE_NAME (value), found);

  g_assert_null (state_sync_gvalue_to_json (value, find (property), &error));
  g_assert_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_INVALID_DATA);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_not_written (void)
{
  g_auto (GValue) big = G_VALUE_INIT;
  g_auto (GValue) infinite = G_VALUE_INIT;
  g_auto (GValue) size = G_VALUE_INIT;
  g_auto (GValue) style = G_VALUE_INIT;

  g_value_init (&big, G_TYPE_UINT64);
  g_value_set_uint64 (&big, G_MAXUINT64);
  assert_not_written ("uint64", &big, "18446744073709551615");

  g_value_init (&infinite, G_TYPE_DOUBLE);
  g_value_set_double (&infinite, INFINITY);
  assert_not_written ("any-number", &infinite, "inf");

  g_value_init (&size, TEST_TYPE_SIZE);
  g_value_set_enum (&size, 99);
  assert_not_written ("size", &size, "((TestSize) 99)");

  g_value_init (&style, TEST_TYPE_STYLE);
  g_value_set_flags (&style, 1 << 7);
  assert_not_written ("style", &style, "((TestStyle) 128)");
}

static gboolean
are_equal (const char *property, const char *a, const char *b)
{
  GParamSpec *pspec = find (property);
  g_autoptr (JsonNode) node_a = json_from_string (a, NULL);
  g_autoptr (JsonNode) node_b = json_from_string (b, NULL);
  g_auto (GValue) value_a = G_VALUE_INIT;
  g_auto (GValue) value_b = G_VALUE_INIT;

  state_sync_json_to_gvalue (node_a, pspec, &value_a, NULL);
  state_sync_json_to_gvalue (node_b, pspec, &value_b, NULL);
  return state_sync_gvalue_equal (&value_a, &value_b, pspec);
}

static void
test_equal (void)
{
  GParamSpec *opacity = find ("opacity");
  g_auto (GValue) nan_value = G_VALUE_INIT;
  g_auto (GValue) half = G_VALUE_INIT;

  g_value_init (&nan_value, G_TYPE_DOUBLE);
  g_value_set_double (&nan_value, NAN);
  g_value_init (&half, G_TYPE_DOUBLE);
  g_value_set_double (&half, 0.5);
  g_assert_false (state_sync_gvalue_equal (&nan_value, &half, opacity));
  g_assert_false (state_sync_gvalue_equal (&half, &nan_value, opacity));
  g_assert_true (state_sync_gvalue_equal (&nan_value, &nan_value, opacity));

  g_assert_true (are_equal ("font-size", "12", "12.0"));
  g_assert_false (are_equal ("font-size", "12", "13"));
  g_assert_false (are_equal ("opacity", "0.1", "0.2"));
  g_assert_true (are_equal ("title", "\"a\"", "\"a\""));
  g_assert_false (are_equal ("note", "\"\"", "null"));
  g_assert_true (are_equal ("tags", "[\"a\"]", "[\"a\"]"));
  g_assert_false (are_equal ("tags", "[\"a\"]", "[\"a\",\"a\"]"));
  g_assert_false (are_equal ("tags", "[]", "null"));
  g_assert_true (are_equal ("origin", "\"1:2\"", "\"01:02\""));
  g_assert_false (are_equal ("origin", "\"1:2\"", "\"1:3\""));
  g_assert_true (are_equal ("span", "{\"from\":1,\"to\":2}", "{\"to\":2,\"from\":1}"));
  g_assert_false (are_equal ("span", "{\"from\":1,\"to\":2}", "{\"from\":1,\"to\":3}"));
  g_assert_true (are_equal ("node", "{\"a\":[1]}", "{\"a\":[1]}"));
  g_assert_false (are_equal ("node", "{\"a\":[1]}", "{\"a\":[2]}"));
  g_assert_false (are_equal ("size", "\"small\"", "\"very-large\""));
  g_assert_false (are_equal ("style", "[]", "[\"bold\"]"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_many_teach_types ();
  g_test_add_func ("/values/taken", test_taken);
  g_test_add_func ("/values/refused", test_refused);
  g_test_add_func ("/values/absent", test_absent);
  g_test_add_func ("/values/has-json-form", test_has_json_form);
  g_test_add_func ("/values/not-written", test_not_written);
  g_test_add_func ("/values/equal", test_equal);

  return g_test_run ();
}
