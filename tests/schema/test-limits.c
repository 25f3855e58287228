/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Schemas and data that are large, deep or meant to take for ever. A test that hangs has failed. */

#include "schema/schema-fixture.h"

#define TOO_MANY_STEPS                                                                             \
  "The data takes too many steps to compare with its schema: make the data smaller, or the "       \
  "schema simpler"
#define TOO_DEEP                                                                                   \
  "The data nests too deep for its schema: make the data flatter, or let fewer schemas lead one "  \
  "to the next"

static GBytes *
nest (guint depth, const char *inner)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, '[');
  g_string_append (text, inner);
  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, ']');
  return test_json (text->str);
}

/* @n elements, each of @format with its number. */
static GBytes *
list (guint n, const char *open, const char *format, const char *close)
{
  g_autoptr (GString) text = g_string_new (open);

  for (guint i = 0; i < n; i++)
    {
      g_auto (GStrv) parts = g_strsplit (format, "#", -1);
      g_autofree char *number = g_strdup_printf ("%u", i);
      g_autofree char *element = g_strjoinv (number, parts);

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", element);
    }
  g_string_append (text, close);
  return test_json (text->str);
}

static void
check (const char *schema, GBytes *data, const char *message)
{
  g_autoptr (StateSyncSchema) made = test_schema (schema);

  test_assert_check (made, data, message);
}

static void
test_deep_data (void)
{
  g_autoptr (GBytes) deepest = nest (512, "");
  g_autoptr (GBytes) deepest_with_value = nest (512, "7");

  check ("{'type':'array','items':{'$ref':'#'},'uniqueItems':true,'enum':[[]]}", deepest,
         "The data is an array with 1 element, but should be one of an empty array");
  check ("{'type':'array','items':{'$ref':'#'},'uniqueItems':true}", deepest, NULL);
  check ("{'anyOf':[{'type':'array','items':{'$ref':'#'}},{'const':7}]}", deepest_with_value, NULL);
  check (
      "{'type':'array','items':{'$ref':'#'}}", deepest_with_value,
      "“….0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0” is 7, but "
      "should be an array");
}

/* As many schemas for each level as there may be, at the most levels. */
static void
test_deep_schema_for_deep_data (void)
{
  g_autoptr (GString) schema = g_string_new ("{'$ref':'#/$defs/0','$defs':{");
  g_autoptr (GBytes) deepest = nest (512, "");
  g_autoptr (GBytes) flat = nest (40, "");

  for (guint i = 0; i < 60; i++)
    g_string_append_printf (schema, "'%u':{'$ref':'#/$defs/%u'},", i, i + 1);
  g_string_append (schema, "'60':{'items':{'$ref':'#'}}}}");

  check (schema->str, flat, NULL);
  check (schema->str, deepest, TOO_DEEP);
}

/* Each level twice: 2^512 ways. That it happens where something is only tried changes nothing. */
static void
test_schemas_that_double (void)
{
  static const char *const schemas[] = {
    "{'allOf':[{'items':{'$ref':'#'}},{'items':{'$ref':'#'}}]}",
    "{'oneOf':[{'items':{'$ref':'#'}},{'items':{'$ref':'#'}}]}",
    "{'not':{'$ref':'#/$defs/x'},'$defs':{'x':{'allOf':[{'items':{'$ref':'#/$defs/"
    "x'}},{'items':{'$ref':'#/$defs/x'}}]}}}",
    "{'if':{'$ref':'#/$defs/x'},'else':true,'$defs':{'x':{'allOf':[{'items':{'$ref':'#/$defs/"
    "x'}},{'items':{'$ref':'#/$defs/x'}}]}}}",
    "{'anyOf':[{'$ref':'#/$defs/x'},true],'$defs':{'x':{'allOf':[{'items':{'$ref':'#/$defs/"
    "x'}},{'items':{'$ref':'#/$defs/x'}}]}}}",
  };
  g_autoptr (GBytes) data = nest (400, "");

  for (guint i = 0; i < G_N_ELEMENTS (schemas); i++)
    check (schemas[i], data, TOO_MANY_STEPS);
}

static void
test_large_data (void)
{
  g_autoptr (GBytes) numbers = list (200000, "[", "#", "]");
  g_autoptr (GBytes) objects = list (50000, "[", "{'id':#,'on':true}", "]");
  g_autoptr (GBytes) members = list (100000, "{", "'k#':#", "}");
  g_autoptr (GBytes) twins = list (50000, "[", "{'id':#}", ",{'\\u0069d':49999.0}]");
  g_autofree char *run = g_strnfill (1024 * 1024, 'a');
  g_autofree char *quoted = g_strdup_printf ("'%s'", run);
  g_autoptr (GBytes) string = test_json (quoted);

  check ("{'uniqueItems':true,'items':{'type':'integer','maximum':199999}}", numbers, NULL);
  check ("{'uniqueItems':true}", objects, NULL);
  check ("{'uniqueItems':true}", twins,
         "“50000” is an object with 1 member, but should not equal an element before it");
  check ("{'patternProperties':{'^k[0-9]+$':{'minimum':0}},'additionalProperties':false}", members,
         NULL);
  check ("{'pattern':'^(a|a)*$','maxLength':1048576}", string, NULL);
  check ("{'pattern':'^(a*)*b','minLength':1}", string,
         "The data is \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…, but should match the pattern "
         "“^(a*)*b”");
}

/* Containers are stepped over at once, or this would read a megabyte five hundred times. */
static void
test_large_data_inside_deep_data (void)
{
  g_autoptr (GString) inner = g_string_new ("0");
  g_autoptr (GBytes) data = NULL;

  while (inner->len < 1024 * 1024)
    g_string_append (inner, ",0");
  data = nest (511, inner->str);
  check ("{'items':{'$ref':'#'},'type':['array','number'],'contains':true,'maxItems':900000}", data,
         NULL);
}

static void
test_large_schema (void)
{
  g_autoptr (GString) schema = g_string_new ("{'properties':{");
  g_autoptr (StateSyncSchema) made = NULL;
  g_autoptr (GBytes) good = test_json ("{'p9999':7}");
  g_autoptr (GBytes) bad = test_json ("{'p9999':'x'}");

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (schema, "'p%u':{'type':'integer'},", i);
  g_string_append (schema, "'x':true}}");
  made = test_schema (schema->str);
  test_assert_check (made, good, NULL);
  test_assert_check (made, bad, "“p9999” is \"x\", but should be an integer");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/limits/deep-data", test_deep_data);
  g_test_add_func ("/schema/limits/deep-schema-for-deep-data", test_deep_schema_for_deep_data);
  g_test_add_func ("/schema/limits/schemas-that-double", test_schemas_that_double);
  g_test_add_func ("/schema/limits/large-data", test_large_data);
  g_test_add_func ("/schema/limits/large-data-inside-deep-data", test_large_data_inside_deep_data);
  g_test_add_func ("/schema/limits/large-schema", test_large_schema);
  return g_test_run ();
}
