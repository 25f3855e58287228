/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Each keyword: data that fits, data that just does not and what is said of it. */

#include "schema/schema-fixture.h"

/* clang-format off */

static const struct
{
  const char *schema;
  const char *data[8];
  const char *other[12]; /* what does not fit, and the message, by turns */
} cases[] = {
  { "{}", { "1", "null", "{}", "[]" }, { NULL } },
  { "true", { "1", "null", "{}", "[]" }, { NULL } },
  { "false", { NULL },
    { "1", "The data is 1, but the schema allows nothing there",
      "{}", "The data is an empty object, but the schema allows nothing there" } },

  { "{'type':'null'}", { "null" }, { "0", "The data is 0, but should be null", "false", "The data is false, but should be null" } },
  { "{'type':'boolean'}", { "true", "false" }, { "'true'", "The data is \"true\", but should be true or false", "1", "The data is 1, but should be true or false" } },
  { "{'type':'object'}", { "{}", "{'a':1}" }, { "[]", "The data is an empty array, but should be an object" } },
  { "{'type':'array'}", { "[]", "[1]" }, { "{'a':1}", "The data is an object with 1 member, but should be an array" } },
  { "{'type':'number'}", { "0", "-1.5", "1e-400", "1E3" }, { "'1'", "The data is \"1\", but should be a number", "true", "The data is true, but should be a number" } },
  { "{'type':'integer'}", { "0", "-0", "1.0", "1e2", "-12.50e1", "9223372036854775807", "1e300" },
    { "1.5", "The data is 1.5, but should be an integer",
      "1e-1", "The data is 1e-1, but should be an integer",
      "12.345e2", "The data is 12.345e2, but should be an integer" } },
  { "{'type':'string'}", { "''", "'a'" }, { "null", "The data is null, but should be a string" } },
  { "{'type':['string','null']}", { "'a'", "null" }, { "[1,2]", "The data is an array with 2 elements, but should be a string or null" } },
  { "{'type':['integer','object']}", { "1", "{}" }, { "0.5", "The data is 0.5, but should be an object or an integer" } },

  { "{'enum':['a',1,null,[1,{'x':1,'y':2}]]}",
    { "'a'", "'\\u0061'", "1.0", "10e-1", "null", "[1.0, {'y':2, '\\u0078':1}]" },
    { "'b'", "The data is \"b\", but should be one of \"a\", 1, null, an array with 2 elements",
      "false", "The data is false, but should be one of \"a\", 1, null, an array with 2 elements",
      "[1,{'x':1}]", "The data is an array with 2 elements, but should be one of \"a\", 1, null, an array with 2 elements" } },
  { "{'enum':[]}", { NULL }, { "1", "The data is 1, but the schema allows nothing there" } },
  { "{'const':{'a':[0]}}", { "{'a':[0]}", "{ 'a' : [ -0.0e5 ] }" },
    { "{'a':[false]}", "The data is an object with 1 member, but should equal the value at “#/const” of the schema",
      "{}", "The data is an empty object, but should equal the value at “#/const” of the schema" } },
  { "{'const':9007199254740993}", { "9007199254740993", "9007199254740993.0" },
    { "9007199254740992", "The data is 9007199254740992, but should be 9007199254740993" } },
  { "{'const':'1'}", { "'1'" }, { "1", "The data is 1, but should be \"1\"" } },
  { "{'enum':['a'],'const':'b'}", { NULL }, { "'a'", "The data is \"a\", but should be \"b\"", "'b'", "The data is \"b\", but should be one of \"a\"" } },

  { "{'minimum':1.5}", { "1.5", "1.50", "15e-1", "2", "1e300", "'x'", "null" },
    { "1.4999", "The data is 1.4999, but should be at least 1.5", "-2", "The data is -2, but should be at least 1.5", "0", "The data is 0, but should be at least 1.5" } },
  { "{'maximum':-3}", { "-3", "-3.0", "-1e9", "{}" }, { "-2.9", "The data is -2.9, but should be at most -3", "0", "The data is 0, but should be at most -3", "3", "The data is 3, but should be at most -3" } },
  { "{'exclusiveMinimum':0}", { "0.1", "1e-999", "[]" }, { "0", "The data is 0, but should be more than 0", "-0.0", "The data is -0.0, but should be more than 0" } },
  { "{'exclusiveMaximum':9007199254740993}", { "9007199254740992", "-1" }, { "9007199254740993", "The data is 9007199254740993, but should be less than 9007199254740993", "9007199254740994", "The data is 9007199254740994, but should be less than 9007199254740993" } },
  { "{'multipleOf':0.1}", { "0.3", "0", "-1.1", "1e300", "7", "123456789012345678.9", "'x'" },
    { "0.35", "The data is 0.35, but should be a multiple of 0.1", "1e-2", "The data is 1e-2, but should be a multiple of 0.1" } },
  { "{'multipleOf':1e3}", { "5000", "5.0e3", "-1000" }, { "5500", "The data is 5500, but should be a multiple of 1e3" } },
  { "{'multipleOf':7}", { "49", "7e200" }, { "1e200", "The data is 1e200, but should be a multiple of 7" } },

  { "{'minLength':2}", { "'ab'", "'\\u00e9\\n'", "'\xf0\x9f\x98\x80\xf0\x9f\x98\x80'", "1" },
    { "'\xf0\x9f\x98\x80'", "The data is \"\xf0\x9f\x98\x80\", but should have at least 2 characters, not 1",
      "'\\ud83d\\ude00'", "The data is \"\\ud83d\\ude00\", but should have at least 2 characters, not 1" } },
  { "{'maxLength':2.0}", { "'ab'", "''", "'\\u0000a'", "'\xc3\xa9\xc3\xa9'" }, { "'a\\u0000b'", "The data is \"a\\u0000b\", but should have at most 2 characters, not 3" } },
  { "{'pattern':'^a+$'}", { "'a'", "'aaa'", "1" }, { "'aab'", "The data is \"aab\", but should match the pattern “^a+$”", "'a\\n'", "The data is \"a\\n\", but should match the pattern “^a+$”" } },
  { "{'pattern':'b'}", { "'abc'", "'\\u0062'" }, { "'ac'", "The data is \"ac\", but should match the pattern “b”" } },

  { "{'minItems':1}", { "[0]", "{}" }, { "[]", "The data is an empty array, but should have at least 1 elements" } },
  { "{'maxItems':2}", { "[]", "[[1,2,3],2]" }, { "[1,2,3]", "The data is an array with 3 elements, but should have at most 2 elements" } },
  { "{'uniqueItems':true}", { "[]", "[1,2]", "[1,true,'1',null,[1],{'a':1}]", "[0,false]", "[{'a':1},{'a':2}]", "['a','\\n']" },
    { "[1,2,1.0]", "“2” is 1.0, but should not equal an element before it",
      "[{'a':1,'b':2},{'b':2,'\\u0061':1}]", "“1” is an object with 2 members, but should not equal an element before it",
      "[[],[1],[ ]]", "“2” is an empty array, but should not equal an element before it" } },
  { "{'uniqueItems':false}", { "[1,1]" }, { NULL } },
  { "{'items':{'type':'integer'}}", { "[]", "[1,2]", "{'a':'x'}" }, { "[1,'x']", "“1” is \"x\", but should be an integer" } },
  { "{'items':false}", { "[]" }, { "[1]", "“0” is 1, but the schema allows nothing there" } },
  { "{'prefixItems':[{'type':'string'},{'type':'number'}]}", { "[]", "['a']", "['a',1,null]" }, { "['a','b']", "“1” is \"b\", but should be a number" } },
  { "{'prefixItems':[true],'items':{'type':'null'}}", { "[]", "[1]", "[1,null]" }, { "[null,null,1]", "“2” is 1, but should be null" } },
  { "{'contains':{'const':1}}", { "[0,1]", "[1,1]", "{}" }, { "[]", "The data is an empty array, but should have at least 1 that “contains” asks for, and has 0" } },
  { "{'contains':{'const':1},'minContains':2,'maxContains':3}", { "[1,0,1]", "[1,1,1]" },
    { "[1,0]", "The data is an array with 2 elements, but should have at least 2 that “contains” asks for, and has 1",
      "[1,1,1,1]", "The data is an array with 4 elements, but should have at most 3 that “contains” asks for, and has more" } },
  { "{'contains':false,'minContains':0}", { "[]", "[1]" }, { NULL } },
  { "{'minContains':2,'maxContains':1}", { "[]", "[1]" }, { NULL } },

  { "{'minProperties':1}", { "{'a':1}", "[]" }, { "{}", "The data is an empty object, but should have at least 1 members" } },
  { "{'maxProperties':1}", { "{}", "{'a':{'b':1,'c':2}}" }, { "{'a':1,'b':2}", "The data is an object with 2 members, but should have at most 1 members" } },
  { "{'required':['a','\\u00e9']}", { "{'a':1,'\xc3\xa9':null}", "{'\\u0061':1,'\\u00e9':2,'x':3}", "[]" },
    { "{'a':1}", "The data is an object with 1 member, but should have a member “\xc3\xa9”",
      "{}", "The data is an empty object, but should have a member “a”" } },
  { "{'dependentRequired':{'a':['b','c']}}", { "{}", "{'b':1}", "{'a':1,'b':2,'c':3}" },
    { "{'a':1,'b':2}", "The data is an object with 2 members, but should have a member “c” as it has “a”" } },
  { "{'properties':{'a':{'type':'string'},'b':{'properties':{'c':{'maximum':1}}}}}",
    { "{}", "{'a':'x','z':1}", "{'b':{'c':1}}", "{'b':7}" },
    { "{'a':1}", "“a” is 1, but should be a string",
      "{'\\u0061':1}", "“a” is 1, but should be a string",
      "{'b':{'c':2}}", "“b.c” is 2, but should be at most 1" } },
  { "{'properties':{'a.b':{'items':{'type':'null'}},'':false,'\\'':false,'k\\u0000':false}}", { "{}", "{'k':1}" },
    { "{'a.b':[null,1]}", "“\"a.b\".1” is 1, but should be null",
      "{'':1}", "“\"\"” is 1, but the schema allows nothing there",
      "{'k\\u0000':1}", "“\"k\\u0000\"” is 1, but the schema allows nothing there" } },
  { "{'patternProperties':{'^n':{'type':'number'},'e$':{'minimum':3}}}", { "{'n':1,'x':'y'}", "{'ne':3}", "{'e':'x'}" },
    { "{'ne':2}", "“ne” is 2, but should be at least 3", "{'no':'x'}", "“no” is \"x\", but should be a number" } },
  { "{'properties':{'a':true},'patternProperties':{'^b':true},'additionalProperties':false}", { "{}", "{'a':1,'b':2,'bb':3}" },
    { "{'a':1,'c':{}}", "“c” is an empty object, but the schema allows no such member" } },
  { "{'properties':{'a':{'type':'string'}},'additionalProperties':{'type':'number'}}", { "{'a':'x','b':1}" }, { "{'b':'x'}", "“b” is \"x\", but should be a number" } },
  { "{'required':['a'],'additionalProperties':false}", { NULL }, { "{'a':1}", "“a” is 1, but the schema allows no such member" } },
  { "{'properties':{'o':{'propertyNames':{'maxLength':2}}}}", { "{'o':{'ab':1}}", "{'ooo':1}" },
    { "{'o':{'abc':1}}", "The name of “o.abc” is \"abc\", but should have at most 2 characters, not 3" } },
  { "{'propertyNames':false}", { "{}", "1" }, { "{'a':1}", "The name of “a” is \"a\", but the schema allows nothing there" } },

  { "{'allOf':[{'minimum':1},{'maximum':2}]}", { "1", "2" }, { "3", "The data is 3, but should be at most 2", "0", "The data is 0, but should be at least 1" } },
  { "{'properties':{'a':{'anyOf':[{'type':'string'},{'minimum':3}]}}}", { "{'a':'x'}", "{'a':3}" }, { "{'a':2}", "“a” is 2, but should fit one of the schemas at “#/properties/a/anyOf”" } },
  { "{'oneOf':[{'minimum':1},{'maximum':2}]}", { "0", "3" },
    { "1", "The data is 1, but should fit exactly one of the schemas at “#/oneOf” and fits more" } },
  { "{'oneOf':[false]}", { NULL }, { "1", "The data is 1, but should fit exactly one of the schemas at “#/oneOf” and fits none" } },
  { "{'not':{'type':'string'}}", { "1" }, { "'x'", "The data is \"x\", but should not fit the schema at “#/not”" } },
  { "{'if':{'type':'string'},'then':{'minLength':2},'else':{'minimum':2}}", { "'ab'", "2", "null" },
    { "'a'", "The data is \"a\", but should have at least 2 characters, not 1", "1", "The data is 1, but should be at least 2" } },
  { "{'if':false}", { "1" }, { NULL } },
  { "{'then':false,'else':false}", { "1" }, { NULL } },
  { "{'dependentSchemas':{'a':{'maxProperties':1},'b':false}}", { "{'a':1}", "{'x':1,'y':2}", "[]" },
    { "{'a':1,'c':2}", "The data is an object with 2 members, but should have at most 1 members",
      "{'b':1}", "The data is an object with 1 member, but the schema allows nothing there" } },

  { "{'$ref':'#/$defs/a~1b~0c%25','$defs':{'a/b~c%':{'type':'null'}}}", { "null" }, { "1", "The data is 1, but should be null" } },
  { "{'$ref':'#/$defs/a','maximum':5,'$defs':{'a':{'minimum':1}}}", { "1", "5" }, { "0", "The data is 0, but should be at least 1", "6", "The data is 6, but should be at most 5" } },
  { "{'type':'array','items':{'$ref':'#'}}", { "[]", "[[],[[]]]" }, { "[[],[1]]", "“1.0” is 1, but should be an array" } },
  { "{'allOf':[{'$ref':'#/allOf/1'},{'type':'null'}]}", { "null" }, { "1", "The data is 1, but should be null" } },
  { "{'properties':{'$ref':{'type':'null'}}}", { "{'$ref':null}" }, { "{'$ref':'#'}", "“$ref” is \"#\", but should be null" } },
  { "{'$schema':'https://json-schema.org/draft/2020-12/schema','$id':'https://example.org/a','$comment':'x','title':'','description':'y',"
    "'default':1,'examples':[2],'deprecated':true,'readOnly':false,'writeOnly':true,'$defs':{'x':false}}", { "1", "{}" }, { NULL } },
};

