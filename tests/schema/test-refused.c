/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Schemas that are refused, each with its place. */

#include <string.h>

#include "schema/schema-fixture.h"

#define AT(place, reason) "The schema is refused at “" place "”: " reason

#define NOT_A_SCHEMA "a schema is expected here: an object, true or false"
#define NOT_A_COUNT "the value has to be an integer that is not below 0"
#define NOT_A_NUMBER "the value has to be a number"
#define NOT_A_FLAG "the value has to be true or false"
#define NOT_A_STRING "the value has to be a string"
#define NOT_NODES "the value has to be a list of schemas"
#define NOT_AN_OBJECT "the value has to be an object"
#define NO_NODES "the list has to have a schema"
#define NOT_A_TYPE "a type is one of null, boolean, object, array, number, integer, string"
#define UNKNOWN "this keyword is unknown; see the list in the manual"
#define OUTSIDE "a reference has to stay in the document: “#”, or “#/” and a JSON pointer"
#define NO_POINTER "behind “#” a JSON pointer is expected, such as “#/$defs/a”"
#define CIRCLE "this schema leads back to itself for the same value"
#define NO_PATTERN "the regular expression can't be used: "

/* clang-format off */

static const struct
{
  const char *schema;
  const char *message;
} cases[] = {
  { "", "The schema is refused at byte 0: the text is empty; write null where there is nothing to say" },
  { "{'a':1,}", "The schema is refused at byte 7: a member name in double quotes is expected; write one" },
  { "{'type':1,'type':2}", "The schema is refused at byte 10: this member name occurs twice in its object; keep one of the two" },
  { "{'title':'\xff'}", "The schema is refused at byte 10: this is not valid UTF-8; encode the text as UTF-8" },
  { "1", AT ("#", NOT_A_SCHEMA) },
  { "[]", AT ("#", NOT_A_SCHEMA) },
  { "null", AT ("#", NOT_A_SCHEMA) },

  { "{'maximun':1}", AT ("#/maximun", UNKNOWN) },
  { "{'Type':'null'}", AT ("#/Type", UNKNOWN) },
  { "{'':1}", AT ("#/", UNKNOWN) },
  { "{'typ\\u0065\\u0000':'null'}", AT ("#/type~u0000", UNKNOWN) },
  { "{'properties':{'a/b~':{'items':{'x-y':1}}}}", AT ("#/properties/a~1b~0/items/x-y", UNKNOWN) },
  { "{'allOf':[true,{'frob':1}]}", AT ("#/allOf/1/frob", UNKNOWN) },
  { "{'$defs':{'unused':{'frob':1}}}", AT ("#/$defs/unused/frob", UNKNOWN) },
  { "{'unevaluatedItems':false}", AT ("#/unevaluatedItems", "the keyword “unevaluatedItems” is not supported: use “items”") },
  { "{'unevaluatedProperties':false}", AT ("#/unevaluatedProperties", "the keyword “unevaluatedProperties” is not supported: use “additionalProperties”") },
  { "{'items':{'format':'date'}}", AT ("#/items/format", "the keyword “format” is not supported: it would not be checked; use “pattern”") },
  { "{'$anchor':'a'}", AT ("#/$anchor", "the keyword “$anchor” is not supported: refer by “#/…”") },
  { "{'$dynamicRef':'#a'}", AT ("#/$dynamicRef", "the keyword “$dynamicRef” is not supported: refer by “$ref”") },
  { "{'$dynamicAnchor':'a'}", AT ("#/$dynamicAnchor", "the keyword “$dynamicAnchor” is not supported: refer by “$ref”") },
  { "{'$vocabulary':{}}", AT ("#/$vocabulary", "the keyword “$vocabulary” is not supported: it belongs in a meta-schema") },
  { "{'contentEncoding':'base64'}", AT ("#/contentEncoding", "the keyword “contentEncoding” is not supported: it would not be checked; say it in “description”") },
  { "{'definitions':{}}", AT ("#/definitions", "the keyword “definitions” is not supported: dialect 2020-12 calls it “$defs”") },

  { "{'type':1}", AT ("#/type", NOT_A_TYPE) },
  { "{'type':'int'}", AT ("#/type", NOT_A_TYPE) },
  { "{'type':[]}", AT ("#/type", "the list has to name a type") },
  { "{'type':['null',1]}", AT ("#/type", NOT_A_TYPE) },
  { "{'type':['null','null']}", AT ("#/type", "the type “null” is named twice") },
  { "{'enum':1}", AT ("#/enum", "the value has to be a list of the values that are allowed") },
  { "{'minimum':'1'}", AT ("#/minimum", NOT_A_NUMBER) },
  { "{'exclusiveMaximum':true}", AT ("#/exclusiveMaximum", NOT_A_NUMBER) },
  { "{'multipleOf':null}", AT ("#/multipleOf", NOT_A_NUMBER) },
  { "{'multipleOf':0}", AT ("#/multipleOf", "it has to be greater than 0") },
  { "{'multipleOf':-1}", AT ("#/multipleOf", "it has to be greater than 0") },
  { "{'multipleOf':1.234567890123456789}", AT ("#/multipleOf", "it may have at most 18 digits") },
  { "{'minLength':-1}", AT ("#/minLength", NOT_A_COUNT) },
  { "{'maxItems':1.5}", AT ("#/maxItems", NOT_A_COUNT) },
  { "{'maxProperties':'1'}", AT ("#/maxProperties", NOT_A_COUNT) },
  { "{'minContains':null}", AT ("#/minContains", NOT_A_COUNT) },
  { "{'uniqueItems':1}", AT ("#/uniqueItems", NOT_A_FLAG) },
  { "{'pattern':1}", AT ("#/pattern", NOT_A_STRING) },
  { "{'pattern':'('}", AT ("#/pattern", NO_PATTERN "a ( is not closed") },
  { "{'patternProperties':{'a':true,'[':true}}", AT ("#/patternProperties/[", NO_PATTERN "a [ is not closed") },
  { "{'patternProperties':{'a':1}}", AT ("#/patternProperties/a", NOT_A_SCHEMA) },
  { "{'patternProperties':[]}", AT ("#/patternProperties", NOT_AN_OBJECT) },
  { "{'properties':[]}", AT ("#/properties", NOT_AN_OBJECT) },
  { "{'properties':{'a':'string'}}", AT ("#/properties/a", NOT_A_SCHEMA) },
  { "{'$defs':true}", AT ("#/$defs", NOT_AN_OBJECT) },
  { "{'dependentSchemas':{'a':[]}}", AT ("#/dependentSchemas/a", NOT_A_SCHEMA) },
  { "{'dependentRequired':{'a':'b'}}", AT ("#/dependentRequired/a", "the value has to be a list of names") },
  { "{'dependentRequired':{'a':['b','b']}}", AT ("#/dependentRequired/a", "the list names a member twice") },
  { "{'required':'a'}", AT ("#/required", "the value has to be a list of names") },
  { "{'required':[1]}", AT ("#/required", "the value has to be a list of strings") },
  { "{'required':['a','\\u0061']}", AT ("#/required", "the list names a member twice") },
  { "{'items':[true]}", AT ("#/items", NOT_A_SCHEMA) },
  { "{'prefixItems':{}}", AT ("#/prefixItems", NOT_NODES) },
  { "{'prefixItems':[]}", AT ("#/prefixItems", NO_NODES) },
  { "{'anyOf':[]}", AT ("#/anyOf", NO_NODES) },
  { "{'oneOf':[1]}", AT ("#/oneOf/0", NOT_A_SCHEMA) },
  { "{'not':1}", AT ("#/not", NOT_A_SCHEMA) },
  { "{'if':'x'}", AT ("#/if", NOT_A_SCHEMA) },
  { "{'additionalProperties':null}", AT ("#/additionalProperties", NOT_A_SCHEMA) },
  { "{'title':1}", AT ("#/title", NOT_A_STRING) },
  { "{'examples':1}", AT ("#/examples", "the value has to be a list") },
  { "{'deprecated':'yes'}", AT ("#/deprecated", NOT_A_FLAG) },

  { "{'$schema':'http://json-schema.org/draft-07/schema#'}", AT ("#/$schema", "the dialect has to be https://json-schema.org/draft/2020-12/schema") },
  { "{'$schema':7}", AT ("#/$schema", NOT_A_STRING) },
  { "{'items':{'$schema':'https://json-schema.org/draft/2020-12/schema'}}", AT ("#/items/$schema", "this belongs at the top of the schema") },
  { "{'$id':'x#y'}", AT ("#/$id", "an id has no fragment; leave “#…” out") },
  { "{'items':{'$id':'x'}}", AT ("#/items/$id", "only the schema as a whole can have an id here; leave this one out") },

  { "{'$ref':1}", AT ("#/$ref", NOT_A_STRING) },
  { "{'$ref':''}", AT ("#/$ref", OUTSIDE) },
  { "{'$ref':'other.json'}", AT ("#/$ref", OUTSIDE) },
  { "{'$ref':'https://example.org/x#/a'}", AT ("#/$ref", OUTSIDE) },
  { "{'$ref':'#a'}", AT ("#/$ref", NO_POINTER) },
  { "{'$ref':'#/a~2'}", AT ("#/$ref", NO_POINTER) },
  { "{'$ref':'#/a%'}", AT ("#/$ref", NO_POINTER) },
  { "{'$ref':'#/a%00'}", AT ("#/$ref", NO_POINTER) },
  { "{'$ref':'#/a%ff'}", AT ("#/$ref", NO_POINTER) },
  { "{'$ref':'#/a\\u0000'}", AT ("#/$ref", NO_POINTER) },
  { "{'items':{'$ref':'#/$defs/a'}}", AT ("#/items/$ref", "there is no schema at “#/$defs/a”") },
  { "{'$ref':'#/$defs','$defs':{'a':true}}", AT ("#/$ref", "there is no schema at “#/$defs”") },
  { "{'$ref':'#/allOf/01','allOf':[true,true]}", AT ("#/$ref", "there is no schema at “#/allOf/01”") },
  { "{'$ref':'#/enum/0','enum':[{}]}", AT ("#/$ref", "there is no schema at “#/enum/0”") },
  { "{'$ref':'#/$defs/a~u0000','$defs':{'a\\u0000':true}}", AT ("#/$ref", NO_POINTER) },
  { "{'$ref':'#'}", AT ("#", CIRCLE) },
  { "{'not':{'$ref':'#'}}", AT ("#", CIRCLE) },
  { "{'items':{'if':{'then':{'$ref':'#/items'}}}}", AT ("#/items", CIRCLE) },
  { "{'dependentSchemas':{'a':{'$ref':'#'}}}", AT ("#", CIRCLE) },
  { "{'$defs':{'a':{'anyOf':[{'$ref':'#/$defs/b'}]},'b':{'else':{'oneOf':[{'$ref':'#/$defs/a'}]}}}}", AT ("#/$defs/a", CIRCLE) },

  { "{'type':'string','default':1}", "The schema is refused, as its default does not fit it: The data is 1, but should be a string" },
  { "{'properties':{'a':{'default':1,'minimum':2}}}", "The schema is refused, as its default does not fit it: “a” is 1, but should be at least 2" },
  { "{'required':['b'],'properties':{'a':{'default':1}}}", "The schema is refused, as its default does not fit it: The data is an object with 1 member, but should have a member “b”" },
};

/* clang-format on */

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    test_assert_refused (cases[i].schema, cases[i].message);
}

/* (transfer full): @n times @open, @inner, @n times @close. */
static char *
nest (const char *open, const char *inner, const char *close, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, open);
  g_string_append (text, inner);
  for (guint i = 0; i < n; i++)
    g_string_append (text, close);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

#define TOO_LONG "more than 64 schemas lead one to the next for the same value"

static void
test_long_chains (void)
{
  g_autofree char *longest = nest ("{'not':", "true", "}", 63);
  g_autofree char *nots = nest ("{'not':", "true", "}", 64);
  g_autofree char *deepest = nest ("{'items':", "true", "}", 512);
  g_autoptr (StateSyncSchema) long_one = test_schema (longest);
  g_autoptr (StateSyncSchema) deep_one = test_schema (deepest);
  g_autoptr (GString) references = g_string_new ("{'$defs':{");

  {
    g_autofree char *place = nest ("/not", "", "", 64);
    g_autofree char *message =
        g_strdup_printf ("The schema is refused at “…%s”: " TOO_LONG, place + strlen (place) - 76);

    test_assert_refused (nots, message);
  }

  /* From behind, so that each is measured before the one that leads to it. */
  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (references, "'%u':{'$ref':'#/$defs/%u'},", i, i + 1);
  g_string_append (references, "'10000':true}}");
  {
    g_autoptr (GBytes) json = test_json (references->str);
    g_autoptr (GError) error = NULL;

    g_assert_null (state_sync_schema_new (json, &error));
    g_assert_true (g_str_has_suffix (error->message, TOO_LONG));
  }
}