/* clang-format on */

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StateSyncSchema) schema = test_schema (cases[i].schema);

      for (guint k = 0; k < G_N_ELEMENTS (cases[i].data) && cases[i].data[k] != NULL; k++)
        {
          g_autoptr (GBytes) data = test_json (cases[i].data[k]);

          g_test_message ("%s: %s", cases[i].schema, cases[i].data[k]);
          test_assert_check (schema, data, NULL);
        }
      for (guint k = 0; k < G_N_ELEMENTS (cases[i].other) && cases[i].other[k] != NULL; k += 2)
        {
          g_autoptr (GBytes) data = test_json (cases[i].other[k]);

          g_test_message ("%s: %s", cases[i].schema, cases[i].other[k]);
          test_assert_check (schema, data, cases[i].other[k + 1]);
        }
    }
}

/* A message is one line of bounded length whatever it is about. */
static void
test_long_messages (void)
{
  static const char *const schemas[] = {
    "{'items':{'type':'null'},'additionalProperties':{'$ref':'#'},'not':{'type':'string'}}",
    "{'maxLength':3,'additionalProperties':{'$ref':'#'},'items':{'$ref':'#'},'multipleOf':3}",
    "{'propertyNames':{'maxLength':3}}",
  };
  g_autofree char *name = g_strnfill (3000, 'n');
  g_autofree char *number = g_strnfill (3000, '1');
  char *const data[] = {
    g_strdup_printf ("{'%s':{'%s':['%s']}}", name, name, name),
    g_strdup_printf ("[1.%s]", number),
    g_strdup_printf ("{'\xc3\xa9\xc3\xa9\xc3\xa9%s':'\\u0007\xc2\x9b\x7f%s'}", name, name),
  };

  for (guint i = 0; i < G_N_ELEMENTS (schemas); i++)
    {
      g_autoptr (StateSyncSchema) schema = test_schema (schemas[i]);

      for (guint k = 0; k < G_N_ELEMENTS (data); k++)
        {
          g_autoptr (GBytes) json = test_json (data[k]);
          g_autoptr (GError) error = NULL;

          if (state_sync_schema_check (schema, json, &error))
            continue;
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
          g_assert_cmpuint (g_utf8_strlen (error->message, -1), <, 250);
        }
    }
  for (guint k = 0; k < G_N_ELEMENTS (data); k++)
    g_free (data[k]);
}

static void
test_defaults (void)
{
  static const struct
  {
    const char *schema;
    const char *value; /* (nullable) */
  } rows[] = {
    { "{}", NULL },
    { "true", NULL },
    { "{'default':null}", "null" },
    { "{'default': [1, 2.0] }", "[1, 2.0]" },
    { "{'properties':{'a':{'default':1},'b':{},'c':{'default':'x'}}}", "{'a':1,'c':'x'}" },
    { "{'properties':{'a':{'type':'string'}}}", NULL },
    { "{'default':{'b':2},'properties':{'a':{'default':1}}}", "{'b':2}" },
    { "{'properties':{'w':{'properties':{'x':{'default':1},'y':{}}},'v':{'properties':{'z':{}}}}}",
      "{'w':{'x':1}}" },
    { "{'properties':{'a':{'$ref':'#/$defs/d'}},'$defs':{'d':{'default':7}}}", "{'a':7}" },
    { "{'$ref':'#/$defs/d','$defs':{'d':{'properties':{'q':{'default':0}}}}}", "{'q':0}" },
    { "{'properties':{'t':{'$ref':'#'},'n':{'default':1}}}", "{'n':1}" },
    { "{'type':['array','null'],'properties':{'a':{'default':1}}}", NULL },
    { "{'type':['object','null'],'properties':{'a':{'default':1}}}", "{'a':1}" },
    { "{'properties':{'\\u0061\\\\\\u0000\xc3\xa9\\n':{'default':1}}}",
      "{'a\\\\\\u0000\xc3\xa9\\u000a':1}" },
    { "{'allOf':[{'properties':{'a':{'default':1}}}]}", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (StateSyncSchema) schema = test_schema (rows[i].schema);
      GBytes *actual = state_sync_schema_get_default (schema);
      g_autoptr (GBytes) expected = NULL;

      g_test_message ("%s", rows[i].schema);
      g_assert_cmpint (actual != NULL, ==, rows[i].value != NULL);
      if (rows[i].value == NULL)
        continue;
      expected = test_json (rows[i].value);
      g_assert_cmpmem (g_bytes_get_data (actual, NULL), g_bytes_get_size (actual),
                       g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
      test_assert_check (schema, actual, NULL);
    }
}

/* It outlives who made it, and its text. */
static void
test_references (void)
{
  g_autoptr (StateSyncSchema) schema = test_schema ("{'enum':['\\u0061'],'required':['\\u0062']}");
  g_autoptr (StateSyncSchema) second = state_sync_schema_ref (schema);
  g_autoptr (GBytes) data = test_json ("'a'");

  g_clear_pointer (&schema, state_sync_schema_unref);
  test_assert_check (second, data, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/keywords/cases", test_cases);
  g_test_add_func ("/schema/keywords/long-messages", test_long_messages);
  g_test_add_func ("/schema/keywords/defaults", test_defaults);
  g_test_add_func ("/schema/keywords/references", test_references);
  return g_test_run ();
}