static void
test_too_many_schemas (void)
{
  g_autofree char *many = nest ("true,", "true", "", 16382);
  g_autofree char *text = g_strdup_printf ("{'anyOf':[%s]}", many);
  g_autofree char *too_many = g_strdup_printf ("{'anyOf':[true,%s]}", many);
  g_autoptr (StateSyncSchema) schema = test_schema (text);

  test_assert_refused (too_many,
                       AT ("#/anyOf/16383", "there are more than 16384 schemas in it; divide it"));
}

/* Defaults that double with each level, and those that are not there at all. */
static void
test_large_defaults (void)
{
  static const char TOO_LARGE[] =
      "The schema is refused: the default that its properties make is more than 1 MiB or nests too "
      "deep; leave some out";
  g_autoptr (GString) text = g_string_new ("{'$ref':'#/$defs/0','$defs':{");
  g_autoptr (GString) chain = g_string_new ("{'$ref':'#/$defs/0','$defs':{");
  g_autoptr (StateSyncSchema) schema = NULL;
  g_autofree char *barren = NULL;
  g_autofree char *fertile = NULL;
  g_autofree char *deep = NULL;

  for (guint i = 0; i < 60; i++)
    g_string_append_printf (
        text, "'%u':{'properties':{'a':{'$ref':'#/$defs/%u'},'b':{'$ref':'#/$defs/%u'}}},", i,
        i + 1, i + 1);
  barren = g_strdup_printf ("%s'60':{}}}", text->str);
  schema = test_schema (barren);
  g_assert_null (state_sync_schema_get_default (schema));
  fertile = g_strdup_printf ("%s'60':{'default':1}}}", text->str);
  test_assert_refused (fertile, TOO_LARGE);

  for (guint i = 0; i < 600; i++)
    g_string_append_printf (chain, "'%u':{'properties':{'a':{'$ref':'#/$defs/%u'}}},", i, i + 1);
  deep = g_strdup_printf ("%s'600':{'default':1}}}", chain->str);
  test_assert_refused (deep, TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/refused/cases", test_cases);
  g_test_add_func ("/schema/refused/long-chains", test_long_chains);
  g_test_add_func ("/schema/refused/too-many-schemas", test_too_many_schemas);
  g_test_add_func ("/schema/refused/large-defaults", test_large_defaults);
  return g_test_run ();
}
